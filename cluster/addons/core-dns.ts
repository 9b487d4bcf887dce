import { SERVICES } from '../control-plane/control-plane';
import { COREDNS_IMAGE } from '../images/archives';

/**
 * How long DNS answers may be old.
 *
 * - `fresh`: TTL of 5 s, no cache. kubeadm's default since 1.32 has no cache either, and a TTL of 30 s.
 * - `cached`: TTL and cache of 30 s, kubeadm's default before.
 * - `node-cache`: TTL of 30 s, and a cache of 30 s on each node, as NodeLocal DNSCache has.
 */
export type DnsCaching = 'fresh' | 'cached' | 'node-cache';

const NAMESPACE = 'kube-system';

const CACHE = {
  fresh: 'cache 30 {\n    disable success cluster.local\n    disable denial cluster.local\n  }',
  cached: 'cache 30',
  'node-cache': '',
} as const;

/** The objects of the cluster's name server. */
export function coreDns(caching: DnsCaching): readonly object[] {
  const metadata = { name: 'coredns', namespace: NAMESPACE };
  const labels = { 'k8s-app': 'kube-dns' };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'system:coredns' } },
      rules: [
        { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
      ],
    },
    {
      ...{
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'system:coredns' },
      },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    coreDnsConfiguration(caching),
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...metadata, labels } },
      spec: {
        replicas: 2,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            priorityClassName: 'system-cluster-critical',
            serviceAccountName: 'coredns',
            dnsPolicy: 'Default',
            topologySpreadConstraints: [
              {
                ...{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
                labelSelector: { matchLabels: labels },
              },
            ],
            containers: [
              {
                ...serverContainer,
                livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 60, timeoutSeconds: 5 },
                readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
              },
            ],
            volumes: [volume('coredns')],
          },
        },
      },
    },
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'kube-dns', namespace: NAMESPACE, labels } },
      spec: {
        selector: labels,
        clusterIP: SERVICES.dns,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
    ...(caching === 'node-cache' ? nodeCache() : []),
  ];
}

/** The ConfigMap alone: CoreDNS reads a changed one within 15 seconds after the kubelet has updated the volume. */
function coreDnsConfiguration(caching: DnsCaching): object {
  return configMap(
    'coredns',
    `.:53 {
  errors
  health {
    lameduck 5s
  }
  ready
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
    ttl ${caching === 'fresh' ? 5 : 30}
  }
  ${CACHE[caching]}
  reload 10s 5s
  loadbalance
}
`,
  );
}

/** A cache on each node, at the node's own address. */
function nodeCache(): readonly object[] {
  const labels = { 'k8s-app': 'node-local-dns' };
  const text = `cluster.local:53 {
  errors
  cache {
    success 9984 30
    denial 9984 5
  }
  forward . ${SERVICES.dns} {
    force_tcp
  }
}
`;
  return [
    configMap('node-local-dns', text),
    {
      ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'node-local-dns', namespace: NAMESPACE } },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            ...{ hostNetwork: true, dnsPolicy: 'Default', tolerations: [{ operator: 'Exists' }] },
            containers: [serverContainer],
            volumes: [volume('node-local-dns')],
          },
        },
      },
    },
  ];
}

const serverContainer = {
  name: 'coredns',
  image: COREDNS_IMAGE,
  args: ['-conf', '/etc/coredns/Corefile'],
  volumeMounts: [{ name: 'configuration', mountPath: '/etc/coredns', readOnly: true }],
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  },
};

const volume = (name: string) => ({ name: 'configuration', configMap: { name } });

function configMap(name: string, corefile: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: NAMESPACE },
    data: { Corefile: corefile },
  };
}
