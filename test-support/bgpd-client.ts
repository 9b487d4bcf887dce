import { Bgpd } from './bgpd';
import { NetworkHost } from './network';

/** The AS number and the address of the router that clients of these tests peer with. */
const SERVER = { autonomousSystem: 64512, address: '198.51.100.254' };

/** The last byte of the address of a client says which one it is. */
export const clientAddress = (number: number): string => `198.51.100.${number}`;

export interface BgpdClient {
  readonly number: number;
  readonly autonomousSystem: number;
  /** @default that of {@link SERVER} */
  readonly to?: string;
  /** What its neighbor has beside the AS number: `password sesame`. */
  readonly session?: readonly string[];
  /** Lines before `router bgp`: what its policies need. */
  readonly policies?: readonly string[];
  /** Lines of the IPv4 family, without those that activate it. */
  readonly inet?: readonly string[];
  /** Lines of the IPv6 family, which is left out by default. */
  readonly inet6?: readonly string[];
}

/** Starts a bgpd of this machine as a client of a route server or reflector. It connects each second. */
export function startClient(host: NetworkHost, client: BgpdClient): Promise<Bgpd> {
  const { number, autonomousSystem, to = SERVER.address, session = [], policies = [], inet = [], inet6 } = client;
  const external = autonomousSystem === SERVER.autonomousSystem ? [] : [`neighbor ${to} ebgp-multihop 10`];
  const lines = [
    ...policies,
    `router bgp ${autonomousSystem}`,
    `bgp router-id ${clientAddress(number)}`,
    'no bgp ebgp-requires-policy',
    'no bgp network import-check',
    'coalesce-time 0',
    `neighbor ${to} remote-as ${SERVER.autonomousSystem}`,
    `neighbor ${to} timers connect 1`,
    ...external,
    ...session.map((words) => `neighbor ${to} ${words}`),
    // A route server does not add its AS number.
    `no neighbor ${to} enforce-first-as`,
    'address-family ipv4 unicast',
    ...inet,
    'exit-address-family',
    ...(inet6 ? ['address-family ipv6 unicast', `neighbor ${to} activate`, ...inet6, 'exit-address-family'] : []),
    'exit',
  ];
  return Bgpd.start(host, `${lines.join('\n')}\n`);
}
