import { Check, flag, integer, list, mapOf, optional, withDefault, ValidationError } from '../../lib/input';
import { absent, strict, labels, matchLabels, only, single, withoutEffect, word } from './strict';
import {
  advertisement,
  Advertisement,
  layer2Advertisement,
  Layer2Advertisement,
  peer,
  Peer,
  poolName,
} from './metallb';
import { isIP } from 'net';
import { NAMESPACE_LABEL, withoutAdditions } from './left-out';
import { podSpec, PodSpec } from './pod-spec';

/** A controller of pods. */
export interface Workload {
  readonly kind: 'Deployment' | 'DaemonSet' | 'StatefulSet';
  readonly name: string;
  readonly namespace: string;
  readonly podLabels: ReadonlyMap<string, string>;
  readonly pod: PodSpec;
  /** Whether a new pod is ready before the old one of its node ends. */
  readonly surges: boolean;
  readonly minReadySeconds: number;
}

export interface ServicePort {
  readonly port: number;
  /** A number, or the name of a container port. */
  readonly targetPort: string | number;
}

/** A headless Service, or one with addresses outside of the cluster. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly selector: ReadonlyMap<string, string>;
  /** Whether DNS lists pods that are not ready. */
  readonly publishNotReady: boolean;
  /** Addresses that a load balancer announces. A headless Service has none. */
  readonly addresses: readonly string[];
  /** The pool of MetalLB that the addresses are from. */
  readonly pool?: string;
  readonly ports: readonly ServicePort[];
}

/** The connections that are allowed to pods. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly podSelector: ReadonlyMap<string, string>;
  readonly ingress: readonly {
    /** An empty list: from everywhere. */
    readonly from: readonly (
      /** Of the namespace of the policy unless another is given. */
      | { readonly podSelector: ReadonlyMap<string, string>; readonly namespace?: string }
      /** Every pod of the cluster, also pods that are not of the app. */
      | { readonly everyPod: true }
      | { readonly cidr: string }
    )[];
    readonly ports: readonly number[];
  }[];
}

/** What a Role permits, as far as pods use it. */
export interface Role {
  /** To list and watch the EndpointSlices of its namespace. */
  readonly readsSlices: boolean;
  /** The names of the Leases that may be read and updated. */
  readonly leases: readonly string[];
}

/** What a RoleBinding says: who has a Role. */
export interface Binding {
  /** `namespace/name` */
  readonly role: string;
  /** The ServiceAccount: `namespace/name`. */
  readonly account: string;
}

/** The objects of an app that the lab uses. ConfigMaps are texts by name and key. */
export type Objects = ReturnType<typeof nothingFound>;

const metadata = strict({
  name: word,
  namespace: withDefault(word, 'default'),
  labels: withoutEffect,
  annotations: optional(labels),
});

const template = strict({
  metadata: strict({ labels, annotations: withoutEffect }),
  spec: podSpec,
});

/** One pod at a time: the lab's rollouts do that. */
const daemonSetUpdate = strict({
  type: only('RollingUpdate'),
  rollingUpdate: strict({ maxSurge: optional(only(0, 1)), maxUnavailable: optional(only(0, 1)) }),
});

function workload(kind: Workload['kind']): Check<Workload> {
  const spec = strict({
    selector: matchLabels,
    template,
    minReadySeconds: withDefault(integer(0, 3600), 0),
    replicas: withoutEffect,
    strategy: withoutEffect,
    updateStrategy: kind === 'DaemonSet' ? optional(daemonSetUpdate) : withoutEffect,
    serviceName: withoutEffect,
    // The lab starts all pods of a StatefulSet at once.
    podManagementPolicy: kind === 'StatefulSet' ? only('Parallel') : withoutEffect,
    volumeClaimTemplates: absent('the lab has no persistent volumes'),
  });
  return (value) => {
    const { metadata: meta, spec: read } = strict({ metadata, spec })(value);
    const { metadata: podMetadata, spec: pod } = read.template;
    const { rollingUpdate } = (read.updateStrategy ?? {}) as { rollingUpdate?: { maxSurge?: number } };
    const surges = (rollingUpdate?.maxSurge ?? 0) > 0;
    const { minReadySeconds } = read;
    return {
      kind,
      name: meta.name,
      namespace: meta.namespace,
      podLabels: podMetadata.labels,
      pod,
      surges,
      minReadySeconds,
    };
  };
}

const servicePorts = list(
  strict({
    name: word,
    port: integer(1, 65535),
    targetPort: (value: unknown) => (typeof value === 'number' ? integer(1, 65535)(value) : word(value)),
  }),
  1,
);

