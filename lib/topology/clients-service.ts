import { ApiObject } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { parseDnsLabel } from '../addressing';
import { declareName, readProps } from '../registry';
import { inside } from '../input';
import { BGP_PORT } from '../settings';
import { APP_NAME, clientsServiceOf, LABEL, upstreamLabel } from './labels';
import { Mesh } from './mesh';

/**
 * Makes the headless Service by which the routers of a mesh find their clients: all pods of the namespace with the label
 * of the mesh. It lists pods that are not ready, too: those without a mesh of their own become ready by this session.
 *
 * @returns its name
 */
export function addClientsService(scope: Construct, { serviceName, clusterSet }: Mesh): string {
  const name = readProps(scope, clientsServiceOf(serviceName), (value) => inside('name', () => parseDnsLabel(value)));
  declareName(scope, 'name', 'Service', name);
  const metadata = { name, labels: { [LABEL.name]: APP_NAME, [LABEL.mesh]: serviceName } };
  new k8s.KubeService(scope, 'clients', {
    metadata,
    spec: {
      clusterIp: 'None',
      publishNotReadyAddresses: true,
      selector: upstreamLabel(serviceName),
      ports: [{ name: 'bgp', port: BGP_PORT, targetPort: k8s.IntOrString.fromNumber(BGP_PORT) }],
    },
  });
  if (clusterSet) {
    const kind = { apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceExport' };
    new ApiObject(scope, 'clients-export', { ...kind, metadata });
  }
  return name;
}
