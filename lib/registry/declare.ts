import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { IpSpan } from '../addressing';
import { clusterOf } from './clusters';
import { DeclaredSpan, ManifestField } from './declarations';
import { registryOf } from './registry';

/** Declares the name of an object of a kind, in the namespace of the chart unless another is given. */
export function declareName(construct: IConstruct, prop: string, kind: string, name: string, namespace?: string): void {
  const space = `${clusterOf(construct)}/${namespace ?? Chart.of(construct).namespace ?? ''}`;
  registryOf(construct).add('names', { path: construct.node.path, prop, kind, space, name });
}

/** Declares addresses that a construct gives to a pool, to nodes, to a Service or to a router outside. */
export function declareSpan(construct: IConstruct, prop: string, kind: DeclaredSpan['kind'], span: IpSpan): void {
  const cluster = kind === 'router' ? '' : clusterOf(construct);
  registryOf(construct).add('spans', { path: construct.node.path, prop, kind, cluster, span });
}

/** Declares that a prop gives a construct to another one. */
export function declareReference(construct: IConstruct, prop: string, other: IConstruct): void {
  const near = other.node.root === construct.node.root && clusterOf(other) === clusterOf(construct);
  registryOf(construct).add('references', { path: construct.node.path, prop, other: other.node.path, near });
}

/** Declares what the model has in the place of fields of an object: patches may change them. */
export function declareManifest(object: ApiObject, fields: readonly ManifestField[]): void {
  registryOf(object).add('manifests', { object, fields });
}

/** A class of objects, as cdk8s generates it. */
interface ObjectClass<P> {
  new (scope: Construct, id: string, props: P): ApiObject;
  manifest(props: P): unknown;
}

/** Makes an object, and declares that the model has some of its fields, all of each. */
export function addObject<P>(
  of: ObjectClass<P>,
  scope: Construct,
  id: string,
  props: P,
  ...fields: readonly (readonly string[])[]
): void {
  const step = (json: unknown, key: string) => (json as Record<string, unknown> | undefined)?.[key];
  const value = (at: readonly string[]) => () => at.reduce<unknown>(step, of.manifest(props));
  declareManifest(
    new of(scope, id, props),
    fields.map((at) => ({ at, value: value(at) })),
  );
}
