import { hostRoute, Link } from '../network/link';
import { Namespace } from '../network/namespace';
import { Dnat, dnatRules } from '../network/dnat';
import { ClusterNode } from '../../lib/model';

export type NodePlan = Pick<ClusterNode, 'name' | 'labels'> & Partial<Pick<ClusterNode, 'assumed'>>;

/** A node of the lab's cluster: it routes and applies DNAT for its pods. */
export class Node {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether the app does not declare it. */
  readonly assumed: boolean;
  /** Whether it is connected. */
  up = true;
  private rules = '';
  private readonly carried = new Set<string>();
  private ports = 0;
  private numbers = 0;
  /** The numbers that are in use, by the name of the pod. */
  private readonly taken = new Map<string, number>();

  constructor(
    plan: NodePlan,
    /** Counted from 1. */
    readonly number: number,
    readonly namespace: Namespace,
    readonly addresses: readonly string[],
    readonly link: Link,
  ) {
    this.name = plan.name;
    this.labels = plan.labels;
    this.assumed = plan.assumed ?? false;
  }

  /** A number for a new pod, counted from 1: the lowest free one, or one that no pod has had. */
  takeNumber(pod: string, again: boolean): number {
    let number = again ? 1 : this.numbers + 1;
    while ([...this.taken.values()].includes(number)) number++;
    this.taken.set(pod, number);
    this.numbers = Math.max(this.numbers, number);
    return number;
  }

  freeNumber(pod: string): void {
    this.taken.delete(pod);
  }

  async connect(pod: Namespace, addresses: readonly string[]): Promise<void> {
    const gateway = { namespace: this.namespace, address: this.addresses[0] };
    await Link.connect(gateway, pod, `pod${++this.ports}`, addresses);
  }

  async setDnat(wanted: readonly Dnat[]): Promise<void> {
    const rules = dnatRules(wanted);
    if (rules === this.rules) return;
    await this.namespace.nft(rules);
    this.rules = rules;
  }

  /** Adds an address to its loopback. */
  async carry(address: string): Promise<void> {
    if (this.carried.has(address)) return;
    this.carried.add(address);
    await this.namespace.ip(`addr replace ${hostRoute(address)} dev lo`);
  }
}
