import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { DisjointSpans, IpAddress, IpSpan } from '../addressing';
import { reject } from './invalid-prop';

/**
 * What the constructs of a cluster have declared so far, so that a later one can be held against it. cdk8s detects none
 * of this: of two objects with one name the second silently wins.
 */
class Declared {
  readonly pools = new DisjointSpans<string>();
  readonly hosts = new DisjointSpans<string>();
  readonly services = new DisjointSpans<string>();
  /** The paths of the constructs that make an object, by kind, namespace and name. */
  readonly names = new Map<string, string>();
}

/** By app and, in it, by cluster. */
const apps = new WeakMap<IConstruct, Map<string, Declared>>();

/** The context key that names the cluster of a chart. */
const CLUSTER = 'cdk8s-meshrr/cluster';

/**
 * Says that a chart is for a cluster of its own, where one app serves several: charts of different clusters may use the
 * same names. Call it before the chart has constructs.
 *
 * @returns the chart
 */
export function inCluster<C extends Chart>(chart: C, cluster: string): C {
  if (chart.node.children.length > 0) reject(chart, 'cluster', cluster, 'a chart that has no constructs yet');
  chart.node.setContext(CLUSTER, cluster);
  return chart;
}

/** The cluster that a construct is for; '' where the app says nothing of clusters. */
export const clusterOf = (construct: IConstruct): string => construct.node.tryGetContext(CLUSTER) ?? '';

function declaredIn(construct: IConstruct): Declared {
  const { root: app } = construct.node;
  const clusters = apps.get(app) ?? new Map<string, Declared>();
  const declared = clusters.get(clusterOf(construct)) ?? new Declared();
  apps.set(app, clusters.set(clusterOf(construct), declared));
  return declared;
}

/** Refuses a construct of another app or cluster: its objects would not be there. */
export function rejectOtherCluster(construct: IConstruct, prop: string, other: IConstruct): void {
  if (other.node.root === construct.node.root && clusterOf(other) === clusterOf(construct)) return;
  reject(construct, prop, other.node.path, 'a construct of the same app and cluster');
}

function rejectShared(construct: IConstruct, prop: string, span: IpSpan, taken: string | undefined): void {
  if (taken !== undefined) reject(construct, prop, span.text, `addresses of its own: ${taken} has them already`);
}

/** Declares a pool of addresses, of which no other pool and no node may hold one. */
export function declarePool(construct: IConstruct, prop: string, span: IpSpan): void {
  const { pools, hosts } = declaredIn(construct);
  rejectShared(construct, prop, span, hosts.overlapping(span) ?? pools.claim(span, construct.node.path));
}

/** Declares an address that nodes carry on their loopback. */
export function declareHostAddress(construct: IConstruct, prop: string, address: IpAddress): void {
  const { pools, hosts } = declaredIn(construct);
  rejectShared(
    construct,
    prop,
    address,
    pools.overlapping(address) ?? hosts.claim(address, `${construct.node.path} (${prop})`),
  );
}

/** Declares an address out of a pool as that of one Service. */
export function declareServiceAddress(construct: IConstruct, prop: string, address: IpAddress): void {
  rejectShared(
    construct,
    prop,
    address,
    declaredIn(construct).services.claim(address, `${construct.node.path} (${prop})`),
  );
}

/** Declares the name of an object of a kind, in the namespace of the chart unless another is given. */
export function declareName(construct: IConstruct, prop: string, kind: string, name: string, namespace?: string): void {
  const { names } = declaredIn(construct);
  const place = namespace ?? Chart.of(construct).namespace ?? '';
  const key = `${kind} ${place}/${name}`;
  const other = names.get(key);
  if (other !== undefined) {
    reject(construct, prop, name, `a name of its own: ${other} makes a ${kind} of that name already`);
  }
  names.set(key, construct.node.path);
}
