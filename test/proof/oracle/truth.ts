import { BgpTopology, Session, SessionChoice } from '../../../lib';
import { BgpNetwork, EndFacts, Facts, Held } from './bgp-network';
import { isRefused } from './import-policy';

/** What a failure comes to: what each client should learn, and has. */
export interface Truth {
  /** `client family route` of each route that a client should learn, with the number of paths that it has. */
  readonly paths: ReadonlyMap<string, number>;
  /** Whether a pod has a route that is not for its part. */
  readonly leak: boolean;
}

/** Identifiers and addresses of a running network; without them pods have addresses in their order. */
export interface Numbers {
  readonly identifiers?: ReadonlyMap<string, number>;
  readonly addresses?: ReadonlyMap<string, number>;
}

type Failed = ReadonlySet<string>;
type Family = Session['families'][number];

interface Route {
  readonly family: Family;
  readonly route: string;
  readonly origins: ReadonlyMap<string, readonly string[]>;
  readonly network: BgpNetwork;
}

/**
 * A topology as it runs: each route has spread over all routers, things fail, the routes settle, and all comes back. No
 * step of the proof is in it, and no function of the library: what should be learned and which sessions there are is said
 * here once more, as docs/proof.md has it.
 */
export class Oracle {
  private readonly routes: readonly Route[];
  private readonly partOf: ReadonlyMap<string, string>;

  constructor(
    private readonly topology: BgpTopology,
    next: (count: number) => number = () => 0,
    private readonly numbers: Numbers = {},
  ) {
    this.partOf = new Map(topology.speakers.map(({ id, group }) => [id, group.part.path]));
    const sessions = this.sessionsUnder(new Set());
    const origins = new Map<string, { family: Family; route: string; origins: Map<string, readonly string[]> }>();
    for (const { id, announces } of topology.outside) {
      for (const { family, route, communities } of announces) {
        const key = `${family} ${route}`;
        if (!origins.has(key)) origins.set(key, { family, route, origins: new Map() });
        origins.get(key)?.origins.set(id, communities);
      }
    }
    this.routes = [...origins.values()].map((route) => {
      const network = new BgpNetwork(this.facts(), next);
      for (const [name, session] of sessions) this.connect(network, name, session, route);
      route.origins.forEach((communities, id) => network.announce(id, communities));
      network.settle();
      return { ...route, network };
    });
  }

  /** All paths of all routers, those without any left out. */
  holdings(): readonly { readonly router: string; readonly route: string; readonly held: readonly Held[] }[] {
    const ids = [...this.topology.speakers, ...this.topology.outside].map(({ id }) => id);
    return this.routes.flatMap(({ family, route, network }) =>
      ids.flatMap((router) => {
        const held = network.heldBy(router);
        return held.length > 0 ? [{ router, route: `${family} ${route}`, held }] : [];
      }),
    );
  }

  /** What comes of a failure. Afterwards all is as it was. */
  under(failed: Failed): Truth {
    const usual = this.sessionsUnder(new Set());
    const left = this.sessionsUnder(failed);
    const paths = new Map<string, number>();
    let leak = false;
    for (const route of this.routes) {
      const { network } = route;
      const before = network.state();
      const change = (from: ReadonlyMap<string, Session>, to: ReadonlyMap<string, Session>) => {
        for (const [name, { families }] of from) {
          if (!to.has(name) && families.includes(route.family)) network.disconnect(name);
        }
        for (const [name, session] of to) if (!from.has(name)) this.connect(network, name, session, route);
        network.settle();
      };
      change(usual, left);
      this.look(route, failed, paths);
      leak ||= this.leaks(route, failed);
      change(left, usual);
      // The order of sessions may differ, and what is held may not.
      expect(network.state()).toBe(before);
    }
    return { paths, leak };
  }

