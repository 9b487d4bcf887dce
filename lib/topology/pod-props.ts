import type { Duration } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { parseDnsSubdomain, parseLabelKey, parseLabelValue, parseRfc1123Label } from '../addressing';
import {
  Check,
  duration,
  inside,
  mapAsWritten,
  mapOf,
  oneOf,
  optional,
  Read,
  reading,
  resourceName,
  shapeOf,
  text,
  ValidationError,
} from '../input';
import { GRACE_SECONDS, settingNames, settingOf } from '../settings';
import { isReservedLabel, OWN_PREFIX } from './labels';
import { kubeObject, kubeObjects } from './kube-values';

/**
 * What an app adds to the pods of the routers. It is merged with what the constructs need, and replaces nothing of it:
 * a contradiction is refused. Where a topology, a region and a side each have a `pod`, maps are merged, lists are
 * joined, and of single values the innermost counts.
 */
export interface PodProps {
  /**
   * Labels of the pods. Those of the constructs, which Services and policies select by, are refused.
   * @default - none
   * @example { team: 'backbone', 'sidecar.istio.io/inject': 'false' }
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the pods.
   * @default - none
   * @example { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' }
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Labels that the nodes of the pods must have, beside those that the constructs ask for.
   * @default - none
   * @example { 'kubernetes.io/arch': 'amd64' }
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * The ServiceAccount of the pods: its name, or the construct. It gets the rights that the runtime needs.
   * @default - one that the construct makes
   * @example new kplus.ServiceAccount(chart, 'routers')
   */
  readonly serviceAccount?: string | kplus.IServiceAccount;
  /**
   * Volumes of the pods, for `volumeMounts`, `containers` and `initContainers`.
   * @default - none
   * @example [kplus.Volume.fromConfigMap(chart, 'certificates', authorities)]
   */
  readonly volumes?: readonly (kplus.Volume | k8s.Volume)[];
  /**
   * Mounts in the container of the router.
   * @default - none
   * @example [{ name: 'certificates', mountPath: '/etc/ssl/own', readOnly: true }]
   */
  readonly volumeMounts?: readonly k8s.VolumeMount[];
  /**
   * Variables of the container of the router. Those of the runtime are props, and refused here.
   * @default - none
   * @example { TZ: 'Europe/Zurich', TOKEN: kplus.EnvValue.fromSecretValue({ secret, key: 'token' }) }
   */
  readonly env?: Readonly<Record<string, string | kplus.EnvValue>>;
  /**
   * Containers beside that of the router. They may mount its volumes, too: `run` of FRR has the sockets of bgpd.
   * @default - none
   * @example [{ name: 'exporter', image: 'registry.example.com/frr-exporter:1.0.0' }]
   */
  readonly containers?: readonly (kplus.Container | k8s.Container)[];
  /**
   * Containers that run before that of the router.
   * @default - none
   * @example [{ name: 'wait', image: 'registry.example.com/busybox:1.36', command: ['sleep', '5'] }]
   */
  readonly initContainers?: readonly (kplus.Container | k8s.Container)[];
  /**
   * Affinities beside those of the constructs. Nodes that are required are `nodeSelector`, which the proof looks at.
   * @default - none
   * @example { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm }] } }
   */
  readonly affinity?: k8s.Affinity;
  /**
   * Where the pods resolve names. `Default` of Kubernetes is refused: it does not know the Services.
   * @default - that of Kubernetes, ClusterFirst
   */
  readonly dnsPolicy?: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'None';
  /**
   * Name servers, search domains and options. `dnsPolicy: 'None'` needs name servers, which must know the Services.
   * @default - none
   * @example { options: [{ name: 'ndots', value: '1' }] }
   */
  readonly dnsConfig?: k8s.PodDnsConfig;
  /**
   * Lines of the pods' `/etc/hosts`.
   * @default - none
   * @example [{ ip: '192.0.2.53', hostnames: ['collector.example.com'] }]
   */
  readonly hostAliases?: readonly k8s.HostAlias[];
  /**
   * `platform` leaves the numbers of user and group to the cluster: the Security Context Constraint `restricted-v2` of
   * OpenShift gives each namespace its own. FRR only; cRPD runs as root.
   * @default - 65532, the user of the image
   */
  readonly runAsUser?: 'platform';
  /**
   * The longest that a pod may take to end: a Duration, or seconds, 90 to 3600. Of this time, a pod uses 75 seconds at most
   * to hand over its sessions, and the rest to wait for the other pods of its region or pair (`interlock`).
   * @default 360, or 90 without an interlock
   * @example Duration.minutes(5)
   */
  readonly terminationGracePeriod?: Duration | number;
}

