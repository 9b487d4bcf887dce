import { setTimeout as pause } from 'timers/promises';
import { RealCluster } from '../../cluster/real-cluster';
import { Workloads } from '../../lab/cluster/workloads';
import { compare, Comparison } from '../../lab/comparison/compare';
import { actualPaths, expectedPaths } from '../../lab/comparison/paths';
import { sessionsUp } from '../../lab/comparison/sessions';
import { untilAsExpected } from '../../lab/comparison/until-as-expected';
import { eventually } from '../../lab/eventually';
import { LabPlan } from '../../lab/plan/plan';
import { BgpTopology } from '../../lib/model';
import { ClusterPod } from './cluster-pod';
import { Testbed, TestbedPod } from './testbed';

/** How long the cluster may take to do what it was asked for, in milliseconds. */
const PATIENCE_MS = 240_000;
/** How long the update of a workload may take, in milliseconds: its pods wait for those of the other side. */
const ROLLOUT_MS = 600_000;
/** From one look at the API to the next, in milliseconds. */
const LOOK_MS = 200;

/** A real cluster as a testbed. It follows pods and EndpointSlices by looking again and again. */
export class ClusterTestbed implements Testbed {
  readonly reusesAddresses = true;
  /** By their UID. */
  private readonly known = new Map<string, ClusterPod>();
  /** The addresses behind Services: by `namespace/name`. */
  private behind: ReadonlyMap<string, readonly string[]> = new Map();
  private readonly down = new Set<string>();
  private readonly spare: Map<string, Readonly<Record<string, string>>>;
  private readonly workloads: Workloads;
  private rollouts = 0;
  private over = false;
  private looking: Promise<void> = Promise.resolve();

  private constructor(
    private readonly cluster: RealCluster,
    { objects, topology }: LabPlan,
    spare: readonly string[],
  ) {
    const nodes = cluster.topology.nodes.filter(({ name }) => !spare.includes(name));
    this.workloads = new Workloads(objects.workloads, { ...cluster.topology, groups: topology.groups, nodes });
    this.spare = new Map(spare.map((name) => [name, {}]));
  }

  /**
   * Follows a cluster until {@link close}.
   *
   * @param plan of the app that it runs
   * @param spare nodes without labels: {@link addNode} uses them
   */
  static async follow(cluster: RealCluster, plan: LabPlan, spare: readonly string[] = []): Promise<ClusterTestbed> {
    const testbed = new ClusterTestbed(cluster, plan, spare);
    for (const name of spare) await testbed.label(name, cluster.node(name).labels, false);
    await testbed.look();
    testbed.looking = testbed.lookAgain();
    return testbed;
  }

  /** Ends its look-ups. */
  async close(): Promise<void> {
    this.over = true;
    await this.looking;
  }

  get topology(): BgpTopology {
    const nodes = this.cluster.nodes.flatMap(({ name, labels }) => {
      const own = this.spare.get(name);
      return own && Object.keys(own).length === 0 ? [] : [{ name, labels: own ?? labels, up: !this.down.has(name) }];
    });
    return this.workloads.topologyOn(nodes);
  }

  get pods(): readonly ClusterPod[] {
    return [...this.known.values()].filter(({ node }) => !this.down.has(node));
  }

  listed({ name, namespace }: Parameters<Testbed['listed']>[0]): readonly string[] {
    return this.behind.get(`${namespace}/${name}`) ?? [];
  }

  sessionsOfClients() {
    return Promise.all(
      [...this.cluster.clients.values()].map(async (client) => ({
        name: client.name,
        sessions: await client.sessions(),
      })),
    );
  }

  learned() {
    return this.cluster.learned();
  }

  announcersOf(address: string): Promise<readonly string[]> {
    return this.cluster.announcersOf(address);
  }

  async untilConverged(milliseconds = PATIENCE_MS): Promise<void> {
    await eventually(
      async () => {
        const { topology } = this;
        const { missing, pods } = await this.sessions(topology);
        const absent = topology.speakers.filter(({ id }) => !pods.has(id)).map(({ id }) => `${id} does not run`);
        const ofClients = (await this.sessionsOfClients()).flatMap(({ name, sessions }) =>
          sessions.flatMap(({ address, state }) =>
            state === 'Established' ? [] : [`${name}: ${address} is ${state}`],
          ),
        );
        const all = [...absent, ...missing, ...ofClients];
        if (all.length > 0) throw new Error(`sessions are missing: ${all.join('; ')}`);
      },
      milliseconds,
      LOOK_MS,
    );
  }

  untilAsExpected(milliseconds: number): Promise<Comparison> {
    return untilAsExpected(() => this.compare(), milliseconds);
  }

  async deletePod(pod: TestbedPod): Promise<void> {
    const before = new Set(this.pods);
    const { workload, name } = pod;
    const count = this.podsOf(workload.name).length;
    await this.cluster.kubectl('-n', workload.namespace, 'delete', 'pod', name, '--wait=false');
    await this.until(() => {
      const own = this.podsOf(workload.name);
      const fresh = own.filter((one) => !before.has(one));
      return !this.pods.some((one) => one === pod) && own.length === count && fresh.length > 0;
    }, `another pod in place of ${name}`);
  }

