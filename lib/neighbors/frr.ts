import { FAMILIES, Family, hostPrefix, IpFamily, traitsOf } from '../addressing';
import { CONNECT_RETRY_SECONDS } from '../configuration';
import {
  IGP_PROCESS,
  isExternal,
  NeighborConfiguration,
  NeighborGroup,
  nodeGroups,
  PASSWORD,
  clusterIdOf,
  familiesOf,
  isServed,
  timersToward,
} from './configuration';
import { below, headerLines, processChange } from './header';
import { maximumPrefixOnFrr } from './maximum-prefix';
import {
  communityLines,
  lengthsOf,
  PrefixList,
  redistributed,
  RouteMap,
  routeMapName,
  RouteMaps,
  routeMapsOf,
} from './route-maps';

// Commands are those of FRR 8.4 and later: docs.frrouting.org, "BGP", "BFD", "Route Maps", "Filtering", "Zebra", "STATIC",
// "ISIS", "OSPFv2", "OSPFv3".

const IP: Readonly<Record<4 | 6, string>> = { 4: 'ip', 6: 'ipv6' };
const ip = (family: Family) => IP[traitsOf(family).prefixes ?? 4];

/** The text that makes a router with FRR a neighbor: for zebra, staticd, bgpd, bfdd, and the daemon of an IGP. */
export function frr(configuration: NeighborConfiguration): string {
  const { vrf, anycast } = configuration;
  const maps = routeMapsOf(configuration);
  const shared = anycast.map(({ text }) => text).join(', ');
  const loopbackNote = `An IGP that runs on interface ${vrf ?? 'lo'} carries ${shared}, too: run it on a dummy interface instead.`;
  const missing = familiesOf(configuration.groups).filter((family) => traitsOf(family).frr === undefined);
  const notes = [
    ...(anycast.length > 0 ? [loopbackNote] : []),
    ...defaultRouteNotes(configuration),
    ...missing.map(
      (family) => `FRR does not have ${traitsOf(family).label} (${family}), so sessions do not carry them.`,
    ),
  ];
  const sections = [
    headerLines(configuration, {
      changes: configuration.exportsTo === 'isis' ? processChange(configuration) : [],
      notes,
    }).map((line) => `! ${line}`),
    loopback(configuration),
    configuration.statics.flatMap(({ address, via }) =>
      via.map(({ text }) => `${IP[address.family]} route ${hostPrefix(address)} ${text}${inVrf(configuration)}`),
    ),
    maps.prefixLists.flatMap(prefixList),
    [...maps.communityLists].map(([name, members]) => `bgp community-list standard ${name} permit ${members}`),
    ...maps.maps.map(routeMap),
    bgp(configuration, maps),
    // A bgpd that reads this file alone leaves its configuration mode at the `exit` of a block that it does not know.
    bfdProfiles(configuration),
    ...igp(configuration, maps),
  ];
  return [...sections.filter((lines) => lines.length > 0).flatMap((lines) => [...lines, '!']), ''].join('\n');
}

/** zebra resolves no address by a default route unless it is configured to (docs.frrouting.org, "Zebra"). */
function defaultRouteNotes({ vrf, groups, services }: NeighborConfiguration): readonly string[] {
  if (groups.every((group) => group.kind === 'metallb' || isServed(group))) return [];
  const where = vrf === undefined ? '' : ` in vrf ${vrf}`;
  return ([4, 6] as const).flatMap((family) => {
    const [address] = services.filter((each) => each.family === family);
    const command = `${IP[family]} nht resolve-via-default`;
    return address
      ? [
          `Where a default route is the only route to ${address.text}, add "${command}"${where}: FRR resolves no address by it otherwise.`,
        ]
      : [];
  });
}

function loopback({ vrf, addresses, interface: name, anycast }: NeighborConfiguration): readonly string[] {
  const own = [...(name === undefined ? addresses : []), ...anycast];
  if (own.length === 0) return [];
  const lines = own.map((address) => `${IP[address.family]} address ${hostPrefix(address)}`);
  // The device of a VRF is its loopback (docs.kernel.org, networking/vrf).
  return [vrf === undefined ? 'interface lo' : `interface ${vrf} vrf ${vrf}`, ...below(lines, 1), 'exit'];
}

const prefixList = ({ name, family, filters }: PrefixList): readonly string[] =>
  filters.map(
    (filter, i) =>
      `${ip(family)} prefix-list ${name} seq ${5 * (i + 1)} permit ${filter.prefix.text}${lengthsOf(filter)}`,
  );

const routeMap = ({ name, family, steps }: RouteMap): readonly string[] =>
  steps.flatMap(({ action, prefixList: prefixes, communityList, localPreference, ...step }, i) => [
    `route-map ${name} ${action} ${10 * (i + 1)}`,
    ...below(
      [
        ...(prefixes === undefined ? [] : [`match ${ip(family)} address prefix-list ${prefixes}`]),
        ...(communityList === undefined ? [] : [`match community ${communityList}`]),
        ...(localPreference === undefined ? [] : [`set local-preference ${localPreference}`]),
        ...communityLines({ action, ...step }),
      ],
      1,
    ),
    'exit',
  ]);

const inVrf = ({ vrf }: NeighborConfiguration) => (vrf === undefined ? '' : ` vrf ${vrf}`);

