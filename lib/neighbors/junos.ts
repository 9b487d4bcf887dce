import { Family, hostPrefix, IP_FAMILIES, IpAddress, IpFamily, IpPrefix, traitsOf } from '../addressing';
import {
  carriesPrefixes,
  filtersOf,
  isExternal,
  keepsNextHop,
  receivesAll,
  mixesNextHops,
  NeighborConfiguration,
  NeighborGroup,
  nodeGroups,
  ofFamily,
  PASSWORD,
  podGroups,
  RouteFilter,
  clusterIdOf,
  isServed,
  timersToward,
} from './configuration';
import { BfdTimers } from '../model';
import { headerLines } from './header';

// Statements are those of Juniper's YANG modules of Junos 22.4R1 (github.com/Juniper/yang), with one exception: the modules
// have a nameless value between `add` and the name in `then community add NAME`, and no other action that adds a
// community. Junos itself takes no such value, so a checker that reads the modules alone refuses the statement.
//
// Junos lowers the local preference of routes with GRACEFUL_SHUTDOWN (RFC 8326) by itself, from 19.1 on
// ("graceful-shutdown (Protocols BGP)", Junos CLI Reference), and accepts paths that begin with another AS number than that
// of the neighbor, as those of a route server do.

/** The unit of lo0 that has the addresses in a VRF: a routing instance has one unit of lo0, and another one than 0. */
const VRF_UNIT = 100;

/** A statement, or a block of them. */
type Statement = string | { readonly head: string; readonly body: readonly Statement[] };

/** A block, or nothing where it would be empty. */
function block(head: string, ...body: readonly (Statement | readonly Statement[])[]): readonly Statement[] {
  const statements = body.flat();
  return statements.length > 0 ? [{ head, body: statements }] : [];
}

function linesOf(statements: readonly Statement[], depth = 0): readonly string[] {
  const indent = ' '.repeat(4 * depth);
  return statements.flatMap((statement) =>
    typeof statement === 'string'
      ? [`${indent}${statement};`]
      : [`${indent}${statement.head} {`, ...linesOf(statement.body, depth + 1), `${indent}}`],
  );
}

const list = (items: readonly string[]) => (items.length === 1 ? items[0] : `[ ${items.join(' ')} ]`);

/** The text that makes a Junos router a neighbor. */
export function junos(configuration: NeighborConfiguration): string {
  const { vrf, anycast } = configuration;
  const rest = [...routingOptions(configuration), ...block('protocols', protocols(configuration))];
  const loopback = writesLoopback(configuration) ? [`interface ${loopbackOf(configuration)}`] : [];
  const statements = [
    ...block('interfaces', interfaces(configuration)),
    ...block('policy-options', policies(configuration)),
    ...block('routing-options', `autonomous-system ${configuration.autonomousSystem}`),
    ...(vrf === undefined ? rest : block('routing-instances', block(vrf, loopback, rest))),
  ];
  const notes = anycast.length > 0 ? [anycastNote(configuration)] : [];
  return [...headerLines(configuration, { notes }).map((line) => `/* ${line} */`), ...linesOf(statements), ''].join(
    '\n',
  );
}

/** An instance has one unit of lo0, so the anycast address is beside the router's own. */
function anycastNote({ vrf, anycast }: NeighborConfiguration): string {
  const shared = anycast.map(({ text }) => text).join(', ');
  return vrf === undefined
    ? `An IGP on lo0.0 would carry ${shared}, too: name the loopback there by its own address, or reject these routes.`
    : `The vrf-export policy of ${vrf} must begin with MESHRR-ANYCAST: vrf-target alone exports ${shared}, too.`;
}

const unitOf = ({ vrf }: NeighborConfiguration) => (vrf === undefined ? 0 : VRF_UNIT);
const loopbackOf = (configuration: NeighborConfiguration) => `lo0.${unitOf(configuration)}`;

/** The addresses of the router that its loopback is given. */
const ownAddresses = ({ addresses, interface: name }: NeighborConfiguration) => (name === undefined ? addresses : []);

const writesLoopback = (configuration: NeighborConfiguration) =>
  ownAddresses(configuration).length + configuration.anycast.length > 0;

function interfaces(configuration: NeighborConfiguration): readonly Statement[] {
  const own = ownAddresses(configuration);
  const { anycast } = configuration;
  const families = IP_FAMILIES.flatMap((family) => {
    const [first, shared] = [own, anycast].map((addresses) => ofFamily(addresses, family, (address) => address));
    // Junos takes the lowest address of lo0 as the source of what it sends unless one is preferred.
    const address = (each: IpAddress): readonly Statement[] =>
      shared.length > 0
        ? block(`address ${hostPrefix(each)}`, 'primary', 'preferred')
        : [`address ${hostPrefix(each)}`];
    return block(
      `family ${family}`,
      first.flatMap(address),
      shared.map((each) => `address ${hostPrefix(each)}`),
    );
  });
  return block('lo0', block(`unit ${unitOf(configuration)}`, families));
}

