import { eventually } from '../../../../lab/eventually';
import { Lab, LabOptions } from '../../../../lab/lab';
import { LabPlan, planOf } from '../../../../lab/plan/plan';
import { derive } from '../../../../lib/model';
import { Pod } from '../../../../lab/pod/pod';
import { configuredNeighbors } from '../../../scenarios/support/configured-neighbors';
import { assumedPlanOfApp } from '../../support/describe-lab';

/** The workload of the core, and how many pods it has. */
export const CORE = { workload: 'meshrr-core', pods: 2 } as const;

/** The side of a region that faults are put into. */
export const SIDE_A = 'meshrr-lothlorien-a';

/** Two regions below a core, with a node that has room for one more router of the core. */
export function plan(): LabPlan {
  const { objects, topology } = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const { nodeSelector: labels } = topology.groups.find(({ workload }) => workload === CORE.workload)!;
  const spare = { id: 'spare', name: 'spare', cluster: '', labels, assumed: true };
  return planOf(objects, derive({ ...topology, nodes: [...topology.nodes, spare] }));
}

/** The pods ask DNS alone, and more often than by default, so that tests wait less. */
export function labOptions(): LabOptions {
  return { ...plan(), environment: { MESHRR_DISCOVERY: 'dns', MESHRR_POLL_MILLISECONDS: '300' } };
}

/** One more router joins the core and runs: the change that is to be followed, during a fault or after it. */
export async function joinCore({ cluster }: Lab): Promise<Pod> {
  const before = cluster.podsOf(CORE.workload);
  await cluster.scale(CORE.workload, before.length + 1);
  const fresh = cluster.podsOf(CORE.workload).find((pod) => !before.includes(pod))!;
  await eventually(() => fresh.sessions(), PATIENCE_MS);
  return fresh;
}

/** It is gone again, without a word, and the lab is as it was before. */
export async function leaveCore(lab: Lab, pod: Pod): Promise<void> {
  await lab.cluster.killPod(pod);
  await lab.cluster.scale(CORE.workload, lab.cluster.podsOf(CORE.workload).length);
  await untilForgotten(lab, pod.address);
  await lab.untilConverged();
}

/** Waits until no pod has a neighbor of this address. */
export function untilForgotten(lab: Lab, address: string): Promise<void> {
  return eventually(async () => {
    for (const pod of lab.cluster.pods) expect(await neighborsOf(pod)).not.toContain(address);
  }, PATIENCE_MS);
}

/** The addresses that the runtime has configured in a pod. */
export async function neighborsOf(pod: Pod): Promise<string[]> {
  return [...(await configuredNeighbors(pod)).values()].flat().sort();
}

/** The configured neighbors of all these pods. */
export async function allNeighbors(pods: readonly Pod[]): Promise<Record<string, string[]>> {
  return Object.fromEntries(await Promise.all(pods.map(async (pod) => [pod.name, await neighborsOf(pod)] as const)));
}

/** Longer than anything here takes, on a machine that is busy with other things, in milliseconds. */
export const PATIENCE_MS = 60_000;
/** Longer than it takes until a neighbor is removed that is down and missing from answers, in milliseconds. */
export const LONG_ENOUGH_MS = 2_800;

/** What clients outside peer with where a pod serves them. */
export function addressesOf(pod: Pod): string[] {
  const group = plan().topology.groups.find(({ workload }) => workload === pod.workload.name);
  return group?.addresses.map(({ text }) => text) ?? [];
}
