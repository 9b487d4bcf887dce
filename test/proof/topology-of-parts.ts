import { BgpTopology, RouterGroup, SessionChoice } from '../../lib';
import { Family, parseAddress, parsePrefix } from '../../lib/addressing';
import { Announcement, ClusterNode, OutsideSpeaker, Speaker } from '../../lib/model';

/** The AS of all routers in pods. */
export const OWN_AS = 64496;

/** A part that another one has upstream. */
export interface Above {
  readonly part: string;
  /** The most sessions of each pod. @default 2 */
  readonly sessions?: number;
  /** @default - those of the part */
  readonly families?: readonly Family[];
}

/** A region or pair; its pods each have a node of their own. */
export interface PartShape {
  /** @default 'route-reflector' */
  readonly mode?: RouterGroup['mode'];
  /** Pods of side a, and of side b. @default [1] */
  readonly sides?: readonly number[];
  /** @default ['inet'] */
  readonly families?: readonly Family[];
  /** Whether all its pods have a session with each other. @default true */
  readonly fullMesh?: boolean;
  /** Other parts, with all of whose pods its own have a session. @default none */
  readonly meshes?: readonly string[];
  /** Parts whose pods are its route reflectors; itself, too. @default none */
  readonly above?: readonly Above[];
  readonly communities?: RouterGroup['communities'];
  readonly routerIds?: readonly string[];
  /** Whether its reflectors have one cluster id. @default false */
  readonly oneCluster?: boolean;
  readonly changes?: Partial<RouterGroup>;
}

/** A router outside. */
export interface ClientShape {
  /** The names of the parts that it is a client of. */
  readonly homes: readonly string[];
  /** @default the AS of the pods */
  readonly autonomousSystem?: number;
  /** The last number of its address, which is its BGP identifier, too. @default its place among the clients, from 1 up */
  readonly host?: number;
  /** Routes: a prefix, or more. @default none */
  readonly announces?: readonly (string | (Partial<Announcement> & Pick<Announcement, 'route'>))[];
  /** The ids of nodes that it stands next to: `east-a-0`. @default none */
  readonly beside?: readonly string[];
  /** Whether it gets all paths of a route. @default false */
  readonly addPath?: boolean;
}

/**
 * A topology of these parts and clients. It need not be one that constructs can make: reflectors may be clients of each
 * other in a ring, and an area may have a mesh with the backbone.
 */
export function topologyOfParts(
  parts: Readonly<Record<string, PartShape>>,
  clients: Readonly<Record<string, ClientShape>>,
): BgpTopology {
  const groups = Object.entries(parts).flatMap(([name, shape], i) => groupsOf(name, shape, i));
  let place = 0;
  const podsOf = (group: RouterGroup, count: number): Speaker[] =>
    Array.from({ length: count }, (_, ordinal): Speaker => {
      const name = `${group.id}-${ordinal}`;
      const node: ClusterNode = { id: name, name, cluster: '', labels: {}, assumed: false };
      const routerId = group.identifiers.routerId ?? parseAddress(`0.0.${++place >> 8}.${place & 255}`);
      return { id: name, group, node, ordinal, instance: name, routerId };
    });
  const sidesOf = (name: string) => groups.filter(({ part }) => part.name === name);
  const podsBySide = new Map(
    Object.entries(parts).flatMap(([name, { sides = [1] }]) =>
      sidesOf(name).map((group, i) => [group, podsOf(group, sides[i])] as const),
    ),
  );
  const podsIn = (name: string) => sidesOf(name).flatMap((group) => podsBySide.get(group) as Speaker[]);
  const speakers = [...podsBySide.values()].flat();
  const familiesOf = (name: string) => parts[name].families ?? ['inet'];
  const shared = (...names: string[]) =>
    familiesOf(names[0]).filter((family) => names.every((name) => familiesOf(name).includes(family)));

  const pairs = new Map<string, readonly [Speaker, Speaker, readonly Family[]]>();
  for (const [name, { fullMesh = true, meshes = [] }] of Object.entries(parts)) {
    for (const other of [...(fullMesh ? [name] : []), ...meshes]) {
      for (const one of podsIn(name)) {
        for (const two of podsIn(other)) {
          if (one !== two) pairs.set([one.id, two.id].sort().join(), [one, two, shared(name, other)]);
        }
      }
    }
  }
  const upstream = Object.entries(parts).flatMap(([name, { above = [] }]) =>
    above.flatMap(({ part, sessions = 2, families = shared(name, part) }) =>
      podsIn(name).map(({ id }, i): SessionChoice => {
        const candidates = turned(
          podsIn(part).map((pod) => pod.id),
          i,
        ).filter((other) => other !== id);
        return { kind: 'upstream', from: id, candidates, most: sessions, families, group: 'MESHRR-CLIENTS' };
      }),
    ),
  );
  const outside = Object.entries(clients).map(([id, shape], i) => routerOf(id, shape, i));
  const reached = outside.flatMap(({ id }, i) =>
    clients[id].homes.flatMap((home) =>
      sidesOf(home).map((group): SessionChoice => ({
        kind: group.mode === 'route-server' ? 'external' : 'client',
        from: id,
        candidates: turned(
          (podsBySide.get(group) as Speaker[]).map((pod) => pod.id),
          i,
        ),
        most: 1,
        families: group.families,
        group: 'MESHRR-CLIENTS',
        address: group.addresses[0].text,
        ...(clients[id].addPath && { addPath: true }),
      })),
    ),
  );
  const besides = (node: string) => {
    const routers = outside.filter(({ nodes }) => nodes.includes(node)).map(({ id }) => id);
    return routers.length > 0 ? routers : undefined;
  };
  return {
    nodes: speakers.map(({ node }) => node),
    groups,
    speakers,
    outside,
    sessions: [...pairs.values()]
      .filter(([, , families]) => families.length > 0)
      .map(([one, two, families]) => ({ kind: 'mesh', from: one.id, to: two.id, families, group: 'MESHRR-MESH' })),
    choices: [...upstream, ...reached],
    idle: [],
    addressesAtNodes: speakers.flatMap(({ group, node }) =>
      group.addresses.map(({ text: address }) => ({
        ...{ group: group.id, address, node: node.id, isReached: true },
        routers: besides(node.id),
      })),
    ),
    metallb: [],
  };
}

