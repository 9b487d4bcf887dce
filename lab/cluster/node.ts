import { hostRoute, Link } from '../network/link';
import { Namespace } from '../network/namespace';
import { Dnat, dnatRules } from '../network/dnat';
import { ClusterNode } from '../../lib/model';

export type NodePlan = Pick<ClusterNode, 'name' | 'labels'>;

/** A node of the lab's cluster: it routes and applies DNAT for its pods. */
export class Node {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it is connected. */
  up = true;
  private rules = '';
  private readonly carried = new Set<string>();
  private ports = 0;

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
  }

  /** Counted from 1. */
  nextPod(): number {
    return ++this.ports;
  }

  async connect(pod: Namespace, number: number, addresses: readonly string[]): Promise<void> {
    const gateway = { namespace: this.namespace, address: this.addresses[0] };
    await Link.connect(gateway, pod, `pod${number}`, addresses);
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
