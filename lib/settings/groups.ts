import {
  AsRange,
  firstOverlap,
  formatAsRange,
  IpAddress,
  IpPrefix,
  parseAsRange,
  parseGroupName,
  parseHostAddress,
  parsePrefix,
  parseServiceReference,
} from '../addressing';
import { flag, inside, integer, list, oneOf, optional, parseJson, ValidationError, shapeOf } from '../input';
import { checkHoldTime, HoldTime } from './hold-time';
import { checkMaximumPrefixes, MaximumPrefixes, MaximumPrefixesProps, rejectMaximum } from './maximum-prefixes';
import { MOST_PEERS, MOST_UPSTREAM_SESSIONS, SETTINGS, Settings } from './definition';
import { checkSecretKey, SecretKey, SecretValueLike } from './secret-key';

/** The groups that the variables of the original describe; a further group may not take their names. */
export const OWN_GROUPS = {
  mesh: 'MESHRR-MESH',
  clients: 'MESHRR-CLIENTS',
  members: 'MESHRR-MEMBERS',
  upstream: 'MESHRR-UPSTREAM',
} as const;

/**
 * The names of the groups that a group of clients becomes if sessions of each IP family carry their own address families
 * (`MESHRR_SESSION_FAMILIES`).
 */
export const clientGroupNames = (name: string): Readonly<Record<4 | 6, string>> => ({
  4: `${name}-V4`,
  6: `${name}-V6`,
});

/**
 * A further BGP group, beside those that the variables describe: `mesh` and `upstream` groups find their neighbors
 * behind a headless Service or have their addresses, `clients` accept them from ranges, or find them behind a Service, too.
 */
export interface PeerGroupProps {
  /** The name of the group in the router's configuration. */
  readonly name: string;
  /** Routers of one mesh, routers whose client the pod is, or clients of the pod. */
  readonly kind: 'mesh' | 'upstream' | 'clients';
  /**
   * Name of the headless Service that lists the neighbors; `NAME.NAMESPACE` if it is in another namespace, and
   * `NAME.NAMESPACE.DOMAIN` if it is in another domain. Of `clients`
   * it lists routers in pods, which then need no range; a route server has no such clients.
   * @default - none; `mesh` and `upstream` need one or addresses, `clients` need one or ranges
   */
  readonly service?: string;
  /**
   * The addresses of the neighbors of a `mesh` or `upstream` that are not pods, in place of a Service. The pods dial them.
   * @default - none
   * @example ['192.0.2.11', '192.0.2.12']
   */
  readonly addresses?: readonly string[];
  /**
   * The most routers that a `mesh` takes in, 1 to 4000.
   * @default - that of the pod (`runtime.peerLimit`)
   */
  readonly peerLimit?: number;
  /**
   * The most sessions of an `upstream` group, 1 to 64.
   * @default 2
   */
  readonly sessions?: number;
  /**
   * The prefixes that `clients` peer from.
   * @default - none; only `clients` take them, and need some or a service
   * @example ['198.51.100.0/24']
   */
  readonly ranges?: readonly string[];
  /**
   * AS numbers to accept among `clients` of a route server: `'65001-65500'`.
   * @default - those of the route server
   * @example ['65001-65500']
   */
  readonly asRanges?: readonly (string | number)[];
  /**
   * How many routes each of the `clients` may send.
   * @default - that of the pod (`maximumPrefixes`)
   * @example { maximum: { inet: 1000 }, excess: 'drop' }
   */
  readonly maximumPrefixes?: MaximumPrefixesProps;
  /**
   * Whether `clients` get all paths to a route (ADD-PATH, RFC 7911). Not with a `service`.
   * @default - that of the pod (`addPath`); false with a service
   */
  readonly addPath?: boolean;
  /**
   * The key of a Secret with the TCP MD5 key (RFC 2385) of the sessions; the Secret is in the namespace of the pods. `clients`
   * that peer from ranges take one where nothing translates their addresses.
   * @default - none; a `mesh` with a service has one that follows from public names
   * @example { secretName: 'bgp-keys', key: 'lab' }
   */
  readonly authentication?: SecretKey | SecretValueLike;
  /**
   * The hold time that the pods offer `clients` from `ranges`: a Duration, or seconds, 3 to 65535. The smaller one of both ends
   * counts.
   * @default 30
   * @example Duration.seconds(9)
   */
  readonly holdTime?: HoldTime;
}

