import { destinationOf, resolve } from '../../../lab/clients/announcement';
import { Lab } from '../../../lab/lab';
import { ClientPlan } from '../../../lab/plan/clients';
import { groupsOf } from '../../../lab/plan/groups';
import { LabPlan } from '../../../lab/plan/plan';
import { Pod } from '../../../lab/pod/pod';
import { BgpNeighbor, bgpNeighborsOf } from './bgp-neighbors';
import { heldPaths } from './held-paths';
import { ReflectedPath, Reflection } from './reflection';

/** All paths in a lab of route reflectors, and what they are held against. */
export interface PathsInLab extends Reflection {
  /** What the bgpd of each pod holds, chosen or not. */
  readonly inPods: readonly ReflectedPath[];
  readonly inClients: readonly ReflectedPath[];
}

interface View {
  readonly pod: Pod;
  readonly neighbors: readonly BgpNeighbor[];
}

/** Looks at all routers. BGP identifiers are those that they gave each other when their sessions opened. */
export async function pathsIn(lab: Lab, plan: LabPlan): Promise<PathsInLab> {
  const views: View[] = await Promise.all(
    lab.cluster.pods.map(async (pod) => ({ pod, neighbors: await bgpNeighborsOf(pod) })),
  );
  const ids = new Map(views.flatMap(({ neighbors }) => neighbors.map((one) => [one.address, one.routerId] as const)));
  const idOf = (address: string) => ids.get(address) ?? `nobody at ${address}`;
  const families = [...new Set(groupsOf(plan.objects).flatMap((group) => group.families))];
  const ofPod = ({ pod }: View) =>
    families.map(async (family) =>
      (await heldPaths(pod, family)).map((path) => ({ ...path, holder: idOf(pod.address), from: idOf(path.from) })),
    );
  const ofClient = async (client: ClientPlan) =>
    (await lab.client(client.name).learned()).map((route) => ({
      ...route,
      holder: client.routerId,
      from: idOf(servedBy(client, route.from, plan, views)),
    }));
  return {
    inPods: (await Promise.all(views.flatMap(ofPod))).flat(),
    inClients: (await Promise.all(plan.clients.map(ofClient))).flat(),
    announcers: announcersIn(plan),
    neighbors: sessionsIn(views, idOf),
  };
}

/** The address of the pod behind a shared address that a client has its session with. */
function servedBy(client: ClientPlan, shared: string, { objects }: LabPlan, views: readonly View[]): string {
  const group = groupsOf(objects).find(({ addresses }) => addresses.some(({ text }) => text === shared));
  const local = client.neighbors.find(({ address }) => address === shared)?.localAddress;
  const view = views.find(
    ({ pod, neighbors }) =>
      pod.workload.name === group?.id && neighbors.some(({ address, established }) => established && address === local),
  );
  return view?.pod.address ?? shared;
}

function announcersIn({ clients }: LabPlan): ReadonlyMap<string, string> {
  return new Map(
    clients.flatMap(({ announcements, neighbors, routerId }) => {
      const own = neighbors.map(({ localAddress }) => localAddress);
      return announcements.map((announcement) => [destinationOf(resolve(announcement, own)), routerId] as const);
    }),
  );
}

function sessionsIn(views: readonly View[], idOf: (address: string) => string): Map<string, Set<string>> {
  const sessions = new Map<string, Set<string>>();
  const add = (one: string, other: string) => sessions.set(one, (sessions.get(one) ?? new Set()).add(other));
  for (const { pod, neighbors } of views) {
    for (const { routerId } of neighbors.filter(({ established }) => established)) {
      add(idOf(pod.address), routerId);
      add(routerId, idOf(pod.address));
    }
  }
  return sessions;
}
