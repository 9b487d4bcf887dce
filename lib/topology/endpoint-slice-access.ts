import { Lazy } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { declareName } from '../registry';
import { APP_NAME, LABEL } from './labels';

/**
 * Makes a ServiceAccount with the name of a mesh's Service that may read the EndpointSlices of its namespace, and
 * nothing else. Those of one Service alone cannot be granted: their names are generated.
 *
 * @param namespace undefined where kubectl decides: a subject without one is in the namespace of its RoleBinding
 * @param others further accounts with the same rights; asked for once all constructs are there
 */
export function addEndpointSliceAccess(
  scope: Construct,
  name: string,
  namespace: string | undefined,
  others: ReadonlySet<string>,
): void {
  const subjects = () => [name, ...others].map((account) => ({ kind: 'ServiceAccount', name: account, namespace }));
  const metadata = { name, labels: { [LABEL.name]: APP_NAME, [LABEL.mesh]: name } };
  for (const kind of ['ServiceAccount', 'Role', 'RoleBinding']) declareName(scope, 'serviceName', kind, name);
  new k8s.KubeServiceAccount(scope, 'service-account', { metadata });
  new k8s.KubeRole(scope, 'role', {
    metadata,
    rules: [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] }],
  });
  new k8s.KubeRoleBinding(scope, 'role-binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: Lazy.any({ produce: subjects }),
  });
}
