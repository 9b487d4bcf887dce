import { hostPrefix, IpAddress, IpPrefix } from '../addressing';
import { TIMERS } from '../configuration';
import {
  BFD,
  carriesIp,
  IP_FAMILIES,
  IpFamily,
  isExternal,
  mixesEvpn,
  NeighborConfiguration,
  NeighborGroup,
  nodeGroups,
  ofFamily,
  PASSWORD,
  podGroups,
  redistributes,
  RouteFilter,
} from './configuration';
import { headerLines } from './header';

// Statements are those of Juniper's YANG modules of Junos 22.4R1 (github.com/Juniper/yang). Routes whose router will soon
// be gone (RFC 8326) have their local preference lowered by Junos itself, from 19.1 on ("graceful-shutdown (Protocols
// BGP)", Junos CLI Reference), and a route server that is not in the path is no fault to it.

/** The unit of lo0 that has the addresses in a VRF. */
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
  const { vrf } = configuration;
  const rest = [...routingOptions(configuration), ...block('protocols', block('bgp', bgp(configuration)))];
  const loopback = writesLoopback(configuration) ? [`interface ${loopbackOf(configuration)}`] : [];
  const statements = [
    ...block('interfaces', interfaces(configuration)),
    ...block('policy-options', policies(configuration)),
    ...block('routing-options', `autonomous-system ${configuration.autonomousSystem}`),
    ...(vrf === undefined ? rest : block('routing-instances', block(vrf, loopback, rest))),
  ];
  return [...headerLines(configuration).map((line) => `/* ${line} */`), ...linesOf(statements), ''].join('\n');
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
    // Junos would take the lowest address of lo0 for the source of what it sends, which may be the shared one.
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

const filterOf = ({ prefix, length }: RouteFilter) =>
  prefix.length === length
    ? `route-filter ${prefix.text} exact`
    : `route-filter ${prefix.text} prefix-length-range /${length}-/${length}`;

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
  const { accepted, anycast, services, statics, marks } = configuration;
  const hosts = (addresses: readonly IpAddress[]) => (family: IpFamily) =>
    ofFamily(addresses, family, (address) => address).map((address) => exact(hostPrefix(address)));
  const fromNodes = nodeGroups(configuration).length > 0;
  const toPods = carriesIp(podGroups(configuration));
  const noServices = terms('SERVICES', hosts(services), [], ['then reject']);
  const statements = [
    ...(fromNodes
      ? [
          ...block(
            'policy-statement MESHRR-METALLB-IN',
            terms(
              'SERVICES',
              (family) => ofFamily(accepted, family, ({ prefix }) => prefix).map(filterOf),
              [],
              ['then accept'],
            ),
            block('term OTHERS', 'then reject'),
          ),
          ...block('policy-statement MESHRR-METALLB-OUT', block('term ALL', 'then reject')),
        ]
      : []),
    ...(toPods
      ? [
          ...block('policy-statement MESHRR-IN', noServices),
          ...block('policy-statement MESHRR-OUT', noServices, marks.flatMap(markTerms)),
        ]
      : []),
    ...(podGroups(configuration).some(mixesEvpn)
      ? block(
          'policy-statement MESHRR-NEXT-HOP-SELF',
          IP_FAMILIES.flatMap((family) =>
            block(`term ${family.toUpperCase()}`, `from family ${family}`, 'then next-hop self'),
          ),
        )
      : []),
    ...(redistributes(configuration)
      ? block(
          'policy-statement MESHRR-CONNECTED',
          terms('ANYCAST', hosts(anycast), [], ['then reject']),
          block('term CONNECTED', 'from protocol direct', 'then accept'),
        )
      : []),
    ...block(
      'policy-statement MESHRR-STATIC',
      terms('SERVICES', hosts(statics.map(({ address }) => address)), ['protocol static'], ['then accept']),
    ),
  ];
  const communities = toPods
    ? marks.map(({ communities: members }, i) => `community MESHRR-MARK-${i + 1} members ${list(members)}`)
    : [];
  return [...statements, ...communities];
}

