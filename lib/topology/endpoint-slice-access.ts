import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { declareName } from '../registry';

/** A ServiceAccount to make, and what it is called after. */
export interface Access {
  /** Name of the ServiceAccount, the Role and the RoleBinding. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The prop that the name comes from. */
  readonly prop: string;
}

/**
 * Makes a ServiceAccount that may read the EndpointSlices of its namespace, and nothing else. Those of one Service
 * alone cannot be granted: their names are generated.
 */
export function addEndpointSliceAccess(scope: Construct, { name, namespace, labels, prop }: Access): void {
  const metadata = { name, labels };
  for (const kind of ['ServiceAccount', 'Role', 'RoleBinding']) declareName(scope, prop, kind, name);
  new k8s.KubeServiceAccount(scope, 'service-account', { metadata });
  new k8s.KubeRole(scope, 'role', {
    metadata,
    rules: [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] }],
  });
  new k8s.KubeRoleBinding(scope, 'role-binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
}
