import { ApiObject } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { parseDnsLabel, parseLabelKey } from '../addressing';
import { addObject, declareName, readProp } from '../registry';
import { BGP_PORT } from '../settings';
import { clientsServiceOf, meshSelector, upstreamLabel } from './labels';
import type { Mesh } from './mesh';

type MeshNames = Pick<Mesh, 'serviceName' | 'clusterSet'>;

/**
 * Makes the headless Service by which the routers of a mesh find each other. Like the one of the clients it lists pods
 * that are not ready, too: they become ready by these sessions, and would wait for each other for ever.
 */
export function addMeshService(scope: Construct, mesh: MeshNames): void {
  declareName(scope, 'serviceName', 'Service', mesh.serviceName);
  addHeadlessService(
    scope,
    'service',
    mesh.serviceName,
    mesh,
    meshSelector(mesh.serviceName),
    k8s.IntOrString.fromString('bgp'),
  );
}

/**
 * Makes the headless Service by which the routers of a mesh find their clients: all pods of the namespace with the label
 * of the mesh.
 *
 * @param reference the Service of the mesh, as pods of the namespace refer to it
 * @returns its name
 */
export function addClientsService(scope: Construct, mesh: MeshNames, reference = mesh.serviceName): string {
  const name = readProp(scope, 'name', clientsServiceOf(reference), parseDnsLabel);
  const [key] = Object.keys(upstreamLabel(reference));
  readProp(scope, 'name', key, parseLabelKey);
  declareName(scope, 'name', 'Service', name);
  const port = k8s.IntOrString.fromNumber(BGP_PORT);
  addHeadlessService(
    scope,
    `clients${reference === mesh.serviceName ? '' : `-of-${reference}`}`,
    name,
    mesh,
    upstreamLabel(reference),
    port,
  );
  return name;
}

function addHeadlessService(
  scope: Construct,
  id: string,
  name: string,
  { serviceName, clusterSet }: MeshNames,
  selector: Record<string, string>,
  targetPort: k8s.IntOrString,
): void {
  const metadata = { name, labels: meshSelector(serviceName) };
  const spec = {
    clusterIp: 'None',
    publishNotReadyAddresses: true,
    selector,
    ports: [{ name: 'bgp', port: BGP_PORT, targetPort }],
  };
  addObject(k8s.KubeService, scope, id, { metadata, spec }, ['spec']);
  if (clusterSet) addServiceExport(scope, id, name, serviceName);
}

/** Exports a Service to the cluster set. */
export function addServiceExport(scope: Construct, id: string, name: string, mesh: string): void {
  const kind = { apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceExport' };
  new ApiObject(scope, `${id}-export`, { ...kind, metadata: { name, labels: meshSelector(mesh) } });
}
