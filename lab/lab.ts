import * as fs from 'fs';
import * as path from 'path';
import { BgpTopology } from '../lib/model';
import { PASSWORD } from '../lib/neighbors';
import { secretKeyAt } from '../lib/settings';
import { Client, LearnedRoute } from './clients/client';
import { createClient } from './clients/create-client';
import { Cluster, ClusterOptions } from './cluster/cluster';
import { Node } from './cluster/node';
import { compare, Comparison } from './comparison/compare';
import { actualPaths, expectedPaths } from './comparison/paths';
import { sessionsUp, UpSessions } from './comparison/sessions';
import { untilAsExpected } from './comparison/until-as-expected';
import { Cuts, PathEnd } from './network/cut';
import { eventually } from './eventually';
import { LabError } from './lab-error';
import { named } from './named';
import { ClientPlan } from './plan/clients';
import { Pod } from './pod/pod';
import { Workspace } from './workspace';

/** How long sessions may take to come up on a busy machine, in milliseconds. */
const PATIENCE_MS = 90_000;

/** Routes have settled when they have not changed for this time, in milliseconds. */
const SETTLED_MS = 1_000;

export interface LabOptions extends Omit<ClusterOptions, 'prefix' | 'folder'> {
  /** The routers outside of the cluster. */
  readonly clients: readonly ClientPlan[];
}

/** The command line and the variables that run a program inside a pod or a router outside: the program follows them. */
export interface ExecTarget {
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** An app on real BGP: its cluster, and routers outside that peer with it. */
export class Lab {
  readonly clients = new Map<string, Client>();
  readonly plans = new Map<string, ClientPlan>();
  readonly cluster: Cluster;
  /** Routers outside whose daemon was stopped. */
  private readonly stopped = new Set<string>();
  private readonly cuts = new Cuts();

  private constructor(
    private readonly workspace: Workspace,
    private readonly options: LabOptions,
  ) {
    this.cluster = new Cluster({ ...options, prefix: workspace.prefix, folder: workspace.folder });
  }

  /** Creates a workspace. Nothing runs yet. @throws LabError for an app that cannot run here */
  static async prepare(options: LabOptions): Promise<Lab> {
    const workspace = await Workspace.take();
    try {
      return new Lab(workspace, options);
    } catch (error) {
      await workspace.clear();
      throw error;
    }
  }

  /** Starts a lab. Removes it again where that fails. @throws LabError */
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
    const { clients, objects, onProgress } = this.options;
    for (const left of objects.leftOut) onProgress?.(`not run of ${left}`);
    await this.cluster.start();
    onProgress?.(`starting ${clients.length} routers outside`);
    await Promise.all(clients.map((plan) => this.addClient(plan)));
  }

  /** The topology of the app, whatever has been stopped, scaled or added. */
  get declared(): BgpTopology {
    return this.options.topology;
  }

  get folder(): string {
    return this.workspace.folder;
  }

  /** Unique on this machine. */
  get id(): string {
    return this.workspace.id;
  }

  /** Starts one more router outside. */
  async addClient(plan: ClientPlan): Promise<Client> {
    const namespace = await this.cluster.attach(plan.name, plan.addresses);
    const folder = path.join(this.workspace.folder, 'clients', plan.name);
    fs.mkdirSync(folder, { recursive: true });
    const client = createClient(namespace, folder, this.withKeys(plan));
    this.clients.set(plan.name, client);
    this.plans.set(plan.name, plan);
    await client.start();
    return client;
  }

  /** A plan with the keys of Secrets in place of their files and of the placeholder. */
  private withKeys(plan: ClientPlan): ClientPlan {
    const keyOf = (file: string) => {
      const { secretName, key } = secretKeyAt(file) ?? { secretName: file, key: '' };
      return this.cluster.secretOf(secretName, key);
    };
    const neighbors = plan.neighbors.map((one) =>
      one.keyFile === undefined ? one : { ...one, password: keyOf(one.keyFile) },
    );
    const [password] = neighbors.flatMap((one) => one.password ?? []);
    const { configuration } = plan;
    const known = password !== undefined && configuration?.replaceAll(` password ${PASSWORD}`, ` password ${password}`);
    return { ...plan, neighbors, ...(known && { configuration: known }) };
  }

  client(name: string): Client {
    return named([...this.clients.values()], name);
  }

  /** How to run a program in a pod or in a router outside. @throws LabError where none has this name */
  execTargetOf(name: string): ExecTarget {
    const router = named(this.routers, name);
    if (router instanceof Pod) return { command: router.execTarget, environment: router.processEnvironment };
    return { command: ['ip', 'netns', 'exec', router.namespace.name], environment: process.env };
  }

