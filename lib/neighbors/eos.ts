import { FAMILIES, Family, hostPrefix, isOverlay, traitsOf } from '../addressing';
import { listed } from '../model';
import {
  IGP_PROCESS,
  NeighborConfiguration,
  NeighborGroup,
  PASSWORD,
  clusterIdOf,
  familiesOf,
  isServed,
  keepsNextHop,
  receivesAll,
  timersToward,
} from './configuration';
import { below, headerLines, processChange } from './header';
import { loopbacksOf, sourceOf } from './loopbacks';
import {
  communityLines,
  lengthsOf,
  PrefixList,
  redistributed,
  RouteMap,
  routeMapName,
  RouteMaps,
  routeMapsOf,
  withMergedFamilies,
} from './route-maps';

// Commands are those of the Arista EOS User Manual, "Border Gateway Protocol (BGP)", "ACLs and Route Maps", "IPv4",
// "IPv6", and as Arista's own AVD writes them (github.com/aristanetworks/avd, eos_cli_config_gen).

const STEP = 3;

const IP: Readonly<Record<4 | 6, string>> = { 4: 'ip', 6: 'ipv6' };
const ip = (family: Family) => IP[traitsOf(family).prefixes ?? 4];

/** The text that makes a router with Arista EOS a neighbor. */
export function eos(configuration: NeighborConfiguration): string {
  const { vrf, groups, statics } = configuration;
  // IS-IS takes one route map for each source of routes, whatever their family.
  const own = routeMapsOf(configuration);
  const maps = configuration.exportsTo === 'isis' ? withMergedFamilies(own) : own;
  const overlays = familiesOf(groups).filter(isOverlay);
  const names = listed(overlays.map((family) => traitsOf(family).label));
  const verb = overlays.length > 1 ? 'need' : 'needs';
  const note =
    overlays.length > 0
      ? [`${names} ${verb} "service routing protocols model multi-agent", which takes a reload.`]
      : [];
  const inVrf = vrf === undefined ? '' : ` vrf ${vrf}`;
  const header = headerLines(configuration, {
    changes: processChange(configuration),
    notes: note,
  });
  const sections = [
    header.map((line) => `! ${line}`),
    ...loopbacksOf(configuration).map(({ name, addresses }) => [
      `interface ${name}`,
      ...below(
        [
          ...(vrf === undefined ? [] : [`vrf ${vrf}`]),
          ...addresses.map((address) => `${IP[address.family]} address ${hostPrefix(address)}`),
        ],
        STEP,
      ),
    ]),
    statics.flatMap(({ address, via }) =>
      via.map(({ text }) => `${IP[address.family]} route${inVrf} ${hostPrefix(address)} ${text}`),
    ),
    ...maps.prefixLists.map(prefixList),
    [...maps.communityLists].map(([name, members]) => `ip community-list ${name} permit ${members}`),
    ...maps.maps.flatMap(routeMap),
    bgp(configuration, maps),
    ...igp(configuration, maps),
  ];
  return [...sections.filter((lines) => lines.length > 0).flatMap((lines) => [...lines, '!']), ''].join('\n');
}

/** A list of IPv4 has its entries on lines of their own, one of IPv6 in a block. */
function prefixList({ name, family, filters }: PrefixList): readonly string[] {
  const entries = filters.map((filter, i) => {
    const { prefix, length, upTo } = filter;
    const lengths = upTo === undefined && length > prefix.length ? ` eq ${length}` : lengthsOf(filter);
    return `seq ${10 * (i + 1)} permit ${prefix.text}${lengths}`;
  });
  return traitsOf(family).prefixes === 4
    ? entries.map((entry) => `ip prefix-list ${name} ${entry}`)
    : [`ipv6 prefix-list ${name}`, ...below(entries, STEP)];
}

