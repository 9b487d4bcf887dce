import { isLarge } from '../../lib/addressing';
import { UnicastAnnouncement, Resolved } from './announcement';
import { ClientNeighbor, ClientProps, CONNECT_RETRY_SECONDS, DEFAULT_HOLD_SECONDS } from './client';

type UnicastFamily = UnicastAnnouncement['family'];

/** BIRD's names of families, and the names of our tables. */
const CHANNEL = { inet: 'ipv4', inet6: 'ipv6' };
export const ROUTE_TABLE = { inet: 'routes4', inet6: 'routes6' };
const NEXT_HOP_TABLE = { inet: 'master4', inet6: 'master6' };

/** The name of a neighbor's protocol, by the index of the neighbor. */
export function protocolName(index: number): string {
  return `neighbor${index + 1}`;
}

/** @throws Error for other families: BIRD 2.0 does not support EVPN, and we do not need its VPN routes */
export function unicastFamilies({ name, families }: Pick<ClientProps, 'name' | 'families'>): readonly UnicastFamily[] {
  return families.map((family) => {
    if (family !== 'inet' && family !== 'inet6') {
      throw new Error(`${name}: got ${family}, want inet or inet6: a client on BIRD has no other family, use gobgp`);
    }
    return family;
  });
}

/**
 * The configuration of BIRD 2.0. BGP routes are in separate tables, and no protocol exports to the kernel. Next hops
 * resolve in the main tables by a default route over the client's link: BIRD rejects the kernel's default route, whose
 * gateway is not in a network of the link.
 */
export function birdConfiguration(props: ClientProps, announcements: readonly Resolved<UnicastAnnouncement>[]): string {
  const families = unicastFamilies(props);
  const lines = [
    'log stderr all;',
    'timeformat log iso long ms;',
    `router id ${props.routerId};`,
    'protocol device {}',
    ...families.flatMap((family) => tablesOf(family, announcements, props)),
    'filter announced {',
    '  if source != RTS_STATIC then reject;',
    // BIRD sends the MED of another protocol's route to another AS only where a filter sets it.
    '  if defined(bgp_med) then bgp_med = bgp_med;',
    '  accept;',
    '}',
    ...props.neighbors.flatMap((neighbor, i) =>
      sessionWith(neighbor, protocolName(i), props, hasOwnPaths(announcements)),
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Whether an announcement has an AS path. BIRD then adds its own AS number to none: the paths of all are written out. */
const hasOwnPaths = (announcements: readonly UnicastAnnouncement[]) => announcements.some(({ asPath }) => asPath);

function tablesOf(
  family: UnicastFamily,
  announcements: readonly Resolved<UnicastAnnouncement>[],
  { autonomousSystem }: ClientProps,
): string[] {
  const channel = CHANNEL[family];
  const own = announcements.filter((announcement) => announcement.family === family);
  return [
    `${channel} table ${ROUTE_TABLE[family]};`,
    'protocol static {',
    `  ${channel};`,
    `  route ${family === 'inet' ? '0.0.0.0/0' : '::/0'} via "eth0";`,
    '}',
    `protocol static announced_${family} {`,
    `  ${channel} { table ${ROUTE_TABLE[family]}; };`,
    ...own.map((announcement) => {
      const path = hasOwnPaths(announcements) ? (announcement.asPath ?? [autonomousSystem]) : [];
      const prepends = [...path].reverse().map((as) => ` bgp_path.prepend(${as});`);
      return `  route ${announcement.prefix} blackhole { ${attributesOf(announcement)}${prepends.join('')} };`;
    }),
    '}',
  ];
}

function attributesOf(announcement: Resolved<UnicastAnnouncement>): string {
  const { nextHop, communities = [], routeTargets = [], med, localPreference } = announcement;
  return [
    `bgp_next_hop = ${nextHop};`,
    ...communities.map((community) => {
      const set = isLarge(community) ? 'bgp_large_community' : 'bgp_community';
      return `${set}.add((${community.replaceAll(':', ', ')}));`;
    }),
    ...routeTargets.map((target) => `bgp_ext_community.add((rt, ${target.replace(':', ', ')}));`),
    ...(med === undefined ? [] : [`bgp_med = ${med};`]),
    ...(localPreference === undefined ? [] : [`bgp_local_pref = ${localPreference};`]),
  ].join(' ');
}

function sessionWith(
  { address, localAddress, autonomousSystem, families, password, addPath }: ClientNeighbor,
  name: string,
  props: ClientProps,
  sendsPathsAsTheyAre: boolean,
): string[] {
  const carried = unicastFamilies({ ...props, families: families ?? props.families });
  const { holdSeconds: hold = DEFAULT_HOLD_SECONDS } = props;
  const retry = CONNECT_RETRY_SECONDS;
  return [
    `protocol bgp ${name} {`,
    // Logs when a session becomes Established.
    '  debug { events };',
    `  local ${localAddress} as ${props.autonomousSystem};`,
    `  neighbor ${address} as ${autonomousSystem};`,
    '  multihop;',
    ...(sendsPathsAsTheyAre ? ['  rs client;'] : []),
    ...(password === undefined ? [] : [`  password "${password}";`]),
    `  hold time ${hold};`,
    `  startup hold time ${hold};`,
    `  connect delay time ${retry};`,
    `  connect retry time ${retry};`,
    `  error wait time ${retry}, ${retry};`,
    ...carried.flatMap((family) => [
      `  ${CHANNEL[family]} {`,
      `    table ${ROUTE_TABLE[family]};`,
      `    igp table ${NEXT_HOP_TABLE[family]};`,
      '    import all;',
      ...(addPath ? ['    add paths rx;'] : []),
      '    export filter announced;',
      // The next hop of the announcement, also over a session of the other IP family.
      '    next hop keep;',
      '  };',
    ]),
    '}',
  ];
}
