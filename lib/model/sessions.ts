import { covers, FAMILIES, Family, IpAddress, overlaps, serviceParts } from '../addressing';
import { ClientGroup, DialedGroup, familiesToward, MeshGroup, UpstreamGroup } from '../configuration';
import { CLUSTER_SET_DOMAIN, SETTINGS } from '../settings';
import { OutsideSpeaker, Reflecting, RouterGroup } from './declarations';
import { addTo, grouped } from './multimap';
import { AddressAtNode, IdleGroup, Session, SessionChoice, Speaker } from './topology';

/** The speakers of a group, in the order of their ordinals. */
export type SpeakersOf = (group: RouterGroup) => readonly Speaker[];

/** The routers behind each headless Service, as the pods that look for it see it. */
class Services {
  private readonly members = new Map<string, Set<RouterGroup>>();

  constructor(groups: readonly RouterGroup[]) {
    for (const group of groups) {
      addTo(this.members, keyOf(group.cluster, group, group.service), group);
      if (group.exported || group.exportedToOthers) addTo(this.members, keyOf(undefined, group, group.service), group);
      for (const service of group.listedBy) {
        addTo(this.members, keyOf(group.cluster, group, service), group);
        // The region upstream exports it where it is in a cluster set, and then both look there.
        if (group.looksInClusterSet) addTo(this.members, keyOf(undefined, group, service), group);
      }
    }
  }

  behind(service: string, seenBy: RouterGroup): ReadonlySet<RouterGroup> {
    const { name, namespace = seenBy.namespace, rootDomain } = serviceParts(service);
    const looksInClusterSet = rootDomain === undefined ? seenBy.looksInClusterSet : rootDomain === CLUSTER_SET_DOMAIN;
    const cluster = looksInClusterSet ? undefined : seenBy.cluster;
    return this.members.get(keyOf(cluster, { namespace }, name)) ?? new Set();
  }
}

/** By JSON, as the name of a cluster may hold anything. No cluster: the cluster set. */
const keyOf = (cluster: string | undefined, { namespace }: Pick<RouterGroup, 'namespace'>, service: string) =>
  JSON.stringify([cluster ?? null, namespace ?? null, service]);

/** The Service that a group of routers means. */
function referred(service: string, seenBy: RouterGroup): string {
  const { name, namespace = seenBy.namespace } = serviceParts(service);
  return keyOf(undefined, { namespace }, name);
}

type Carrying = Pick<RouterGroup, 'families'>;

const shared = (one: Carrying, other: Carrying): readonly Family[] =>
  FAMILIES.filter((family) => one.families.includes(family) && other.families.includes(family));

/** What sessions between routers in pods there are, and which groups of neighbors stay empty. */
export interface Inside {
  readonly sessions: readonly Session[];
  readonly choices: readonly SessionChoice[];
  readonly idle: readonly IdleGroup[];
}

