import { FAMILIES, Family, hostPrefix } from '../addressing';
import { TIMERS } from '../configuration';
import { NeighborConfiguration, NeighborGroup, PASSWORD } from './configuration';
import { below, headerLines } from './header';
import { loopbacksOf, sourceOf } from './loopbacks';
import { PrefixList, RouteMap, routeMapName, RouteMaps, routeMapsOf } from './route-maps';

// Commands are those of the Arista EOS User Manual, "Border Gateway Protocol (BGP)", "ACLs and Route Maps", "IPv4",
// "IPv6", and as Arista's own AVD writes them (github.com/aristanetworks/avd, eos_cli_config_gen).

const STEP = 3;

const ADDRESS_FAMILY: Readonly<Record<Family, string>> = { inet: 'ipv4', inet6: 'ipv6', evpn: 'evpn' };

const IP: Readonly<Record<4 | 6, string>> = { 4: 'ip', 6: 'ipv6' };
const ip = (family: Family) => IP[family === 'inet6' ? 6 : 4];

/** The text that makes a router with Arista EOS a neighbor. */
export function eos(configuration: NeighborConfiguration): string {
  const { vrf, groups, statics } = configuration;
  const maps = routeMapsOf(configuration);
  const evpn = groups.some(({ families }) => families.includes('evpn'));
  const note = evpn ? ['EVPN needs "service routing protocols model multi-agent", which takes a reload.'] : [];
  const inVrf = vrf === undefined ? '' : ` vrf ${vrf}`;
  const sections = [
    [...headerLines(configuration), ...note].map((line) => `! ${line}`),
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
  ];
  return [...sections.filter((lines) => lines.length > 0).flatMap((lines) => [...lines, '!']), ''].join('\n');
}

/** A list of IPv4 has its entries on lines of their own, one of IPv6 in a block. */
function prefixList({ name, family, filters }: PrefixList): readonly string[] {
  const entries = filters.map(({ prefix, length }, i) => {
    const lengths = prefix.length === length ? '' : ` eq ${length}`;
    return `seq ${10 * (i + 1)} permit ${prefix.text}${lengths}`;
  });
  return family === 'inet'
    ? entries.map((entry) => `ip prefix-list ${name} ${entry}`)
    : [`ipv6 prefix-list ${name}`, ...below(entries, STEP)];
}

const routeMap = ({ name, family, steps }: RouteMap): readonly (readonly string[])[] =>
  steps.map(({ action, prefixList: prefixes, communityList, localPreference, addCommunities, nextHop }, i) => [
    `route-map ${name} ${action} ${10 * (i + 1)}`,
    ...below(
      [
        ...(prefixes === undefined ? [] : [`match ${ip(family)} address prefix-list ${prefixes}`]),
        ...(communityList === undefined ? [] : [`match community ${communityList}`]),
        ...(localPreference === undefined ? [] : [`set local-preference ${localPreference}`]),
        ...(addCommunities === undefined ? [] : [`set community ${addCommunities.join(' ')} additive`]),
        ...(nextHop === undefined ? [] : [`set ${ip(family)} next-hop ${nextHop.text}`]),
      ],
      STEP,
    ),
  ]);

function bgp(configuration: NeighborConfiguration, maps: RouteMaps): readonly string[] {
  const { autonomousSystem, vrf, groups } = configuration;
  const inVrf = [...groups.flatMap(members), ...FAMILIES.flatMap((family) => addressFamily(groups, family, maps))];
  const all = [
    ...groups.flatMap((group) => peerGroup(configuration, group)),
    ...(vrf === undefined || inVrf.length === 0 ? inVrf : ['!', `vrf ${vrf}`, ...below(inVrf, STEP)]),
  ];
  return all.length > 0 ? [`router bgp ${autonomousSystem}`, ...below(all, STEP)] : [];
}

function peerGroup(configuration: NeighborConfiguration, group: NeighborGroup): readonly string[] {
  const { name, kind } = group;
  const source = sourceOf(configuration, group);
  const own = [
    'peer group',
    `remote-as ${group.remoteAs}`,
    // Routes of EVPN keep the tunnel endpoint that they came with; those of IP get their next hop by the route map.
    ...(kind === 'route-server' && group.families.includes('evpn') ? ['next-hop-unchanged'] : []),
    ...(group.localAs === undefined ? [] : [`local-as ${group.localAs} no-prepend replace-as`]),
    ...(group.passive ? ['passive'] : []),
    ...(source === undefined ? [] : [`update-source ${source}`]),
    ...(group.bfd ? ['bfd'] : []),
    `description ${group.description}`,
    ...(group.hops === undefined ? [] : [`ebgp-multihop ${group.hops}`]),
    ...(kind === 'metallb' ? [] : [`timers ${TIMERS.keepalive} ${TIMERS.hold}`]),
    ...(group.password ? [`password 0 ${PASSWORD}`] : []),
    // EOS sends no communities without this, and would give a neighbor up that has more than 12000 routes.
    ...(kind === 'metallb' ? [] : ['send-community standard extended large', 'maximum-routes 0']),
  ];
  return [
    ...own.map((line) => `neighbor ${name} ${line}`),
    // A route server is not in the path of the routes that it passes on (RFC 7947, 2.2.2.1); EOS asks for it by default.
    ...(kind === 'route-server' ? [`no neighbor ${name} enforce-first-as`] : []),
  ];
}

const members = ({ name, remoteAs, neighbors, ranges }: NeighborGroup): readonly string[] => [
  ...ranges.map(({ text }) => `bgp listen range ${text} peer-group ${name} remote-as ${remoteAs}`),
  ...neighbors.flatMap(({ address: { text }, description }) => [
    `neighbor ${text} peer group ${name}`,
    `neighbor ${text} description ${description}`,
  ]),
];

function addressFamily(groups: readonly NeighborGroup[], family: Family, { maps }: RouteMaps): readonly string[] {
  const has = (use: string) => maps.some(({ name }) => name === routeMapName(use, family));
  const lines = [
    ...groups.flatMap((group) => inFamily(group, family)),
    ...(['connected', 'static'] as const)
      .filter((source) => has(source.toUpperCase()))
      .map((source) => `redistribute ${source} route-map ${routeMapName(source.toUpperCase(), family)}`),
  ];
  return lines.length > 0 ? ['!', `address-family ${ADDRESS_FAMILY[family]}`, ...below(lines, STEP)] : [];
}

function inFamily({ name, kind, families }: NeighborGroup, family: Family): readonly string[] {
  // EOS activates IPv4 unicast by itself.
  if (!families.includes(family)) return family === 'inet' ? [`no neighbor ${name} activate`] : [];
  const use = kind === 'metallb' ? 'METALLB-' : '';
  return [
    `neighbor ${name} activate`,
    `neighbor ${name} route-map ${routeMapName(`${use}IN`, family)} in`,
    `neighbor ${name} route-map ${routeMapName(`${use}OUT`, family)} out`,
  ];
}
