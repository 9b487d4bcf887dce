import { Chart } from 'cdk8s';
import * as os from 'os';
import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../../lab/eventually';
import { Lab } from '../../lab/lab';
import { Pod } from '../../lab/pod/pod';
import { Frr, RouteReflectorRegion } from '../../lib';
import { planOfDefinition } from '../../test-support/plan-of-definition';
import { Bench, Figures } from '../figure';
import { pssMb } from '../runtime/process-figures';
import { meshSize } from './mesh-size';

/** After this the run is given up. */
const PATIENCE_MS = 5 * 60_000;
const POLL_MS = 100;
/** So long after the mesh is up, what only its start took has been given back. */
const REST_MS = 5_000;

/**
 * A core region of so many replicas, each pod on a node of its own: seconds from the start of the first pod until every
 * bgpd has a session with every other one, and the memory that all pods take then.
 */
export async function measureMesh(routers: number): Promise<Figures> {
  const plan = planOfDefinition((app) => {
    new RouteReflectorRegion(new Chart(app, 'mesh'), 'core', {
      router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
      autonomousSystem: 64496,
      podNetworks: ['10.42.0.0/16'],
      replicas: routers,
    });
  });
  // Each probe is a process of Node. In a cluster every node runs those of one pod; here they would take a whole core.
  const lab = await Lab.prepare({ ...plan, probes: false });
  try {
    await lab.start();
    const { pods } = lab.cluster;
    const begin = Math.min(...pods.map(({ startedAt }) => startedAt as number));
    await untilMeshed(pods, begin + PATIENCE_MS);
    const meshSeconds = (performance.now() - begin) / 1000;
    await pause(REST_MS);
    const memory = (service: 'bgpd' | 'meshrr') =>
      pods.map((pod) => pssMb(pod.services[service].pid as number)).reduce((sum, each) => sum + each);
    const [meshBgpdMemoryMb, meshRuntimeMemoryMb] = [memory('bgpd'), memory('meshrr')];
    return {
      meshRouters: pods.length,
      meshSeconds,
      meshMemoryMb: meshBgpdMemoryMb + meshRuntimeMemoryMb,
      meshBgpdMemoryMb,
      meshRuntimeMemoryMb,
    };
  } finally {
    await lab.down();
  }
}

/** Asks one bgpd after the other, until all have all sessions at the same time: to ask takes time from those asked. */
async function untilMeshed(pods: readonly Pod[], end: number): Promise<void> {
  const rejectMissing = async (pod: Pod) => {
    const up = (await pod.sessions()).filter(({ state }) => state === 'Established').length;
    if (up !== pods.length - 1) throw new Error(`${pod.name} has ${up} of ${pods.length - 1} sessions`);
  };
  const left = () => Math.max(end - performance.now(), 0);
  for (const pod of pods) await eventually(() => rejectMissing(pod), left(), POLL_MS);
  await eventually(() => Promise.all(pods.map(rejectMissing)), left(), POLL_MS);
}

const ROUTERS = meshSize({ cores: os.availableParallelism(), memoryMb: os.freemem() / 2 ** 20 });

export const meshBench: Bench = {
  about: `${ROUTERS} pods of a core region, not probed: from their start to a full mesh; memory (PSS) of bgpd and runtime`,
  needs: ['ip', 'nft', 'bgpd', 'dnsmasq'],
  run: () => measureMesh(ROUTERS),
};
