import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { BgpTopology } from '../../lib/model';
import { CachedNameServer, DnsCaches } from '../dns/cached-name-server';
import { Dnsmasq } from '../dns/dnsmasq';
import { NameServer, Records } from '../dns/name-server';
import { Objects, usesApi } from '../manifests/objects';
import { named } from '../named';
import { Namespace } from '../network/namespace';
import { policyRules } from '../network/policy-rules';
import { Addressing, addressingFor } from '../plan/addressing';
import { LabImage, layOutImage } from '../pod/image';
import { Pod } from '../pod/pod';
import { AnnouncementDelays, Announcer } from './announcer';
import { ClusterApi } from './cluster-api';
import { allowedTo, announcersOf, dnatOn, hostAddressesOf, nameOf, recordsOf } from './endpoints';
import { Fabric } from './fabric';
import { inParallel } from './in-parallel';
import { Node, NodePlan } from './node';
import { rollOut } from './rollout';
import { Placed, Workloads } from './workloads';

const NO_REFUSAL = 'table inet refusal\ndelete table inet refusal\n';
/** A name server that is not there: other hosts learn so at once. */
const REFUSAL = `${NO_REFUSAL}table inet refusal {
  chain input {
    type filter hook input priority filter
    iif != lo meta l4proto tcp reject with tcp reset
    iif != lo reject
  }
}
`;

export interface ClusterOptions {
  /** Prefix of the names of all namespaces. */
  readonly prefix: string;
  /** An empty folder on a file system of its own. */
  readonly folder: string;
  readonly objects: Objects;
  readonly topology: BgpTopology;
  /** Root of the file system that has bgpd. @default this machine */
  readonly base?: string;
  /** @default dnsmasq */
  readonly startNameServer?: (host: Namespace, names: readonly string[], address: string) => Promise<NameServer>;
  /** Caches of DNS, unless {@link startNameServer} is given. @default none: a change is in the next answer */
  readonly dnsCaches?: DnsCaches;
  /** How late addresses of Services are announced and withdrawn. @default at once */
  readonly announcementDelays?: AnnouncementDelays;
  /** Whether a new pod gets the lowest free address of its node, also one that was in use before. @default false */
  readonly reuseAddresses?: boolean;
  /** Variables that replace those of the pods' manifests. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether pods are probed. Without probes no pod becomes ready, and none is restarted. @default true */
  readonly probes?: boolean;
  /** Called with each step. */
  readonly onProgress?: (step: string) => void;
}

/**
 * A cluster as the manifests of an app need it: nodes, pods, DNS, the addresses of Services and the network between
 * them. It is not Kubernetes: it only keeps the number of pods, lists them in DNS and routes addresses.
 */
export class Cluster {
  readonly pods: Pod[] = [];
  readonly addressing: Addressing;
  /** Pods that were stopped and are not replaced, by name. */
  private readonly stopped = new Map<string, Placed>();
  private readonly objects: Objects;
  private readonly fabric: Fabric;
  private readonly workloads: Workloads;
  private readonly policies = new Map<Pod, string>();
  private image!: LabImage;
  private nameServer!: NameServer;
  private nameServerHost!: Namespace;
  private api?: ClusterApi;
  private readonly announcer: Announcer;
  /** Values of keys of Secrets, by both names. */
  private readonly secrets = new Map<string, string>();
  private records: Records = new Map();
  private turn: Promise<void> = Promise.resolve();
  /** Pods that are being created. {@link settle} may be called again before they exist. */
  private readonly coming = new Set<Placed>();
  /** Pods that are being removed. The next pod of a StatefulSet has the same name, so it is not created before they are gone. */
  private readonly leaving = new Set<Pod>();
  private closed = false;

