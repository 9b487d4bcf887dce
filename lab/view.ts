import { prove, verdictOf } from '../lib/proof';
import { Lab } from './lab';

/** The state of a lab at a moment, as `--json` prints it. */
export type LabView = Awaited<ReturnType<typeof viewOf>>;

/** Asks all routers of a lab. One that does not answer has no sessions. `proof` compares them with what the proof expects. */
export async function viewOf(lab: Lab, app: string) {
  const pods = lab.cluster.pods.map(async (pod) => {
    const { name, node, ready, addresses } = pod;
    return { name, node, ready, addresses, sessions: await pod.sessions().catch(() => []) };
  });
  const running = lab.running();
  const clients = [...lab.plans.values()].map(async (plan) => {
    const { name, implementation, autonomousSystem, addresses } = plan;
    const client = running.get(name);
    const [sessions, learned] = client ? await Promise.all([client.sessions(), client.learned()]) : [[], []];
    return { name, implementation, autonomousSystem, addresses, sessions, learned };
  });
  return {
    id: lab.id,
    app,
    nodes: lab.cluster.nodes.map(({ name, labels }) => ({ name, labels })),
    pods: await Promise.all(pods),
    clients: await Promise.all(clients),
    proof: await lab.compare(),
    verdict: verdictOf(prove(lab.declared)),
  };
}
