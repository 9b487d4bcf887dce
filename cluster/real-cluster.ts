import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { Client, LearnedRoute } from '../lab/clients/client';
import { createClient } from '../lab/clients/create-client';
import { compare, Comparison } from '../lab/comparison/compare';
import { actualPaths, expectedPaths } from '../lab/comparison/paths';
import { sessionsUp, UpSessions } from '../lab/comparison/sessions';
import { untilAsExpected } from '../lab/comparison/until-as-expected';
import { NodePlan } from '../lab/cluster/node';
import { eventually } from '../lab/eventually';
import { LabError } from '../lab/lab-error';
import { named } from '../lab/named';
import { addressingFor } from '../lab/plan/addressing';
import { ClientPlan, clientsOf } from '../lab/plan/clients';
import { LabView } from '../lab/view';
import { BgpTopology, formOf, parseTopology } from '../lib/model';
import { prove, verdictOf } from '../lib/proof';
import { coreDns, DnsCaching } from './addons/core-dns';
import { installMetalLB, MetalLBBackend, metallbImages, untilMetalLBRuns } from './addons/metallb';
import { CONTROL_PLANE, ControlPlane, SERVICES } from './control-plane/control-plane';
import { Api } from './control-plane/api';
import { clusterImages, ImageArchive, routerImage } from './images/archives';
import { Machine, removeAll } from './machine/machine';
import { Network } from './network/network';
import { Racks, racksOf } from './network/racks';
import { ClusterNode } from './nodes/node';
import { RealPod } from './pod';
import { buildPrograms, Programs } from './programs/build';
import { rejectMissing } from './preflight';

/** What a synth writes for an app. */
export interface AppFiles {
  /** The folder of manifests. */
  readonly folder: string;
  /** The `topology.json` of the synth. */
  readonly topologyFile: string;
}

/** How long the cluster, and sessions on it, may take on a busy machine, in milliseconds. */
const PATIENCE_MS = 240_000;
/** The control plane's number among the addresses of the cluster's network. */
const CONTROL_PLANE_NUMBER = 0xff36;

export interface RealClusterOptions extends AppFiles {
  /** @default fresh */
  readonly dns?: DnsCaching;
  /** @default native */
  readonly metallb?: MetalLBBackend;
  /** Called with each step. */
  readonly onProgress?: (step: string) => void;
}

/**
 * A real Kubernetes on this machine, with the nodes of an app and its routers outside: nodes are namespaces, and every
 * program is the real one. Needs root. One at a time.
 */
export class RealCluster {
  readonly clients = new Map<string, Client>();
  readonly plans = new Map<string, ClientPlan>();
  readonly nodes: ClusterNode[] = [];
  private controlPlane!: ControlPlane;
  private network!: Network;

  private constructor(
    private readonly options: RealClusterOptions,
    private readonly machine: Machine,
    private readonly programs: Programs,
    private readonly racks: Racks,
  ) {}

  /** Starts a cluster and the routers outside; the app is not applied yet. Removes everything where that fails. */
  static async up(options: RealClusterOptions): Promise<RealCluster> {
    rejectMissing();
    const say = options.onProgress ?? (() => undefined);
    const racks = racksFor(options);
    const programs = await buildPrograms(say);
    const machine = await Machine.take();
    const cluster = new RealCluster(options, machine, programs, racks);
    try {
      await cluster.start(say);
      return cluster;
    } catch (error) {
      await cluster.down();
      throw error;
    }
  }

  /** The topology of the app on the nodes of this cluster. */
  get topology(): BgpTopology {
    return this.racks.topology;
  }

  private get backend(): MetalLBBackend {
    return this.options.metallb ?? 'native';
  }

  get api(): Api {
    return this.controlPlane.api;
  }

  get folder(): string {
    return this.machine.at();
  }

  /** Runs kubectl. @throws Error where it fails */
  kubectl(...args: readonly string[]): Promise<string> {
    return this.controlPlane.kubectl(args);
  }

  /** The file of an administrator. Its server is reached from the network namespace of the control plane. */
  get kubeconfig(): string {
    return this.controlPlane.kubeconfig;
  }

  /** The control plane, to stop and to start its programs. */
  get plane(): ControlPlane {
    return this.controlPlane;
  }

