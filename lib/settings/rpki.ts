import { parseDnsSubdomain, parseHostAddress } from '../addressing';
import { Check, distinct, list, oneOf, shapeOf, ValidationError, withDefault } from '../input';
import { CAPABILITIES } from './capabilities';
import type { Codec } from './codec';

/** Validation of the origins of routes by RPKI (RFC 6811). */
export interface RpkiProps {
  /**
   * RTR servers (RFC 8210), `HOST:PORT`: names, which the pod resolves by DNS, or addresses; one to eight, in the order in
   * which FRR prefers them. Junos takes addresses only.
   * @example ['rtr.rpki.svc.cluster.local:3323', '[2001:db8::53]:323']
   */
  readonly servers: readonly string[];
  /**
   * What happens to a route whose origin is invalid: the route server drops it, or accepts it with the large community
   * `AS:1000:4`, where `AS` is its own AS number.
   * @default 'drop'
   */
  readonly invalid?: 'drop' | 'mark';
}

/** Where an RTR server is. */
export interface RtrServer {
  /** A DNS name or an address. */
  readonly host: string;
  readonly isName: boolean;
  readonly port: number;
}

/** FRR has 255 preferences, and Junos 63 sessions. Nobody has as many servers. */
const MOST_SERVERS = 8;

function parseServer(value: unknown): RtrServer {
  const wanted =
    'the name or address of an RTR server and its port, such as rtr.example.net:3323 or [2001:db8::53]:323';
  const [, address, name, port] =
    /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(typeof value === 'string' ? value : '') ?? [];
  try {
    if (Number(port) < 1 || Number(port) > 65535) throw new RangeError();
    const isName = address === undefined && !/^[\d.]+$/.test(name);
    const host = isName ? parseDnsSubdomain(name) : parseHostAddress(address ?? name).text;
    return { host, isName, port: Number(port) };
  } catch {
    throw ValidationError.of(value, wanted);
  }
}

const formatServer = ({ host, port }: RtrServer) => `${host.includes(':') ? `[${host}]` : host}:${port}`;

const checkServers: Check<readonly RtrServer[]> = (value) =>
  distinct(list((server) => formatServer(parseServer(server)), 1, MOST_SERVERS))(value).map(parseServer);

/** Reads {@link RpkiProps}. @throws ValidationError */
export const checkRpki = shapeOf<RpkiProps>()({
  servers: checkServers,
  invalid: withDefault(oneOf('drop', 'mark'), 'drop'),
});

/** `rtr.example.net:3323,[2001:db8::53]:323`. */
export const rtrServers: Codec<readonly RtrServer[]> = {
  parse: (text) => checkServers(text.split(',').map((item) => item.trim())),
  format: (servers) => servers.map(formatServer).join(','),
};

/** Refuses servers that the router cannot find. @throws ValidationError */
export function rejectServers(servers: readonly RtrServer[] | undefined, router: 'crpd' | 'frr'): void {
  if (CAPABILITIES[router].resolvesRtrServers) return;
  servers?.forEach(({ host, isName }, i) => {
    if (!isName) return;
    const allowed = `the address of an RTR server: ${router} takes no names`;
    throw ValidationError.of(host, allowed).within(String(i)).within('servers');
  });
}