/** Adds communities, and leaves the decision to what comes after. */
function markTerms({ prefixes }: { readonly prefixes: readonly IpPrefix[] }, i: number): readonly Statement[] {
  const filters = (family: IpFamily) => ofFamily(prefixes, family, (prefix) => prefix).map(({ text }) => exact(text));
  return terms(`MARK-${i + 1}`, filters, [], block('then', `community add MESHRR-MARK-${i + 1}`));
}

function routingOptions({ statics, vrf }: NeighborConfiguration): readonly Statement[] {
  const routes = (family: IpFamily) =>
    ofFamily(statics, family, ({ address }) => address).map(
      ({ address, via }) => `route ${hostPrefix(address)} next-hop ${list(via.map(({ text }) => text))}`,
    );
  const rib = vrf === undefined ? 'inet6.0' : `${vrf}.inet6.0`;
  return block(
    'routing-options',
    block(`rib ${rib}`, block('static', routes('inet6'))),
    block('static', routes('inet')),
  );
}

function bgp(configuration: NeighborConfiguration): readonly Statement[] {
  const { groups } = configuration;
  const told = toldOf(configuration);
  return [
    // The policy of a group takes the place of this one; other groups of the router have this.
    ...(told.length > 0 ? [`export ${list(told)}`] : []),
    ...groups.flatMap((group) => block(`group ${group.name}`, groupStatements(configuration, group, told))),
  ];
}

/** The policies that tell the network of the nodes beside the router. */
const toldOf = (configuration: NeighborConfiguration) => [
  ...(redistributes(configuration) ? ['MESHRR-CONNECTED'] : []),
  ...(configuration.statics.length > 0 ? ['MESHRR-STATIC'] : []),
];

function groupStatements(
  configuration: NeighborConfiguration,
  group: NeighborGroup,
  told: readonly string[],
): readonly Statement[] {
  const external = isExternal(configuration, group);
  const evpn = group.families.includes('evpn');
  const ip = carriesIp([group]);
  const out = ['MESHRR-OUT', ...(mixesEvpn(group) ? ['MESHRR-NEXT-HOP-SELF'] : []), ...told];
  const policy =
    group.kind === 'metallb'
      ? ['import MESHRR-METALLB-IN', 'export MESHRR-METALLB-OUT']
      : ip
        ? ['import MESHRR-IN', `export ${list(out)}`]
        : [];
  return [
    `type ${external ? 'external' : 'internal'}`,
    `description "${group.description}"`,
    // Routes of EVPN keep the tunnel endpoint that they came with.
    ...(group.hops === undefined
      ? []
      : block('multihop', `ttl ${group.hops}`, group.kind === 'route-server' && evpn ? ['no-nexthop-change'] : [])),
    ...(group.source ? [`local-address ${group.source.text}`] : []),
    ...(group.passive ? ['passive'] : []),
    ...(group.kind === 'metallb' ? [] : [`hold-time ${TIMERS.hold}`]),
    ...policy,
    ...(group.password ? [`authentication-key "${PASSWORD}"`] : []),
    ...group.families.flatMap((family) => block(`family ${family}`, family === 'evpn' ? 'signaling' : 'unicast')),
    ...(external ? [`peer-as ${group.remoteAs}`] : []),
    ...(group.localAs === undefined ? [] : [`local-as ${group.localAs} private`]),
    ...(group.bfd
      ? block('bfd-liveness-detection', `minimum-interval ${BFD.interval}`, `multiplier ${BFD.multiplier}`)
      : []),
    ...(group.ranges.length > 0 ? [`allow ${list(group.ranges.map(({ text }) => text))}`] : []),
    ...group.neighbors.flatMap(({ address, description }) =>
      block(`neighbor ${address.text}`, `description "${description}"`),
    ),
  ];
}
