import { addTo, BgpTopology, grouped, increase, RouterGroup, Speaker, UnionFind } from '../../model';

/** Routers that are joined by sessions of a mesh, directly or through each other. */
export interface MeshLink {
  readonly groups: readonly RouterGroup[];
  /** Paths of their parts, in order. */
  readonly parts: readonly string[];
  readonly pods: number;
  readonly sessions: number;
}

/** Sessions from one part to another, by their paths. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
}

/** Sessions between parts, and between groups of a part, counted. */
export interface Links {
  readonly meshes: readonly MeshLink[];
  /** Sessions of meshes between pods of one part and route reflectors that are not pods, by the paths of both. */
  readonly withReflectors: readonly Link[];
  /** The sessions that pods of one part have to routers of another, by the paths of the parts. */
  readonly upstreams: readonly Link[];
  /** Sessions that the clients of a part have with it, by the id of the router outside and the path of the part. */
  readonly clients: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The pods of each group. */
  readonly podsOf: (group: RouterGroup) => readonly Speaker[];
  /** The groups that have sessions of a mesh. */
  readonly meshed: ReadonlySet<RouterGroup>;
}

export function linksOf({ groups, speakers, outside, sessions, choices }: BgpTopology): Links {
  const groupOf = new Map(speakers.map(({ id, group }) => [id, group]));
  const pods = grouped(speakers, ({ group }) => group.id);
  const podsOf = ({ id }: RouterGroup) => pods.get(id) ?? [];

  const sets = new UnionFind();
  const between = new Map<RouterGroup, number>();
  const reflectors = new Map(outside.flatMap(({ id, reflects }) => (reflects ? [[id, reflects.part.path]] : [])));
  const [upstreams, withReflectors] = [new LinkCounts(), new LinkCounts()];
  for (const { from, to } of sessions) {
    const [one, other] = [groupOf.get(from), groupOf.get(to)];
    const reflector = reflectors.get(to);
    if (one && reflector !== undefined) withReflectors.add(one.part.path, reflector, 1);
    // The card of route reflectors outside shows those that have sessions with each other.
    if (!one || !other) continue;
    sets.join(one.id, other.id);
    increase(between, one);
  }
  const meshes = [...grouped(groups, ({ id }) => sets.find(id)).values()].map((members) => ({
    groups: members,
    parts: [...new Set(members.map(({ part }) => part.path))].sort(),
    pods: members.flatMap(podsOf).length,
    sessions: members.reduce((sum, group) => sum + (between.get(group) ?? 0), 0),
  }));

  const clients = new Map<string, Map<string, number>>();
  for (const { kind, from, candidates, most } of choices) {
    const [first] = candidates;
    const to = groupOf.get(first)?.part.path ?? reflectors.get(first);
    if (to === undefined) continue;
    const count = Math.min(most, candidates.length);
    const own = groupOf.get(from);
    if (kind === 'upstream' && own) {
      upstreams.add(own.part.path, to, count);
    } else {
      const parts = clients.get(from) ?? new Map<string, number>();
      increase(parts, to, count);
      clients.set(from, parts);
    }
  }
  const joined = meshes.filter((mesh) => mesh.sessions > 0);
  const meshed = new Set(joined.flatMap((mesh) => mesh.groups));
  return { meshes: joined, withReflectors: withReflectors.all, upstreams: upstreams.all, clients, podsOf, meshed };
}

/** Counts sessions from one part to another. */
class LinkCounts {
  private readonly links = new Map<string, Link>();

  add(from: string, to: string, count: number): void {
    const key = JSON.stringify([from, to]);
    this.links.set(key, { from, to, sessions: (this.links.get(key)?.sessions ?? 0) + count });
  }

  get all(): readonly Link[] {
    return [...this.links.values()];
  }
}

/**
 * How far below the top each part stands: one below the lowest of the parts that are upstream of it. Parts of one mesh
 * stand side by side, and where parts are upstream of each other, that is left aside.
 */
export function depthsOf(
  parts: readonly string[],
  { meshes, withReflectors, upstreams }: Links,
): ReadonlyMap<string, number> {
  const sets = new UnionFind();
  for (const { parts: joined } of meshes) joined.forEach((part) => sets.join(joined[0], part));
  for (const { from, to } of withReflectors) sets.join(from, to);
  const above = new Map<string, Set<string>>();
  for (const { from, to } of upstreams) {
    const [lower, upper] = [sets.find(from), sets.find(to)];
    if (lower !== upper) addTo(above, lower, upper);
  }
  const depths = new Map<string, number>();
  const depthOf = (set: string, below: ReadonlySet<string>): number => {
    const known = depths.get(set);
    if (known !== undefined) return known;
    const path = new Set(below).add(set);
    const uppers = [...(above.get(set) ?? [])].filter((upper) => !path.has(upper));
    const depth = Math.max(-1, ...uppers.map((upper) => depthOf(upper, path))) + 1;
    depths.set(set, depth);
    return depth;
  };
  return new Map(parts.map((part) => [part, depthOf(sets.find(part), new Set())]));
}