function filterOf({ prefix, length, upTo = length }: RouteFilter): string {
  if (prefix.length === upTo) return `route-filter ${prefix.text} exact`;
  if (prefix.length < length) return `route-filter ${prefix.text} prefix-length-range /${length}-/${upTo}`;
  return `route-filter ${prefix.text} orlonger`;
}

const exact = (prefix: string) => `route-filter ${prefix} exact`;

/** A term for each IP family that has route filters. */
function terms(
  name: string,
  filters: (family: IpFamily) => readonly string[],
  from: readonly string[],
  then: readonly Statement[],
): readonly Statement[] {
  return IP_FAMILIES.flatMap((family) => {
    const matched = filters(family);
    if (matched.length === 0) return [];
    return block(`term ${name}-${family.toUpperCase()}`, block('from', `family ${family}`, from, matched), then);
  });
}

function policies(configuration: NeighborConfiguration): readonly Statement[] {
  const { accepted, toNodes, anycast, services, connected, statics, marks, announced, vrf } = configuration;
  const hosts = (addresses: readonly IpAddress[]) => (family: IpFamily) =>
    ofFamily(addresses, family, (address) => address).map((address) => exact(hostPrefix(address)));
  const matching = (filters: readonly RouteFilter[]) => (family: IpFamily) => filtersOf(filters, family).map(filterOf);
  const fromNodes = nodeGroups(configuration).length > 0;
  const toPods = carriesPrefixes(podGroups(configuration));
  const noAnycast = terms('ANYCAST', hosts(anycast), [], ['then reject']);
  const noServices = [...terms('SERVICES', hosts(services), [], ['then reject']), ...noAnycast];
  const policy = (name: string, ...body: readonly (readonly Statement[])[]) =>
    block(`policy-statement ${name}`, ...body);
  const rejectAll = (term: string) => block(`term ${term}`, 'then reject');
  const statements = [
    ...(fromNodes
      ? [
          ...policy(
            'MESHRR-METALLB-IN',
            terms('SERVICES', matching(accepted), [], ['then accept']),
            rejectAll('OTHERS'),
          ),
          ...(toNodes.length > 0
            ? policy(
                'MESHRR-METALLB-OUT',
                noAnycast,
                terms('CLIENTS', matching(toNodes), [], ['then accept']),
                rejectAll('OTHERS'),
              )
            : policy('MESHRR-METALLB-OUT', rejectAll('ALL'))),
        ]
      : []),
    ...(toPods
      ? [
          ...policy('MESHRR-IN', noServices),
          ...policy(
            'MESHRR-OUT',
            noServices,
            marks.flatMap(markTerms),
            IP_FAMILIES.flatMap((family) => announcedTerms(announced[family] ?? [], family)),
          ),
        ]
      : []),
    ...(podGroups(configuration).some(mixesNextHops)
      ? policy(
          'MESHRR-NEXT-HOP-SELF',
          IP_FAMILIES.flatMap((family) =>
            block(`term ${family.toUpperCase()}`, `from family ${family}`, 'then next-hop self'),
          ),
        )
      : []),
    ...(vrf === undefined ? [] : policy('MESHRR-ANYCAST', noAnycast)),
    ...(connected.length > 0
      ? policy(
          'MESHRR-CONNECTED',
          noAnycast,
          terms('CONNECTED', matching(connected), ['protocol direct'], ['then accept']),
        )
      : []),
    ...policy(
      'MESHRR-STATIC',
      terms('SERVICES', hosts(statics.map(({ address }) => address)), ['protocol static'], ['then accept']),
    ),
  ];
  const communities = toPods
    ? marks.map(({ communities: { standard, large } }, i) => {
        const members = [...standard, ...large.map((each) => `large:${each}`)];
        return `community MESHRR-MARK-${i + 1} members ${list(members)}`;
      })
    : [];
  return [...statements, ...communities];
}

/** Adds communities, and leaves the decision to what comes after. */
function markTerms({ prefixes }: { readonly prefixes: readonly IpPrefix[] }, i: number): readonly Statement[] {
  const filters = (family: IpFamily) => ofFamily(prefixes, family, (prefix) => prefix).map(({ text }) => exact(text));
  return terms(`MARK-${i + 1}`, filters, [], block('then', `community add MESHRR-MARK-${i + 1}`));
}

/** Accepts what the router announces in a family, and nothing else. */
function announcedTerms(filters: readonly RouteFilter[], family: IpFamily): readonly Statement[] {
  if (filters.length === 0) return [];
  const suffix = family.toUpperCase();
  return [
    ...block(`term ANNOUNCED-${suffix}`, block('from', `family ${family}`, filters.map(filterOf)), 'then accept'),
    ...block(`term OTHERS-${suffix}`, `from family ${family}`, 'then reject'),
  ];
}

function routingOptions({ statics, vrf, routerId }: NeighborConfiguration): readonly Statement[] {
  const routes = (family: IpFamily) =>
    ofFamily(statics, family, ({ address }) => address).map(
      ({ address, via }) => `route ${hostPrefix(address)} next-hop ${list(via.map(({ text }) => text))}`,
    );
  const rib = vrf === undefined ? 'inet6.0' : `${vrf}.inet6.0`;
  return block(
    'routing-options',
    routerId ? [`router-id ${routerId.text}`] : [],
    block(`rib ${rib}`, block('static', routes('inet6'))),
    block('static', routes('inet')),
  );
}

