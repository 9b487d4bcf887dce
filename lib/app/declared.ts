import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { DisjointSpans, IpAddress, IpSpan } from '../addressing';
import { refuse } from './invalid-prop';

/**
 * What the constructs of an app have declared so far, so that a later one can be held against it: addresses within the
 * whole app, names within a cluster. cdk8s detects none of this: of two objects with one name the second silently wins.
 */
class Declared {
  readonly pools = new DisjointSpans<string>();
  readonly hosts = new DisjointSpans<string>();
  readonly services = new DisjointSpans<string>();
  /** The paths of the constructs that make an object, by cluster, kind, namespace and name. */
  readonly names = new Map<string, string>();
}

const apps = new WeakMap<IConstruct, Declared>();

/** The context key that names the cluster of a chart. */
const CLUSTER = 'cdk8s-meshrr/cluster';

/**
 * Says that a chart is for a cluster of its own, where one app serves several: charts of different clusters may use the
 * same names. Call it before the chart has constructs.
 *
 * @returns the chart
 */
export function inCluster<C extends Chart>(chart: C, cluster: string): C {
  if (chart.node.children.length > 0) refuse(chart, 'cluster', cluster, 'a chart that has no constructs yet');
  chart.node.setContext(CLUSTER, cluster);
  return chart;
}

function declaredIn(construct: IConstruct): Declared {
  const app = construct.node.root;
  const declared = apps.get(app) ?? new Declared();
  apps.set(app, declared);
  return declared;
}

function refuseShared(construct: IConstruct, prop: string, span: IpSpan, taken: string | undefined): void {
  if (taken !== undefined) refuse(construct, prop, span.text, `addresses of its own: ${taken} has them already`);
}

/** Declares a pool of addresses, of which no other pool and no node may hold one. */
export function declarePool(construct: IConstruct, prop: string, span: IpSpan): void {
  const { pools, hosts } = declaredIn(construct);
  refuseShared(construct, prop, span, hosts.overlapping(span) ?? pools.claim(span, construct.node.path));
}

/** Declares an address that nodes carry on their loopback. */
export function declareHostAddress(construct: IConstruct, prop: string, address: IpAddress): void {
  const { pools, hosts } = declaredIn(construct);
  refuseShared(
    construct,
    prop,
    address,
    pools.overlapping(address) ?? hosts.claim(address, `${construct.node.path} (${prop})`),
  );
}

/** Declares an address out of a pool as that of one Service. */
export function declareServiceAddress(construct: IConstruct, prop: string, address: IpAddress): void {
  refuseShared(
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
  const key = JSON.stringify([construct.node.tryGetContext(CLUSTER), kind, place, name]);
  const other = names.get(key);
  if (other !== undefined) {
    refuse(construct, prop, name, `a name of its own: ${other} makes a ${kind} of that name already`);
  }
  names.set(key, construct.node.path);
}