  /** @throws LabError where the app cannot be run here */
  constructor(private readonly options: ClusterOptions) {
    const { objects, topology, prefix } = options;
    this.objects = objects;
    this.addressing = addressingFor(topology);
    this.fabric = new Fabric(prefix, this.addressing);
    this.announcer = new Announcer(options.announcementDelays, () => void this.sync());
    this.workloads = new Workloads(objects.workloads, topology);
  }

  get nodes(): readonly Node[] {
    return this.fabric.nodes;
  }

  /** The topology with the present nodes and replicas. */
  get topology(): BgpTopology {
    return this.workloads.topologyOn(this.nodes);
  }

  /** Starts all pods. Where that fails, {@link close} removes what exists. @throws LabError */
  async start(): Promise<void> {
    const { folder, base, objects, topology, dnsCaches, startNameServer, onProgress } = this.options;
    onProgress?.('laying out the image of the pods');
    this.image = layOutImage(path.join(folder, 'image'), base);
    onProgress?.(`starting ${topology.nodes.length} nodes and the name server`);
    for (const node of topology.nodes) await this.fabric.addNode(node);
    const { nameserver, apiServer } = this.addressing;
    const host = (this.nameServerHost = await this.attach('dns', [nameserver]));
    const names = objects.services.filter(({ addresses }) => addresses.length === 0).map(nameOf);
    const usual = () =>
      dnsCaches
        ? CachedNameServer.start(host, folder, names, nameserver, dnsCaches)
        : Dnsmasq.start(host, folder, names);
    this.nameServer = await (startNameServer?.(host, names, nameserver) ?? usual());
    for (const node of this.nodes) await this.nameServer.addNode?.(node.namespace);
    if (usesApi(objects))
      this.api = await ClusterApi.start(await this.attach('api', [apiServer]), apiServer, folder, objects);
    await this.settle();
  }

  /** Creates a host outside of the cluster, on the network between the nodes. */
  attach(name: string, addresses: readonly string[]): Promise<Namespace> {
    return this.fabric.attach(name, addresses);
  }

  /** Adds a node, on which pods are then started. */
  async addNode(plan: NodePlan): Promise<Node> {
    const node = await this.fabric.addNode(plan);
    await this.nameServer.addNode?.(node.namespace);
    await this.settle();
    return node;
  }

