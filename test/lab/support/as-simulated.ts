import { LearnedRoute } from '../../../lab/clients/client';
import { Lab } from '../../../lab/lab';
import { Pod } from '../../../lab/pod/pod';
import { BgpTopology, sessionsOf, simulate } from '../../../lib';
import { parseAddress } from '../../../lib/addressing';
import { heldPaths } from './held-paths';
import { routeKey, TopologyLab } from './lab-of-topology';

type Known = NonNullable<Parameters<typeof simulate>[1]>;
type Session = ReturnType<typeof sessionsOf>[number];

/** A path of a router, in words that both a simulation and a real router can be put into. */
type PathText = string;

/** By router: the paths of each route, the best of a pod marked. */
export type Held = Readonly<Record<string, readonly PathText[]>>;

/** The pods of a lab by the ids that the topology gives them. */
export function podsById({ speakers }: BgpTopology, { cluster }: Lab): ReadonlyMap<string, Pod> {
  const left = new Set(cluster.pods);
  return new Map(
    speakers.map(({ id, group, node }) => {
      const same = [...left].filter((pod) => pod.workload.name === group.workload);
      // Where Kubernetes may choose, so may the lab.
      const pod = same.find((one) => one.node === node.name) ?? same[0];
      if (!pod) throw new Error(`${id} has no pod`);
      left.delete(pod);
      return [id, pod];
    }),
  );
}

/** What a lab is: which sessions there are, and who the routers are. */
export async function knownOf(topology: BgpTopology, lab: Lab): Promise<Known> {
  const pods = podsById(topology, lab);
  const addresses = new Map([...pods].map(([id, pod]) => [id, pod.address]));
  const peers = new Map<string, ReadonlySet<string>>();
  for (const [id, pod] of pods) {
    const up = (await pod.sessions()).filter(({ state }) => state === 'Established');
    peers.set(id, new Set(up.map(({ address }) => address)));
  }
  const ends = new Map(topology.outside.map(({ id, addresses: own }) => [id, own.map(({ text }) => text)]));
  const isUp = (from: string, to: string) =>
    (ends.get(from) ?? [addresses.get(from) as string]).some((address) => peers.get(to)?.has(address));
  const mesh = topology.sessions.filter(({ from, to }) => isUp(from, to));
  const chosen = topology.choices.flatMap(({ candidates, most: _, ...session }): Session[] =>
    candidates.filter((to) => isUp(session.from, to)).map((to) => ({ ...session, to })),
  );
  const own = [...lab.plans.values()].map(({ name, routerId }) => [name, routerId] as const);
  return { sessions: [...mesh, ...chosen], routerIds: new Map([...addresses, ...own]), podAddresses: addresses };
}

/** What the simulation says of these sessions and routers. */
export function simulated({ topology, destinations }: TopologyLab, known: Known): Held {
  const held: Record<string, string[]> = {};
  const isPod = new Set(topology.speakers.map(({ id }) => id));
  for (const { router, paths, ...route } of simulate(topology, known).holdings) {
    for (const path of paths) {
      const best = path.best && isPod.has(router);
      const text = pathText({
        ...path,
        destination: destinations.get(routeKey(route)) as string,
        originatorId: path.originatorId,
        best,
      });
      (held[router] ??= []).push(text);
    }
  }
  return sorted(held);
}

/** What the routers of a lab hold. */
export async function real({ topology }: TopologyLab, lab: Lab): Promise<Held> {
  const pods = podsById(topology, lab);
  const ids = new Map([...pods].flatMap(([id, pod]) => pod.addresses.map((address) => [address, id] as const)));
  for (const { id, addresses } of topology.outside) for (const { text } of addresses) ids.set(text, id);
  const families = [...new Set(topology.groups.flatMap((group) => group.families))];
  const held: Record<string, string[]> = {};
  const note = (
    router: string,
    routes: readonly LearnedRoute[],
    from: (route: LearnedRoute) => string,
    isPod: boolean,
  ) => {
    for (const route of routes)
      (held[router] ??= []).push(pathText({ ...numbers(route), from: from(route), best: isPod && route.best }));
  };
  for (const [id, pod] of pods) {
    for (const family of families) {
      note(id, await heldPaths(pod, family), ({ from }) => ids.get(from) ?? from, true);
    }
  }
  for (const [name, client] of lab.clients) {
    const peer = await peersBehind(topology, lab, name, pods);
    note(name, await client.learned(), ({ from }) => peer.get(from) ?? from, false);
  }
  return sorted(held);
}

/** The pods that a client has its sessions with, by the addresses that it peers with. */
async function peersBehind(
  topology: BgpTopology,
  lab: Lab,
  client: string,
  pods: ReadonlyMap<string, Pod>,
): Promise<ReadonlyMap<string, string>> {
  const { sessions = [] } = await knownOf(topology, lab);
  const own = sessions.filter(({ from, address }) => from === client && address !== undefined);
  return new Map(own.filter(({ to }) => pods.has(to)).map(({ to, address }) => [address as string, to]));
}

const numbers = ({ originatorId, clusterList, ...route }: LearnedRoute) => ({
  ...route,
  originatorId: originatorId === undefined ? undefined : number(originatorId),
  clusterList: clusterList.map(number),
});

const number = (address: string) => Number(parseAddress(address).first);

function pathText(path: {
  readonly destination: string;
  readonly from: string;
  readonly asPath: readonly number[];
  readonly localPreference?: number;
  readonly originatorId?: number;
  readonly clusterList: readonly number[];
  readonly best: boolean;
}): PathText {
  const { destination, from, asPath, localPreference = 100, originatorId = '-', clusterList, best } = path;
  const attributes = `as-path ${asPath.join(' ') || '-'} local-pref ${localPreference} originator ${originatorId}`;
  return `${destination} from ${from} ${attributes} clusters ${clusterList.join(' ') || '-'}${best ? ' best' : ''}`;
}

function sorted(held: Readonly<Record<string, string[]>>): Held {
  return Object.fromEntries(
    Object.keys(held)
      .sort()
      .map((router) => [router, [...held[router]].sort()]),
  );
}