const routeMap = ({ name, family: own, steps }: RouteMap): readonly (readonly string[])[] =>
  steps.map(({ action, family = own, prefixList: prefixes, communityList, localPreference, nextHop, ...step }, i) => [
    `route-map ${name} ${action} ${10 * (i + 1)}`,
    ...below(
      [
        ...(prefixes === undefined ? [] : [`match ${ip(family)} address prefix-list ${prefixes}`]),
        ...(communityList === undefined ? [] : [`match community ${communityList}`]),
        ...(localPreference === undefined ? [] : [`set local-preference ${localPreference}`]),
        ...communityLines({ action, ...step }),
        ...(nextHop === undefined ? [] : [`set ${ip(family)} next-hop ${nextHop.text}`]),
      ],
      STEP,
    ),
  ]);

function bgp(configuration: NeighborConfiguration, maps: RouteMaps): readonly string[] {
  const { autonomousSystem, vrf, groups, routerId } = configuration;
  const nameOf = ({ name }: NeighborGroup) => [name];
  const addressesOf = ({ neighbors }: NeighborGroup) => neighbors.map(({ address }) => address.text);
  const activated = (namesOf: NamesOf) =>
    FAMILIES.map((family) => [family, groups.flatMap((group) => inFamily(group, family, namesOf))] as const);
  const exported = FAMILIES.map((family) => [family, exportedTo(configuration, family, maps)] as const);
  const identifier = [...(routerId ? [`router-id ${routerId.text}`] : []), ...clusterIdOf(groups, 'bgp cluster-id')];
  const peerGroups = groups.flatMap((group) => peerGroup(configuration, group));
  const neighbors = groups.flatMap(members);
  const inVrf = [...identifier, ...neighbors, ...addressFamilies(activated(addressesOf), exported)];
  const all =
    vrf === undefined
      ? [...identifier, ...peerGroups, ...neighbors, ...addressFamilies(activated(nameOf), exported)]
      : [
          ...peerGroups,
          // Neighbors from a range have the policies of their peer group, which is activated for all VRFs at once.
          ...addressFamilies(activated((group) => (group.ranges.length > 0 ? [group.name] : []))),
          ...(inVrf.length > 0 ? ['!', `vrf ${vrf}`, ...below(inVrf, STEP)] : []),
        ];
  return all.length > 0 ? [`router bgp ${autonomousSystem}`, ...below(all, STEP)] : [];
}

/** The names by which the neighbors of a group are activated in an address family. */
type NamesOf = (group: NeighborGroup) => readonly string[];

function peerGroup(configuration: NeighborConfiguration, group: NeighborGroup): readonly string[] {
  const { name, kind } = group;
  const source = sourceOf(configuration, group);
  const own = [
    'peer group',
    `remote-as ${group.remoteAs}`,
    // Routes of EVPN keep the tunnel endpoint that they came with; those of IP get their next hop by the route map.
    ...(kind === 'route-server' && keepsNextHop([group]) ? ['next-hop-unchanged'] : []),
    ...(group.localAs === undefined ? [] : [`local-as ${group.localAs} no-prepend replace-as`]),
    ...(group.passive ? ['passive'] : []),
    ...(group.clusterId ? ['route-reflector-client'] : []),
    ...(source === undefined ? [] : [`update-source ${source}`]),
    ...(group.bfd
      ? [
          'bfd',
          `bfd interval ${group.bfd.transmitInterval} min-rx ${group.bfd.receiveInterval} multiplier ${group.bfd.multiplier}`,
        ]
      : []),
    `description ${group.description}`,
    ...(group.hops === undefined ? [] : [`ebgp-multihop ${group.hops}`]),
    ...(kind === 'metallb' ? [] : [`timers ${timersToward(group).keepalive} ${timersToward(group).hold}`]),
    ...(group.password ? [`password 0 ${PASSWORD}`] : []),
    // Without this EOS sends no communities, and ends a session on which it receives more than 12000 routes.
    ...(kind === 'metallb' ? [] : ['send-community standard extended large', ...maximumRoutes(group)]),
  ];
  return [
    ...own.map((line) => `neighbor ${name} ${line}`),
    // A route server is not in the path of the routes that it passes on (RFC 7947, 2.2.2.1); EOS rejects these by default.
    ...(kind === 'route-server' ? [`no neighbor ${name} enforce-first-as`] : []),
  ];
}