  /** Fails nodes as a loss of power does: their pods end at once, and their addresses are no longer announced. */
  async failNode(...names: readonly string[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        await this.fabric.power(named(this.nodes, name), false);
        await Promise.all(this.podsOn(name).map((pod) => this.remove(pod)));
      }),
    );
    await this.settle();
  }

  /** Starts failed nodes, with new pods. */
  async recoverNode(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.fabric.power(named(this.nodes, name), true);
    await this.settle();
  }

  /** Changes the replicas of a Deployment or StatefulSet, as `kubectl scale` does; the last pods go first. */
  async scale(workload: string, replicas: number): Promise<void> {
    this.workloads.scale(workload, replicas);
    await this.settle();
  }

  /** Deletes a pod, as `kubectl delete pod` does; another one replaces it. Returns when that is started. */
  async deletePod(pod: Pod): Promise<void> {
    await pod.terminate();
    await this.remove(pod);
    await this.settle();
  }

  /** The value of a key of a Secret, which the lab makes up. Secrets of one name have one value in all namespaces. */
  secretOf(secret: string, key: string): string {
    const place = `${secret}/${key}`;
    const value = this.secrets.get(place) ?? randomBytes(16).toString('hex');
    this.secrets.set(place, value);
    return value;
  }

  /** Gives a key of a Secret another value, which pods have that start after this. */
  changeSecret(secret: string, key: string): void {
    this.secrets.delete(`${secret}/${key}`);
  }

  /**
   * Replaces all pods, as an apply of other templates does, or those of some workloads, as `kubectl rollout restart` does.
   */
  rollOut(workloads = this.objects.workloads.map(({ name }) => name)): Promise<void> {
    const startBeside = async ({ workload, node }: Pod) => {
      const [pod] = await this.make([{ workload, node }]);
      await this.sync();
      await pod.start();
      await this.sync();
    };
    const cluster = { podsOf: (name: string) => this.podsOf(name), deletePod: (pod: Pod) => this.deletePod(pod) };
    return rollOut(
      { ...cluster, startBeside },
      this.objects.workloads.filter(({ name }) => workloads.includes(name)),
    );
  }

  /** Kills a pod. Its neighbors are not notified. It is replaced with the next change only. */
  async killPod(pod: Pod): Promise<void> {
    await this.remove(pod);
    await this.sync();
  }

  /** Kills a pod. It is not replaced before {@link startPod}. */
  async stopPod(pod: Pod): Promise<void> {
    this.stopped.set(pod.name, { workload: pod.workload, node: pod.node });
    await this.killPod(pod);
  }

  get stoppedPods(): readonly string[] {
    return [...this.stopped.keys()];
  }

  /** Starts a pod in place of a stopped one. @returns false where no stopped pod has this name */
  async startPod(name: string): Promise<boolean> {
    const placed = this.stopped.get(name);
    if (!placed) return false;
    this.stopped.delete(name);
    const pod = await this.makePod(placed, name);
    this.pods.push(pod);
    await this.sync();
    await pod.start();
    await this.sync();
    return true;
  }

  /** The addresses that DNS has for a Service. */
  listed(service: { readonly name: string; readonly namespace: string }): readonly string[] {
    return this.records.get(nameOf(service)) ?? [];
  }

  /** The nodes that announce an address of a Service at this moment. */
  announcersOf(address: string): readonly string[] {
    return this.announcer.nodesOf(address);
  }

  podsOf(workload: string): Pod[] {
    return this.pods.filter((pod) => pod.workload.name === workload);
  }

  podsOn(node: string): Pod[] {
    return this.pods.filter((pod) => pod.node === node);
  }

  /** Starts missing pods and stops surplus ones, and publishes the result in DNS, routes and rules. */
  async settle(): Promise<void> {
    const { topology } = this;
    const there = [...this.pods, ...this.coming, ...this.leaving, ...this.stopped.values()];
    const fresh = this.workloads.missing(topology, there);
    const surplus = this.objects.workloads.flatMap((workload) => {
      const own = this.podsOf(workload.name).filter(({ terminating }) => !terminating);
      return own.slice(own.length - this.workloads.surplus(workload, topology, own.length));
    });
    if (fresh.length > 0) this.options.onProgress?.(`starting ${fresh.length} pods`);
    const made = await this.make(fresh);
    // DNS has the address of a pod before the pod runs.
    await this.sync();
    await Promise.all([
      inParallel(made, (pod) => pod.start()),
      ...surplus.map(async (pod) => {
        await pod.terminate();
        await this.remove(pod);
      }),
    ]);
    await this.sync();
  }

  /** Brings DNS, routes, DNAT and policies in step with the pods. */
  sync(): Promise<void> {
    this.turn = this.turn.then(() => (this.closed ? undefined : this.syncNow()));
    return this.turn;
  }

  /** Removes everything, also while it is being created. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled([this.turn]);
    await Promise.all(this.pods.map((pod) => pod.close()));
    this.api?.close();
    this.announcer.close();
    await this.fabric.close();
  }

  /** Creates pods, and does not start them. */
  private async make(placed: readonly Placed[]): Promise<Pod[]> {
    for (const one of placed) this.coming.add(one);
    try {
      const taken = new Set([...this.pods.map(({ name }) => name), ...this.stopped.keys()]);
      const named = placed.map((one) => {
        const name = this.workloads.nameFor(one.workload, taken);
        taken.add(name);
        return { one, name };
      });
      const made = await inParallel(named, ({ one, name }) => this.makePod(one, name));
      this.pods.push(...made);
      return made;
    } finally {
      for (const one of placed) this.coming.delete(one);
    }
  }

  private async makePod({ workload, node: nodeName }: Placed, name: string): Promise<Pod> {
    const node = named(this.nodes, nodeName);
    const { namespace, addresses } = await this.networkOf(name, workload, node);
    const folder = path.join(this.options.folder, 'pods', name);
    fs.mkdirSync(folder, { recursive: true });
    return new Pod({
      ...{ name, workload, addresses, namespace, folder },
      image: this.image,
      node: node.name,
      kubelet: node.namespace,
      nameserver: this.options.dnsCaches?.onNodes ? node.addresses[0] : this.addressing.nameserver,
      environment: { ...this.api?.variables, ...this.options.environment },
      account: this.api?.accountOf(workload),
      probed: this.options.probes ?? true,
      textOf: (configMap, key) => this.objects.configMaps.get(configMap)!.get(key)!,
      secretOf: (secret, key) => this.secretOf(secret, key),
      onChange: () => void this.sync(),
    });
  }

  /** A network for a pod: its own, with a link to its node, or that of the node. */
  private async networkOf(name: string, { pod }: Placed['workload'], node: Node) {
    if (pod.hostNetwork) return node;
    const number = node.takeNumber(name, this.options.reuseAddresses ?? false);
    const addresses = this.addressing.pod(node.number, number);
    const namespace = await this.fabric.host(name, pod.sysctls);
    await node.connect(namespace, addresses);
    return { namespace, addresses };
  }

  /** Whether DNS answers, or refuses every question. */
  async setNameServer(up: boolean): Promise<void> {
    await this.nameServerHost.nft(up ? NO_REFUSAL : REFUSAL);
  }

  /** Whether the API server answers, or refuses every connection. Without a pod that uses it, there is none. */
  async setApiServer(up: boolean): Promise<void> {
    await this.api?.setUp(up);
  }

  private async remove(pod: Pod): Promise<void> {
    const index = this.pods.indexOf(pod);
    if (index < 0) return;
    this.pods.splice(index, 1);
    this.leaving.add(pod);
    this.policies.delete(pod);
    if (!pod.workload.pod.hostNetwork) this.fabric.forget(pod.namespace);
    try {
      await pod.close();
    } finally {
      named(this.nodes, pod.node).freeNumber(pod.name);
      this.leaving.delete(pod);
    }
  }

  private async syncNow(): Promise<void> {
    const all = [...this.pods];
    const records = recordsOf(this.objects, all);
    if (JSON.stringify([...records]) !== JSON.stringify([...this.records])) await this.nameServer.publish(records);
    this.records = records;
    this.api?.publish(all, this.nodes);

    // Network plugins enforce no policies for pods in the network of their nodes.
    const own = all.filter(({ workload }) => !workload.pod.hostNetwork);
    await inParallel(own, async (pod) => {
      const networks = this.addressing.podNetworks.map(({ text }) => text);
      // Network plugins exempt the node of a pod: its kubelet probes the pod.
      const { addresses } = named(this.nodes, pod.node);
      const rules = policyRules(allowedTo(pod, this.objects.policies, all, networks), addresses);
      if (this.policies.get(pod) === rules || pod.terminating) return;
      await pod.namespace.nft(rules);
      this.policies.set(pod, rules);
    });
    for (const node of this.nodes.filter(({ up }) => up)) await node.setDnat(dnatOn(node.name, this.objects, all));
    const hostAddresses = hostAddressesOf(all);
    for (const [address, nodes] of hostAddresses)
      for (const node of nodes) await named(this.nodes, node).carry(address);
    for (const [address, nodes] of announcersOf(this.objects, all, (name) => named(this.nodes, name))) {
      this.announcer.want(address, nodes);
      await this.fabric.routeTo(address, this.announcer.nodesOf(address));
    }
    for (const [address, nodes] of hostAddresses) await this.fabric.routeTo(address, nodes);
  }
}