/** Where the neighbors of a group are: behind a headless Service, or at addresses. */
export type Neighbors =
  | { readonly service: string; readonly addresses?: undefined }
  | { readonly service?: undefined; readonly addresses: readonly IpAddress[] };

/** A further group, read and checked. */
export type PeerGroup =
  | (Neighbors & { readonly kind: 'mesh'; readonly name: string; readonly peerLimit?: number } & Keyed)
  | (Neighbors & { readonly kind: 'upstream'; readonly name: string; readonly sessions: number } & Keyed)
  | (Keyed & {
      readonly kind: 'clients';
      readonly name: string;
      /** Perhaps none, where there is a Service. */
      readonly ranges: readonly IpPrefix[];
      readonly service?: string;
      readonly asRanges?: readonly AsRange[];
      readonly maximumPrefixes?: MaximumPrefixes;
      /** Without it, that of the pod. */
      readonly addPath?: boolean;
      /** In seconds. */
      readonly holdTime?: number;
    });

interface Keyed {
  /** Where the TCP MD5 key of its sessions is. */
  readonly authentication?: SecretKey;
}

/** The most neighbors that a group may name by their addresses. */
const MOST_ADDRESSES = 64;

const checkGroup = shapeOf<PeerGroupProps>()({
  name: parseGroupName,
  kind: oneOf('mesh', 'upstream', 'clients'),
  service: optional(parseServiceReference),
  addresses: optional(list(parseHostAddress, 1, MOST_ADDRESSES)),
  peerLimit: optional(integer(1, MOST_PEERS)),
  sessions: optional(integer(1, MOST_UPSTREAM_SESSIONS)),
  ranges: optional(list(parsePrefix, 1)),
  asRanges: optional(list(parseAsRange, 1)),
  maximumPrefixes: optional(checkMaximumPrefixes),
  addPath: optional(flag),
  authentication: optional(checkSecretKey),
  holdTime: optional(checkHoldTime),
});

/** The props that a group of each kind may have beside name and kind. */
const PROPS_OF = {
  mesh: ['service', 'addresses', 'peerLimit', 'authentication'],
  upstream: ['service', 'addresses', 'sessions', 'authentication'],
  clients: ['ranges', 'service', 'asRanges', 'maximumPrefixes', 'addPath', 'authentication', 'holdTime'],
} as const;

/** Reads further groups from props or from the parsed file. @throws ValidationError */
export function parsePeerGroups(value: unknown): readonly PeerGroup[] {
  const groups = list(parseGroup)(value);
  const taken = new Set<string>(Object.values(OWN_GROUPS));
  groups.forEach(({ name }, i) => {
    if (taken.has(name))
      throw ValidationError.of(name, 'a name that no other group has').within('name').within(String(i));
    taken.add(name);
  });
  const ofClients = [
    OWN_GROUPS.clients,
    OWN_GROUPS.members,
    ...groups.flatMap(({ kind, name }) => (kind === 'clients' ? name : [])),
  ];
  const derived = new Set(ofClients.flatMap((name) => Object.values(clientGroupNames(name))));
  groups.forEach(({ name }, i) => {
    if (!derived.has(name)) return;
    const allowed = 'another name: a group of clients has it for its sessions of one IP family';
    throw ValidationError.of(name, allowed).within('name').within(String(i));
  });
  rejectOverlap(rangesOf(groups));
  return groups;
}

function rangesOf(groups: readonly PeerGroup[]): readonly IpPrefix[] {
  return groups.flatMap((group) => (group.kind === 'clients' ? group.ranges : []));
}

/** Of two ranges that overlap a router would choose by chance; FRR refuses the configuration. */
function rejectOverlap(ranges: readonly IpPrefix[]): void {
  const overlap = firstOverlap(ranges);
  if (!overlap) return;
  const [range, other] = [ranges[overlap.index], ranges[overlap.earlier]];
  throw ValidationError.of(range.text, `a range that does not overlap ${other.text}`);
}