  /** Applies the manifests of a folder, or objects. @returns what kubectl printed */
  apply(what: string | readonly object[], { serverSide = false } = {}): Promise<string> {
    const args = ['apply', ...(serverSide ? ['--server-side'] : [])];
    if (what.length === 0) return Promise.resolve('');
    if (typeof what === 'string') return this.controlPlane.kubectl([...args, '-f', what]);
    return this.controlPlane.kubectl(
      [...args, '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: what }),
    );
  }

  /**
   * Prepares the cluster for another app, as its README demands before an apply: labels, namespaces, Secrets, and the
   * image. Nodes and routers outside stay those of the first app.
   */
  async prepareFor(app: AppFiles): Promise<BgpTopology> {
    const { nodes, topology } = racksFor(app);
    for (const [i, { labels }] of nodes.slice(0, this.nodes.length).entries()) {
      const { name } = this.nodes[i];
      await this.label({ name, labels: { ...labels, 'kubernetes.io/hostname': name } });
    }
    await this.prepareNamespaces(topology);
    await this.importImages([await imageOf(app.folder, topology)]);
    return topology;
  }

  /**
   * Applies the app.
   *
   * @param annotations for the pods of all workloads: other ones replace the pods
   */
  applyApp(annotations?: Readonly<Record<string, string>>): Promise<string> {
    const { folder } = this.options;
    if (!annotations) return this.apply(folder);
    const objects = objectsIn(folder);
    for (const { spec } of objects.filter(({ spec: one }) => one?.template?.spec)) {
      spec.template.metadata.annotations = { ...spec.template.metadata.annotations, ...annotations };
    }
    return this.apply(objects);
  }

  /** The pods of the app. */
  async pods(): Promise<readonly RealPod[]> {
    const workloads = new Set(this.topology.groups.map(({ workload }) => workload));
    const namespaces = [...new Set(this.topology.groups.map(({ namespace = 'default' }) => namespace))];
    const lists = await Promise.all(namespaces.map((one) => this.api.list(`/api/v1/namespaces/${one}/pods`)));
    const pods = lists.flat().map((object) => {
      const node = this.nodes.find(({ name }) => name === object.spec.nodeName);
      return new RealPod(object, node?.cgroup);
    });
    return pods.filter((pod) => workloads.has(pod.workload.name));
  }

  node(name: string): ClusterNode {
    return named(this.nodes, name);
  }

  client(name: string): Client {
    return named([...this.clients.values()], name);
  }

  /** Starts one more router outside. */
  async addClient(plan: ClientPlan): Promise<Client> {
    const namespace = await this.network.attach(plan.name, plan.addresses);
    const client = createClient(namespace, this.machine.folder('clients', plan.name), plan);
    this.clients.set(plan.name, client);
    this.plans.set(plan.name, plan);
    await client.start();
    return client;
  }

  /** The sessions of the topology that are up, between pods that are not being deleted. */
  async sessions(): Promise<UpSessions> {
    return sessionsUp(
      this.topology,
      (await this.pods()).filter(({ terminating }) => !terminating),
    );
  }

  /** Waits until all sessions are up. @throws LabError that lists missing sessions */
  async untilConverged(milliseconds = PATIENCE_MS): Promise<void> {
    await eventually(
      async () => {
        const { missing, pods } = await this.sessions();
        const absent = this.topology.speakers.filter(({ id }) => !pods.has(id)).map(({ id }) => `${id} does not run`);
        const ofClients = await Promise.all([...this.clients.values()].map(async (client) => missingAt(client)));
        const all = [...absent, ...missing, ...ofClients.flat()];
        if (all.length > 0) throw new LabError(`sessions are missing: ${all.join('; ')}`);
      },
      milliseconds,
      200,
    );
  }

  /** Compares the paths of every router with those that the proof's simulation expects of the sessions that are up. */
  async compare(): Promise<Comparison> {
    const up = await this.sessions();
    const expected = expectedPaths(this.topology, [...this.plans.values()], up);
    return compare(expected, await actualPaths(this.topology, this.clients, up, expected));
  }

  /** Waits until every router has the paths that the proof expects. Returns the last comparison in any case. */
  untilAsExpected(milliseconds = PATIENCE_MS): Promise<Comparison> {
    return untilAsExpected(() => this.compare(), milliseconds);
  }

  /** The names of the nodes that announce an IPv4 address of a Service at this moment. */
  announcersOf(address: string): Promise<readonly string[]> {
    return this.network.announcersOf(address);
  }

  /** The routes of each client. */
  async learned(): Promise<ReadonlyMap<string, readonly LearnedRoute[]>> {
    const entries = [...this.clients].map(async ([name, client]) => [name, await client.learned()] as const);
    return new Map(await Promise.all(entries));
  }

  /** Its state, as the lab shows it. A router that does not answer has no sessions. */
  async view(app: string): Promise<LabView> {
    const pods = (await this.pods()).map(async (pod) => {
      const { name, node, ready, addresses } = pod;
      return { name, node, ready, addresses, sessions: await pod.sessions().catch(() => []) };
    });
    const clients = [...this.plans.values()].map(async ({ name, implementation, autonomousSystem, addresses }) => {
      const client = this.client(name);
      const [sessions, learned] = await Promise.all([client.sessions(), client.learned()]);
      return { name, implementation, autonomousSystem, addresses, sessions, learned };
    });
    return {
      id: 'cluster',
      app,
      nodes: this.nodes.map(({ name, labels }) => ({ name, labels })),
      pods: await Promise.all(pods),
      clients: await Promise.all(clients),
      proof: await this.compare(),
      verdict: verdictOf(prove(this.topology)),
    };
  }

  /** Lets it outlive this process. */
  keep(): void {
    this.machine.keep();
  }

  /** Removes everything, also before all of it is up. */
  async down(): Promise<void> {
    await removeAll();
  }

  private async start(say: (step: string) => void): Promise<void> {
    const { topology } = this;
    const addressing = addressingFor(topology);
    say('building the image of the routers, unless it is in the cache');
    const image = imageOf(this.options.folder, topology);
    // It fails later, where it is waited for.
    image.catch(() => undefined);
    say(`starting the network: ${this.racks.racks.length} routers next to nodes`);
    this.network = await Network.start(this.machine, addressing, this.racks.racks);
    say('starting etcd, the API server, the controllers and the scheduler');
    const [address] = addressing.node(CONTROL_PLANE_NUMBER);
    const podNetwork = addressing.podNetworks[0].text;
    const programs = this.programs.kubernetes;
    await this.network.attach(CONTROL_PLANE, [address]);
    this.controlPlane = await ControlPlane.start({ machine: this.machine, address, programs, podNetwork });
    say(`starting ${this.racks.nodes.length} nodes`);
    const { machine } = this;
    const nameServer = this.options.dns === 'node-cache' ? undefined : SERVICES.dns;
    const context = {
      ...{ machine, certificates: this.controlPlane.certificates, programs, podNetwork, nameServer },
      ...{ policyEngine: this.programs['kube-router'], services: SERVICES.network },
    };
    for (const place of this.racks.nodes) {
      const [own] = addressing.podPrefixes(place.number);
      const host = await this.network.addNode(place);
      this.nodes.push(new ClusterNode({ ...place, podNetwork: own }, host, context));
    }
    await Promise.all(this.nodes.map((node) => node.start()));
    await this.allowKubeProxy();
    await this.registerNodes();
    await Promise.all(this.nodes.map((node) => node.enforcePolicies()));
    say('starting CoreDNS and MetalLB, and importing the images of routers');
    await this.importImages(clusterImages(this.programs, metallbImages(this.programs.metallb, this.backend)));
    await this.apply(coreDns(this.options.dns ?? 'fresh'));
    const hasMetalLB = topology.metallb.length > 0;
    if (hasMetalLB) await installMetalLB(this.controlPlane, this.programs.metallb, this.backend);
    await this.importImages([await image]);
    await this.prepareNamespaces(topology);
    const clients = clientsOf(topology);
    say(`starting ${clients.length} routers outside`);
    await Promise.all(clients.map((plan) => this.addClient(plan)));
    say('waiting for CoreDNS and MetalLB');
    await this.controlPlane.rollout('kube-system', 'deployment/coredns');
    if (hasMetalLB) await untilMetalLBRuns(this.controlPlane, this.backend);
  }

  private async importImages(archives: readonly ImageArchive[]): Promise<void> {
    for (const { file } of archives) await Promise.all(this.nodes.map((node) => node.importImage(file)));
  }

  private async allowKubeProxy(): Promise<void> {
    const group = 'rbac.authorization.k8s.io';
    await this.apply([
      {
        ...{ apiVersion: `${group}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'cluster:kube-proxy' } },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'system:node-proxier' },
        subjects: [{ apiGroup: group, kind: 'User', name: 'system:kube-proxy' }],
      },
    ]);
  }

  /** Waits until all nodes are ready, and labels them as the app declares. */
  private async registerNodes(): Promise<void> {
    for (const node of this.nodes) {
      const file = `/api/v1/nodes/${node.name}`;
      await eventually(() => this.label(node), PATIENCE_MS, 200);
      await eventually(
        async () => {
          const { status } = await this.api.get(file);
          const ready = status.conditions.find(({ type }: { readonly type: string }) => type === 'Ready');
          if (ready?.status !== 'True') throw new Error(`${node.name} is not ready: ${ready?.message}`);
        },
        PATIENCE_MS,
        200,
      );
    }
  }

  private label({ name, labels }: NodePlan): Promise<void> {
    return this.api.merge(`/api/v1/nodes/${name}`, { metadata: { labels } });
  }

  /** Creates the app's namespaces, with the Pod Security Standard that README promises. Nodes get the addresses that they carry. */
  private async prepareNamespaces({ groups }: BgpTopology): Promise<void> {
    for (const name of new Set(groups.map(({ namespace = 'default' }) => namespace))) {
      const own = groups.filter(({ namespace = 'default' }) => namespace === name);
      const isPrivileged = own.some(({ router, reachedBy }) => router === 'crpd' || formOf(reachedBy)?.isOnNodes);
      const labels = { 'pod-security.kubernetes.io/enforce': isPrivileged ? 'privileged' : 'restricted' };
      await this.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }]);
    }
    for (const { namespace = 'default', secrets } of groups) {
      const needed = secrets.filter(({ purpose }) => purpose !== 'registry credentials');
      await this.apply(needed.map(({ name, key = 'value' }) => secretOf(name, namespace, key)));
    }
    for (const { nodeSelector, addresses } of groups.filter(({ reachedBy }) => formOf(reachedBy)?.isOnNodes)) {
      const matching = this.nodes.filter(({ labels }) =>
        Object.entries(nodeSelector).every(([key, value]) => labels[key] === value),
      );
      for (const node of matching) for (const { text } of addresses) await node.carry(text);
    }
  }
}

function racksFor({ topologyFile }: AppFiles): Racks {
  const app = parseTopology(fs.readFileSync(topologyFile, 'utf8'));
  return racksOf(app, addressingFor(app));
}

/** The image of an app's routers. @throws LabError for an app with several */
async function imageOf(folder: string, { groups }: BgpTopology): Promise<ImageArchive> {
  const [router, ...others] = new Set(groups.map((group) => group.router));
  const names = imagesIn(folder);
  if (others.length > 0 || names.length !== 1) throw new LabError(`${folder}: want an app with one image`);
  return routerImage(router, names[0]);
}

/** The images that workloads name. */
function imagesIn(folder: string): readonly string[] {
  const names = objectsIn(folder).flatMap((object) => {
    const containers = object?.spec?.template?.spec?.containers ?? [];
    return containers.map(({ image }: { readonly image: string }) => image) as string[];
  });
  return [...new Set(names)];
}

/** The objects of the manifests in a folder. */
function objectsIn(folder: string) {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.flatMap((name) =>
    parseAllDocuments(fs.readFileSync(path.join(folder, name), 'utf8')).map((document) => document.toJS()),
  );
}

/** A Secret whose value suits a stand-in. */
function secretOf(name: string, namespace: string, key: string): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData: { [key]: '$6$salt$hash' } };
}

async function missingAt(client: Client): Promise<string[]> {
  const sessions = await client.sessions();
  return sessions.flatMap(({ address, state }) =>
    state === 'Established' ? [] : [`${client.name}: ${address} is ${state}`],
  );
}
