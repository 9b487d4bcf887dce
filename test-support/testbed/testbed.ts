import { Session } from '../../crpd-image/runtime/router/driver';
import { Status } from '../../crpd-image/runtime/daemon/status';
import { ClientSession, LearnedRoute } from '../../lab/clients/client';
import { Comparison } from '../../lab/comparison/compare';
import { Family } from '../../lib/addressing';
import { BgpTopology } from '../../lib/model';

/** A pod of the app under test. */
export interface TestbedPod {
  readonly name: string;
  /** The controller of the pod. */
  readonly workload: { readonly name: string; readonly namespace: string };
  readonly node: string;
  /** The first of {@link addresses}. */
  readonly address: string;
  readonly addresses: readonly string[];
  readonly ready: boolean;
  /** The output of a command of bgpd. */
  show(command: string): Promise<string>;
  /** Configures bgpd as an operator does. */
  configure(...lines: readonly string[]): Promise<void>;
  sessions(): Promise<readonly Session[]>;
  /** All paths of a family from neighbors, not only the best. */
  paths(family: Family): Promise<readonly LearnedRoute[]>;
  /** The last status of the runtime. */
  status(): Promise<Status | undefined> | Status | undefined;
}

/**
 * An app that runs: on the lab, or on a real Kubernetes. Scenarios are functions of a testbed, so that the same text
 * runs on both, and the lab is checked against the real thing.
 */
export interface Testbed {
  /** The topology with the present nodes and replicas. */
  readonly topology: BgpTopology;
  /** The pods that are known at this moment. A pod that was replaced is another object. */
  readonly pods: readonly TestbedPod[];
  /** Whether a new pod may have the address of one that has just gone. */
  readonly reusesAddresses: boolean;
  /** The addresses that the cluster lists behind a headless Service. */
  listed(service: { readonly name: string; readonly namespace: string }): readonly string[];
  /** The sessions that each router outside reports. */
  sessionsOfClients(): Promise<readonly { readonly name: string; readonly sessions: readonly ClientSession[] }[]>;
  /** All routes of each router outside that it has from neighbors. */
  learned(): Promise<ReadonlyMap<string, readonly LearnedRoute[]>>;
  /** The nodes that announce an address of a Service at this moment. They do it seconds after their pods are ready. */
  announcersOf(address: string): Promise<readonly string[]>;
  /** Waits until all sessions of {@link topology} are up. @default 90 s */
  untilConverged(milliseconds?: number): Promise<void>;
  /** Waits until every router has the paths that the proof expects. Returns the last comparison in any case. */
  untilAsExpected(milliseconds: number): Promise<Comparison>;
  /** Deletes a pod as `kubectl delete pod` does. Returns when another one has started in its place. */
  deletePod(pod: TestbedPod): Promise<void>;
  /** Replaces all pods, by one apply of all workloads with other templates. Returns when all new pods are ready. */
  rollOut(): Promise<void>;
  /** Changes the replicas of a Deployment or StatefulSet as `kubectl scale` does. */
  scale(workload: string, replicas: number): Promise<void>;
  /** Adds a node with these labels, on which pods are then started. Returns its name. */
  addNode(labels: Readonly<Record<string, string>>): Promise<string>;
  /** Whether DNS answers, or refuses every question. */
  setNameServer(up: boolean): Promise<void>;
  /** Whether the API server answers, or refuses every connection. */
  setApiServer(up: boolean): Promise<void>;
  /** Fails nodes as a loss of power does. */
  failNodes(...names: readonly string[]): Promise<void>;
  /** Starts failed nodes again. Returns when their pods have started. */
  recoverNodes(...names: readonly string[]): Promise<void>;
}

/** The pods of a workload. */
export function podsOf({ pods }: Pick<Testbed, 'pods'>, workload: string): readonly TestbedPod[] {
  return pods.filter((pod) => pod.workload.name === workload);
}

/** The pods on a node. */
export function podsOn({ pods }: Pick<Testbed, 'pods'>, node: string): readonly TestbedPod[] {
  return pods.filter((pod) => pod.node === node);
}
