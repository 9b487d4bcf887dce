import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { DisjointSpans, IpAddress, IpSpan } from '../addressing';
import { refuse } from './invalid-prop';

/**
 * What the constructs of an app have declared so far, so that a later one can be held against it: addresses within the
 * whole app, names within a chart (two charts may be two clusters).
 *
 * cdk8s detects none of this: of two objects with one name the second silently wins.
 */
class DeclaredInApp {
  readonly pools = new DisjointSpans<string>();
  readonly hosts = new DisjointSpans<string>();
  readonly services = new DisjointSpans<string>();
}

const apps = new WeakMap<IConstruct, DeclaredInApp>();
const names = new WeakMap<IConstruct, Map<string, string>>();

function entryOf<V>(map: WeakMap<IConstruct, V>, key: IConstruct, make: () => V): V {
  const entry = map.get(key) ?? make();
  map.set(key, entry);
  return entry;
}

const declaredIn = (construct: IConstruct) => entryOf(apps, construct.node.root, () => new DeclaredInApp());

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

/** Declares the name of an object of a kind. Objects without a namespace of their own share that of the chart. */
export function declareName(construct: IConstruct, prop: string, kind: string, name: string, namespace = ''): void {
  const inChart = entryOf(names, Chart.of(construct), () => new Map<string, string>());
  const key = `${kind} ${namespace}/${name}`;
  const other = inChart.get(key);
  if (other !== undefined)
    refuse(construct, prop, name, `a name of its own: ${other} makes a ${kind} of that name already`);
  inChart.set(key, construct.node.path);
}