const headless = strict({
  clusterIP: only('None'),
  publishNotReadyAddresses: withDefault(flag, false),
  selector: labels,
  ports: servicePorts,
});

const loadBalancer = strict({
  type: only('LoadBalancer'),
  externalTrafficPolicy: only('Local'),
  // The lab announces addresses alike for all load balancers.
  loadBalancerClass: withoutEffect,
  allocateLoadBalancerNodePorts: withoutEffect,
  ipFamilyPolicy: only('SingleStack', 'RequireDualStack'),
  ipFamilies: withoutEffect,
  publishNotReadyAddresses: withDefault(flag, false),
  selector: labels,
  ports: servicePorts,
});

/** The addresses that a Service asks for, by whatever annotation its load balancer reads. */
function addressesIn(annotations: ReadonlyMap<string, string>): readonly string[] | undefined {
  const lists = [...annotations.values()].map((value) => value.split(','));
  return lists.find((texts) => texts.every((text) => isIP(text) !== 0));
}

const service: Check<Service> = (value) => {
  const { metadata: meta, spec } = strict({ metadata, spec: withoutEffect })(value);
  const isHeadless = (spec as { clusterIP?: unknown }).clusterIP !== undefined;
  const read = strict({ metadata, spec: isHeadless ? headless : loadBalancer })(value).spec;
  const addresses = isHeadless ? undefined : addressesIn(meta.annotations ?? new Map());
  if (!isHeadless && addresses === undefined) {
    const wanted = 'one whose value is the addresses of the Service: the lab does not know other ways to ask for them';
    throw ValidationError.of(undefined, wanted).within('annotations').within('metadata');
  }
  return {
    name: meta.name,
    namespace: meta.namespace,
    selector: read.selector,
    publishNotReady: read.publishNotReadyAddresses,
    addresses: addresses ?? [],
    pool: meta.annotations?.get('metallb.io/address-pool'),
    ports: read.ports,
  };
};

const policy: Check<NetworkPolicy> = (value) => {
  const chosen = strict({ podSelector: optional(matchLabels), ipBlock: optional(strict({ cidr: word })) });
  const everyPod = strict({ namespaceSelector: strict({}), podSelector: strict({}) });
  const ofNamespace = strict({ namespaceSelector: matchLabels, podSelector: optional(matchLabels) });
  const peer = (from: unknown) =>
    typeof from === 'object' && from !== null && 'namespaceSelector' in from
      ? 'matchLabels' in (from.namespaceSelector as object)
        ? ofNamespace(from)
        : (everyPod(from), { everyPod: true as const })
      : chosen(from);
  const rule = strict({
    from: withDefault(list(peer), []),
    ports: withDefault(list(strict({ protocol: withDefault(only('TCP'), 'TCP'), port: integer(1, 65535) })), []),
  });
  const { metadata: meta, spec } = strict({
    metadata,
    spec: strict({ podSelector: matchLabels, policyTypes: single(only('Ingress')), ingress: list(rule) }),
  })(value);
  return {
    namespace: meta.namespace,
    podSelector: spec.podSelector.matchLabels,
    ingress: spec.ingress.map(({ from, ports }) => ({
      from: from.map((one) => {
        if ('everyPod' in one) return one;
        if ('namespaceSelector' in one) {
          const podSelector = one.podSelector?.matchLabels ?? new Map<string, string>();
          return { podSelector, namespace: one.namespaceSelector.matchLabels.get(NAMESPACE_LABEL) };
        }
        return one.podSelector ? { podSelector: one.podSelector.matchLabels } : { cidr: one.ipBlock!.cidr };
      }),
      ports: ports.map(({ port }) => port),
    })),
  };
};

const roleRef = strict({ apiGroup: only('rbac.authorization.k8s.io'), kind: only('Role'), name: word });
const subject = strict({ kind: only('ServiceAccount'), name: word, namespace: optional(word) });
const rule = strict({
  apiGroups: list(word),
  resources: list(word),
  resourceNames: withDefault(list(word), []),
  verbs: list(word),
});
const role = strict({ metadata, rules: list(rule) });
const roleBinding = strict({ metadata, roleRef, subjects: list(subject) });

/** Whether a rule of a Role permits all of these verbs. */
function permits({ apiGroups, resources, verbs }: ReturnType<typeof rule>, group: string, resource: string) {
  return (...wanted: readonly string[]) =>
    apiGroups.includes(group) && resources.includes(resource) && wanted.every((verb) => verbs.includes(verb));
}

const permissions = (rules: readonly ReturnType<typeof rule>[]): Role => ({
  readsSlices: rules.some((one) => permits(one, 'discovery.k8s.io', 'endpointslices')('list', 'watch')),
  leases: rules.flatMap((one) =>
    permits(one, 'coordination.k8s.io', 'leases')('get', 'update') ? one.resourceNames : [],
  ),
});

