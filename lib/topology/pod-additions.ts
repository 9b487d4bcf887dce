import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { inside, mergedProps, ValidationError } from '../input';
import { CONFIGURATION_VOLUME } from '../router/pod-template';
import { RUNTIME } from '../settings';
import { PodAdditions } from './pod-props';

/** Folders of the images that the router and the runtime need: a mount that covers one of them would hide it. */
const IMAGE_FOLDERS = [
  ...['/bin', '/sbin', '/lib', '/usr/bin', '/usr/sbin', '/usr/lib', '/usr/local/bin', '/usr/local/sbin'],
  ...['/usr/share/meshrr', '/etc/service', '/etc/runit', '/dev', '/proc', '/sys'],
  ...['/var/run/secrets/kubernetes.io/serviceaccount', ...Object.values(RUNTIME.configurationFolder)],
];

/**
 * A pod of a router with what an app adds to it. Labels and node labels are not looked at: the workload has them.
 *
 * @param own the pod as the constructs need it, with the container of the router first
 * @throws ValidationError for an addition that takes the place of something that the constructs need
 */
export function withAdditions(own: k8s.PodTemplateSpec, added: PodAdditions): k8s.PodTemplateSpec {
  const spec = own.spec as k8s.PodSpec;
  const [router, ...holders] = spec.containers;
  rejectConflicts(spec, added);
  const { dnsPolicy, dnsConfig, hostAliases, initContainers = [], containers = [], volumeMounts = [] } = added;
  const { runAsUser, runAsGroup, fsGroup, ...ofPlatform } = spec.securityContext ?? {};
  return {
    metadata: { ...own.metadata, annotations: mergedProps(added.annotations, own.metadata?.annotations) },
    spec: {
      ...spec,
      ...{ dnsPolicy: dnsPolicy ?? spec.dnsPolicy, dnsConfig, hostAliases: hostAliases && [...hostAliases] },
      serviceAccountName: added.serviceAccount ?? spec.serviceAccountName,
      affinity: mergedProps(spec.affinity, added.affinity),
      securityContext: added.runAsUser === 'platform' ? ofPlatform : spec.securityContext,
      initContainers: initContainers.length > 0 ? [...initContainers] : undefined,
      containers: [
        { ...router, volumeMounts: [...(router.volumeMounts ?? []), ...volumeMounts] },
        ...holders,
        ...containers,
      ],
      volumes: [...(spec.volumes ?? []), ...(added.volumes ?? [])],
    },
  };
}

/** The variables that an app adds to the container of the router. */
export const addedVariables = ({ env = {} }: PodAdditions): k8s.EnvVar[] =>
  Object.entries(env).map(([name, value]) => ({ name, ...value }));

function rejectConflicts(spec: k8s.PodSpec, added: PodAdditions): void {
  const [router] = spec.containers;
  if (added.runAsUser !== undefined && !spec.securityContext?.runAsUser) {
    refuse('runAsUser', added.runAsUser, `nothing: ${router.name} runs as root`);
  }
  if (spec.hostNetwork && added.dnsPolicy !== undefined && added.dnsPolicy !== 'None') {
    refuse('dnsPolicy', added.dnsPolicy, `nothing or "None": the pod is in the network of its node`);
  }
  if (added.dnsPolicy === 'None' && !added.dnsConfig?.nameservers?.length) {
    refuse('dnsConfig', added.dnsConfig, 'nameservers that know the Services, as dnsPolicy is "None"');
  }
  if (added.serviceAccount === 'default' && spec.automountServiceAccountToken) {
    refuse(
      'serviceAccount',
      'default',
      'an account of its own: all other pods would get the rights of the router, too',
    );
  }
  const { volumes = [], volumeMounts = [], containers = [], initContainers = [] } = added;
  const volumeNames = [...new Set([CONFIGURATION_VOLUME, ...(spec.volumes ?? []).map(({ name }) => name)])];
  rejectTwice('volumes', volumes, volumeNames, 'volume');
  const ours = spec.containers.map(({ name }) => name);
  rejectTwice('containers', containers, ours, 'container');
  rejectTwice('initContainers', initContainers, [...ours, ...containers.map(({ name }) => name)], 'container');

  const known = new Set([...volumes, ...(spec.volumes ?? []), ...(router.volumeMounts ?? [])].map(({ name }) => name));
  const rejectUnknown = (mounts: readonly k8s.VolumeMount[] | undefined) =>
    mounts?.forEach(({ name }, i) => {
      if (known.has(name)) return;
      inside('volumeMounts', () => refuse([String(i), 'name'], name, `the name of a volume: ${[...known].join(', ')}`));
    });
  rejectUnknown(volumeMounts);
  const needed = [...IMAGE_FOLDERS, ...(router.volumeMounts ?? []).map(({ mountPath }) => mountPath)];
  for (const [i, { mountPath }] of volumeMounts.entries()) {
    const place = ['volumeMounts', String(i), 'mountPath'];
    if (typeof mountPath !== 'string' || !/^\/([^/:]+\/?)*$/.test(mountPath))
      refuse(place, mountPath, 'an absolute path');
    const covered = needed.find((path) => `${path}/`.startsWith(mountPath.replace(/\/*$/, '/')));
    if (covered !== undefined)
      refuse(place, mountPath, `a folder that hides nothing of ${covered}, which the router needs`);
    const isTwice = volumeMounts.slice(0, i).some((other) => other.mountPath === mountPath);
    if (isTwice) refuse(place, mountPath, 'a path of its own');
  }

  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  for (const [kind, list] of Object.entries({ containers, initContainers })) {
    for (const [i, container] of list.entries()) {
      inside(kind, () => inside(String(i), () => rejectUnknown(container.volumeMounts)));
      for (const [j, { containerPort, name }] of (container.ports ?? []).entries()) {
        const place = [kind, String(i), 'ports', String(j)];
        const isTaken = (port: k8s.ContainerPort) => port.containerPort === containerPort;
        if (ports.some(isTaken))
          refuse([...place, 'containerPort'], containerPort, 'a port that the router leaves free');
        if (name !== undefined && ports.some((port) => port.name === name)) {
          refuse([...place, 'name'], name, 'a name that no port of the router has: Services find ports by name');
        }
      }
    }
  }
}

/** @throws ValidationError for an item whose name another one has */
function rejectTwice(
  place: string,
  items: readonly { readonly name: string }[],
  taken: readonly string[],
  what: string,
): void {
  const names = [...taken];
  for (const [i, { name }] of items.entries()) {
    if (names.includes(name))
      refuse([place, String(i), 'name'], name, `a ${what} of its own: the pod has ${names.join(', ')}`);
    names.push(name);
  }
}

function refuse(place: string | readonly string[], value: unknown, allowed: string): never {
  throw [place].flat().reduceRight((error, step) => error.within(step), ValidationError.of(value, allowed));
}
