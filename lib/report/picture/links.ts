import { addTo, BgpTopology, grouped, increase, RouterGroup, Speaker, UnionFind } from '../../model';

/** Routers that are joined by sessions of a mesh, directly or through each other. */
export interface MeshLink {
  readonly groups: readonly RouterGroup[];
  /** Paths of their parts, in order. */
  readonly parts: readonly string[];
  readonly pods: number;
  readonly sessions: number;
}

/** Sessions between parts, and between groups of a part, counted. */
export interface Links {
  readonly meshes: readonly MeshLink[];
  /** The sessions that pods of one part have to pods of another, by the paths of the parts. */
  readonly upstreams: readonly { readonly from: string; readonly to: string; readonly sessions: number }[];
  /** Sessions that the clients of a part have with it, by the id of the router outside and the path of the part. */
  readonly clients: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The pods of each group. */
  readonly podsOf: (group: RouterGroup) => readonly Speaker[];
  /** The groups that have sessions of a mesh. */
  readonly meshed: ReadonlySet<RouterGroup>;
}

export function linksOf({ groups, speakers, sessions, choices }: BgpTopology): Links {
  const groupOf = new Map(speakers.map(({ id, group }) => [id, group]));
  const pods = grouped(speakers, ({ group }) => group.id);
  const podsOf = ({ id }: RouterGroup) => pods.get(id) ?? [];

  const sets = new UnionFind();
  const between = new Map<RouterGroup, number>();
  for (const { from, to } of sessions) {
    const [one, other] = [groupOf.get(from), groupOf.get(to)];
    // Route reflectors outside are in a table of the report.
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

  const upstreams = new Map<string, { from: string; to: string; sessions: number }>();
  const clients = new Map<string, Map<string, number>>();
  for (const { kind, from, candidates, most } of choices) {
    const first = candidates.length > 0 ? groupOf.get(candidates[0]) : undefined;
    if (!first) continue;
    const to = first.part.path;
    const count = Math.min(most, candidates.length);
    const own = groupOf.get(from);
    if (kind === 'upstream' && own) {
      const key = JSON.stringify([own.part.path, to]);
      const link = upstreams.get(key) ?? { from: own.part.path, to, sessions: 0 };
      link.sessions += count;
      upstreams.set(key, link);
    } else {
      const parts = clients.get(from) ?? new Map<string, number>();
      increase(parts, to, count);
      clients.set(from, parts);
    }
  }
  const joined = meshes.filter((mesh) => mesh.sessions > 0);
  const meshed = new Set(joined.flatMap((mesh) => mesh.groups));
  return { meshes: joined, upstreams: [...upstreams.values()], clients, podsOf, meshed };
}

/**
 * How far below the top each part stands: one below the lowest of the parts that are upstream of it. Parts of one mesh
 * stand side by side, and where parts are upstream of each other, that is left aside.
 */
export function depthsOf(parts: readonly string[], { meshes, upstreams }: Links): ReadonlyMap<string, number> {
  const sets = new UnionFind();
  for (const { parts: joined } of meshes) joined.forEach((part) => sets.join(joined[0], part));
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
