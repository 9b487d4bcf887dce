import { Construct } from 'constructs';
import { routerConfiguration } from '../configuration';
import { reject } from '../registry';
import { PodTemplate } from '../router/pod-template';
import { clientsIn, frrMemory, PeerGroup, SETTINGS, TRIALS, withDefaults } from '../settings';

/** Paths that the computed limit has room for, however few are declared: two full tables of the Internet. */
const LEAST_PATHS = 2_000_000;
/** Computed limits are multiples of this, in bytes: 256Mi. */
const STEP = 256 * 1024 ** 2;

type Pod = Pick<PodTemplate, 'router' | 'settings'>;

/**
 * Brings the memory limit of a pod and the number of its clients in line: of the two, what is not given follows from the
 * other. No figures are published for cRPD, which has no such number.
 *
 * @throws InvalidPropError where both are given, and the limit has no room for so many
 */
export function withinMemory<P extends Pod>(scope: Construct, pod: P, groups: readonly PeerGroup[]): P {
  const { router, settings } = pod;
  const { memory, memoryLimit } = router.resources;
  const { clientLimit } = settings;
  if (router.kind === 'crpd') {
    if (clientLimit !== undefined) reject(scope, 'runtime.clientLimit', clientLimit, 'nothing: cRPD has no such limit');
    return pod;
  }
  if (memoryLimit === false) return pod;
  const { most, onTrial } = neighborsOf(pod, groups);
  if (memoryLimit === undefined) {
    const neighbors = most + (clientLimit ?? SETTINGS.clientLimit.default);
    const needed = Math.max(frrMemory({ neighbors, paths: LEAST_PATHS }), memory.value);
    const value = Math.ceil(needed / STEP) * STEP;
    const computed = { value, text: `${value / 1024 ** 2}Mi` };
    return { ...pod, router: { ...router, resources: { ...router.resources, memoryLimit: computed } } };
  }
  const room = clientsIn(memoryLimit.value, onTrial);
  if (room < (clientLimit ?? 1)) {
    // Half of what one client more needs is for routes.
    const least = frrMemory({ neighbors: onTrial + 2 * (clientLimit ?? 1), paths: 0 });
    const allowed = `at least ${Math.ceil(least / 1e6)}M, for the router, its runtime and ${clientLimit ?? 1} clients`;
    reject(scope, 'router.resources.memoryLimit', memoryLimit.text, allowed);
  }
  if (clientLimit !== undefined) return pod;
  return { ...pod, settings: { ...settings, clientLimit: Math.min(room, SETTINGS.clientLimit.default) } };
}

/** The neighbors that the pod finds: the most there can be, and the most that need not be routers at all. */
function neighborsOf({ settings }: Pod, groups: readonly PeerGroup[]) {
  const { meshes, upstreams } = routerConfiguration(withDefaults(settings), groups);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  const upstream = sum(upstreams.map(({ sessions }) => sessions));
  const limits = meshes.map(({ limit }) => limit);
  const trials = limits.map((most) => Math.min(most, Math.max(TRIALS.least, Math.ceil(most * TRIALS.share))));
  return { most: sum(limits) + upstream, onTrial: sum(trials) + upstream };
}