/** The policies that export the routes to nodes. */
const exportsOf = ({ connected, statics }: NeighborConfiguration) => [
  ...(connected.length > 0 ? ['MESHRR-CONNECTED'] : []),
  ...(statics.length > 0 ? ['MESHRR-STATIC'] : []),
];

function protocols(configuration: NeighborConfiguration): readonly Statement[] {
  const { groups, exportsTo, connected, statics } = configuration;
  const policy = exportsOf(configuration);
  const toBgp = exportsTo === 'bgp' ? policy : [];
  const exported = [...connected.map(({ prefix }) => prefix), ...statics.map(({ address }) => address)];
  const igps = exportsTo === 'isis' ? ['isis'] : IP_FAMILIES.flatMap((family) => ospfOf(family, exported));
  return [
    ...block(
      'bgp',
      // Groups without an export policy of their own have this one.
      toBgp.length > 0 ? [`export ${list(toBgp)}`] : [],
      groups.flatMap((group) => block(`group ${group.name}`, groupStatements(configuration, group, toBgp))),
    ),
    ...(exportsTo === 'bgp' || policy.length === 0 ? [] : igps.flatMap((igp) => block(igp, `export ${list(policy)}`))),
  ];
}

const ospfOf = (family: IpFamily, exported: readonly { readonly family: 4 | 6 }[]) =>
  ofFamily(exported, family, (each) => each).length === 0 ? [] : family === 'inet' ? ['ospf'] : ['ospf3'];

function groupStatements(
  configuration: NeighborConfiguration,
  group: NeighborGroup,
  exports: readonly string[],
): readonly Statement[] {
  const external = isExternal(configuration, group);
  const out = [...(mixesNextHops(group) ? ['MESHRR-NEXT-HOP-SELF'] : []), 'MESHRR-OUT', ...exports];
  const policy =
    group.kind === 'metallb'
      ? ['import MESHRR-METALLB-IN', 'export MESHRR-METALLB-OUT']
      : carriesPrefixes([group]) && !isServed(group)
        ? ['import MESHRR-IN', `export ${list(out)}`]
        : [];
  return [
    `type ${external ? 'external' : 'internal'}`,
    `description "${group.description}"`,
    // Routes of EVPN keep the tunnel endpoint that they came with.
    ...(group.hops === undefined
      ? []
      : block(
          'multihop',
          `ttl ${group.hops}`,
          group.kind === 'route-server' && keepsNextHop([group]) ? ['no-nexthop-change'] : [],
        )),
    ...(group.source ? [`local-address ${group.source.text}`] : []),
    ...(group.passive ? ['passive'] : []),
    ...clusterIdOf([group], 'cluster'),
    ...(group.kind === 'metallb' ? [] : [`hold-time ${timersToward(group).hold}`]),
    ...policy,
    ...(group.password ? [`authentication-key "${PASSWORD}"`] : []),
    ...group.families.flatMap((family) => familyBlock(group, family)),
    ...(external ? [`peer-as ${group.remoteAs}`] : []),
    ...(group.localAs === undefined ? [] : [`local-as ${group.localAs} private`]),
    ...(group.bfd ? bfd(group.bfd) : []),
    ...(group.ranges.length > 0 ? [`allow ${list(group.ranges.map(({ text }) => text))}`] : []),
    ...group.neighbors.flatMap(({ address, description }) =>
      block(`neighbor ${address.text}`, `description "${description}"`),
    ),
  ];
}

function familyBlock(group: NeighborGroup, family: Family): readonly Statement[] {
  const [name, type] = traitsOf(family).junos;
  if (type === undefined) return [`family ${name}`];
  const allPaths = receivesAll(group, family) ? block('add-path', 'receive') : [];
  const statements = [...acceptedPrefixLimit(group, family), ...allPaths];
  return block(`family ${name}`, statements.length > 0 ? block(type, statements) : type);
}

/** Without `teardown`, Junos only logs. Without `idle-timeout`, the session comes back at once. */
function acceptedPrefixLimit({ maximumPrefixes }: NeighborGroup, family: Family): readonly Statement[] {
  const most = maximumPrefixes?.maximum[family];
  if (!maximumPrefixes || most === undefined) return [];
  const { threshold, excess, restartMinutes = 'forever' } = maximumPrefixes;
  const teardown = excess === 'warn' ? [] : [`teardown ${threshold} idle-timeout ${restartMinutes}`];
  return block('accepted-prefix-limit', `maximum ${most}`, teardown);
}

const bfd = ({ receiveInterval, transmitInterval, multiplier }: BfdTimers) =>
  block(
    'bfd-liveness-detection',
    ...(receiveInterval === transmitInterval
      ? [`minimum-interval ${receiveInterval}`]
      : [
          `minimum-receive-interval ${receiveInterval}`,
          block('transmit-interval', `minimum-interval ${transmitInterval}`),
        ]),
    `multiplier ${multiplier}`,
  );
