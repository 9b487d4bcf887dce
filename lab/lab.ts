import * as fs from 'fs';
import * as path from 'path';
import { Client, ClientSession, LearnedRoute } from './clients/client';
import { createClient } from './clients/create-client';
import { Cluster, ClusterOptions } from './cluster/cluster';
import { compare, Comparison } from './comparison/compare';
import { actualPaths, expectedPaths } from './comparison/paths';
import { sessionsUp, UpSessions } from './comparison/sessions';
import { Cuts, PathEnd } from './cuts';
import { eventually } from './eventually';
import { LabError } from './lab-error';
import { Namespace } from './network/namespace';
import { ClientPlan } from './plan/clients';
import { Workspace } from './workspace';

/** How long sessions may take to come up, in milliseconds, on a machine that is busy with other things. */
const PATIENCE_MS = 90_000;

/** Routes that have not changed for so long, in milliseconds, have settled. */
const SETTLED_MS = 1_000;

export interface LabOptions extends Omit<ClusterOptions, 'prefix' | 'folder'> {
  /** The routers outside of the cluster. */
  readonly clients: readonly ClientPlan[];
}

/** The sessions of a client. */
export interface SessionsOf {
  readonly name: string;
  readonly sessions: readonly ClientSession[];
}

/** A command line before that of a program, which then runs inside a pod or a router outside, with these variables. */
export interface ExecTarget {
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** An app on real BGP: its cluster, and routers outside that peer with it. */
export class Lab {
  readonly clients = new Map<string, Client>();
  /** What each client was made from. */
  readonly plans = new Map<string, ClientPlan>();
  readonly cluster: Cluster;
  /** Routers outside whose daemon was stopped. */
  private readonly stopped = new Set<string>();
  private readonly cuts = new Cuts();
  private readonly hosts = new Map<string, Namespace>();

  private constructor(
    private readonly workspace: Workspace,
    private readonly options: LabOptions,
  ) {
    this.cluster = new Cluster({ ...options, prefix: workspace.prefix, folder: workspace.folder });
  }

  /** Takes a workspace for a lab; nothing of it is up yet. @throws LabError for an app that cannot be run here */
  static async prepare(options: LabOptions): Promise<Lab> {
    const workspace = await Workspace.take();
    try {
      return new Lab(workspace, options);
    } catch (error) {
      await workspace.clear();
      throw error;
    }
  }

