import { addTo, BgpTopology, UnionFind } from '../../model';
import { partsOfReflecting } from './areas';

/** The paths of the parts that a route is for; undefined where it is for all that are connected with its origin. */
export type Scope = ReadonlySet<string> | undefined;

/** Says who should learn what. */
export class Expectation {
  private readonly connected = new UnionFind();
  private readonly above = new Map<string, Set<string>>();
  private readonly below = new Map<string, Set<string>>();
  private readonly onlyIn = new Map<string, Set<string>>();

  constructor(topology: BgpTopology) {
    const { groups, sessions, choices, outside } = topology;
    const partOf = partsOfReflecting(topology);
    for (const { part, communities } of groups) {
      if (communities.only !== undefined) addTo(this.onlyIn, part.path, communities.only);
    }
    for (const { from, to } of sessions) {
      this.connected.join(partOf.get(from) as string, partOf.get(to) as string);
    }
    for (const { kind, from, candidates } of choices) {
      const lower = partOf.get(from);
      if (kind !== 'upstream' || lower === undefined) continue;
      for (const part of new Set(candidates.map((id) => partOf.get(id) as string))) {
        this.connected.join(lower, part);
        if (part === lower) continue;
        addTo(this.above, lower, part);
        addTo(this.below, part, lower);
      }
    }
    for (const { clientOf } of outside) {
      for (const part of clientOf) this.connected.join(clientOf[0], part);
    }
  }

  /** A name of all parts that are connected with this one, directly or through others. */
  componentOf(part: string): string {
    return this.connected.find(part);
  }

  /** The parts that a route with these communities, of a client of these parts, is for. */
  scopeOf(parts: readonly string[], communities: readonly string[]): Scope {
    /** The parts that the route comes to on its way up, and whether it stays below each of them. */
    const kept = new Map<string, boolean>();
    const climb = (part: string): boolean => {
      const known = kept.get(part);
      if (known !== undefined) return known;
      // Until it is known: a part that is met again on the way up is in a ring, in which a route comes everywhere.
      kept.set(part, false);
      const above = [...(this.above.get(part) ?? [])];
      const ends = communities.some((community) => this.onlyIn.get(part)?.has(community));
      kept.set(part, ends || (above.length > 0 && above.every(climb)));
      return kept.get(part) as boolean;
    };
    return parts.every(climb) ? new Set([...kept.keys()].flatMap((part) => [...this.subtreeOf(part)])) : undefined;
  }

  /** A part and all that are below it. */
  private subtreeOf(part: string): ReadonlySet<string> {
    const all = new Set([part]);
    for (const each of all) this.below.get(each)?.forEach((lower) => all.add(lower));
    return all;
  }
}