  async rollOut(): Promise<void> {
    const annotations = { 'test/rollout': String(++this.rollouts) };
    await this.cluster.applyApp(annotations);
    for (const { kind, name, namespace } of this.workloads.all) {
      await this.cluster.plane.rollout(namespace, `${kind}/${name}`, ROLLOUT_MS);
    }
  }

  async scale(workload: string, replicas: number): Promise<void> {
    const { kind, namespace } = this.workloads.all.find(({ name }) => name === workload)!;
    this.workloads.scale(workload, replicas);
    await this.cluster.kubectl('-n', namespace, 'scale', `${kind}/${workload}`, `--replicas=${replicas}`);
    await this.until(() => this.podsOf(workload).length === replicas, `${replicas} pods of ${workload}`);
  }

  async addNode(labels: Readonly<Record<string, string>>): Promise<string> {
    const [name] = [...this.spare].find(([, own]) => Object.keys(own).length === 0) ?? [];
    if (name === undefined) throw new Error('the cluster has no spare node');
    await this.label(name, labels, true);
    this.spare.set(name, labels);
    await this.untilPlaced();
    return name;
  }

  async setNameServer(up: boolean): Promise<void> {
    const kubectl = (...args: readonly string[]) => this.cluster.kubectl('-n', 'kube-system', ...args);
    await kubectl('scale', 'deployment/coredns', `--replicas=${up ? 2 : 0}`);
    if (up) await kubectl('rollout', 'status', 'deployment/coredns', '--timeout=180s');
    else await kubectl('wait', '--for=delete', 'pod', '-l', 'k8s-app=kube-dns', '--timeout=120s');
  }

  async setApiServer(up: boolean): Promise<void> {
    const { plane } = this.cluster;
    await (up ? plane.startApiServerAgain() : plane.stopApiServer());
  }

  async failNodes(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.down.add(name);
      await this.cluster.node(name).connected(false);
    }
  }

  async recoverNodes(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.cluster.node(name).connected(true);
      this.down.delete(name);
    }
    await this.untilPlaced();
  }

  /** Waits until as many pods run as the topology places. */
  async untilPlaced(): Promise<void> {
    await this.until(() => this.pods.length === this.topology.speakers.length, 'all pods');
  }

  private podsOf(workload: string): readonly ClusterPod[] {
    return this.pods.filter((pod) => pod.workload.name === workload);
  }

  private async until(reached: () => boolean, what: string): Promise<void> {
    await eventually(
      () => {
        if (!reached()) throw new Error(`the cluster has not got ${what}: ${this.pods.map(({ name }) => name).join()}`);
      },
      PATIENCE_MS,
      LOOK_MS,
    );
  }

  /** Sets labels of a node, or removes them. */
  private async label(name: string, labels: Readonly<Record<string, string>>, on: boolean): Promise<void> {
    const own = Object.entries(labels).filter(([key]) => key !== 'kubernetes.io/hostname');
    const args = own.map(([key, value]) => (on ? `${key}=${value}` : `${key}-`));
    await this.cluster.kubectl('label', 'node', name, ...args);
  }

  private sessions(topology: BgpTopology) {
    return sessionsUp(
      topology,
      this.pods.filter(({ terminating }) => !terminating),
    );
  }

  private async compare(): Promise<Comparison> {
    const { topology } = this;
    const up = await this.sessions(topology);
    const expected = expectedPaths(topology, [...this.cluster.plans.values()], up);
    return compare(expected, await actualPaths(topology, this.cluster.clients, up, expected));
  }

  private async lookAgain(): Promise<void> {
    while (!this.over) {
      // While the API server is away, the last look counts.
      await this.look().catch(() => undefined);
      await pause(LOOK_MS);
    }
  }

  private async look(): Promise<void> {
    const seen = (await this.cluster.pods()).filter(({ addresses }) => addresses.length > 0);
    for (const pod of seen) {
      const known = this.known.get(pod.uid);
      if (known) known.seen = pod;
      else this.known.set(pod.uid, new ClusterPod(pod));
    }
    for (const uid of this.known.keys()) if (!seen.some((pod) => pod.uid === uid)) this.known.delete(uid);
    this.behind = await this.endpoints();
  }

  private async endpoints(): Promise<ReadonlyMap<string, readonly string[]>> {
    const namespaces = new Set(this.workloads.all.map(({ namespace }) => namespace));
    const path = (one: string) => `/apis/discovery.k8s.io/v1/namespaces/${one}/endpointslices`;
    const slices = await Promise.all([...namespaces].map((one) => this.cluster.api.list(path(one))));
    const behind = new Map<string, string[]>();
    for (const slice of slices.flat()) {
      const { metadata, endpoints } = slice as typeof slice & { readonly endpoints?: readonly Endpoint[] };
      const key = `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`;
      const ready = (endpoints ?? []).filter(({ conditions }) => conditions.ready !== false);
      behind.set(key, [...(behind.get(key) ?? []), ...ready.flatMap(({ addresses }) => addresses)]);
    }
    return behind;
  }
}

/** The fields of an endpoint that count. */
interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready?: boolean };
}
