import { FAMILIES, Family, hostPrefix, IP_FAMILIES, IpAddress, IpPrefix, isOverlay, traitsOf } from '../addressing';
import { BfdTimers } from '../model';
import {
  familiesOf,
  filtersOf,
  GRACEFUL_SHUTDOWN,
  IGP_PROCESS,
  isExternal,
  NeighborConfiguration,
  NeighborGroup,
  nodeGroups,
  ofFamily,
  PASSWORD,
  podGroups,
  receivesAll,
  RouteFilter,
  clusterIdOf,
  isServed,
  timersToward,
} from './configuration';
import { below, headerLines, PlatformLines, processChange } from './header';
import { loopbacksOf, sourceOf } from './loopbacks';
import { maximumPrefix } from './maximum-prefix';

// Commands are those of Cisco's "BGP Configuration Guide" and "Routing Command Reference" for IOS XR 7: "BGP Commands",
// "BFD Commands", "Routing Policy Language Commands", "Static Routing Commands", "IS-IS Commands", "OSPF Commands". A
// neighbor that is a prefix accepts all addresses in it ("BGP dynamic neighbors").

const HOST_MASK = '255.255.255.255';

/** The placeholder of the line card that runs BFD over several hops. */
const LINE_CARD = '0/0/CPU0';

const LEAVING = 'MESHRR-GRACEFUL-SHUTDOWN';

const named = (use: string, family: Family) => `MESHRR-${use}-${family.toUpperCase()}`;

