import {
  Check,
  flag,
  inside,
  integer,
  list,
  optional,
  passThrough,
  withDefault,
  ValidationError,
} from '../../lib/input';
import { RUNTIME, SETTINGS } from '../../lib/settings';
import { strict, only, single, withoutEffect, word } from './strict';

/** A probe over HTTP. */
export interface Probe {
  readonly path: string;
  /** The name of a port of the container. */
  readonly port: string;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** Fields of a pod that variables may have. */
const FIELDS = [
  'status.podIP',
  'status.podIPs',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
] as const;

/** An environment variable: its value, or the field of the pod that has it. */
export type Variable =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly field: (typeof FIELDS)[number] };

/** A mount: an empty folder, or one key of a ConfigMap or of a Secret as a file. */
export type Mount =
  | { readonly path: string; readonly kind: 'emptyDir' }
  | { readonly path: string; readonly kind: 'file'; readonly configMap: string; readonly key: string }
  | { readonly path: string; readonly kind: 'secret'; readonly secret: string; readonly key: string };

/** A port of the node that is translated to one of the pod. */
export interface HostPort {
  readonly address: string;
  readonly port: number;
  readonly podPort: number;
}

/** The fields of a pod that have an effect in the lab. */
export interface PodSpec {
  readonly variables: readonly Variable[];
  /** Container ports by name. */
  readonly ports: ReadonlyMap<string, number>;
  readonly hostPorts: readonly HostPort[];
  readonly user: number;
  readonly group: number;
  readonly sysctls: readonly string[];
  /** Capabilities that its processes have, without the prefix `CAP_`. */
  readonly capabilities: readonly string[];
  readonly hostNetwork: boolean;
  /** Addresses that its node must carry on its loopback: those of host ports, and those that it listens on itself. */
  readonly carried: readonly string[];
  readonly mounts: readonly Mount[];
  readonly startup: Probe;
  readonly liveness: Probe;
  readonly readiness: Probe;
  readonly preStop: readonly string[];
  readonly terminationGracePeriodSeconds: number;
  /** The ServiceAccount whose token it has. @default none */
  readonly serviceAccount?: string;
}

const command = list(word, 1);
const exec = strict({ command });

const probe: Check<Probe> = (value) => {
  const { httpGet, ...terms } = strict({
    httpGet: strict({ path: word, port: word }),
    periodSeconds: withDefault(integer(1, 3600), 10),
    timeoutSeconds: withDefault(integer(1, 3600), 1),
    failureThreshold: withDefault(integer(1, 1000), 3),
  })(value);
  return { ...httpGet, ...terms };
};

const variable: Check<Variable> = (value) => {
  const fieldRef = strict({ fieldPath: only(...FIELDS) });
  const read = strict({ name: word, value: optional(word), valueFrom: optional(strict({ fieldRef })) })(value);
  if (read.valueFrom) return { name: read.name, field: read.valueFrom.fieldRef.fieldPath };
  if (read.value === undefined) throw ValidationError.of(read.value, 'a value').within('value');
  return { name: read.name, value: read.value };
};

const port = integer(1, 65535);
const containerPort = strict({
  name: word,
  containerPort: port,
  hostIP: optional(word),
  hostPort: optional(port),
  protocol: withDefault(only('TCP'), 'TCP'),
});

const volumeMount = strict({ name: word, mountPath: word, subPath: optional(word), readOnly: optional(flag) });

const volume = strict({
  name: word,
  emptyDir: optional(strict({})),
  configMap: optional(strict({ name: word, items: single(strict({ key: word, path: word })) })),
  secret: optional(
    strict({ secretName: word, items: single(strict({ key: word, path: word })), defaultMode: only(0o440) }),
  ),
});

const container = strict({
  name: only('frr'),
  image: word,
  imagePullPolicy: withoutEffect,
  env: list(variable),
  ports: list(containerPort),
  resources: withoutEffect,
  securityContext: strict({
    allowPrivilegeEscalation: only(false),
    capabilities: strict({ drop: single(only('ALL')), add: optional(single(only('NET_BIND_SERVICE'))) }),
    readOnlyRootFilesystem: only(true),
  }),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: strict({ preStop: strict({ exec }) }),
  volumeMounts: list(volumeMount),
});

/** A container that is there for its host ports. */
const portHolder = strict({
  name: word,
  image: word,
  imagePullPolicy: withoutEffect,
  command: withoutEffect,
  ports: list(containerPort),
  resources: withoutEffect,
  securityContext: withoutEffect,
});

