import { Lazy } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { createHash } from 'crypto';
import { IpAddress } from '../addressing';
import {
  canonicalQuantity,
  BGP_PORT,
  ConstructSettings,
  handoverCommand,
  formatEnvironment,
  HTTP_PORT,
  INSTANCE_FIELDS,
  keyFileOf,
  PROBES,
  RUNTIME,
  SecretKey,
  settingNames,
  settingOf,
  SETTINGS,
} from '../settings';
import { RouterPod } from './router';

/** Name of the volume of a persistent configuration, and of the claim of a StatefulSet that makes it. */
export const CONFIGURATION_VOLUME = 'configuration';

/** One key of a ConfigMap, mounted as a file. */
export interface ConfigFile {
  readonly configMapName: string;
  readonly key: string;
  /** The text, where the app makes the ConfigMap. A change of it replaces the pods. */
  readonly text?: string;
  /** The file that the text was read from. */
  readonly file?: string;
}

/** What the pod of a router is made of; everything in it has been checked. */
export interface PodTemplate {
  readonly router: RouterPod;
  readonly settings: ConstructSettings;
  /** Settings that depend on constructs that are made later. */
  readonly lateSettings?: () => ConstructSettings;
  readonly labels: Readonly<Record<string, string>>;
  /** The field of the pod that its successor has, too. */
  readonly instance: (typeof INSTANCE_FIELDS)[keyof typeof INSTANCE_FIELDS];
  /** Labels that the node must have. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Addresses of the node on which the pod's BGP port is reachable; none: inside the cluster only. */
  readonly hostAddresses?: readonly IpAddress[];
  /** Whether the pod is in the network of its node. */
  readonly hostNetwork?: boolean;
  readonly affinity?: k8s.Affinity;
  readonly topologySpreadConstraints?: k8s.TopologySpreadConstraint[];
  readonly tolerations?: readonly k8s.Toleration[];
  readonly priorityClassName?: string;
  /** Variables of an app, beside those of the settings. */
  readonly variables?: readonly k8s.EnvVar[];
  /** The ServiceAccount whose token the runtime needs; none: the pod gets no token. */
  readonly serviceAccountName?: string;
  /** An operator's own template of the router's configuration. */
  readonly template?: ConfigFile;
  /** The file of further groups. */
  readonly groups?: ConfigFile;
  /** The file of declared clients. */
  readonly members?: ConfigFile;
  /** Whether a claim named {@link CONFIGURATION_VOLUME} exists. */
  readonly persistent?: boolean;
}

/** The pod of a router, for any workload. */
export function podTemplate(pod: PodTemplate): k8s.PodTemplateSpec {
  const { router } = pod;
  const { podSecurityContext, securityContext } = (pod.hostNetwork && router.onHostNetwork) || router;
  const files = [
    ...(pod.template ? [file('template', pod.template, RUNTIME.templatePath[router.kind])] : []),
    ...(pod.groups ? [file('groups', pod.groups, RUNTIME.groupsFile)] : []),
    ...(pod.members ? [folder('members', pod.members, RUNTIME.membersFile)] : []),
  ];
  const scratch = !pod.persistent && router.configurationNeedsVolume;
  const configuration = { name: CONFIGURATION_VOLUME, mountPath: RUNTIME.configurationFolder[router.kind] };
  return {
    metadata: { labels: pod.labels, annotations: checksum([pod.template, pod.groups]) },
    spec: {
      // Without EndpointSlices and interlock the runtime has no use for an API token, nor ever for variables of Services.
      // A name, also of the default account: without it, an apply over a pod with another account keeps that one, from
      // the deprecated alias of the field that the API server fills in.
      serviceAccountName: pod.serviceAccountName ?? 'default',
      automountServiceAccountToken: pod.serviceAccountName !== undefined,
      enableServiceLinks: false,
      imagePullSecrets: router.imagePullSecrets.length ? router.imagePullSecrets.map((name) => ({ name })) : undefined,
      nodeSelector: { ...pod.nodeSelector },
      affinity: pod.affinity,
      topologySpreadConstraints: pod.topologySpreadConstraints,
      tolerations: pod.tolerations?.length ? [...pod.tolerations] : undefined,
      priorityClassName: pod.priorityClassName,
      hostNetwork: pod.hostNetwork || undefined,
      // The default would be the DNS of the node, which does not know Services.
      dnsPolicy: pod.hostNetwork ? 'ClusterFirstWithHostNet' : undefined,
      securityContext: podSecurityContext,
      terminationGracePeriodSeconds: pod.settings.graceSeconds ?? SETTINGS.graceSeconds.default,
      containers: [
        {
          name: router.kind,
          image: router.image,
          imagePullPolicy: router.imagePullPolicy,
          env: Lazy.any({ produce: () => [...environment(pod), ...(pod.variables ?? [])] }),
          ports: routerPorts(pod),
          resources: resources(router),
          securityContext,
          startupProbe: probe({ ...PROBES.startup, failureThreshold: Math.ceil(router.startupSeconds / 2) }),
          livenessProbe: probe(PROBES.liveness),
          readinessProbe: probe(PROBES.readiness),
          lifecycle: { preStop: { exec: { command: handoverCommand() } } },
          volumeMounts: [
            ...(pod.persistent || scratch ? [configuration] : []),
            ...router.volumeMounts,
            ...files.map(({ mount }) => mount),
          ],
        },
        ...further(pod.hostAddresses).map((address) => portHolder(router, address)),
      ],
      volumes: [
        ...(scratch ? [{ name: CONFIGURATION_VOLUME, emptyDir: {} }] : []),
        ...router.volumes,
        ...files.map(({ volume }) => volume),
      ],
    },
  };
}

