import { networkInterfaces } from 'os';
import { parseAddress } from '../../../lib/addressing';

/**
 * The addresses of this pod, in canonical text: a router never peers with itself. They include those of its interfaces,
 * because the mesh may list a dual-stack pod by the address that is not in POD_IP.
 */
export function ownAddresses(
  podIp: string,
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): ReadonlySet<string> {
  const own = new Set([podIp]);
  for (const { address } of Object.values(interfaces).flatMap((entries) => entries ?? [])) {
    try {
      own.add(parseAddress(address.split('%')[0]).text);
    } catch {
      // Discovery never returns this form, such as IPv4 inside IPv6.
    }
  }
  return own;
}