  /** Brings a lab up. What it made is removed again where that fails. @throws LabError */
  static async up(options: LabOptions): Promise<Lab> {
    const lab = await Lab.prepare(options);
    try {
      await lab.start();
      return lab;
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  /** Starts all pods and the routers outside. Sessions come up later. @throws LabError */
  async start(): Promise<void> {
    const { clients, onProgress } = this.options;
    await this.cluster.start();
    onProgress?.(`starting ${clients.length} routers outside`);
    await Promise.all(clients.map((plan) => this.addClient(plan)));
  }

  /** Where its files are. */
  get folder(): string {
    return this.workspace.folder;
  }

  /** Its name on this machine; that of no other lab. */
  get id(): string {
    return this.workspace.id;
  }

  /** Starts one more router outside. */
  async addClient(plan: ClientPlan): Promise<Client> {
    const namespace = await this.cluster.attach(plan.name, plan.addresses);
    this.hosts.set(plan.name, namespace);
    const folder = path.join(this.workspace.folder, 'clients', plan.name);
    fs.mkdirSync(folder, { recursive: true });
    const client = createClient(namespace, folder, plan);
    this.clients.set(plan.name, client);
    this.plans.set(plan.name, plan);
    await client.start();
    return client;
  }

  client(name: string): Client {
    const client = this.clients.get(name);
    if (!client) throw this.unknown(name, [...this.clients.keys()]);
    return client;
  }

  /** What enters a pod or a router outside. @throws LabError where there is none of this name */
  execTargetOf(name: string): ExecTarget {
    const pod = this.cluster.pods.find((one) => one.name === name);
    if (pod) return { command: pod.execTarget, environment: pod.processEnvironment };
    if (!this.clients.has(name)) {
      throw this.unknown(name, [...this.cluster.pods.map((one) => one.name), ...this.clients.keys()]);
    }
    return { command: ['ip', 'netns', 'exec', `${this.workspace.prefix}-${name}`], environment: process.env };
  }

  /** Pulls the plug of a pod, which is not replaced, of a node, or of a router outside. @throws LabError */
  async stop(name: string): Promise<void> {
    const { cluster } = this;
    const pod = cluster.pods.find((one) => one.name === name);
    if (pod) return cluster.stopPod(pod);
    if (cluster.nodes.some((node) => node.name === name)) return cluster.failNode(name);
    const names = [...cluster.pods, ...cluster.nodes].map((one) => one.name);
    if (!this.clients.has(name)) throw this.unknown(name, [...names, ...this.clients.keys()]);
    this.stopped.add(name);
    await this.client(name).stop();
  }

  /** Starts again what {@link stop} has stopped. @throws LabError */
  async startAgain(name: string): Promise<void> {
    if (this.stopped.delete(name)) return this.client(name).start();
    if (await this.cluster.startPod(name)) return;
    const down = this.cluster.nodes.filter(({ up }) => !up).map((node) => node.name);
    const names = [...this.cluster.stoppedPods, ...down, ...this.stopped];
    if (names.length === 0) throw new LabError(`got ${name}, and nothing is stopped`);
    if (!down.includes(name)) throw this.unknown(name, names);
    await this.cluster.recoverNode(name);
  }

  /** Cuts the path between two of pods, nodes and routers outside, or mends it. @throws LabError */
  async cut(one: string, other: string, on: boolean): Promise<void> {
    const ends = [this.pathEnd(one), this.pathEnd(other)] as const;
    await (on ? this.cuts.add(...ends) : this.cuts.remove(...ends));
  }

  /** The logs of a pod or of a router outside, by their programs. @throws LabError */
  logsOf(name: string): Readonly<Record<string, string>> {
    const pod = this.cluster.pods.find((one) => one.name === name);
    if (pod) return { bgpd: pod.log('bgpd'), meshrr: pod.log('meshrr') };
    if (this.clients.has(name)) return { [this.plans.get(name)!.implementation]: this.client(name).log() };
    throw this.unknown(name, [...this.cluster.pods.map((one) => one.name), ...this.clients.keys()]);
  }

  /** Waits until all expected sessions are up. @throws LabError that says what is missing, or why a pod cannot work */
  async untilConverged(milliseconds = PATIENCE_MS): Promise<void> {
    const fault = () => this.cluster.pods.map((pod) => pod.fault).find((one) => one !== undefined);
    let found: string | undefined;
    await eventually(
      async () => {
        if ((found = fault())) return;
        const { missing } = await this.sessions();
        const all = [...missing, ...(await this.missingAtClients())];
        if (all.length > 0) throw new LabError(`sessions are missing: ${all.join('; ')}`);
      },
      milliseconds,
      200,
    );
    if (found) throw new LabError(found);
  }

  /** Waits until what clients have learned changes no more. */
  async untilSettled(milliseconds = PATIENCE_MS): Promise<void> {
    let before = '';
    await eventually(
      async () => {
        const now = JSON.stringify([...(await this.learned())]);
        const changed = now !== before;
        before = now;
        if (changed) throw new LabError('routes still come and go');
      },
      milliseconds,
      SETTLED_MS,
    );
  }

  /** The sessions of the topology that are up. */
  sessions(): Promise<UpSessions> {
    return sessionsUp(this.cluster.topology, this.cluster.pods);
  }

  /** Compares what every router has with what the proof's simulation expects of the sessions that are up. */
  async compare(): Promise<Comparison> {
    const { topology } = this.cluster;
    const up = await this.sessions();
    const plans = [...this.plans.values()].filter(({ name }) => !this.stopped.has(name));
    const expected = expectedPaths(topology, plans, up);
    return compare(expected, await actualPaths(topology, this.running(), up, expected));
  }

  /** Waits until every router has what the proof expects, at most so long; the last comparison is returned in any case. */
  async untilAsExpected(milliseconds: number): Promise<Comparison> {
    const last: { comparison?: Comparison } = {};
    const check = async () => {
      last.comparison = await this.compare();
      if (last.comparison.differences.length > 0) throw new Error('routers differ from the proof');
    };
    await eventually(check, milliseconds, 500).catch((error) => {
      if (!last.comparison) throw error;
    });
    return last.comparison as Comparison;
  }

  /** What each client reports of its sessions. */
  sessionsOfClients(): Promise<readonly SessionsOf[]> {
    return Promise.all(
      [...this.running().values()].map(async (client) => ({ name: client.name, sessions: await client.sessions() })),
    );
  }

  /** What each client has from its neighbors. */
  async learned(): Promise<ReadonlyMap<string, readonly LearnedRoute[]>> {
    const entries = [...this.running()].map(async ([name, client]) => [name, await client.learned()] as const);
    return new Map(await Promise.all(entries));
  }

  /** Removes everything, also where it is not all up yet. */
  async down(): Promise<void> {
    await this.cluster.close();
    await this.workspace.clear();
  }

  /** The routers outside that are not stopped. */
  running(): ReadonlyMap<string, Client> {
    return new Map([...this.clients].filter(([name]) => !this.stopped.has(name)));
  }

  private async missingAtClients(): Promise<string[]> {
    return (await this.sessionsOfClients()).flatMap(({ name, sessions }) =>
      sessions.flatMap(({ address, state }) => (state === 'Established' ? [] : [`${name}: ${address} is ${state}`])),
    );
  }

  private pathEnd(name: string): PathEnd {
    const { pods, nodes, addressing } = this.cluster;
    const inside = [...pods, ...nodes].find((one) => one.name === name);
    const namespace = inside?.namespace ?? this.hosts.get(name);
    if (!namespace) throw this.unknown(name, [...[...pods, ...nodes].map((one) => one.name), ...this.hosts.keys()]);
    const addresses = inside?.addresses ?? this.plans.get(name)!.addresses;
    const node = nodes.find((one) => one.name === name);
    const behind = node ? addressing.podPrefixes(node.number) : [];
    return { name, namespace, addresses: [...addresses, ...behind] };
  }

  private unknown(name: string, known: readonly string[]): LabError {
    return new LabError(`got ${name}, want one of ${known.join(', ')}`);
  }
}