const turned = <T>(items: readonly T[], turn: number): readonly T[] =>
  items.map((_, i) => items[(i + turn) % items.length]);

function groupsOf(name: string, shape: PartShape, number: number): RouterGroup[] {
  const { mode = 'route-reflector', sides = [1], families = ['inet'], communities = {} } = shape;
  return sides.map((_, i): RouterGroup => {
    const side = 'abc'[i];
    return {
      id: `${name}-${side}`,
      part: { path: `test/${name}`, kind: mode === 'route-server' ? 'pair' : 'region', name },
      workload: `${name}-${side}`,
      workloadKind: 'Deployment',
      cluster: '',
      side,
      mode,
      router: 'frr',
      autonomousSystem: OWN_AS,
      families,
      clusterId: shape.oneCluster ? parseAddress(`192.0.3.${number}`) : undefined,
      identifiers: { ...(shape.routerIds?.[i] !== undefined && { routerId: parseAddress(shape.routerIds[i]) }) },
      service: `meshrr-${name}`,
      listedBy: [],
      exported: false,
      looksInClusterSet: false,
      meshes: [],
      meshMd5: true,
      upstreams: [],
      clients: [
        {
          name: 'MESHRR-CLIENTS',
          ranges: [parsePrefix('10.0.0.0/8')],
          asRanges: mode === 'route-server' ? [{ first: 65001, last: 65500 }] : [],
        },
      ],
      clientLimit: 5000,
      resetsLocalPreference: false,
      podNetworks: [],
      communities,
      reachedBy: 'metallb',
      addresses: [parseAddress(`192.0.2.${2 * number + i}`)],
      nodeSelector: {},
      preferredNodes: {},
      replicas: sides[i],
      onePerNode: false,
      interlock: false,
      memory: {},
      secrets: [],
      ...shape.changes,
    };
  });
}

function routerOf(
  id: string,
  { homes, autonomousSystem = OWN_AS, announces = [], beside = [], host }: ClientShape,
  place: number,
): OutsideSpeaker {
  return {
    id,
    path: `test/${id}`,
    assumed: false,
    platform: 'generic',
    autonomousSystem,
    addresses: [parseAddress(`10.0.0.${host ?? place + 1}`)],
    clientOf: homes.map((home) => `test/${home}`),
    nodes: beside,
    announces: announces.map((one) => ({
      ...{ family: 'inet', communities: [] },
      ...(typeof one === 'string' ? { route: one } : one),
    })),
    routes: announces.length,
  };
}