  private look({ family, route, origins, network }: Route, failed: Failed, paths: Map<string, number>): void {
    for (const client of this.topology.outside) {
      if (client.clientOf.length === 0 || failed.has(client.id) || origins.has(client.id)) continue;
      const choices = this.topology.choices.filter(({ from }) => from === client.id);
      if (!choices.some(({ families }) => families.includes(family))) continue;
      const learns = [...origins].some(
        ([id, communities]) =>
          !failed.has(id) &&
          !(this.isExternal(id) && this.asOf(id) === client.autonomousSystem) &&
          client.clientOf.some((part) => this.isFor(id, communities, part)),
      );
      if (!learns) continue;
      // Two sessions with one router bring the same paths.
      const bySession = new Map<number, { from: string; count: number }>();
      for (const { from, session } of network.heldBy(client.id)) {
        bySession.set(session, { from, count: (bySession.get(session)?.count ?? 0) + 1 });
      }
      const byRouter = new Map<string, number>();
      for (const { from, count } of bySession.values()) byRouter.set(from, Math.max(count, byRouter.get(from) ?? 0));
      paths.set(
        `${client.id} ${family} ${route}`,
        [...byRouter.values()].reduce((sum, count) => sum + count, 0),
      );
    }
  }

  private leaks({ origins, network }: Route, failed: Failed): boolean {
    const left = [...origins].filter(([id]) => !failed.has(id));
    return [...this.partOf].some(
      ([id, part]) =>
        network.heldBy(id).length > 0 && !left.some(([origin, communities]) => this.isFor(origin, communities, part)),
    );
  }

  private isExternal(id: string): boolean {
    return this.topology.choices.some(({ from, kind }) => from === id && kind === 'external');
  }

  private asOf(id: string): number | undefined {
    return this.topology.outside.find((router) => router.id === id)?.autonomousSystem;
  }

  /** Whether a route of a router outside is for the clients of a part: those connected, and those that `only` lets have it. */
  private isFor(origin: string, communities: readonly string[], part: string): boolean {
    const homes = this.topology.outside.find(({ id }) => id === origin)?.clientOf ?? [];
    if (!this.connected(homes[0]).has(part)) return false;
    const kept = (at: string) =>
      this.topology.groups.some(
        (group) =>
          group.part.path === at &&
          group.communities.only !== undefined &&
          communities.includes(group.communities.only),
      );
    // Ways up, each until a part keeps the route; one that does not end there leads everywhere.
    const visited = new Set<string>();
    const escapes = (at: string, trail: readonly string[]): boolean => {
      visited.add(at);
      if (kept(at)) return false;
      const above = this.above(at);
      const further = above.map((next) => trail.includes(next) || escapes(next, [...trail, next]));
      return above.length === 0 || further.includes(true);
    };
    const ways = homes.map((home) => escapes(home, [home]));
    if (ways.includes(true)) return true;
    return [...visited].some((top) => this.isBelow(part, top, new Set()));
  }

  private isBelow(part: string, top: string, seen: Set<string>): boolean {
    if (part === top) return true;
    seen.add(part);
    return this.above(part).some((next) => !seen.has(next) && this.isBelow(next, top, seen));
  }

  private above(part: string): readonly string[] {
    const upper = this.topology.choices.flatMap(({ kind, from, candidates }) =>
      kind === 'upstream' && this.partOf.get(from) === part
        ? candidates.map((id) => this.partOf.get(id) as string)
        : [],
    );
    return [...new Set(upper)].filter((other) => other !== part);
  }

  private connected(part: string): ReadonlySet<string> {
    const { sessions, choices, outside } = this.topology;
    const of = (id: string) => this.partOf.get(id) as string;
    const joined = [
      ...sessions.map(({ from, to }) => [of(from), of(to)]),
      ...choices.flatMap(({ kind, from, candidates }) =>
        kind === 'upstream' ? candidates.map((to) => [of(from), of(to)]) : [],
      ),
      ...outside.map(({ clientOf }) => clientOf),
    ];
    const all = new Set([part]);
    for (let size = 0; size < all.size;) {
      size = all.size;
      for (const parts of joined) if (parts.some((one) => all.has(one))) parts.forEach((one) => all.add(one));
    }
    return all;
  }

