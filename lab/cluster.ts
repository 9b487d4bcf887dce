import * as fs from 'fs';
import * as path from 'path';
import { Dnsmasq } from './dns/dnsmasq';
import { NameServer, Records } from './dns/name-server';
import { admissionsTo, announcersOf, Endpoint, hostAddressesOf, nameOf, recordsOf, translationsOn } from './endpoints';
import { LabError } from './lab-error';
import { Objects, Workload } from './manifests/objects';
import { admissionRules } from './network/admission';
import { Link } from './network/link';
import { Namespace } from './network/namespace';
import { routeOver } from './network/routes';
import { Node } from './node';
import { Addressing, addressingFor } from './plan/addressing';
import { NodePlan, placeFor, wantedPods } from './plan/nodes';
import { LabImage, layOutImage } from './pod/image';
import { Pod } from './pod/pod';

/** How a cluster is set up. */
export interface ClusterOptions {
  /** Beginning of the names of all its namespaces. */
  readonly prefix: string;
  /** An empty folder on a file system of its own. */
  readonly folder: string;
  readonly objects: Objects;
  readonly nodes: readonly NodePlan[];
  /** Root of the system that bgpd is taken from. Default: this machine. */
  readonly base?: string;
  /** Default: dnsmasq. */
  readonly startNameServer?: (host: Namespace, names: readonly string[], address: string) => Promise<NameServer>;
  /** Variables that pods have in place of those of their manifest. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether pods are probed. Without probes none is ever ready, and none is restarted. Default: true. */
  readonly probes?: boolean;
  /** Told what is being done, step by step. */
  readonly onProgress?: (step: string) => void;
}

/** A pod that is to be. */
interface Placement {
  readonly workload: Workload;
  readonly node: Node;
}

/** How many pods are made at the same time: each is a dozen short commands. */
const AT_ONCE = 4;

/**
 * A cluster as the manifests of an app need it: nodes, pods, DNS, the addresses of Services and the network between
 * them. It is no Kubernetes: it keeps the number of pods, lists them in DNS and routes addresses, and no more.
 */
export class Cluster {
  readonly nodes: Node[] = [];
  readonly pods: Pod[] = [];
  readonly addressing: Addressing;
  private readonly objects: Objects;
  private readonly replicas = new Map<string, number>();
  private readonly hosts = new Set<Namespace>();
  private readonly routes = new Map<string, string>();
  private readonly admissions = new Map<Pod, string>();
  private readonly counts = new Map<string, number>();
  private image!: LabImage;
  private network!: Namespace;
  private nameServer!: NameServer;
  private links = 0;
  private records: Records = new Map();
  private turn: Promise<void> = Promise.resolve();
  /** Pods that are being made: {@link settle} may be called again before they are there. */
  private readonly coming = new Set<Placement>();
  /** Hosts that are not there yet. */
  private readonly making = new Set<Promise<Namespace>>();
  private closed = false;

  /** @throws LabError where the app cannot be run here */
  constructor(private readonly options: ClusterOptions) {
    this.objects = options.objects;
    this.addressing = addressingFor(options.objects);
  }

  /** Sets it up and starts all pods. What was made by then is taken away by {@link close}. @throws LabError */
  async start(): Promise<void> {
    const { folder, base, objects, nodes, startNameServer } = this.options;
    this.tell('laying out the image of the pods');
    this.image = layOutImage(path.join(folder, 'image'), base);
    this.network = await this.host('net');
    this.tell(`starting ${nodes.length} nodes and the name server`);
    for (const node of nodes) await this.connectNode(node);
    const host = await this.attach('dns', [this.addressing.nameserver]);
    const names = objects.services.filter(({ addresses }) => addresses.length === 0).map(nameOf);
    const start = startNameServer ?? ((namespace) => Dnsmasq.start(namespace, folder, names));
    this.nameServer = await start(host, names, this.addressing.nameserver);
    await this.settle();
  }

  /** A host outside of the cluster, on the network between the nodes. */
  async attach(name: string, addresses: readonly string[]): Promise<Namespace> {
    const host = await this.host(name);
    await this.plug(host, addresses);
    return host;
  }

  /** Adds a node, on which pods are then started. */
  async addNode(plan: NodePlan): Promise<Node> {
    const node = await this.connectNode(plan);
    await this.settle();
    return node;
  }

