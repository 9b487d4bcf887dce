/**
 * Routers that speak BGP, for one route, written from RFC 4271, RFC 4456 and RFC 7947. It is what the proof is held
 * against, so it shares nothing with it: it keeps what routers have sent each other, and sessions come and go in it.
 */

/** A router. */
export interface Facts {
  readonly id: string;
  readonly autonomousSystem: number;
  /** BGP identifier. */
  readonly identifier: number;
  /** Cluster id (RFC 4456, 7). */
  readonly cluster: number;
  /** Whether it passes routes on: pods do, routers outside do not. */
  readonly passesOn: boolean;
  /** Communities of routes that it does not send upstream, or sends there with LOCAL_PREF 20. */
  readonly only?: string;
  readonly preferred?: string;
}

/** One end of a session, as its router is configured. */
export interface EndFacts {
  readonly router: string;
  /** What the neighbor is. */
  readonly neighbor: 'eBGP' | 'client' | 'non-client';
  /** Whether the policy for upstream sessions applies to what is sent. */
  readonly upstream: boolean;
  /** Whether all paths are announced to the neighbor, not only the best (RFC 7911). */
  readonly announcesAll: boolean;
  /** The address of the neighbor: its IP version, and its number. */
  readonly address: readonly [version: number, address: bigint];
  /** Whether the import policy for the neighbor drops the route, with these communities. @default - it does not */
  readonly refuses?: (communities: readonly string[]) => boolean;
}

/** Path attributes (RFC 4271, 5; RFC 4456, 8). */
export interface Attributes {
  readonly asPath: readonly number[];
  readonly localPref: number;
  readonly originatorId?: number;
  readonly clusterList: readonly number[];
  readonly communities: readonly string[];
}

/** A path that a router has in its Adj-RIB-In. */
export interface Held {
  readonly from: string;
  readonly attributes: Attributes;
  readonly best: boolean;
  /** The session that it came over. */
  readonly session: number;
}

/** More changes than any route needs to settle. */
const PATIENCE = 100_000;

class End {
  other!: End;
  /** What was received from the neighbor and accepted. */
  inbound?: Attributes;
  /** What was last sent to the neighbor. */
  outbound?: Attributes;

  constructor(
    readonly owner: Router,
    readonly facts: EndFacts,
    /** When the session came up, of all sessions. */
    readonly since: number,
  ) {}
}

class Router {
  ends: End[] = [];
  own?: Attributes;
  best?: End | 'own';

  constructor(readonly facts: Facts) {}

  /** The decision process (RFC 4271, 9.1.2.2, with RFC 4456, 9): each step leaves those that are best by it. */
  decide(): End | 'own' | undefined {
    if (this.own) return 'own';
    const steps: ((end: End, attributes: Attributes) => bigint | number)[] = [
      (_, { localPref }) => -localPref,
      (_, { asPath }) => asPath.length,
      ({ facts }) => (facts.neighbor === 'eBGP' ? 0 : 1),
      ({ other }, { originatorId }) => originatorId ?? other.owner.facts.identifier,
      (_, { clusterList }) => clusterList.length,
      ({ facts }) => facts.address[0],
      ({ facts }) => facts.address[1],
      ({ since }) => since,
    ];
    let left = this.ends.filter(({ inbound }) => inbound !== undefined);
    for (const step of steps) {
      const values = left.map((end) => step(end, end.inbound as Attributes));
      const least = values.reduce((one, next) => (next < one ? next : one), values[0]);
      left = left.filter((_, i) => values[i] === least);
    }
    return left[0];
  }

  /** What it announces to a neighbor of a path; without another one, of its best. */
  announcement(to: End, best = this.best): Attributes | undefined {
    const { facts } = this;
    if (best === undefined || best === to) return undefined;
    if (best === 'own') {
      const own = this.own as Attributes;
      return to.facts.neighbor === 'eBGP' ? { ...own, asPath: [facts.autonomousSystem] } : own;
    }
    if (!facts.passesOn) return undefined;
    const path = best.inbound as Attributes;
    const [source, target] = [best.facts.neighbor, to.facts.neighbor];
    // RFC 4456, 6: from a non-client to clients only.
    if (source === 'non-client' && target === 'non-client') return undefined;
    const internal = source !== 'eBGP' && target !== 'eBGP';
    const reflected = internal
      ? {
          ...path,
          originatorId: path.originatorId ?? best.other.owner.facts.identifier,
          clusterList: [facts.cluster, ...path.clusterList],
        }
      : path;
    if (!to.facts.upstream) return reflected;
    if (facts.only !== undefined && path.communities.includes(facts.only)) return undefined;
    const last = facts.preferred !== undefined && path.communities.includes(facts.preferred);
    return last ? { ...reflected, localPref: 20 } : reflected;
  }

