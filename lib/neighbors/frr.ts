import { FAMILIES, Family, hostPrefix } from '../addressing';
import { TIMERS } from '../configuration';
import { isExternal, NeighborConfiguration, NeighborGroup, PASSWORD } from './configuration';
import { below, headerLines } from './header';
import { PrefixList, RouteMap, routeMapName, RouteMaps, routeMapsOf } from './route-maps';

// Commands are those of FRR 8.4 and later: docs.frrouting.org, "BGP", "Route Maps", "Filtering", "Zebra", "STATIC".

const ADDRESS_FAMILY: Readonly<Record<Family, string>> = {
  inet: 'ipv4 unicast',
  inet6: 'ipv6 unicast',
  evpn: 'l2vpn evpn',
};

const IP: Readonly<Record<4 | 6, string>> = { 4: 'ip', 6: 'ipv6' };
const ip = (family: Family) => IP[family === 'inet6' ? 6 : 4];

/** The text that makes a router with FRR a neighbor: of its zebra, staticd and bgpd. */
export function frr(configuration: NeighborConfiguration): string {
  const { vrf } = configuration;
  const maps = routeMapsOf(configuration);
  const sections = [
    headerLines(configuration).map((line) => `! ${line}`),
    loopback(configuration),
    configuration.statics.flatMap(({ address, via }) =>
      via.map(
        ({ text }) =>
          `${IP[address.family]} route ${hostPrefix(address)} ${text}${vrf === undefined ? '' : ` vrf ${vrf}`}`,
      ),
    ),
    maps.prefixLists.flatMap(prefixList),
    [...maps.communityLists].map(([name, members]) => `bgp community-list standard ${name} permit ${members}`),
    ...maps.maps.map(routeMap),
    bgp(configuration, maps),
  ];
  return [...sections.filter((lines) => lines.length > 0).flatMap((lines) => [...lines, '!']), ''].join('\n');
}

function loopback({ vrf, addresses, interface: name, anycast }: NeighborConfiguration): readonly string[] {
  const own = [...(name === undefined ? addresses : []), ...anycast];
  if (own.length === 0) return [];
  const lines = own.map((address) => `${IP[address.family]} address ${hostPrefix(address)}`);
  // The device of a VRF is its loopback (docs.kernel.org, networking/vrf).
  return [vrf === undefined ? 'interface lo' : `interface ${vrf} vrf ${vrf}`, ...below(lines, 1), 'exit'];
}

const prefixList = ({ name, family, filters }: PrefixList): readonly string[] =>
  filters.map(({ prefix, length }, i) => {
    const lengths = prefix.length === length ? '' : ` ge ${length} le ${length}`;
    return `${ip(family)} prefix-list ${name} seq ${5 * (i + 1)} permit ${prefix.text}${lengths}`;
  });

const routeMap = ({ name, family, steps }: RouteMap): readonly string[] =>
  steps.flatMap(({ action, prefixList: prefixes, communityList, localPreference, addCommunities }, i) => [
    `route-map ${name} ${action} ${10 * (i + 1)}`,
    ...below(
      [
        ...(prefixes === undefined ? [] : [`match ${ip(family)} address prefix-list ${prefixes}`]),
        ...(communityList === undefined ? [] : [`match community ${communityList}`]),
        ...(localPreference === undefined ? [] : [`set local-preference ${localPreference}`]),
        ...(addCommunities === undefined ? [] : [`set community ${addCommunities.join(' ')} additive`]),
      ],
      1,
    ),
    'exit',
  ]);

function bgp(configuration: NeighborConfiguration, { maps }: RouteMaps): readonly string[] {
  const { autonomousSystem, vrf, groups } = configuration;
  const has = (use: string, family: Family) => maps.some(({ name }) => name === routeMapName(use, family));
  const families = FAMILIES.flatMap((family) => {
    const told = (['connected', 'static'] as const).filter((source) => has(source.toUpperCase(), family));
    const lines = [
      ...told.map((source) => `redistribute ${source} route-map ${routeMapName(source.toUpperCase(), family)}`),
      ...groups.flatMap((group) => inFamily(group, family)),
    ];
    return lines.length > 0
      ? ['!', `address-family ${ADDRESS_FAMILY[family]}`, ...below(lines, 1), 'exit-address-family']
      : [];
  });
  const all = [...groups.flatMap((group) => sessions(configuration, group)), ...families];
  if (all.length === 0) return [];
  return [`router bgp ${autonomousSystem}${vrf === undefined ? '' : ` vrf ${vrf}`}`, ...below(all, 1), 'exit'];
}

/**
 * FRR waits 120 seconds before it dials again (10.x: 30). An address that is announced again would stay without a session
 * for as long, as the pods do not dial.
 */
const CONNECT_RETRY_SECONDS = 10;

function sessions(configuration: NeighborConfiguration, group: NeighborGroup): readonly string[] {
  const { name } = group;
  const own = [
    `remote-as ${group.remoteAs}`,
    `description ${group.description}`,
    ...(group.localAs === undefined ? [] : [`local-as ${group.localAs} no-prepend replace-as`]),
    ...(group.hops === undefined ? [] : [`ebgp-multihop ${group.hops}`]),
    ...(group.source ? [`update-source ${group.source.text}`] : []),
    ...(group.passive ? ['passive'] : []),
    ...(group.password ? [`password ${PASSWORD}`] : []),
    ...(group.bfd ? ['bfd'] : []),
    ...(group.kind === 'metallb'
      ? []
      : [`timers ${TIMERS.keepalive} ${TIMERS.hold}`, `timers connect ${CONNECT_RETRY_SECONDS}`]),
  ];
  return [
    `neighbor ${name} peer-group`,
    ...own.map((line) => `neighbor ${name} ${line}`),
    // A route server is not in the path of the routes that it passes on (RFC 7947, 2.2.2.1). FRR 10 asks for it by default.
    ...(isExternal(configuration, group) && group.kind === 'route-server'
      ? [`no neighbor ${name} enforce-first-as`]
      : []),
    ...group.neighbors.flatMap(({ address: { text }, description }) => [
      `neighbor ${text} peer-group ${name}`,
      `neighbor ${text} description ${description}`,
    ]),
    ...group.ranges.map(({ text }) => `bgp listen range ${text} peer-group ${name}`),
  ];
}

function inFamily({ name, kind, families }: NeighborGroup, family: Family): readonly string[] {
  // FRR activates IPv4 unicast by itself.
  if (!families.includes(family)) return family === 'inet' ? [`no neighbor ${name} activate`] : [];
  const use = kind === 'metallb' ? 'METALLB-' : '';
  return [
    `neighbor ${name} activate`,
    // Routes of EVPN keep the tunnel endpoint that they came with.
    ...(family === 'evpn' && kind === 'route-server' ? [`neighbor ${name} attribute-unchanged next-hop`] : []),
    `neighbor ${name} route-map ${routeMapName(`${use}IN`, family)} in`,
    `neighbor ${name} route-map ${routeMapName(`${use}OUT`, family)} out`,
  ];
}