const reserved = (what: string, isReserved: (key: string) => boolean, why: string): Check<string> => {
  return (value) => {
    const key = parseLabelKey(value);
    if (isReserved(key)) throw ValidationError.of(key, `${what} other than that: ${why}`);
    return key;
  };
};

const record = <T>(key: Check<string>, value: Check<T>, map = mapOf<string, T>): Check<Readonly<Record<string, T>>> => {
  const read = map(key, value);
  return (given) => Object.fromEntries(read(given));
};

const variableName: Check<string> = (value) => {
  const name = text(/^[A-Za-z_.-][A-Za-z0-9_.-]*$/, 'the name of a variable')(value);
  const isOurs = settingNames.some((setting) => settingOf(setting).variable === name);
  if (!isOurs && !name.startsWith('MESHRR_')) return name;
  throw ValidationError.of(name, 'variables other than those of the runtime, which props set');
};

/** The value of a variable as a text, or as an `EnvValue` of cdk8s-plus has it. */
const variableValue: Check<Omit<k8s.EnvVar, 'name'>> = (value) => {
  if (typeof value === 'string') return { value };
  // An EnvValue has its fields as its own properties.
  const fields = typeof value === 'object' && value !== null ? reading(() => ({ ...value })) : value;
  const { value: word, valueFrom } = kubeObject<Omit<k8s.EnvVar, 'name'>>(
    (given) => k8s.toJson_EnvVar({ ...given, name: 'x' }),
    'a text or a kplus.EnvValue',
  )(fields);
  if ((word === undefined) === (valueFrom === undefined)) throw ValidationError.of(value, 'a text or a kplus.EnvValue');
  return { value: word, valueFrom };
};

const checkAffinity: Check<k8s.Affinity> = (value) => {
  const affinity = kubeObject(k8s.toJson_Affinity, 'an Affinity')(value);
  if (affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution === undefined) return affinity;
  throw ValidationError.of(
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelector, which the proof looks at',
  ).within('nodeAffinity');
};

/** Names of containers and volumes, each of which a pod has once. */
const named = <T extends { readonly name: string }>(check: Check<readonly T[]>): Check<readonly T[]> => {
  return (value) => {
    const items = check(value);
    for (const [i, { name }] of items.entries()) inside(String(i), () => inside('name', () => parseRfc1123Label(name)));
    return items;
  };
};

const shape = {
  labels: optional(record(reserved('labels', isReservedLabel, 'the constructs set it'), parseLabelValue)),
  annotations: optional(
    record(
      reserved('annotations', (key) => key.startsWith(OWN_PREFIX), 'the constructs set it'),
      text(/^/, 'a text'),
    ),
  ),
  nodeSelector: optional(record(parseLabelKey, parseLabelValue)),
  serviceAccount: optional(resourceName('ServiceAccount', parseDnsSubdomain)),
  volumes: optional(named(kubeObjects(k8s.toJson_Volume, 'a Volume'))),
  volumeMounts: optional(kubeObjects(k8s.toJson_VolumeMount, 'a VolumeMount')),
  // A value may refer to the variables before it: $(NAME).
  env: optional(record(variableName, variableValue, mapAsWritten)),
  containers: optional(named(kubeObjects(k8s.toJson_Container, 'a Container'))),
  initContainers: optional(named(kubeObjects(k8s.toJson_Container, 'a Container'))),
  affinity: optional(checkAffinity),
  dnsPolicy: optional(oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'None')),
  dnsConfig: optional(kubeObject(k8s.toJson_PodDnsConfig, 'a PodDnsConfig')),
  hostAliases: optional(kubeObjects(k8s.toJson_HostAlias, 'a HostAlias')),
  runAsUser: optional(oneOf('platform')),
  terminationGracePeriod: optional(duration('seconds', GRACE_SECONDS.alone, GRACE_SECONDS.most)),
};

/** {@link PodProps}, read. */
export type PodAdditions = Partial<Read<typeof shape>>;

/** Reads the `pod` of a construct or side. What contradicts the pod that it is added to is found where they meet. */
export const checkPod: Check<PodAdditions> = shapeOf<PodProps>()(shape);
