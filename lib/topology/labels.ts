import { serviceParts } from '../addressing';

/** Labels of pods and of the objects around them. The keys are part of the API: selectors cannot be changed later. */
export const LABEL = {
  name: 'app.kubernetes.io/name',
  /** The workload; no two have the same, so that no two controllers select each other's pods. */
  instance: 'app.kubernetes.io/instance',
  component: 'app.kubernetes.io/component',
  /** The headless Service that the router is a member of. */
  mesh: 'meshrr/mesh',
  /** The region or pair that the workload is part of. */
  part: 'meshrr/part',
  side: 'meshrr/side',
} as const;

/** The value of {@link LABEL.name} on every router. */
export const APP_NAME = 'meshrr';

/**
 * The label of pods that are clients of the routers behind a mesh's Service. A pod has one for each region upstream of
 * it; any pod of the namespace that has it is a client.
 */
export function upstreamLabel(service: string): Record<string, string> {
  return { [`upstream.meshrr/${withoutDomain(service)}`]: 'true' };
}

/**
 * The headless Service that lists the pods with the label {@link upstreamLabel}, in their namespace.
 *
 * @param service that of the mesh upstream: `meshrr-core`, or `meshrr-core.backbone` if it is in another namespace
 */
export const clientsServiceOf = (service: string): string => `${withoutDomain(service).replace('.', '-')}-clients`;

/** A reference to a Service with its namespace, if it has one, and without its domain. */
function withoutDomain(service: string): string {
  const { name, namespace } = serviceParts(service);
  return namespace === undefined ? name : `${name}.${namespace}`;
}

/** The labels of the pods behind the Service of a mesh. */
export const meshSelector = (service: string): Record<string, string> => ({
  [LABEL.name]: APP_NAME,
  [LABEL.mesh]: service,
});

/** The label that Kubernetes gives each namespace: its name. */
export const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

/** The labels that select the pods of one workload and no others. */
export function workloadSelector(instance: string): Record<string, string> {
  return { [LABEL.name]: APP_NAME, [LABEL.instance]: instance };
}

/** The labels that select the pods of a region or pair, on all sides. */
export function partSelector(part: string): Record<string, string> {
  return { [LABEL.name]: APP_NAME, [LABEL.part]: part };
}

/** Whether a label decides who finds a pod; an app may add others. */
export const isOwnLabel = (key: string): boolean =>
  Object.values<string>(LABEL).includes(key) || key.startsWith('upstream.meshrr/');

/** What begins the keys of labels and annotations that only the constructs set. */
export const OWN_PREFIX = 'meshrr/';

/** Labels that the controllers of Kubernetes put on pods. */
const OF_CONTROLLERS = ['pod-template-hash', 'controller-revision-hash', 'pod-template-generation'];

/** Whether only the constructs, or Kubernetes, give a pod this label. */
export const isReservedLabel = (key: string): boolean =>
  isOwnLabel(key) ||
  [OWN_PREFIX, 'statefulset.kubernetes.io/', 'apps.kubernetes.io/'].some((prefix) => key.startsWith(prefix)) ||
  OF_CONTROLLERS.includes(key);