  /** Ends a pod, which is not replaced, a node, or a router outside at once. @throws LabError where none has this name */
  async stop(name: string): Promise<void> {
    const host = named(this.hosts, name);
    if (host instanceof Pod) return this.cluster.stopPod(host);
    if (host instanceof Node) return this.cluster.failNode(name);
    this.stopped.add(name);
    await host.stop();
  }

  /** Starts what {@link stop} has stopped. @throws LabError */
  async startAgain(name: string): Promise<void> {
    if (this.stopped.delete(name)) return this.client(name).start();
    if (await this.cluster.startPod(name)) return;
    const nodes = this.cluster.nodes.filter(({ up }) => !up);
    const down = [...this.cluster.stoppedPods, ...this.stopped].map((one) => ({ name: one }));
    if (nodes.length + down.length === 0) throw new LabError(`got ${name}, and nothing is stopped`);
    await this.cluster.recoverNode(named([...nodes, ...down], name).name);
  }

  /** Drops all packets between two of pods, nodes and routers outside. @throws LabError where none has this name */
  cut(one: string, other: string): Promise<void> {
    return this.cuts.add(this.pathEnd(one), this.pathEnd(other));
  }

  /** Ends a cut. @throws LabError where the path is not cut */
  mend(one: string, other: string): Promise<void> {
    return this.cuts.remove(this.pathEnd(one), this.pathEnd(other));
  }

  /** The logs of a pod or of a router outside, by program. @throws LabError where none has this name */
  logsOf(name: string): Readonly<Record<string, string>> {
    const router = named(this.routers, name);
    if (router instanceof Pod) return { bgpd: router.log('bgpd'), meshrr: router.log('meshrr') };
    return { [this.plans.get(name)!.implementation]: router.log() };
  }

  /** Waits until all expected sessions are up. @throws LabError that lists missing sessions, or has the fault of a pod */
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

  /** Waits until the routes of clients no longer change. */
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

  /** Compares the paths of every router with those that the proof's simulation expects of the sessions that are up. */
  async compare(): Promise<Comparison> {
    const { topology } = this.cluster;
    const up = await this.sessions();
    const plans = [...this.plans.values()].filter(({ name }) => !this.stopped.has(name));
    const expected = expectedPaths(topology, plans, up);
    return compare(expected, await actualPaths(topology, this.running(), up, expected));
  }

  /** Waits until every router has the paths that the proof expects. Returns the last comparison in any case. */
  untilAsExpected(milliseconds: number): Promise<Comparison> {
    return untilAsExpected(() => this.compare(), milliseconds);
  }

  /** The sessions that each client reports. */
  sessionsOfClients() {
    return Promise.all(
      [...this.running().values()].map(async (client) => ({ name: client.name, sessions: await client.sessions() })),
    );
  }

  /** The routes of each client. */
  async learned(): Promise<ReadonlyMap<string, readonly LearnedRoute[]>> {
    const entries = [...this.running()].map(async ([name, client]) => [name, await client.learned()] as const);
    return new Map(await Promise.all(entries));
  }

  /** Removes everything, also before all of it is up. */
  async down(): Promise<void> {
    await this.cluster.close();
    await this.workspace.clear();
  }

  /** The routers outside that are not stopped. */
  running(): ReadonlyMap<string, Client> {
    return new Map([...this.clients].filter(([name]) => !this.stopped.has(name)));
  }

  private async missingAtClients(): Promise<string[]> {
    const reached = this.options.topology.addressesAtNodes;
    const unannounced = new Set(reached.map(({ address }) => address));
    for (const { address, isReached } of reached) if (isReached) unannounced.delete(address);
    return (await this.sessionsOfClients()).flatMap(({ name, sessions }) =>
      sessions.flatMap(({ address, state }) =>
        state === 'Established' || unannounced.has(address) ? [] : [`${name}: ${address} is ${state}`],
      ),
    );
  }

  private get routers(): readonly (Pod | Client)[] {
    return [...this.cluster.pods, ...this.clients.values()];
  }

  private get hosts(): readonly (Pod | Node | Client)[] {
    return [...this.cluster.pods, ...this.cluster.nodes, ...this.clients.values()];
  }

  private pathEnd(name: string): PathEnd {
    const host = named(this.hosts, name);
    const { namespace } = host;
    if (host instanceof Pod) return { name, namespace, addresses: host.addresses };
    if (!(host instanceof Node)) return { name, namespace, addresses: this.plans.get(name)!.addresses };
    return { name, namespace, addresses: [...host.addresses, ...this.cluster.addressing.podPrefixes(host.number)] };
  }
}
