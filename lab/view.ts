import { Session } from '../crpd-image/runtime/router/driver';
import { ClientSession, LearnedRoute } from './clients/client';
import { Comparison } from './comparison/compare';
import { Lab } from './lab';

/** A router of the lab and its sessions. */
export interface RouterSummary<S> {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly sessions: readonly S[];
}

export interface PodView extends RouterSummary<Session> {
  readonly node: string;
  readonly ready: boolean;
}

export interface ClientView extends RouterSummary<ClientSession> {
  readonly implementation: string;
  readonly autonomousSystem: number;
  readonly learned: readonly LearnedRoute[];
}

/** The state of a lab at a moment. */
export interface LabView {
  readonly id: string;
  readonly app: string;
  readonly nodes: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly pods: readonly PodView[];
  readonly clients: readonly ClientView[];
  /** What routers have, beside what the proof expects of the sessions that are up. */
  readonly proof: Comparison;
}

/** Asks all routers of a lab. One that does not answer has no sessions. */
export async function viewOf(lab: Lab, app: string): Promise<LabView> {
  const pods = lab.cluster.pods.map(async (pod): Promise<PodView> => {
    const { name, node, ready, addresses } = pod;
    return { name, node, ready, addresses, sessions: await pod.sessions().catch(() => []) };
  });
  const running = lab.running();
  const clients = [...lab.plans.values()].map(async (plan): Promise<ClientView> => {
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
  };
}