  /** The sessions by name: whoever is chosen and works stays, and the next ones take the places of the others. */
  private sessionsUnder(failed: Failed): ReadonlyMap<string, Session> {
    const works = (id: string | undefined) => id === undefined || !failed.has(id);
    const sessions = new Map<string, Session>();
    const add = (session: Session) =>
      sessions.set([session.kind, session.from, session.to, session.address].join(' '), session);
    for (const session of this.topology.sessions) if (works(session.from) && works(session.to)) add(session);
    for (const choice of this.topology.choices) {
      if (!works(choice.from) || !works(choice.address)) continue;
      for (const to of chosen(choice, failed)) add({ ...choice, to });
    }
    return sessions;
  }

  private connect(
    network: BgpNetwork,
    name: string,
    session: Session,
    { family, route }: Pick<Route, 'family' | 'route'>,
  ): void {
    const { kind, from, to, families, address, addPath } = session;
    if (!families.includes(family)) return;
    const neighbor = kind === 'external' ? 'eBGP' : 'non-client';
    const back = kind === 'external' ? 'eBGP' : kind === 'mesh' ? 'non-client' : 'client';
    const there = address === undefined ? this.addressOf(to) : addressIn(address);
    const version = there[0];
    const group = kind === 'mesh' ? undefined : this.topology.speakers.find(({ id }) => id === to)?.group;
    const client = this.topology.outside.find(({ id }) => id === from);
    const one: EndFacts = {
      ...{ router: from, neighbor, upstream: kind === 'upstream', announcesAll: false, address: there },
    };
    const two: EndFacts = {
      ...{ router: to, neighbor: back, upstream: false, announcesAll: addPath === true && family !== 'evpn' },
      address: this.addressOf(from, version),
      ...(group && {
        refuses: (communities) => family === 'inet' && isRefused(group, client, route, communities),
      }),
    };
    network.connect(name, one, two);
  }

  private facts(): readonly Facts[] {
    const { speakers, outside } = this.topology;
    return [
      ...speakers.map(({ id, group: { autonomousSystem, communities, clusterId } }): Facts => {
        const identifier = this.identifierOf(id);
        const cluster = clusterId ? Number(addressIn(clusterId.text)[1]) : identifier;
        return { ...{ id, autonomousSystem, identifier, cluster, passesOn: true }, ...communities };
      }),
      ...outside.map(({ id, autonomousSystem }): Facts => ({
        ...{ id, autonomousSystem, identifier: this.identifierOf(id), cluster: 0, passesOn: false },
      })),
    ];
  }

  private identifierOf(id: string): number {
    const { speakers, outside } = this.topology;
    const known = this.numbers.identifiers?.get(id);
    if (known !== undefined) return known;
    const pod = speakers.find((one) => one.id === id);
    if (pod) return Number(addressIn(pod.routerId.text)[1]);
    const own = outside.find((router) => router.id === id)?.addresses.find(({ text }) => !text.includes(':'));
    return own ? Number(addressIn(own.text)[1]) : speakers.length + 1 + outside.findIndex((one) => one.id === id);
  }

  private addressOf(id: string, version = 4): readonly [number, bigint] {
    const router = this.topology.outside.find((one) => one.id === id);
    const place = this.topology.speakers.findIndex((pod) => pod.id === id) + 1;
    if (!router) return [4, BigInt(this.numbers.addresses?.get(id) ?? place)];
    const own = router.addresses.map(({ text }) => addressIn(text));
    return own.find(([of]) => of === version) ?? own[0];
  }
}

function chosen({ candidates, most, address }: SessionChoice, failed: Failed): readonly string[] {
  // The route to an address at one pod may fail alone.
  const works = (id: string) => !failed.has(id) && !failed.has(`${address} at ${id}`);
  const kept = candidates.slice(0, most).filter(works);
  const spare = candidates.slice(most).filter(works);
  return [...kept, ...spare].slice(0, most);
}

/** An address, as what it compares by: its version, and its number. */
function addressIn(text: string): readonly [number, bigint] {
  if (!text.includes(':')) return [4, text.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)];
  const [head, tail] = text.split('::').map((half) => half.split(':').filter((word) => word !== ''));
  const words = tail ? [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail] : head;
  return [6, words.reduce((sum, word) => sum * 65536n + BigInt(`0x${word}`), 0n)];
}
