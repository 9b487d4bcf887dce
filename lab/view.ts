import { Session } from '../crpd-image/runtime/router/driver';
import { ClientSession, LearnedRoute } from './clients/client';
import { Lab } from './lab';

/** A router of the lab and what it is doing. */
export interface RouterView<S> {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly sessions: readonly S[];
}

export interface PodView extends RouterView<Session> {
  readonly node: string;
  readonly ready: boolean;
}

export interface ClientView extends RouterView<ClientSession> {
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
}

/** Asks all routers of a lab. One that does not answer has no sessions. */
export async function viewOf(lab: Lab, app: string): Promise<LabView> {
  const pods = lab.cluster.pods.map(async (pod): Promise<PodView> => {
    const { name, node, ready, addresses } = pod;
    return { name, node, ready, addresses, sessions: await pod.sessions().catch(() => []) };
  });
  const clients = [...lab.plans.values()].map(async (plan): Promise<ClientView> => {
    const { name, implementation, autonomousSystem, addresses } = plan;
    const client = lab.client(name);
    const [sessions, learned] = await Promise.all([client.sessions(), client.learned()]);
    return { name, implementation, autonomousSystem, addresses, sessions, learned };
  });
  return {
    id: lab.id,
    app,
    nodes: lab.cluster.nodes.map(({ name, labels }) => ({ name, labels: Object.fromEntries(labels) })),
    pods: await Promise.all(pods),
    clients: await Promise.all(clients),
  };
}