/** A block of lines that is closed by "!". */
const block = (head: string, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? [head, ...below(lines, 1), '!'] : [];

/** The text that makes an IOS-XR router a neighbor. */
export function iosxr(configuration: NeighborConfiguration): string {
  const sets = new Map<string, readonly string[]>();
  const policies = policiesOf(configuration, sets);
  const lines = [
    ...headerLines(configuration, platformLines(configuration)).map((line) => `! ${line}`),
    '!',
    ...loopbacksOf(configuration).flatMap(({ name, addresses }) =>
      block(`interface ${name}`, [
        ...(configuration.vrf === undefined ? [] : [`vrf ${configuration.vrf}`]),
        ...addresses.map((address) =>
          address.family === 4 ? `ipv4 address ${address.text} ${HOST_MASK}` : `ipv6 address ${hostPrefix(address)}`,
        ),
      ]),
    ),
    ...[...sets].flatMap(([name, members]) => [
      `prefix-set ${name}`,
      ...below(
        members.map((member, i) => (i < members.length - 1 ? `${member},` : member)),
        2,
      ),
      'end-set',
      '!',
    ]),
    ...(podGroups(configuration).length > 0
      ? [`community-set ${LEAVING}`, ...below([GRACEFUL_SHUTDOWN], 2), 'end-set', '!']
      : []),
    ...[...policies].flatMap(([name, body]) => [`route-policy ${name}`, ...below(body, 2), 'end-policy', '!']),
    ...statics(configuration),
    ...(hasMultihopBfd(configuration) ? block('bfd', [`multipath include location ${LINE_CARD}`]) : []),
    ...bgp(configuration, new Set(policies.keys())),
    ...igp(configuration, new Set(policies.keys())),
  ];
  return [...lines, ''].join('\n');
}

/** BFD to an address that is not on a link has no line card of its own. */
const hasMultihopBfd = (configuration: NeighborConfiguration) =>
  nodeGroups(configuration).some(({ bfd, source }) => bfd !== undefined && source !== undefined);

function platformLines(configuration: NeighborConfiguration): PlatformLines {
  const { vrf, autonomousSystem, groups } = configuration;
  const families = familiesOf(groups).filter((family) => !isOverlay(family));
  const names = families.map((family) => traitsOf(family).iosxr).join(' and ');
  const parents = families.map((family) => (family === 'inet' ? 'vpnv4 unicast' : 'vpnv6 unicast')).join(' and ');
  return {
    changes: [
      ...(hasMultihopBfd(configuration)
        ? [`${LINE_CARD}: stands for a line card that runs BFD over several hops`]
        : []),
      ...processChange(configuration),
    ],
    notes:
      vrf !== undefined && families.length > 0
        ? [
            `Around this, "vrf ${vrf}" has ${names}; "router bgp ${autonomousSystem}" has ${parents}, and "vrf ${vrf}" in it an rd.`,
          ]
        : [],
  };
}

function filterOf({ prefix, length, upTo = length }: RouteFilter): string {
  if (prefix.length === upTo) return prefix.text;
  if (length === upTo) return `${prefix.text} eq ${length}`;
  return `${prefix.text} le ${upTo}`;
}

/** The policies by name; the sets of prefixes in them are added to `sets`. */
function policiesOf(
  configuration: NeighborConfiguration,
  sets: Map<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const { accepted, toNodes, anycast, services, connected, statics: routes, marks, announced } = configuration;
  const policies = new Map<string, readonly string[]>();
  /** Runs `then` for destinations in a set, where there are any. */
  const within = (
    use: string,
    family: Family,
    members: readonly string[],
    then: readonly string[],
  ): readonly string[] => {
    if (members.length === 0) return [];
    sets.set(named(use, family), members);
    return [`if destination in ${named(use, family)} then`, ...below(then, 2), 'endif'];
  };
  const hosts = (addresses: readonly IpAddress[], family: Family) =>
    ofFamily(addresses, family, (address) => address).map(hostPrefix);
  const texts = (prefixes: readonly IpPrefix[], family: Family) =>
    ofFamily(prefixes, family, (prefix) => prefix).map(({ text }) => text);
  const only = (use: string, family: Family, filters: readonly RouteFilter[]) => [
    ...within(use, family, filtersOf(filters, family).map(filterOf), ['done']),
    'drop',
  ];
  const noAnycast = (family: Family) => within('ANYCAST', family, hosts(anycast, family), ['drop']);

  for (const family of familiesOf(nodeGroups(configuration))) {
    policies.set(named('METALLB-IN', family), only('METALLB', family, accepted));
    const clients = only('CLIENTS', family, toNodes);
    policies.set(named('METALLB-OUT', family), clients.length > 1 ? [...noAnycast(family), ...clients] : clients);
  }
  for (const family of familiesOf(podGroups(configuration))) {
    if (traitsOf(family).isRequest) continue;
    const noServices = [...within('SERVICES', family, hosts(services, family), ['drop']), ...noAnycast(family)];
    policies.set(named('IN', family), [
      ...noServices,
      `if community matches-any ${LEAVING} then`,
      ...below(['set local-preference 0'], 2),
      'endif',
      'pass',
    ]);
    const marked = marks.flatMap(({ communities: { standard, large }, prefixes }, i) =>
      within(`MARK-${i + 1}`, family, texts(prefixes, family), [
        ...(standard.length > 0 ? [`set community (${standard.join(', ')}) additive`] : []),
        ...(large.length > 0 ? [`set large-community (${large.join(', ')}) additive`] : []),
      ]),
    );
    const listed = announced[family];
    const rest = listed ? only('ANNOUNCED', family, listed) : ['pass'];
    policies.set(named('OUT', family), [...noServices, ...marked, ...rest]);
  }
  for (const family of IP_FAMILIES) {
    const links = only('CONNECTED', family, connected);
    if (links.length > 1) policies.set(named('CONNECTED', family), [...noAnycast(family), ...links]);
    const carried = hosts(
      routes.map(({ address }) => address),
      family,
    );
    const toServices = within('STATIC', family, carried, ['done']);
    if (toServices.length > 0) policies.set(named('STATIC', family), [...toServices, 'drop']);
  }
  return policies;
}

function statics({ statics: routes, vrf }: NeighborConfiguration): readonly string[] {
  const families = IP_FAMILIES.flatMap((family) =>
    block(
      `address-family ${traitsOf(family).iosxr}`,
      ofFamily(routes, family, ({ address }) => address).flatMap(({ address, via }) =>
        via.map(({ text }) => `${hostPrefix(address)} ${text}`),
      ),
    ),
  );
  return block('router static', vrf === undefined ? families : block(`vrf ${vrf}`, families));
}

/** The lines that redistribute routes to nodes in a family. */
const redistributed = (policies: ReadonlySet<string>, family: Family): readonly string[] =>
  (['connected', 'static'] as const).flatMap((source) => {
    const policy = named(source.toUpperCase(), family);
    return policies.has(policy) ? [`redistribute ${source} route-policy ${policy}`] : [];
  });

/** The routing process of an IGP that has the routes to nodes. */
function igp({ exportsTo, vrf }: NeighborConfiguration, policies: ReadonlySet<string>): readonly string[] {
  if (exportsTo === 'bgp') return [];
  if (exportsTo === 'isis') {
    const families = IP_FAMILIES.flatMap((family) =>
      block(`address-family ${traitsOf(family).iosxr}`, redistributed(policies, family)),
    );
    return block(`router isis ${IGP_PROCESS}`, families);
  }
  return IP_FAMILIES.flatMap((family) => {
    const lines = redistributed(policies, family);
    const head = `router ${family === 'inet' ? 'ospf' : 'ospfv3'} ${IGP_PROCESS}`;
    return block(head, vrf === undefined ? lines : block(`vrf ${vrf}`, lines));
  });
}

function bgp(configuration: NeighborConfiguration, policies: ReadonlySet<string>): readonly string[] {
  const { autonomousSystem, vrf, groups, routerId, exportsTo } = configuration;
  const used = familiesOf(groups);
  // Routes with labels are those of the unicast family, with labels that this allocates for them.
  const labeled = (family: Family) => used.some((each) => traitsOf(each).unlabeled === family);
  const families = FAMILIES.flatMap((family) => {
    const exported = exportsTo === 'bgp' ? redistributed(policies, family) : [];
    const carriers = used.filter((each) => each === family || traitsOf(each).unlabeled === family);
    const all = carriers.some((each) => groups.some((group) => receivesAll(group, each)));
    const lines = [
      ...(all ? ['additional-paths receive'] : []),
      ...exported,
      ...(labeled(family) ? ['allocate-label all'] : []),
    ];
    if (lines.length === 0 && (!used.includes(family) || traitsOf(family).unlabeled !== undefined)) return [];
    return [`address-family ${traitsOf(family).iosxr}`, ...below(lines, 1), '!'];
  });
  const lines = [
    ...(routerId ? [`bgp router-id ${routerId.text}`] : []),
    ...clusterIdOf(groups, 'bgp cluster-id'),
    // A route server is not in the path of the routes that it passes on (RFC 7947, 2.2.2.1); IOS-XR rejects these by default.
    ...(groups.some(({ kind }) => kind === 'route-server') ? ['bgp enforce-first-as disable'] : []),
    ...families,
    ...groups.flatMap((group) => [
      ...group.ranges.flatMap(({ text }) =>
        block(`neighbor ${text}`, neighbor(configuration, { ...group, passive: false }, group.description)),
      ),
      ...group.neighbors.flatMap(({ address: { text }, description }) =>
        block(`neighbor ${text}`, neighbor(configuration, group, description)),
      ),
    ]),
  ];
  return block(`router bgp ${autonomousSystem}`, vrf === undefined ? lines : block(`vrf ${vrf}`, lines));
}

function neighbor(configuration: NeighborConfiguration, group: NeighborGroup, description: string): readonly string[] {
  const external = isExternal(configuration, group);
  const source = sourceOf(configuration, group);
  return [
    `remote-as ${group.remoteAs}`,
    ...(group.bfd ? bfdLines(group.bfd) : []),
    ...(group.hops === undefined ? [] : [`ebgp-multihop ${group.hops}`]),
    ...(group.localAs === undefined ? [] : [`local-as ${group.localAs} no-prepend replace-as`]),
    ...(group.kind === 'metallb' ? [] : [`timers ${timersToward(group).keepalive} ${timersToward(group).hold}`]),
    ...(group.password ? [`password clear ${PASSWORD}`] : []),
    `description ${description}`,
    ...(source === undefined ? [] : [`update-source ${source}`]),
    ...(group.passive ? ['session-open-mode passive-only'] : []),
    ...group.families.flatMap((family) =>
      isServed(group) || traitsOf(family).isRequest
        ? [`address-family ${traitsOf(family).iosxr}`, ...(group.clusterId ? [' route-reflector-client'] : []), '!']
        : block(`address-family ${traitsOf(family).iosxr}`, [
            ...maximumPrefix(group, family),
            ...inFamily(group, family, external),
          ]),
    ),
  ];
}

function inFamily({ kind }: NeighborGroup, family: Family, external: boolean): readonly string[] {
  const use = kind === 'metallb' ? 'METALLB-' : '';
  const toServer = external && kind === 'route-server';
  return [
    `route-policy ${named(`${use}IN`, family)} in`,
    `route-policy ${named(`${use}OUT`, family)} out`,
    // IOS-XR sends no communities over eBGP without this. Routes of EVPN keep the tunnel endpoint that they came with.
    ...(toServer ? ['send-community-ebgp', 'send-extended-community-ebgp'] : []),
    ...(toServer && traitsOf(family).keepsNextHop ? ['next-hop-unchanged'] : []),
  ];
}

/** IOS-XR has one interval for both directions. */
const bfdLines = ({ receiveInterval, transmitInterval, multiplier }: BfdTimers) => [
  'bfd fast-detect',
  `bfd multiplier ${multiplier}`,
  `bfd minimum-interval ${Math.max(receiveInterval, transmitInterval)}`,
];
