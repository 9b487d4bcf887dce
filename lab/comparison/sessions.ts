import { Family } from '../../lib/addressing';
import { BgpTopology, Session } from '../../lib/model';
import { LearnedRoute } from '../clients/client';
import { Pod } from '../pod/pod';

/** What a comparison asks a pod, of the lab or of a real cluster. */
export interface RouterPod extends Pick<Pod, 'name' | 'node' | 'addresses' | 'address' | 'sessions'> {
  readonly workload: { readonly name: string };
  /** All paths of a family from neighbors, not only the best. */
  paths(family: Family): Promise<readonly LearnedRoute[]>;
}

/** A pod whose sessions are compared. */
export interface SessionPod extends Omit<RouterPod, 'paths'> {
  /** @default any: clusters may have workloads and nodes of the same name */
  readonly cluster?: string;
}

/** The sessions of a topology that are up between pods. */
export interface UpSessions<P extends SessionPod = RouterPod> {
  /** Pods by the ids of routers in the topology. Routers without a pod are left out. */
  readonly pods: ReadonlyMap<string, P>;
  /** The sessions of the topology that are up, also those of choices. */
  readonly sessions: readonly Session[];
  /** One text for each missing session. */
  readonly missing: readonly string[];
}

/** Compares the sessions that pods report with those of the topology. */
export async function sessionsUp<P extends SessionPod>(
  topology: BgpTopology,
  all: readonly P[],
): Promise<UpSessions<P>> {
  const pods = podsById(topology, all);
  const ends = new Map(topology.outside.map(({ id, addresses }) => [id, addresses.map(({ text }) => text)]));
  for (const [id, pod] of pods) ends.set(id, [...pod.addresses]);
  const peers = new Map<string, ReadonlySet<string>>();
  await Promise.all(
    [...pods].map(async ([id, pod]) => {
      const known = await pod.sessions().catch(() => []);
      peers.set(id, new Set(known.flatMap(({ address, state }) => (state === 'Established' ? [address] : []))));
    }),
  );
  const isAt = (router: string, other: string, family?: string) =>
    !pods.has(router) ||
    ends.get(other)?.some((end) => (!family || isSix(end) === isSix(family)) && peers.get(router)?.has(end));
  const reflectors = new Set(topology.outside.flatMap(({ id, reflects }) => (reflects ? [id] : [])));
  const runs = (id: string) => pods.has(id) || reflectors.has(id);
  const isUp = ({ from, to, address }: Session) => runs(to) && isAt(to, from, address) && isAt(from, to);
  const mesh = topology.sessions.filter(({ from, to }) => runs(from) && runs(to));
  const missing = mesh.filter((one) => !isUp(one)).map(({ from, to }) => `${name(pods, from)} and ${name(pods, to)}`);
  const chosen = topology.choices.flatMap(({ candidates, most, ...session }) => {
    const present = ends.has(session.from) ? candidates.filter(runs) : [];
    const up = present.map((to): Session => ({ ...session, to })).filter(isUp);
    const wanted = Math.min(most, present.length);
    const toward = session.address ?? `upstream`;
    if (up.length < wanted) missing.push(`${name(pods, session.from)} ${toward}: ${up.length} of ${wanted}`);
    return up;
  });
  return { pods, sessions: [...mesh.filter(isUp), ...chosen], missing };
}

const isSix = (address: string) => address.includes(':');

const name = (pods: ReadonlyMap<string, SessionPod>, id: string) => pods.get(id)?.name ?? id;

/** A router is a pod of its workload, preferably on its node: where several nodes are valid, the lab may choose another. */
function podsById<P extends SessionPod>({ speakers }: BgpTopology, pods: readonly P[]): ReadonlyMap<string, P> {
  const left = new Set(pods);
  const found = new Map<string, P>();
  for (const onNode of [true, false]) {
    for (const { id, group, node } of speakers.filter((one) => !found.has(one.id))) {
      const fits = ({ workload, cluster = group.cluster, node: at }: P) =>
        workload.name === group.workload && cluster === group.cluster && (!onNode || at === node.name);
      const pod = [...left].find(fits);
      if (!pod) continue;
      left.delete(pod);
      found.set(id, pod);
    }
  }
  return found;
}
