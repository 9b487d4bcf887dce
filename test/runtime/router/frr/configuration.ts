import { FrrDriverOptions } from '../../../../crpd-image/runtime/router/frr/driver';
import { parseAddress, parsePrefix } from '../../../../lib/addressing';

export const AS = 65000;
export const KEY = '0123456789abcdef0123456789abcdef';

const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };

/** A mesh and routers upstream of it, for a router with this address. */
export function model(key: string | undefined = KEY, podIp = '10.42.0.1'): FrrDriverOptions['model'] {
  return {
    autonomousSystem: AS,
    podIp: parseAddress(podIp),
    discovered: [
      { kind: 'mesh', name: 'MESH', service, ...(key && { key }) },
      { kind: 'upstream', name: 'UPSTREAM', service, sessions: 2 },
      { kind: 'clients', name: 'CLIENTS', service },
    ],
    clients: [{ name: 'CLIENTS', ranges: [parsePrefix('10.99.0.1/32')], asRanges: [] }],
  };
}

/** The same without a key. */
export const modelWithoutKey: FrrDriverOptions['model'] = {
  ...model(),
  discovered: model().discovered.map(({ key: _key, ...group }) => group),
};

export interface RouterOptions {
  readonly routerId: string;
  /** Ranges that clients are accepted from. */
  readonly ranges?: readonly string[];
  /** Further lines of `router bgp` and of IPv4. */
  readonly lines?: readonly string[];
  readonly inetLines?: readonly string[];
}

/** A route reflector as small as it can be, in three families. Its groups have no key: the driver sets it. */
export function routeReflector({ routerId, ranges = [], lines = [], inetLines = [] }: RouterOptions): string {
  return [
    `router bgp ${AS}`,
    ` bgp router-id ${routerId}`,
    ' no bgp default ipv4-unicast',
    ' no bgp network import-check',
    ' bgp listen limit 1000',
    ' coalesce-time 0',
    ...['MESH', 'UPSTREAM', 'CLIENTS'].flatMap((group) => [
      ` neighbor ${group} peer-group`,
      ` neighbor ${group} remote-as ${AS}`,
      ` neighbor ${group} timers connect 1`,
    ]),
    ...ranges.map((range) => ` bgp listen range ${range} peer-group CLIENTS`),
    ...lines.map((line) => ` ${line}`),
    ...['ipv4 unicast', 'ipv6 unicast', 'l2vpn evpn'].flatMap((family) => [
      ` address-family ${family}`,
      ...['MESH', 'UPSTREAM', 'CLIENTS'].map((group) => `  neighbor ${group} activate`),
      '  neighbor CLIENTS route-reflector-client',
      ...(family === 'ipv4 unicast' ? inetLines.map((line) => `  ${line}`) : []),
      ' exit-address-family',
    ]),
    '',
  ].join('\n');
}

/** A router that dials these neighbors, in one family, without a key. */
export function client(routerId: string, neighbors: readonly string[], family = 'ipv4 unicast'): string {
  return [
    `router bgp ${AS}`,
    ` bgp router-id ${routerId}`,
    ' no bgp default ipv4-unicast',
    ...neighbors.flatMap((address) => [
      ` neighbor ${address} remote-as ${AS}`,
      ` neighbor ${address} timers connect 1`,
    ]),
    ` address-family ${family}`,
    ...neighbors.map((address) => `  neighbor ${address} activate`),
    ' exit-address-family',
    '',
  ].join('\n');
}