/**
 * The pod with a file for each key of its sessions.
 *
 * A file that is mounted by `subPath` stays as it is while the container runs: a key changes with the pod, and the
 * interlock replaces one pod after the other.
 *
 * @param keys asked once all constructs are there
 */
export function withSessionKeys(
  template: k8s.PodTemplateSpec,
  router: RouterPod,
  keys: () => readonly SecretKey[],
): k8s.PodTemplateSpec {
  const spec = template.spec as k8s.PodSpec;
  const [container, ...others] = spec.containers;
  const late = <T>(items: readonly T[] = [], more: (key: SecretKey, i: number) => T): T[] =>
    Lazy.any({ produce: () => [...items, ...keys().map(more)] });
  // FRR reads it as the group of its volumes.
  const defaultMode = router.kind === 'frr' ? 0o440 : 0o400;
  const volumeMounts = late(container.volumeMounts, (secret, i) => ({
    ...{ name: `session-key-${i}`, mountPath: keyFileOf(secret), subPath: secret.key, readOnly: true },
  }));
  const volumes = late(spec.volumes, ({ secretName, key }, i) => ({
    ...{ name: `session-key-${i}`, secret: { secretName, items: [{ key, path: key }], defaultMode } },
  }));
  return { ...template, spec: { ...spec, containers: [{ ...container, volumeMounts }, ...others], volumes } };
}

/** Pods read these files when they start: a changed text must change the pod, or `kubectl apply` would leave it be. */
function checksum(files: readonly (ConfigFile | undefined)[]): Record<string, string> | undefined {
  const texts = files.flatMap((file) => (file?.text === undefined ? [] : [file.text]));
  if (texts.length === 0) return undefined;
  return { 'meshrr/checksum': createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16) };
}

/** All settings that the manifest of a pod has. Ask once all constructs are there. */
export function settingsOf({
  router,
  settings,
  lateSettings,
  groups,
  members,
}: Pick<PodTemplate, 'router' | 'settings' | 'lateSettings' | 'groups' | 'members'>): ConstructSettings {
  return {
    ...settings,
    ...router.settings,
    ...lateSettings?.(),
    router: router.kind,
    membersFile: members && RUNTIME.membersFile,
    groupsFile: groups && RUNTIME.groupsFile,
  };
}

/** What the model has of the container of a router, as JSON. Ask once all constructs are there. */
export function containerOf(pod: Omit<PodTemplate, 'labels'>) {
  return {
    env: environment(pod),
    ports: routerPorts(pod).map(k8s.toJson_ContainerPort),
    resources: k8s.toJson_ResourceRequirements(resources(pod.router)),
  };
}

/** The ports of the containers that hold further host ports, as JSON, by the names of the containers. */
export const heldPortsOf = ({ hostAddresses }: Pick<PodTemplate, 'hostAddresses'>) =>
  further(hostAddresses).map((address) => ({
    container: holderName(address),
    ports: [k8s.toJson_ContainerPort(bgpPort(address, holderName(address)))],
  }));

