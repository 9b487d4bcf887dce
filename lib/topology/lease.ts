import { Lazy } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { declareName } from '../registry';
import { partSelector } from './labels';
import { Mesh } from './mesh';

/**
 * Makes the Lease that the pods of a region or pair take before they end, with a Role that permits them to read and
 * update this one object. The Lease has no spec: the pods write it, and an apply leaves it as it is.
 *
 * @param part the region or pair; the Lease has its name
 * @returns its name
 */
export function addLease(scope: Construct, part: string, mesh: Mesh): string {
  mesh.account();
  const role = `${part}-handover`;
  const labels = partSelector(part);
  declareName(scope, 'name', 'Lease', part);
  for (const kind of ['Role', 'RoleBinding']) declareName(scope, 'name', kind, role);
  new k8s.KubeLease(scope, 'lease', { metadata: { name: part, labels } });
  new k8s.KubeRole(scope, 'lease-role', {
    metadata: { name: role, labels },
    rules: [
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: [part],
        verbs: ['get', 'update'],
      },
    ],
  });
  new k8s.KubeRoleBinding(scope, 'lease-role-binding', {
    metadata: { name: role, labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
    subjects: Lazy.any({ produce: () => mesh.subjects() }),
  });
  return part;
}
