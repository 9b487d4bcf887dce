import { BgpTopology } from '../../model';
import { Union } from '../../model/union-find';

/** The paths of the parts that a route is for; undefined where it is for all that are connected with its origin. */
export type Scope = ReadonlySet<string> | undefined;

/** Says who should learn what. */
export class Expectation {
  private readonly connected = new Union();
  private readonly above = new Map<string, Set<string>>();
  private readonly below = new Map<string, Set<string>>();
  private readonly onlyIn = new Map<string, Set<string>>();

  constructor({ speakers, groups, sessions, choices, outside }: BgpTopology) {
    const partOf = new Map(speakers.map(({ id, group }) => [id, group.part.path]));
    for (const { part, communities } of groups) {
      if (communities.only !== undefined) add(this.onlyIn, part.path, communities.only);
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
        add(this.above, lower, part);
        add(this.below, part, lower);
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
    const scope = new Set<string>();
    const ends = new Map<string, boolean>();
    const climb = (part: string): boolean => {
      const known = ends.get(part);
      if (known !== undefined) return known;
      // Until it is known: a part that is met again on the way up is in a ring, in which a route comes everywhere.
      ends.set(part, false);
      for (const each of this.subtreeOf(part)) scope.add(each);
      const above = [...(this.above.get(part) ?? [])];
      const kept = communities.some((community) => this.onlyIn.get(part)?.has(community));
      ends.set(part, kept || (above.length > 0 && above.every(climb)));
      return ends.get(part) as boolean;
    };
    return parts.every(climb) ? scope : undefined;
  }

  /** A part and all that are below it. */
  private subtreeOf(part: string): ReadonlySet<string> {
    const all = new Set([part]);
    for (const each of all) this.below.get(each)?.forEach((lower) => all.add(lower));
    return all;
  }
}

function add(sets: Map<string, Set<string>>, key: string, item: string): void {
  const set = sets.get(key);
  if (set) set.add(item);
  else sets.set(key, new Set([item]));
}