/** The variables in the order of the table of settings, each from whom the definition says. */
function environment(pod: Omit<PodTemplate, 'labels'>): k8s.EnvVar[] {
  const written = formatEnvironment(settingsOf(pod));
  return settingNames.flatMap((name): k8s.EnvVar[] => {
    const { variable, supplier } = settingOf(name);
    if (supplier === 'secret') return [];
    if (supplier) {
      const fieldPath = name === 'instance' ? pod.instance : supplier.field;
      return [{ name: variable, valueFrom: { fieldRef: { fieldPath } } }];
    }
    return variable in written ? [{ name: variable, value: written[variable] }] : [];
  });
}

function resources({ resources: { cpu, cpuLimit, memory, memoryLimit } }: RouterPod): k8s.ResourceRequirements {
  const quantity = (text: string) => k8s.Quantity.fromString(canonicalQuantity(text));
  return {
    requests: { cpu: quantity(cpu), memory: quantity(memory.text) },
    limits:
      memoryLimit || cpuLimit
        ? { ...(cpuLimit && { cpu: quantity(cpuLimit) }), ...(memoryLimit && { memory: quantity(memoryLimit.text) }) }
        : undefined,
  };
}

function probe({ path, ...terms }: { readonly path: string } & Omit<k8s.Probe, 'httpGet'>): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString(HTTP_PORT.name) }, ...terms };
}

/** In the network of the node, the ports keep another such pod off the node. */
function routerPorts({ router, hostAddresses, hostNetwork }: Omit<PodTemplate, 'labels'>): k8s.ContainerPort[] {
  const ports = [bgpPort(hostAddresses?.[0]), ...namedPorts(router)];
  return hostNetwork ? ports.map((port) => ({ ...port, hostPort: port.containerPort })) : ports;
}

/** The Service of the mesh targets the port of the router's container by the name `bgp`. */
function bgpPort(hostAddress?: IpAddress, name = 'bgp'): k8s.ContainerPort {
  const port = { name, containerPort: BGP_PORT };
  return hostAddress ? { ...port, hostIp: hostAddress.text, hostPort: BGP_PORT } : port;
}

/** The addresses of host ports that the router's container has no room for. */
const further = (addresses: readonly IpAddress[] = []) => addresses.slice(1);

const holderName = ({ family }: IpAddress) => `bgp-v${family}`;

/**
 * A container that does nothing. Its host port is one of the pod, and leads to the router.
 *
 * Server-side and client-side apply identify the ports of a container by `containerPort` and `protocol` alone. So a
 * container cannot have the same port on a second address: the former refuses it, the latter mixes the addresses up.
 */
function portHolder(router: RouterPod, address: IpAddress): k8s.Container {
  const quantity = (text: string) => k8s.Quantity.fromString(text);
  return {
    name: holderName(address),
    image: router.image,
    imagePullPolicy: router.imagePullPolicy,
    // Without a handler, the first process of a container ignores SIGTERM.
    command: ['sh', '-c', "trap 'exit 0' TERM; sleep infinity & wait"],
    ports: [bgpPort(address, holderName(address))],
    resources: {
      requests: { cpu: quantity('1m'), memory: quantity('8Mi') },
      limits: { memory: quantity('16Mi') },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
  };
}

function namedPorts(router: RouterPod): k8s.ContainerPort[] {
  const ports = { [HTTP_PORT.name]: HTTP_PORT.number, ...router.managementPorts };
  return Object.entries(ports).map(([name, containerPort]) => ({
    name,
    containerPort,
    protocol: 'TCP',
  }));
}

function file(name: string, { configMapName, key }: ConfigFile, path: string) {
  const at = path.lastIndexOf('/');
  const fileName = path.slice(at + 1);
  return {
    volume: { name, configMap: { name: configMapName, items: [{ key, path: fileName }] } },
    mount: { name, mountPath: path, subPath: fileName, readOnly: true },
  };
}

/** The same in a folder of its own, in which the kubelet updates the file. A single file stays as it is. */
function folder(name: string, config: ConfigFile, path: string) {
  const { volume } = file(name, config, path);
  return { volume, mount: { name, mountPath: path.slice(0, path.lastIndexOf('/')), readOnly: true } };
}
