import { Lazy } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { declareName } from '../registry';
import { APP_NAME, LABEL } from './labels';

const RULES = [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] }];

/**
 * Permits the ServiceAccount with the name of a mesh's Service to read the EndpointSlices of its namespace. Those of one
 * Service alone cannot be granted: their names are generated.
 *
 * @param subjects the accounts that get the right; asked for once all constructs are there
 */
export function addEndpointSliceAccess(scope: Construct, name: string, subjects: () => k8s.Subject[]): void {
  const metadata = { name, labels: { [LABEL.name]: APP_NAME, [LABEL.mesh]: name } };
  for (const kind of ['Role', 'RoleBinding']) declareName(scope, 'serviceName', kind, name);
  new k8s.KubeRole(scope, 'role', {
    metadata,
    rules: RULES,
  });
  new k8s.KubeRoleBinding(scope, 'role-binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: Lazy.any({ produce: subjects }),
  });
}

/**
 * Lets ServiceAccounts of another namespace read the EndpointSlices of the namespace of the chart.
 *
 * @param name that of the Role and the RoleBinding
 * @param readers the accounts; asked for once all constructs are there
 */
export function admitReaders(
  scope: Construct,
  id: string,
  name: string,
  mesh: string,
  readers: () => k8s.Subject[],
): void {
  const metadata = { name, labels: { [LABEL.name]: APP_NAME, [LABEL.mesh]: mesh } };
  for (const kind of ['Role', 'RoleBinding']) declareName(scope, 'name', kind, name);
  new k8s.KubeRole(scope, `${id}-role`, { metadata, rules: RULES });
  new k8s.KubeRoleBinding(scope, `${id}-role-binding`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: Lazy.any({ produce: readers }),
  });
}