/** EOS counts the routes of all families of a neighbor together. */
function maximumRoutes({ maximumPrefixes, families }: NeighborGroup): readonly string[] {
  const each = families.map((family) => maximumPrefixes?.maximum[family]);
  if (!maximumPrefixes || each.includes(undefined)) return ['maximum-routes 0'];
  const { threshold, excess, restartMinutes = 0 } = maximumPrefixes;
  const most = each.reduce<number>((sum, maximum = 0) => sum + maximum, 0);
  return [
    `maximum-routes ${most} warning-limit ${threshold} percent${excess === 'warn' ? ' warning-only' : ''}`,
    ...(excess === 'restart' ? [`idle-restart-timer ${restartMinutes * 60}`] : []),
  ];
}

const members = ({ name, remoteAs, neighbors, ranges }: NeighborGroup): readonly string[] => [
  ...ranges.map(({ text }) => `bgp listen range ${text} peer-group ${name} remote-as ${remoteAs}`),
  ...neighbors.flatMap(({ address: { text }, description }) => [
    `neighbor ${text} peer group ${name}`,
    `neighbor ${text} description ${description}`,
  ]),
];

/** The address families that have lines, out of some lists of these. */
const addressFamilies = (...lists: readonly (readonly (readonly [Family, readonly string[]])[])[]): readonly string[] =>
  FAMILIES.flatMap((family) => {
    const lines = lists.flatMap((list) => list.flatMap(([each, own]) => (each === family ? own : [])));
    return lines.length > 0 ? ['!', `address-family ${traitsOf(family).eos}`, ...below(lines, STEP)] : [];
  });

const exportedTo = ({ exportsTo }: NeighborConfiguration, family: Family, maps: RouteMaps): readonly string[] =>
  redistributed(maps).flatMap((each) =>
    exportsTo === 'bgp' && each.family === family ? [`redistribute ${each.source} route-map ${each.map}`] : [],
  );

function inFamily(group: NeighborGroup, family: Family, namesOf: NamesOf): readonly string[] {
  const { kind, families } = group;
  return namesOf(group).flatMap((name) => {
    // EOS activates IPv4 unicast by default.
    if (!families.includes(family)) return family === 'inet' ? [`no neighbor ${name} activate`] : [];
    if (isServed(group)) return [`neighbor ${name} activate`];
    const use = kind === 'metallb' ? 'METALLB-' : '';
    if (traitsOf(family).isRequest) return [`neighbor ${name} activate`];
    return [
      `neighbor ${name} activate`,
      ...(receivesAll(group, family) ? [`neighbor ${name} additional-paths receive`] : []),
      `neighbor ${name} route-map ${routeMapName(`${use}IN`, family)} in`,
      `neighbor ${name} route-map ${routeMapName(`${use}OUT`, family)} out`,
    ];
  });
}

/** The routing process of an IGP that has the routes to nodes. */
function igp({ exportsTo, vrf }: NeighborConfiguration, maps: RouteMaps): readonly (readonly string[])[] {
  if (exportsTo === 'bgp') return [];
  const inVrf = vrf === undefined ? '' : ` vrf ${vrf}`;
  const linesOf = (families: readonly Family[]) =>
    redistributed(maps)
      .filter(({ family }) => families.includes(family))
      .map(({ source, map }) => `redistribute ${source} route-map ${map}`);
  const process = (head: string, families: readonly Family[]) => {
    const lines = linesOf(families);
    return lines.length > 0 ? [[`${head} ${IGP_PROCESS}${inVrf}`, ...below(lines, STEP)]] : [];
  };
  if (exportsTo === 'ospf') return [...process('router ospf', ['inet']), ...process('ipv6 router ospf', ['inet6'])];
  return process('router isis', FAMILIES);
}
