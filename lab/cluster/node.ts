import { Link } from '../network/link';
import { Namespace } from '../network/namespace';
import { Dnat, dnatRules } from '../network/dnat';
import { ClusterNode } from '../../lib/model';

/** What makes a node. */
export type NodePlan = Pick<ClusterNode, 'name' | 'labels'>;

/** A node of the lab's cluster: it routes for its pods, and carries out DNAT to them. */
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
    /** Which of the nodes it is, counted from 1. */
    readonly number: number,
    readonly namespace: Namespace,
    readonly addresses: readonly string[],
    /** The link to the network. */
    readonly link: Link,
  ) {
    this.name = plan.name;
    this.labels = plan.labels;
  }

  /** The number of its next pod, counted from 1. */
  nextPod(): number {
    return ++this.ports;
  }

  /** Plugs a pod in. */
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

  /** Carries an address on its loopback, from now on. */
  async carry(address: string): Promise<void> {
    if (this.carried.has(address)) return;
    this.carried.add(address);
    await this.namespace.ip(`addr replace ${address}/${address.includes(':') ? 128 : 32} dev lo`);
  }
}