const configMap = strict({ metadata, data: withDefault(mapOf(word, word), new Map()), immutable: withoutEffect });

/** Objects without effect in the lab; the rules of a synth check what MetalLB is configured with. */
const unused = () => undefined;

/** How each kind of object is read. */
const KINDS: Readonly<Record<string, (object: unknown, found: Objects) => void>> = {
  'apps/v1 Deployment': (object, { workloads }) => workloads.push(workload('Deployment')(object)),
  'apps/v1 DaemonSet': (object, { workloads }) => workloads.push(workload('DaemonSet')(object)),
  'apps/v1 StatefulSet': (object, { workloads }) => workloads.push(workload('StatefulSet')(object)),
  'v1 Service': (object, { services }) => services.push(service(object)),
  'v1 ConfigMap': (object, { configMaps }) => {
    const { metadata: meta, data } = configMap(object);
    configMaps.set(meta.name, data);
  },
  'v1 ServiceAccount': (object) =>
    void strict({ metadata, automountServiceAccountToken: withoutEffect, secrets: withoutEffect })(object),
  'rbac.authorization.k8s.io/v1 Role': (object, { roles }) => {
    const { metadata: meta, rules } = role(object);
    roles.set(`${meta.namespace}/${meta.name}`, permissions(rules));
  },
  'rbac.authorization.k8s.io/v1 RoleBinding': (object, { bindings }) => {
    const { metadata: meta, roleRef: ref, subjects } = roleBinding(object);
    // Without a namespace, a ServiceAccount is in that of the RoleBinding.
    for (const { name, namespace = meta.namespace } of subjects) {
      bindings.push({ role: `${meta.namespace}/${ref.name}`, account: `${namespace}/${name}` });
    }
  },
  'coordination.k8s.io/v1 Lease': (object, { leases }) => {
    const { name, namespace } = strict({ metadata })(object).metadata;
    leases.push({ name, namespace });
  },
  'networking.k8s.io/v1 NetworkPolicy': (object, { policies }) => policies.push(policy(object)),
  'v1 Secret': unused,
  'v1 Namespace': unused,
  // The lab has no evictions.
  'policy/v1 PodDisruptionBudget': unused,
  'metallb.io/v1beta1 IPAddressPool': (object, { pools }) => pools.add(poolName(object)),
  'metallb.io/v1beta1 BGPAdvertisement': (object, { advertisements }) => advertisements.push(advertisement(object)),
  'metallb.io/v1beta1 L2Advertisement': (object, { layer2 }) => layer2.push(layer2Advertisement(object)),
  'metallb.io/v1beta2 BGPPeer': (object, { peers }) => peers.push(peer(object)),
  'metallb.io/v1beta1 BFDProfile': unused,
  'metallb.io/v1beta1 Community': unused,
  'monitoring.coreos.com/v1 PodMonitor': unused,
  'monitoring.coreos.com/v1 PrometheusRule': unused,
};

/** Whether a pod has access to the API server. */
export function usesApi({ workloads }: Pick<Objects, 'workloads'>): boolean {
  return workloads.some(({ pod }) => pod.serviceAccount !== undefined);
}

export function nothingFound() {
  return {
    workloads: [] as Workload[],
    services: [] as Service[],
    policies: [] as NetworkPolicy[],
    configMaps: new Map<string, ReadonlyMap<string, string>>(),
    /** By `namespace/name`. */
    roles: new Map<string, Role>(),
    leases: [] as { readonly name: string; readonly namespace: string }[],
    bindings: [] as Binding[],
    peers: [] as Peer[],
    advertisements: [] as Advertisement[],
    /** What an app adds to its pods and policies and does not run in the lab, by object. */
    leftOut: [] as string[],
    /** Names of the pools of MetalLB that the app makes. */
    pools: new Set<string>(),
    layer2: [] as Layer2Advertisement[],
  };
}

/** Reads one object. @throws ValidationError for a kind or a field that the lab does not support */
export function readObject(object: Readonly<Record<string, unknown>>, found: Objects): void {
  const { apiVersion, kind, ...rest } = object;
  const type = `${apiVersion} ${kind}`;
  if (!Object.hasOwn(KINDS, type)) {
    throw ValidationError.of(type, `one of the kinds ${Object.keys(KINDS).join(', ')}`).within('kind');
  }
  const { rest: kept, leftOut } = withoutAdditions(rest);
  KINDS[type](kept, found);
  if (leftOut.length === 0) return;
  const { name } = metadata(rest.metadata);
  found.leftOut.push(`${String(kind)} ${name}: ${leftOut.join(', ')}`);
}
