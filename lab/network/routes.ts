import { isIPv6 } from 'net';
import { Link } from './link';
import { Namespace } from './namespace';

/**
 * Routes a prefix over one link, or over several with equal cost; over none it is unreachable.
 *
 * @param prefix with its length: `192.0.2.1/32`
 */
export async function routeOver(host: Namespace, prefix: string, links: readonly Link[]): Promise<void> {
  const family = isIPv6(prefix.split('/')[0]) ? 6 : 4;
  const hops = links.flatMap((link) => link.nextHop(family) ?? []);
  if (hops.length === 0) {
    await host.attempt('ip', `-${family}`, 'route', 'delete', prefix);
    return;
  }
  const over = hops.length === 1 ? hops[0] : hops.map((hop) => `nexthop ${hop}`).join(' ');
  await host.ip(`route replace ${prefix} ${over}`);
}