  /** What it takes of an announcement. */
  accept(from: End, update: Attributes | undefined): Attributes | undefined {
    const { autonomousSystem, identifier, cluster } = this.facts;
    if (!update || update.asPath.includes(autonomousSystem)) return undefined;
    if (from.facts.refuses?.(update.communities)) return undefined;
    if (from.facts.neighbor === 'eBGP') {
      const { asPath, communities } = update;
      return { asPath, communities, localPref: 100, clusterList: [] };
    }
    const looped = update.originatorId === identifier || update.clusterList.includes(cluster);
    return looped ? undefined : update;
  }
}

export class BgpNetwork {
  private readonly routers: ReadonlyMap<string, Router>;
  private readonly sessions = new Map<string, readonly [End, End]>();
  private readonly waiting = new Set<Router>();
  private since = 0;

  /** @param next which of so many routers that have something to do is the next: the order must make no difference */
  constructor(
    routers: readonly Facts[],
    private readonly next: (count: number) => number,
  ) {
    this.routers = new Map(routers.map((facts) => [facts.id, new Router(facts)]));
  }

  connect(name: string, one: EndFacts, two: EndFacts): void {
    const since = this.since++;
    const [first, second] = [one, two].map((facts) => new End(this.routers.get(facts.router) as Router, facts, since));
    [first.other, second.other] = [second, first];
    for (const end of [first, second]) end.owner.ends.push(end);
    this.sessions.set(name, [first, second]);
    for (const { owner } of [first, second]) this.waiting.add(owner);
  }

  disconnect(name: string): void {
    for (const end of this.sessions.get(name) as readonly End[]) {
      end.owner.ends = end.owner.ends.filter((other) => other !== end);
      this.waiting.add(end.owner);
    }
    this.sessions.delete(name);
  }

  announce(id: string, communities: readonly string[]): void {
    const router = this.routers.get(id) as Router;
    router.own = { asPath: [], localPref: 100, clusterList: [], communities };
    this.waiting.add(router);
  }

  /** Lets routers send each other what they have until none has anything to say. */
  settle(): void {
    for (let turns = 0; this.waiting.size > 0; turns++) {
      if (turns > PATIENCE) throw new Error('the route does not settle');
      const router = [...this.waiting][this.next(this.waiting.size)];
      this.waiting.delete(router);
      router.best = router.decide();
      for (const end of router.ends) {
        const update = router.announcement(end);
        if (same(update, end.outbound)) continue;
        end.outbound = update;
        const { other } = end;
        const taken = other.owner.accept(other, update);
        if (same(taken, other.inbound)) continue;
        other.inbound = taken;
        this.waiting.add(other.owner);
      }
    }
  }

  /** The paths of a router, in the order of the neighbors' ids. */
  heldBy(id: string): readonly Held[] {
    const { ends, best } = this.routers.get(id) as Router;
    return ends
      .flatMap((end): Held[] =>
        this.pathsFrom(end).map((attributes, i) => ({
          ...{ from: end.other.owner.facts.id, attributes, best: best === end && i === 0, session: end.since },
        })),
      )
      .sort((one, two) => (placeOf(one) < placeOf(two) ? -1 : 1));
  }

  /** The best path of a neighbor, where it is taken; then those that the neighbor announces beside it. */
  private pathsFrom({ inbound, other, owner }: End): readonly Attributes[] {
    const neighbor = other.owner;
    const first = inbound ? [inbound] : [];
    if (!other.facts.announcesAll) return first;
    const rest = neighbor.ends.flatMap((end): Attributes[] => {
      if (!end.inbound || end === neighbor.best) return [];
      const taken = owner.accept(other.other, neighbor.announcement(other, end));
      return taken ? [taken] : [];
    });
    return [...first, ...rest];
  }

  /** Everything that routers hold, as text; whatever the order of their sessions. */
  state(): string {
    const held = (id: string) =>
      this.heldBy(id)
        .map(({ session: _, ...path }) => JSON.stringify(path))
        .sort();
    return JSON.stringify([...this.routers.keys()].map((id) => [id, held(id)]));
  }
}

/** Two sessions may be with the same router. */
const placeOf = ({ from, best }: Held): string => `${from} ${best ? 'best' : 'other'}`;

const same = (one: Attributes | undefined, other: Attributes | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
