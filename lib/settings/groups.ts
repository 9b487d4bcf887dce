import {
  AsRange,
  firstOverlap,
  formatAsRange,
  IpPrefix,
  parseAsRange,
  parseDnsLabel,
  parseGroupName,
  parsePrefix,
} from '../addressing';
import { inside, integer, list, oneOf, optional, ValidationError, shapeOf } from '../input';
import { MOST_PEERS, MOST_UPSTREAM_SESSIONS, SETTINGS, Settings } from './definition';

/** The groups that the variables of the original describe; a further group may not take their names. */
export const OWN_GROUPS = { mesh: 'MESHRR-MESH', clients: 'MESHRR-CLIENTS', upstream: 'MESHRR-UPSTREAM' } as const;

/**
 * The names of the groups that a group of clients becomes if sessions of each IP family carry their own address families
 * (`MESHRR_SESSION_FAMILIES`).
 */
export const clientGroupNames = (name: string): Readonly<Record<4 | 6, string>> => ({
  4: `${name}-V4`,
  6: `${name}-V6`,
});

/**
 * A further BGP group, beside those that the variables describe: `mesh` and `upstream` groups find their neighbors in
 * the DNS of a headless Service, `clients` accept them from ranges, or find them like that, too.
 */
export interface PeerGroupProps {
  /** The name of the group in the router's configuration. */
  readonly name: string;
  /** Routers of one mesh, routers whose client the pod is, or clients of the pod. */
  readonly kind: 'mesh' | 'upstream' | 'clients';
  /**
   * Name of the headless Service that lists the neighbors. Of `clients` it lists routers in pods, which then need no
   * range; a route server has no such clients.
   * @default - none; `mesh` and `upstream` need one, `clients` need one or ranges
   */
  readonly service?: string;
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
}

/** A further group, read and checked. */
export type PeerGroup =
  | { readonly kind: 'mesh'; readonly name: string; readonly service: string; readonly peerLimit?: number }
  | { readonly kind: 'upstream'; readonly name: string; readonly service: string; readonly sessions: number }
  | {
      readonly kind: 'clients';
      readonly name: string;
      /** Perhaps none, where there is a Service. */
      readonly ranges: readonly IpPrefix[];
      readonly service?: string;
      readonly asRanges?: readonly AsRange[];
    };

const checkGroup = shapeOf<PeerGroupProps>()({
  name: parseGroupName,
  kind: oneOf('mesh', 'upstream', 'clients'),
  service: optional(parseDnsLabel),
  peerLimit: optional(integer(1, MOST_PEERS)),
  sessions: optional(integer(1, MOST_UPSTREAM_SESSIONS)),
  ranges: optional(list(parsePrefix, 1)),
  asRanges: optional(list(parseAsRange, 1)),
});

/** The props that a group of each kind may have beside name and kind. */
const PROPS_OF = {
  mesh: ['service', 'peerLimit'],
  upstream: ['service', 'sessions'],
  clients: ['ranges', 'service', 'asRanges'],
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
  const ofClients = [OWN_GROUPS.clients, ...groups.flatMap(({ kind, name }) => (kind === 'clients' ? name : []))];
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
  const { kind, name, service, peerLimit, sessions, ranges, asRanges } = group;
  const allowed: readonly string[] = PROPS_OF[kind];
  const others = ['service', 'peerLimit', 'sessions', 'ranges', 'asRanges'] as const;
  const stranger = others.find((prop) => group[prop] !== undefined && !allowed.includes(prop));
  if (stranger) {
    const given = (value as Record<string, unknown>)[stranger];
    throw ValidationError.of(given, `nothing: a group of kind ${kind} has ${allowed.join(', ')}`).within(stranger);
  }
  if (kind === 'clients') {
    if (!ranges && service === undefined) {
      throw ValidationError.of(ranges, 'the ranges that the clients peer from, or a service').within('ranges');
    }
    return { kind, name, ranges: ranges ?? [], service, asRanges };
  }
  if (service === undefined) throw ValidationError.of(service, 'the name of a headless Service').within('service');
  if (kind === 'upstream') return { kind, name, service, sessions: sessions ?? SETTINGS.upstreamSessions.default };
  return { kind, name, service, peerLimit };
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
      : group,
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
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw ValidationError.of(text, 'JSON of the form {"groups": [ … ]}');
  }
  const { groups } = shapeOf<{ groups: unknown }>()({ groups: parsePeerGroups })(content);
  inside('groups', () => (mode === 'routereflector' ? rejectAsRanges : rejectListedClients)(groups));
  rejectOverlap([...(clientRanges ?? []), ...rangesOf(groups)]);
  return groups;
}