/** The sessions between the routers in the pods, and those that they have with route reflectors outside. */
export function sessionsInside(
  groups: readonly RouterGroup[],
  speakersOf: SpeakersOf,
  outside: readonly OutsideSpeaker[] = [],
): Inside {
  const reflectors = new Reflectors(outside);
  const services = new Services(groups);
  const sessions: Session[] = [];
  const choices: SessionChoice[] = [];
  const idle: IdleGroup[] = [];
  const turns = new Turns();
  /** The sessions of a group of pods with some of the reflectors outside. */
  const chosenAmong = (others: readonly Reflector[], group: RouterGroup, { name, sessions: most }: UpstreamGroup) => {
    const families = shared(group, others[0]);
    const ids = others.map(({ id }) => id);
    return speakersOf(group).map(({ id: from }): SessionChoice => {
      const candidates = turns.of(ids.join(), ids);
      return { kind: 'upstream', from, candidates, most, families, group: name };
    });
  };
  for (const group of groups) {
    const met = new Set<RouterGroup>();
    for (const mesh of group.meshes) {
      if (mesh.addresses) {
        const others = reflectors.at(mesh.addresses, group);
        if (others.length === 0) idle.push(nobodyAt(group, mesh));
        for (const { id: from } of speakersOf(group)) {
          for (const { id: to, families } of others) {
            sessions.push({ kind: 'mesh', from, to, families: shared(group, { families }), group: mesh.name });
          }
        }
        continue;
      }
      let found = false;
      for (const other of services.behind(mesh.service, group)) {
        const theirs = meshBack(services, group, other, mesh);
        if (!theirs) continue;
        found = true;
        // Each pair of groups once: from the one whose id comes first, and but once if two meshes join them.
        if (other.id < group.id || met.has(other)) continue;
        met.add(other);
        addMesh(sessions, speakersOf(group), speakersOf(other), shared(group, other), [mesh.name, theirs.name]);
      }
      if (!found) idle.push({ routers: group.id, group: mesh.name, service: mesh.service });
    }
    for (const upstream of group.upstreams) {
      if (upstream.addresses) {
        const others = reflectors.at(upstream.addresses, group);
        if (others.length === 0) idle.push(nobodyAt(group, upstream));
        else choices.push(...chosenAmong(others, group, upstream));
        continue;
      }
      const reflecting = [...services.behind(upstream.service, group)].filter((other) =>
        clientGroupFor(services, other, group, upstream),
      );
      if (reflecting.length === 0) {
        const others = reflectors.behind(upstream.service, group);
        if (others.length > 0) choices.push(...chosenAmong(others, group, upstream));
        else idle.push({ routers: group.id, group: upstream.name, service: upstream.service });
        continue;
      }
      const terms = {
        kind: 'upstream',
        most: upstream.sessions,
        families: reflecting.reduce((left, other) => shared(group, other).filter((f) => left.includes(f)), FAMILIES),
        group: (clientGroupFor(services, reflecting[0], group, upstream) as ClientGroup).name,
      } as const;
      const all = reflecting.flatMap((reflector) => speakersOf(reflector).map(({ id }) => id));
      for (const { id: from } of speakersOf(group)) {
        const candidates = turns.of(reflecting[0].id, all).filter((id) => id !== from);
        choices.push({ ...terms, from, candidates });
      }
    }
  }
  return { sessions: [...sessions, ...reflectors.sessions()], choices, idle };
}

const nobodyAt = ({ id }: RouterGroup, { name, addresses = [] }: DialedGroup): IdleGroup => ({
  ...{ routers: id, group: name },
  service: addresses.map(({ text }) => text).join(', '),
});

/** A route reflector outside that pods have sessions with. */
type Reflector = Carrying & { readonly id: string };

/** The route reflectors outside, by their addresses or the Service that they are behind. */
class Reflectors {
  private readonly all: readonly (OutsideSpeaker & Pick<Required<OutsideSpeaker>, 'reflects'>)[];

  constructor(outside: readonly OutsideSpeaker[]) {
    this.all = outside.flatMap((router) => (router.reflects ? [{ ...router, reflects: router.reflects }] : []));
  }

  /** Those that a group of routers has a session with. */
  at(addresses: readonly IpAddress[], group: RouterGroup): readonly Reflector[] {
    const texts = new Set(addresses.map(({ text }) => text));
    return this.those(group, ({ addresses: own }) => own.some(({ text }) => texts.has(text)));
  }

  /** Those of another app that a group of routers finds behind a Service. */
  behind(service: string, group: RouterGroup): readonly Reflector[] {
    return this.those(group, ({ reflects }) => reflects?.service === service);
  }

  private those(group: RouterGroup, isThere: (router: OutsideSpeaker) => boolean): readonly Reflector[] {
    return this.all.flatMap((router) => {
      const { id, autonomousSystem, reflects } = router;
      const { families } = reflects;
      if (!isThere(router) || autonomousSystem !== group.autonomousSystem) return [];
      return shared(group, { families }).length > 0 ? [{ id, families }] : [];
    });
  }

