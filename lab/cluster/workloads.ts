import { BgpTopology, ClusterNode, derive, RouterGroup } from '../../lib/model';
import { Workload } from '../manifests/objects';
import { named } from '../named';
import { NodePlan } from './node';

/** A pod that runs or is to start. */
export interface Placed {
  readonly workload: Workload;
  readonly node: string;
}

/** The number of pods of each workload, and their nodes: the BGP model places them. */
export class Workloads {
  private readonly replicas = new Map<string, number>();
  private readonly counts = new Map<string, number>();

  constructor(
    readonly all: readonly Workload[],
    private readonly declared: BgpTopology,
  ) {}

  /** @throws LabError where no workload has this name */
  scale(name: string, replicas: number): void {
    this.replicas.set(named(this.all, name).name, replicas);
  }

  /** The topology with the present replicas and nodes. */
  topologyOn(nodes: readonly (NodePlan & { readonly up: boolean })[]): BgpTopology {
    const known = new Map(this.declared.nodes.map((node) => [node.name, node]));
    const cluster = this.declared.groups[0]?.cluster ?? '';
    const present = nodes
      .filter(({ up }) => up)
      .map(({ name, labels }): ClusterNode => known.get(name) ?? { id: name, name, cluster, labels, assumed: false });
    const groups = this.declared.groups.map((group): RouterGroup => {
      const replicas = this.replicas.get(group.workload);
      return replicas === undefined ? group : { ...group, replicas };
    });
    return derive({ ...this.declared, groups, nodes: present });
  }

  /** The missing pods that a node has room for. */
  missing(topology: BgpTopology, placed: readonly Placed[]): Placed[] {
    return this.all.flatMap((workload) => {
      const own = placed.filter((one) => one.workload === workload).map(({ node }) => node);
      const places = this.placesOf(workload, topology);
      const free = without(places, own);
      return free.slice(0, Math.max(0, places.length - own.length)).map((node) => ({ workload, node }));
    });
  }

  /** By how many a workload has too many pods. */
  surplus(workload: Workload, topology: BgpTopology, count: number): number {
    return workload.kind === 'DaemonSet' ? 0 : Math.max(0, count - this.placesOf(workload, topology).length);
  }

  /** A pod of a StatefulSet has the lowest free number. Other pods get a number that no pod of this lab has had. */
  nameFor({ kind, name }: Workload, taken: ReadonlySet<string>): string {
    if (kind !== 'StatefulSet') {
      const count = (this.counts.get(name) ?? 0) + 1;
      this.counts.set(name, count);
      return `${name}-${count}`;
    }
    let number = 0;
    while (taken.has(`${name}-${number}`)) number++;
    return `${name}-${number}`;
  }

  private placesOf({ name, namespace }: Workload, { speakers }: BgpTopology): string[] {
    return speakers.flatMap(({ group, node }) =>
      group.workload === name && (group.namespace ?? 'default') === namespace ? [node.name] : [],
    );
  }
}

/** The difference of two lists that may have duplicates. */
function without(items: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return items.filter((item) => {
    const index = left.indexOf(item);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
