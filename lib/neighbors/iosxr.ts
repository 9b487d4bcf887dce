import { FAMILIES, Family, hostPrefix, IpAddress, IpPrefix } from '../addressing';
import { TIMERS } from '../configuration';
import {
  BFD,
  familiesOf,
  GRACEFUL_SHUTDOWN,
  IP_FAMILIES,
  IpFamily,
  isExternal,
  NeighborConfiguration,
  NeighborGroup,
  nodeGroups,
  ofFamily,
  PASSWORD,
  podGroups,
  redistributes,
  RouteFilter,
} from './configuration';
import { below, headerLines } from './header';
import { loopbacksOf, sourceOf } from './loopbacks';

// Commands are those of Cisco's "BGP Configuration Guide" and "Routing Command Reference" for IOS XR 7: "BGP Commands",
// "Routing Policy Language Commands", "Static Routing Commands". A neighbor that is a prefix accepts all addresses in it
// ("BGP dynamic neighbors").

const ADDRESS_FAMILY: Readonly<Record<Family, string>> = {
  inet: 'ipv4 unicast',
  inet6: 'ipv6 unicast',
  evpn: 'l2vpn evpn',
};

const HOST_MASK = '255.255.255.255';
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
    ...headerLines(configuration).map((line) => `! ${line}`),
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
    ...bgp(configuration, new Set(policies.keys())),
  ];
  return [...lines, ''].join('\n');
}

const filterOf = ({ prefix, length }: RouteFilter) => prefix.text + (prefix.length === length ? '' : ` eq ${length}`);

/** The policies by name; the sets of prefixes in them are added to `sets`. */
function policiesOf(
  configuration: NeighborConfiguration,
  sets: Map<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const { accepted, anycast, services, statics: routes, marks } = configuration;
  const policies = new Map<string, readonly string[]>();
  /** Runs `then` for destinations in a set, where there are any. */
  const within = (
    use: string,
    family: Family,
    members: readonly string[],
    then: readonly string[],
  ): readonly string[] => {
    if (family === 'evpn' || members.length === 0) return [];
    sets.set(named(use, family), members);
    return [`if destination in ${named(use, family)} then`, ...below(then, 2), 'endif'];
  };
  const hosts = (addresses: readonly IpAddress[], family: Family) =>
    family === 'evpn' ? [] : ofFamily(addresses, family, (address) => address).map(hostPrefix);

  for (const family of familiesOf(nodeGroups(configuration))) {
    const filters = ofFamily(accepted, family as IpFamily, ({ prefix }) => prefix).map(filterOf);
    policies.set(named('METALLB-IN', family), [...within('METALLB', family, filters, ['done']), 'drop']);
    policies.set(named('METALLB-OUT', family), ['drop']);
  }
  for (const family of familiesOf(podGroups(configuration))) {
    const noServices = within('SERVICES', family, hosts(services, family), ['drop']);
    policies.set(named('IN', family), [
      ...noServices,
      `if community matches-any ${LEAVING} then`,
      ...below(['set local-preference 0'], 2),
      'endif',
      'pass',
    ]);
    const marked = marks.flatMap(({ communities, prefixes }, i) =>
      within(`MARK-${i + 1}`, family, texts(prefixes, family), [`set community (${communities.join(', ')}) additive`]),
    );
    policies.set(named('OUT', family), [...noServices, ...marked, 'pass']);
  }
  for (const family of redistributes(configuration) ? IP_FAMILIES : []) {
    const hidden = hosts(anycast, family);
    const carried = hosts(
      routes.map(({ address }) => address),
      family,
    );
    if (hidden.length + carried.length === 0) continue;
    policies.set(named('CONNECTED', family), [...within('ANYCAST', family, hidden, ['drop']), 'pass']);
    if (carried.length > 0) {
      policies.set(named('STATIC', family), [...within('STATIC', family, carried, ['done']), 'drop']);
    }
  }
  return policies;
}

const texts = (prefixes: readonly IpPrefix[], family: Family) =>
  family === 'evpn' ? [] : ofFamily(prefixes, family, (prefix) => prefix).map(({ text }) => text);

function statics({ statics: routes, vrf }: NeighborConfiguration): readonly string[] {
  const families = IP_FAMILIES.flatMap((family) =>
    block(
      `address-family ${ADDRESS_FAMILY[family]}`,
      ofFamily(routes, family, ({ address }) => address).flatMap(({ address, via }) =>
        via.map(({ text }) => `${hostPrefix(address)} ${text}`),
      ),
    ),
  );
  return block('router static', vrf === undefined ? families : block(`vrf ${vrf}`, families));
}

function bgp(configuration: NeighborConfiguration, policies: ReadonlySet<string>): readonly string[] {
  const { autonomousSystem, vrf, groups } = configuration;
  const used = familiesOf(groups);
  const families = FAMILIES.flatMap((family) => {
    const told = (['connected', 'static'] as const).filter((source) =>
      policies.has(named(source.toUpperCase(), family)),
    );
    if (told.length === 0 && !used.includes(family)) return [];
    const lines = told.map((source) => `redistribute ${source} route-policy ${named(source.toUpperCase(), family)}`);
    return [`address-family ${ADDRESS_FAMILY[family]}`, ...below(lines, 1), '!'];
  });
  const lines = [
    // A route server is not in the path of the routes that it passes on (RFC 7947, 2.2.2.1); IOS-XR asks for it by default.
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
    ...(group.bfd
      ? ['bfd fast-detect', `bfd multiplier ${BFD.multiplier}`, `bfd minimum-interval ${BFD.interval}`]
      : []),
    ...(group.hops === undefined ? [] : [`ebgp-multihop ${group.hops}`]),
    ...(group.localAs === undefined ? [] : [`local-as ${group.localAs} no-prepend replace-as`]),
    ...(group.kind === 'metallb' ? [] : [`timers ${TIMERS.keepalive} ${TIMERS.hold}`]),
    ...(group.password ? [`password clear ${PASSWORD}`] : []),
    `description ${description}`,
    ...(source === undefined ? [] : [`update-source ${source}`]),
    ...(group.passive ? ['session-open-mode passive-only'] : []),
    ...group.families.flatMap((family) =>
      block(`address-family ${ADDRESS_FAMILY[family]}`, inFamily(group, family, external)),
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
    ...(toServer && family === 'evpn' ? ['next-hop-unchanged'] : []),
  ];
}