  /** The sessions between reflectors of a kind. */
  sessions(): readonly Session[] {
    return [...grouped(this.all, ({ reflects }) => reflects.part.path).values()].flatMap((same) =>
      same.flatMap(({ id: from, reflects: { part, families } }, i) =>
        same.slice(i + 1).map(({ id: to }): Session => ({ kind: 'mesh', from, to, families, group: part.name })),
      ),
    );
  }
}

/** The mesh by which `other` has `group` for a neighbor, as `group` has `other` by `mesh`. */
function meshBack(
  services: Services,
  group: RouterGroup,
  other: RouterGroup,
  mesh: DialedGroup,
): MeshGroup | undefined {
  if (other.autonomousSystem !== group.autonomousSystem || other.meshMd5 !== group.meshMd5) return undefined;
  if (shared(group, other).length === 0) return undefined;
  // Without a Secret, the key of TCP MD5 comes from the name of the Service.
  return other.meshes.find(
    ({ service, keyFile }) =>
      service !== undefined &&
      sameKey(mesh, { keyFile }) &&
      (referred(service, other) === referred(mesh.service as string, group) ||
        !group.meshMd5 ||
        keyFile !== undefined) &&
      services.behind(service, other).has(group),
  );
}

function addMesh(
  sessions: Session[],
  ours: readonly Speaker[],
  theirs: readonly Speaker[],
  families: readonly Family[],
  [fromGroup, group]: readonly [from: string, to: string],
): void {
  const names = { group, ...(fromGroup !== group && { fromGroup }) };
  for (const from of ours) {
    for (const to of theirs) {
      if (from.group === to.group && to.ordinal <= from.ordinal) continue;
      sessions.push({ kind: 'mesh', from: from.id, to: to.id, families, ...names });
    }
  }
}

/** Whether the keys of the Secrets at both ends are the same, or both ends have none. */
const sameKey = (one: Pick<DialedGroup, 'keyFile'>, other: Pick<DialedGroup, 'keyFile'>) =>
  one.keyFile === other.keyFile;

/** The group in which a route reflector accepts the pods of `lower` as clients. */
function clientGroupFor(
  services: Services,
  reflector: RouterGroup,
  lower: RouterGroup,
  upstream: DialedGroup,
): ClientGroup | undefined {
  if (reflector.mode !== 'route-reflector' || reflector.autonomousSystem !== lower.autonomousSystem) return undefined;
  if (shared(reflector, lower).length === 0) return undefined;
  const isListed = ({ service }: ClientGroup) =>
    service !== undefined && services.behind(service, reflector).has(lower);
  const isInRange = ({ ranges }: ClientGroup) =>
    ranges.some((range) => lower.podNetworks.some((network) => overlaps(range, network)));
  const accepting = reflector.clients.find(isListed) ?? reflector.clients.find(isInRange);
  return accepting && sameKey(accepting, upstream) ? accepting : undefined;
}

/** The group in which a router takes an address outside for a client. */
export function clientGroupOf(clients: readonly ClientGroup[], address: IpAddress): ClientGroup | undefined {
  return clients.find(({ ranges }) => ranges.some((range) => covers(range, address)));
}

/**
 * The sessions of routers outside: one to each address, of an IP family that they have, of each group that they are
 * clients of. Connections to an address land only on pods of nodes that they come to.
 */