/** The router, and holders of host ports. */
const containers = (value: unknown) => {
  const [router, ...holders] = list(passThrough, 1)(value);
  return {
    router: inside('0', () => container(router)),
    holders: holders.map((holder, i) => inside(String(i + 1), () => portHolder(holder))),
  };
};

const spec = strict({
  serviceAccountName: optional(word),
  automountServiceAccountToken: flag,
  enableServiceLinks: only(false),
  imagePullSecrets: withoutEffect,
  // The topology has the nodes of pods.
  nodeSelector: withoutEffect,
  affinity: withoutEffect,
  topologySpreadConstraints: withoutEffect,
  tolerations: withoutEffect,
  priorityClassName: withoutEffect,
  securityContext: strict({
    runAsNonRoot: flag,
    runAsUser: integer(0, 65535),
    runAsGroup: integer(1, 65535),
    fsGroup: integer(1, 65535),
    seccompProfile: withoutEffect,
    sysctls: withDefault(list(strict({ name: word, value: word })), []),
  }),
  terminationGracePeriodSeconds: integer(0, 3600),
  hostNetwork: optional(only(true)),
  dnsPolicy: withoutEffect,
  containers,
  volumes: list(volume),
});

/** Reads the `spec` of a pod's template. @throws ValidationError for a field that the lab does not support */
export const podSpec: Check<PodSpec> = (value) => {
  rejectCrpd(value);
  const { containers: all, volumes, securityContext, ...pod } = spec(value);
  const { router: one, holders } = all;
  const hostPorts = [one, ...holders]
    .flatMap(({ ports }) => ports)
    .flatMap((each) =>
      each.hostIP !== undefined && each.hostPort !== undefined
        ? [{ address: each.hostIP, port: each.hostPort, podPort: each.containerPort }]
        : [],
    );
  const listened = one.env.find(({ name }) => name === SETTINGS.listenAddresses.variable);
  return {
    variables: one.env,
    ports: new Map(one.ports.map((each) => [each.name, each.containerPort])),
    hostPorts,
    hostNetwork: pod.hostNetwork ?? false,
    capabilities: one.securityContext.capabilities.add === undefined ? [] : [one.securityContext.capabilities.add],
    carried: [
      ...hostPorts.map(({ address }) => address),
      ...(listened && 'value' in listened ? listened.value.split(',') : []),
    ],
    user: securityContext.runAsUser,
    group: securityContext.fsGroup,
    sysctls: securityContext.sysctls.map(({ name, value: text }) => `${name}=${text}`),
    mounts: one.volumeMounts.map((mount, i) => mountOf(mount, volumes, i)),
    startup: one.startupProbe,
    liveness: one.livenessProbe,
    readiness: one.readinessProbe,
    preStop: one.lifecycle.preStop.exec.command,
    terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds,
    ...(pod.automountServiceAccountToken && { serviceAccount: pod.serviceAccountName ?? 'default' }),
  };
};

/** Rejects an app on cRPD before any other field is checked. */
function rejectCrpd(value: unknown): void {
  const name = (value as { containers?: { name?: unknown }[] } | undefined)?.containers?.[0]?.name;
  if (name !== 'crpd') return;
  throw ValidationError.of(name, '"frr": cRPD needs a license; the apps whose names end in -frr run here')
    .within('name')
    .within('0')
    .within('containers');
}

type VolumeMount = ReturnType<typeof volumeMount>;
type Volume = ReturnType<typeof volume>;

function mountOf(mount: VolumeMount, volumes: readonly Volume[], i: number): Mount {
  const { emptyDir, configMap, secret } = volumes.find(({ name }) => name === mount.name) ?? {};
  if (emptyDir) return { path: mount.mountPath, kind: 'emptyDir' };
  if (configMap && mount.subPath === configMap.items.path) {
    return { path: mount.mountPath, kind: 'file', configMap: configMap.name, key: configMap.items.key };
  }
  const path = `${mount.mountPath}/${configMap?.items.path}`;
  if (configMap && mount.subPath === undefined && path === RUNTIME.membersFile) {
    return { path, kind: 'file', configMap: configMap.name, key: configMap.items.key };
  }
  if (secret && mount.subPath === secret.items.path && mount.mountPath.startsWith(`${RUNTIME.keyFolder}/`)) {
    return { path: mount.mountPath, kind: 'secret', secret: secret.secretName, key: secret.items.key };
  }
  throw ValidationError.of(mount.name, 'an emptyDir, a ConfigMap one key of which is a file, or a key of BGP sessions')
    .within('name')
    .within(String(i))
    .within('volumeMounts');
}