  /** Cuts the power of nodes: all of them is gone at once, and their addresses are not announced any more. */
  async failNode(...names: readonly string[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const node = this.nodeOf(name);
        node.up = false;
        await node.link.connected(false);
        await Promise.all(this.podsOn(name).map((pod) => this.remove(pod)));
      }),
    );
    await this.settle();
  }

  /** The nodes are back, with new pods. */
  async recoverNode(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const node = this.nodeOf(name);
      node.up = true;
      await node.link.connected(true);
      for (const prefix of this.addressing.podPrefixes(node.number)) await routeOver(this.network, prefix, [node.link]);
    }
    this.routes.clear();
    await this.settle();
  }

  /** Changes the replicas of a Deployment or StatefulSet, as `kubectl scale` does; the last pods go first. */
  async scale(workload: string, replicas: number): Promise<void> {
    this.replicas.set(this.workloadOf(workload).name, replicas);
    await this.settle();
  }

  /** Deletes a pod, as `kubectl delete pod` does; another one takes its place. Returns when that is started. */
  async deletePod(pod: Pod): Promise<void> {
    await pod.terminate();
    await this.remove(pod);
    await this.settle();
  }

  /** Kills a pod, without a word to its neighbors. It is not replaced before the next change. */
  async killPod(pod: Pod): Promise<void> {
    await this.remove(pod);
    await this.sync();
  }

  /** The addresses that DNS has for a Service. */
  listed(service: { readonly name: string; readonly namespace: string }): readonly string[] {
    return this.records.get(nameOf(service)) ?? [];
  }

  podsOf(workload: string): Pod[] {
    return this.pods.filter((pod) => pod.workload.name === workload);
  }

  podsOn(node: string): Pod[] {
    return this.pods.filter((pod) => pod.node === node);
  }

  workloadOf(name: string): Workload {
    const found = this.objects.workloads.find((workload) => workload.name === name);
    if (!found)
      throw new LabError(`got ${name}, want one of ${this.objects.workloads.map((one) => one.name).join(', ')}`);
    return found;
  }

  /** Starts and stops pods until there are as many as there are to be, and all know of each other. */
  async settle(): Promise<void> {
    const fresh = this.missingPods();
    const surplus = this.surplusPods();
    if (fresh.length > 0) this.tell(`starting ${fresh.length} pods`);
    const made = await this.make(fresh);
    // A pod is known by its address before it runs.
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

  /** Brings DNS, routes, translations and policies in step with the pods. */
  sync(): Promise<void> {
    this.turn = this.turn.then(() => (this.closed ? undefined : this.syncNow()));
    return this.turn;
  }

  /** Takes everything away, also where it is not all there yet. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled([this.turn, ...this.making]);
    await Promise.all(this.pods.map((pod) => pod.close()));
    await Promise.all([...this.hosts].map((host) => host.close()));
  }

  private tell(step: string): void {
    this.options.onProgress?.(step);
  }

  private nodeOf(name: string): Node {
    const node = this.nodes.find((one) => one.name === name);
    if (!node) throw new LabError(`got ${name}, want one of ${this.nodes.map((one) => one.name).join(', ')}`);
    return node;
  }

  private async host(name: string, sysctls: readonly string[] = []): Promise<Namespace> {
    if (this.closed) throw new LabError('the lab is being taken down');
    const making = Namespace.create(`${this.options.prefix}-${name}`, sysctls);
    this.making.add(making);
    try {
      const host = await making;
      this.hosts.add(host);
      return host;
    } finally {
      this.making.delete(making);
    }
  }

  private plug(host: Namespace, addresses: readonly string[]): Promise<Link> {
    return Link.connect(
      { namespace: this.network, address: this.addressing.gateway },
      host,
      `link${++this.links}`,
      addresses,
    );
  }

  private async connectNode(plan: NodePlan): Promise<Node> {
    const number = this.nodes.length + 1;
    const namespace = await this.host(plan.name);
    const addresses = this.addressing.node(number);
    const link = await this.plug(namespace, addresses);
    for (const prefix of this.addressing.podPrefixes(number)) await routeOver(this.network, prefix, [link]);
    const node = new Node(plan, number, namespace, addresses, link);
    this.nodes.push(node);
    return node;
  }

  /** Makes pods, which are not started yet. */
  private async make(placements: readonly Placement[]): Promise<Pod[]> {
    for (const placement of placements) this.coming.add(placement);
    try {
      const made = await inParallel(placements, ({ workload, node }) => this.makePod(workload, node));
      this.pods.push(...made);
      return made;
    } finally {
      for (const placement of placements) this.coming.delete(placement);
    }
  }

  private missingPods(): Placement[] {
    const up = this.nodes.filter((node) => node.up);
    const coming = [...this.coming].map(({ workload, node }) => ({ workload, node: node.name }));
    const placed: { workload: Workload; node: string }[] = [...this.pods, ...coming];
    return this.objects.workloads.flatMap((workload) => {
      const wanted = this.wanted(workload);
      const missing: Placement[] = [];
      while (placed.filter((pod) => pod.workload === workload).length < wanted) {
        const place = placeFor(workload, up, placed);
        // It waits for a node, as pods do.
        if (!place) break;
        missing.push({ workload, node: this.nodeOf(place.name) });
        placed.push({ workload, node: place.name });
      }
      return missing;
    });
  }

  private surplusPods(): Pod[] {
    return this.objects.workloads.flatMap((workload) =>
      workload.kind === 'DaemonSet'
        ? []
        : this.podsOf(workload.name)
            .filter(({ terminating }) => !terminating)
            .slice(this.wanted(workload)),
    );
  }

  private wanted(workload: Workload): number {
    const up = this.nodes.filter((node) => node.up);
    return this.replicas.get(workload.name) ?? wantedPods(workload, up);
  }

  private async makePod(workload: Workload, node: Node): Promise<Pod> {
    const name = this.nameFor(workload);
    const number = node.nextPod();
    const addresses = this.addressing.pod(node.number, number);
    const namespace = await this.host(name, workload.pod.sysctls);
    await node.connect(namespace, number, addresses);
    const folder = path.join(this.options.folder, 'pods', name);
    fs.mkdirSync(folder, { recursive: true });
    return new Pod({
      ...{ name, workload, addresses, namespace, folder },
      image: this.image,
      node: node.name,
      nameserver: this.addressing.nameserver,
      environment: this.options.environment ?? {},
      probed: this.options.probes ?? true,
      textOf: (configMap, key) => this.objects.configMaps.get(configMap)!.get(key)!,
      onChange: () => void this.sync(),
    });
  }

  /** A pod of a StatefulSet has the first number that is free; others get one that no pod has had. */
  private nameFor({ kind, name }: Workload): string {
    if (kind === 'StatefulSet') {
      const taken = new Set(this.podsOf(name).map((pod) => pod.name));
      for (let i = 0; ; i++) {
        const candidate = `${name}-${i}`;
        if (!taken.has(candidate) && !this.counts.has(candidate)) {
          this.counts.set(candidate, 1);
          return candidate;
        }
      }
    }
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    return `${name}-${count}`;
  }

  private async remove(pod: Pod): Promise<void> {
    const index = this.pods.indexOf(pod);
    if (index < 0) return;
    this.pods.splice(index, 1);
    this.admissions.delete(pod);
    this.counts.delete(pod.name);
    this.hosts.delete(pod.namespace);
    await pod.close();
  }

  private async syncNow(): Promise<void> {
    const endpoints = new Map(this.pods.map((pod) => [pod, endpointOf(pod)]));
    const all = [...endpoints.values()];
    const records = recordsOf(this.objects, all);
    if (JSON.stringify([...records]) !== JSON.stringify([...this.records])) await this.nameServer.publish(records);
    this.records = records;

    await inParallel([...endpoints], async ([pod, endpoint]) => {
      const networks = this.addressing.podNetworks.map(({ text }) => text);
      const rules = admissionRules(admissionsTo(endpoint, this.objects.policies, all, networks));
      if (this.admissions.get(pod) === rules || pod.terminating) return;
      await pod.namespace.nft(rules);
      this.admissions.set(pod, rules);
    });
    for (const node of this.nodes.filter((one) => one.up)) {
      await node.translate(translationsOn(node.name, this.objects, all));
    }
    const hostAddresses = hostAddressesOf(all);
    for (const [address, nodes] of hostAddresses) for (const node of nodes) await this.nodeOf(node).carry(address);
    for (const [address, nodes] of [...announcersOf(this.objects, all), ...hostAddresses]) {
      await this.routeTo(address, nodes);
    }
  }

  private async routeTo(address: string, nodes: readonly string[]): Promise<void> {
    const over = this.nodes.filter((node) => node.up && nodes.includes(node.name));
    const key = over.map(({ name }) => name).join(' ');
    if (this.routes.get(address) === key) return;
    await routeOver(
      this.network,
      `${address}/${address.includes(':') ? 128 : 32}`,
      over.map(({ link }) => link),
    );
    this.routes.set(address, key);
  }
}

function endpointOf(pod: Pod): Endpoint {
  const { workload, node, addresses, ready, terminating } = pod;
  const { podLabels: labels, namespace, pod: spec } = workload;
  return { labels, namespace, node, addresses, ready, terminating, ports: spec.ports, hostPorts: spec.hostPorts };
}

/** Does `work` for each item, a few at a time, and returns the results in order. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