export function sessionsOutside(
  outside: readonly OutsideSpeaker[],
  groups: readonly RouterGroup[],
  speakersOf: SpeakersOf,
  reach: readonly AddressAtNode[],
): readonly SessionChoice[] {
  const turns = new Turns();
  const groupsOf = grouped(groups, ({ part }) => part.path);
  const nodesOf = nodesReached(reach);
  return outside.flatMap((router) =>
    router.clientOf
      .flatMap((path) => groupsOf.get(path) ?? [])
      .flatMap((group) =>
        group.addresses.flatMap((address): SessionChoice[] => {
          const own = router.addresses.find(({ family }) => family === address.family);
          const clients = own && clientGroupOf(group.clients, own);
          if (!clients) return [];
          const nodes = nodesOf.get(placeOf(group.id, address.text));
          const speakers = speakersOf(group).filter(({ node }) => nodes?.has(node.id));
          const near = new Set(
            speakers.filter(({ node }) => nodes?.get(node.id)?.includes(router.id)).map(({ id }) => id),
          );
          const ids = speakers.map(({ id }) => id);
          // On layer 2 all connections come to the node that answers for the address.
          const order = group.reachedBy === 'layer2' ? ids : turns.of(address.text, ids);
          return [
            {
              kind: group.mode === 'route-server' ? 'external' : 'client',
              from: router.id,
              // A router that has the route from a node has its shortest path to the pods there.
              candidates: [...order.filter((id) => near.has(id)), ...order.filter((id) => !near.has(id))],
              most: 1,
              families: familiesToward(group, clients),
              group: clients.name,
              address: address.text,
              ...(clients.addPath && { addPath: true }),
            },
          ];
        }),
      ),
  );
}

/** The sessions of clients in pods of other apps. */
export function sessionsOfListed(
  outside: readonly OutsideSpeaker[],
  groups: readonly RouterGroup[],
  speakersOf: SpeakersOf,
): readonly SessionChoice[] {
  const turns = new Turns();
  return outside.flatMap(({ id: from, listed, clientOf }): SessionChoice[] => {
    if (!listed) return [];
    const { service, families } = listed;
    const reflecting = groups.filter(({ part }) => clientOf.includes(part.path));
    const clients = reflecting[0]?.clients.find((each) => each.service === service);
    if (!clients) return [];
    const ids = reflecting.flatMap((group) => speakersOf(group).map(({ id }) => id));
    return [
      {
        ...{ kind: 'client', from, candidates: turns.of(service, ids), most: SETTINGS.upstreamSessions.default },
        ...{ families: shared(reflecting[0], { families }), group: clients.name },
      },
    ];
  });
}

/** The sessions of clients of route reflectors outside: one with each reflector. */
export function sessionsOfReflectors(outside: readonly OutsideSpeaker[]): readonly SessionChoice[] {
  const reflectors = outside.filter(({ reflects }) => reflects);
  return outside.flatMap(({ id: from, clientOf }) =>
    reflectors.flatMap(({ id, addresses: [own], reflects }): SessionChoice[] => {
      const { part, families } = reflects as Reflecting;
      if (!clientOf.includes(part.path)) return [];
      return [{ kind: 'client', from, candidates: [id], most: 1, families, group: part.name, address: own?.text }];
    }),
  );
}

/** By address, the nodes that connections come to, each with the declared routers that have the route from it. */
function nodesReached(reach: readonly AddressAtNode[]): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const reached = new Map<string, Map<string, readonly string[]>>();
  for (const { group, address, node, isReached, routers = [] } of reach) {
    const nodes = reached.get(placeOf(group, address)) ?? new Map<string, readonly string[]>();
    reached.set(placeOf(group, address), isReached ? nodes.set(node, routers) : nodes);
  }
  return reached;
}

const placeOf = (group: string, address: string) => `${group} ${address}`;

/** Lets those who choose from one list begin at different items, so that they spread over all of it. */
class Turns {
  private readonly taken = new Map<string, number>();

  of<T>(list: string, items: readonly T[]): readonly T[] {
    const turn = this.taken.get(list) ?? 0;
    this.taken.set(list, turn + 1);
    const first = items.length > 0 ? turn % items.length : 0;
    return [...items.slice(first), ...items.slice(0, first)];
  }
}