function parseGroup(value: unknown): PeerGroup {
  const group = checkGroup(value);
  const { kind, name, service, addresses, peerLimit, sessions, ranges, asRanges, maximumPrefixes, addPath } = group;
  const { authentication, holdTime } = group;
  const allowed: readonly string[] = PROPS_OF[kind];
  const stranger = Object.values(PROPS_OF)
    .flat()
    .find((prop) => group[prop] !== undefined && !allowed.includes(prop));
  if (stranger) {
    const given = (value as Record<string, unknown>)[stranger];
    throw ValidationError.of(given, `nothing: a group of kind ${kind} has ${allowed.join(', ')}`).within(stranger);
  }
  if (kind === 'clients') {
    if (!ranges && service === undefined) {
      throw ValidationError.of(ranges, 'the ranges that the clients peer from, or a service').within('ranges');
    }
    if (addPath && service !== undefined) {
      throw ValidationError.of(addPath, 'false with a service: routers in pods may pass routes on').within('addPath');
    }
    if (holdTime !== undefined && service !== undefined) {
      throw ValidationError.of(holdTime, 'nothing with a service: it is for clients from ranges').within('holdTime');
    }
    const terms = { maximumPrefixes, addPath, authentication, holdTime };
    return { kind, name, ranges: ranges ?? [], service, asRanges, ...terms };
  }
  const neighbors = neighborsOf(service, addresses);
  if (kind === 'upstream')
    return { kind, name, ...neighbors, sessions: sessions ?? SETTINGS.upstreamSessions.default, authentication };
  return { kind, name, ...neighbors, peerLimit, authentication };
}

function neighborsOf(service: string | undefined, addresses: readonly IpAddress[] | undefined): Neighbors {
  if (service !== undefined && addresses) {
    throw ValidationError.of(service, 'nothing beside addresses').within('service');
  }
  if (service !== undefined) return { service };
  if (!addresses) throw ValidationError.of(service, 'the name of a headless Service, or addresses').within('service');
  const index = addresses.findIndex(({ text }, i) => addresses.slice(0, i).some((other) => other.text === text));
  if (index < 0) return { addresses };
  throw ValidationError.of(addresses[index].text, 'each address once').within(String(index)).within('addresses');
}

/** The text of the file that MESHRR_GROUPS_FILE names. */
export function formatPeerGroups(groups: readonly PeerGroup[]): string {
  const plain = groups.map((group) =>
    group.kind === 'clients'
      ? {
          ...group,
          ranges: group.ranges.length > 0 ? group.ranges.map((r) => r.text) : undefined,
          asRanges: group.asRanges?.map(formatAsRange),
        }
      : { ...group, addresses: group.addresses?.map(({ text }) => text) },
  );
  return `${JSON.stringify({ groups: plain }, null, 2)}\n`;
}

/**
 * Refuses AS ranges in the groups of a route reflector, which has no use for them: its clients are in its own AS.
 *
 * @throws ValidationError
 */
export function rejectAsRanges(groups: readonly PeerGroup[]): void {
  groups.forEach((group, i) => {
    if (group.kind !== 'clients' || !group.asRanges) return;
    const allowed = 'none: the clients of a route reflector are in its own AS';
    throw ValidationError.of(group.asRanges.map(formatAsRange), allowed).within('asRanges').within(String(i));
  });
}

/** Refuses maximums that the router does not have. @throws ValidationError */
export function rejectMaximums(groups: readonly PeerGroup[], router: Settings['router']): void {
  groups.forEach((group, i) => {
    if (group.kind !== 'clients') return;
    inside(String(i), () => inside('maximumPrefixes', () => rejectMaximum(group.maximumPrefixes, router)));
  });
}

/**
 * Refuses groups that find their clients behind a Service, for route servers: Junos wants the AS number of each external
 * neighbor that is configured, and no Service tells it.
 *
 * @throws ValidationError
 */
export function rejectListedClients(groups: readonly PeerGroup[]): void {
  groups.forEach((group, i) => {
    if (group.kind !== 'clients' || group.service === undefined) return;
    const allowed = `nothing: ${NO_LISTED_CLIENTS}`;
    throw ValidationError.of(group.service, allowed).within('service').within(String(i));
  });
}

/** Why a route server takes no clients that a Service lists. */
export const NO_LISTED_CLIENTS = 'clients of a route server peer from ranges, with AS numbers that no Service tells';

/**
 * Reads the text of the file that MESHRR_GROUPS_FILE names.
 *
 * @param pod what the variables of the pod say
 * @throws ValidationError
 */
export function parsePeerGroupsFile(
  text: string,
  { clientRanges, mode }: Pick<Settings, 'clientRanges' | 'mode'>,
): readonly PeerGroup[] {
  const content = parseJson(text, '{"groups": [ … ]}');
  const { groups } = shapeOf<{ groups: unknown }>()({ groups: parsePeerGroups })(content);
  inside('groups', () => (mode === 'routereflector' ? rejectAsRanges : rejectListedClients)(groups));
  rejectOverlap([...(clientRanges ?? []), ...rangesOf(groups)]);
  return groups;
}