/** The timers of BFD, which FRR has by profiles. */
const bfdProfiles = (configuration: NeighborConfiguration): readonly string[] => {
  const profiles = nodeGroups(configuration).flatMap(({ name, bfd }) =>
    bfd
      ? [
          `profile ${name}`,
          ...below(
            [
              `detect-multiplier ${bfd.multiplier}`,
              `receive-interval ${bfd.receiveInterval}`,
              `transmit-interval ${bfd.transmitInterval}`,
            ],
            1,
          ),
          'exit',
        ]
      : [],
  );
  return profiles.length > 0 ? ['bfd', ...below(profiles, 1), 'exit'] : [];
};

/** The routing process of an IGP that has the routes to nodes. */
function igp(configuration: NeighborConfiguration, maps: RouteMaps): readonly (readonly string[])[] {
  const { exportsTo } = configuration;
  const vrf = inVrf(configuration);
  const routes = redistributed(maps);
  const process = (head: string, lines: readonly string[]) =>
    lines.length > 0 ? [[head, ...below(lines, 1), 'exit']] : [];
  if (exportsTo === 'bgp') return [];
  if (exportsTo === 'isis') {
    const lines = routes.map(
      ({ source, family, map }) =>
        `redistribute ${family === 'inet' ? 'ipv4' : 'ipv6'} ${source} level-2 route-map ${map}`,
    );
    return process(`router isis ${IGP_PROCESS}${vrf}`, lines);
  }
  const ofFamily = (own: IpFamily) =>
    routes.flatMap(({ source, family, map }) => (family === own ? [`redistribute ${source} route-map ${map}`] : []));
  return [...process(`router ospf${vrf}`, ofFamily('inet')), ...process(`router ospf6${vrf}`, ofFamily('inet6'))];
}

function bgp(configuration: NeighborConfiguration, maps: RouteMaps): readonly string[] {
  const { autonomousSystem, groups, routerId, exportsTo } = configuration;
  const families = FAMILIES.flatMap((family) => {
    const exported = exportsTo === 'bgp' ? redistributed(maps).filter((each) => each.family === family) : [];
    const lines = [
      ...exported.map(({ source, map }) => `redistribute ${source} route-map ${map}`),
      ...groups.flatMap((group) => inFamily(group, family)),
    ];
    const { frr: name } = traitsOf(family);
    return lines.length > 0 && name !== undefined
      ? ['!', `address-family ${name}`, ...below(lines, 1), 'exit-address-family']
      : [];
  });
  const sessionLines = groups.flatMap((group) => sessions(configuration, group));
  const identifiers = [
    ...(routerId ? [`bgp router-id ${routerId.text}`] : []),
    ...clusterIdOf(groups, 'bgp cluster-id'),
  ];
  const all = [...identifiers, ...sessionLines, ...families];
  if (all.length === 0) return [];
  return [`router bgp ${autonomousSystem}${inVrf(configuration)}`, ...below(all, 1), 'exit'];
}

function sessions(configuration: NeighborConfiguration, group: NeighborGroup): readonly string[] {
  const { name } = group;
  const own = [
    `remote-as ${group.remoteAs}`,
    `description ${group.description}`,
    ...(group.localAs === undefined ? [] : [`local-as ${group.localAs} no-prepend replace-as`]),
    ...(group.hops === undefined ? [] : [`ebgp-multihop ${group.hops}`]),
    ...(group.gtsmHops === undefined ? [] : [`ttl-security hops ${group.gtsmHops}`]),
    ...(group.source ? [`update-source ${group.source.text}`] : []),
    ...(group.passive ? ['passive'] : []),
    ...(group.password ? [`password ${PASSWORD}`] : []),
    ...(group.bfd ? ['bfd', `bfd profile ${name}`] : []),
    ...(group.kind === 'metallb'
      ? []
      : [
          `timers ${timersToward(group).keepalive} ${timersToward(group).hold}`,
          `timers connect ${CONNECT_RETRY_SECONDS}`,
        ]),
  ];
  return [
    `neighbor ${name} peer-group`,
    ...own.map((line) => `neighbor ${name} ${line}`),
    // A route server is not in the path of the routes that it passes on (RFC 7947, 2.2.2.1). FRR 10 rejects these by default.
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

function inFamily(group: NeighborGroup, family: Family): readonly string[] {
  const { name, kind, families } = group;
  // FRR activates IPv4 unicast by itself.
  if (!families.includes(family)) return family === 'inet' ? [`no neighbor ${name} activate`] : [];
  if (isServed(group)) {
    return [`neighbor ${name} activate`, ...(group.clusterId ? [`neighbor ${name} route-reflector-client`] : [])];
  }
  const use = kind === 'metallb' ? 'METALLB-' : '';
  return [
    `neighbor ${name} activate`,
    ...maximumPrefixOnFrr(group, family).map((limit) => `neighbor ${name} ${limit}`),
    // These routes keep the tunnel endpoint that they came with.
    ...(traitsOf(family).keepsNextHop && kind === 'route-server'
      ? [`neighbor ${name} attribute-unchanged next-hop`]
      : []),
    `neighbor ${name} route-map ${routeMapName(`${use}IN`, family)} in`,
    `neighbor ${name} route-map ${routeMapName(`${use}OUT`, family)} out`,
  ];
}
