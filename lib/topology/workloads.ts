import { Lazy } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { IpPrefix } from '../addressing';
import { declareName, registryOf, reject } from '../registry';
import { ConfigFile, podTemplate, settingsOf } from '../router/pod-template';
import { BGP_PORT, formatPeerGroups, PeerGroup, RUNTIME, threadProblem, withDefaults } from '../settings';
import { APP_NAME, LABEL, partSelector, podLabels, upstreamLabel, workloadSelector } from './labels';
import { withinMemory } from './memory-bounds';
import { configurationOf, routerGroup, Terms, Workload } from './router-group';
import { Clients } from './client-ranges';
import { Template } from './template';

/** Seconds that a new pod must stay ready before the next one is replaced: BGP has then converged. */
const SETTLE_SECONDS = 10;

/** The longest name that leaves room for what a StatefulSet adds to it in a label of its pods. */
const STATEFUL_SET_NAME_LENGTH = 52;

function common(scope: Construct, given: Workload, terms: Terms) {
  const workload = { ...given, pod: withinMemory(scope, given.pod, given.peering.groups) };
  const { name, membership, pod } = workload;
  const settings = withDefaults({ ...pod.settings, ...pod.router.settings });
  const problem = threadProblem(settings);
  if (problem) reject(scope, `router.${problem.setting}`, settings[problem.setting], problem.allowed);
  // One name for all kinds: a Deployment and a DaemonSet of one name would select each other's pods.
  declareName(scope, 'name', 'workload', name);
  registryOf(scope).add('groups', () => routerGroup(scope, workload, terms));
  const { template } = pod;
  registryOf(scope).add('pods', {
    construct: scope,
    workload: name,
    settings: () => settingsOf(pod),
    groups: given.peering.groups,
    template:
      template &&
      (template.text === undefined
        ? 'elsewhere'
        : { path: template.file ?? template.configMapName, text: template.text }),
  });
  const labels = podLabels(membership);
  const isBelow = () => configurationOf(workload).upstreams.map(({ service }) => upstreamLabel(service));
  return {
    metadata: { name, labels },
    selector: { matchLabels: workloadSelector(name) },
    template: podTemplate({ ...pod, labels: Lazy.any({ produce: () => Object.assign({}, labels, ...isBelow()) }) }),
  };
}

/** One pod on each node that matches; an update replaces one at a time, which is the default of Kubernetes. */
export function addDaemonSet(scope: Construct, id: string, workload: Workload): k8s.KubeDaemonSet {
  const { metadata, ...spec } = common(scope, workload, { kind: 'DaemonSet', onePerNode: true });
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(1) } };
  return new k8s.KubeDaemonSet(scope, id, {
    metadata,
    spec: { ...spec, minReadySeconds: SETTLE_SECONDS, updateStrategy },
  });
}

/** Pods without an identity, never two on a node. */
export function addDeployment(scope: Construct, id: string, workload: Workload, replicas: number): k8s.KubeDeployment {
  const { metadata, ...spec } = common(scope, workload, { kind: 'Deployment', replicas, onePerNode: true });
  const strategy = {
    // With a pod on every node there is no room for a surge; the rollout would wait for ever.
    rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(0), maxUnavailable: k8s.IntOrString.fromNumber(1) },
  };
  return new k8s.KubeDeployment(scope, id, {
    metadata,
    spec: { ...spec, replicas, minReadySeconds: SETTLE_SECONDS, strategy },
  });
}

/** Pods with an identity, and a claim for their configuration where it is to persist. */
export function addStatefulSet(
  scope: Construct,
  id: string,
  workload: Workload,
  terms: {
    readonly replicas: number;
    readonly serviceName: string;
    readonly claim?: k8s.KubePersistentVolumeClaimProps;
  },
): k8s.KubeStatefulSet {
  if (workload.name.length > STATEFUL_SET_NAME_LENGTH) {
    reject(scope, 'name', workload.name, `a name of at most ${STATEFUL_SET_NAME_LENGTH} characters for a StatefulSet`);
  }
  const { replicas } = terms;
  const { metadata, ...spec } = common(scope, workload, { kind: 'StatefulSet', replicas, onePerNode: false });
  return new k8s.KubeStatefulSet(scope, id, {
    metadata,
    spec: {
      ...spec,
      serviceName: terms.serviceName,
      replicas,
      minReadySeconds: SETTLE_SECONDS,
      // Route servers need not wait for each other to start; a cold start takes as long as one of them.
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: terms.claim ? [terms.claim] : undefined,
    },
  });
}

/** Lets a drain take one pod of a region or pair at a time. DaemonSets have no use for it: a drain leaves their pods. */
export function addDisruptionBudget(scope: Construct, part: string): void {
  declareName(scope, 'name', 'PodDisruptionBudget', part);
  new k8s.KubePodDisruptionBudget(scope, 'disruption-budget', {
    metadata: { name: part, labels: partSelector(part) },
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: partSelector(part) } },
  });
}

/**
 * Lets only routers of the namespace and the clients reach BGP, and anybody the management ports, where there are any.
 * Pods are let in by their labels, never by their addresses, which any pod of the cluster may come to have.
 */
export function addNetworkPolicy(
  scope: Construct,
  part: string,
  reach: {
    readonly clients: Clients;
    /** The labels of further pods of the namespace that are clients, once all regions are there. */
    readonly clientLabels?: () => Record<string, string> | undefined;
    /** Networks of pods in other clusters, which no selector of this one finds. */
    readonly others?: readonly IpPrefix[];
    readonly managementPorts?: readonly number[];
  },
): void {
  declareName(scope, 'name', 'NetworkPolicy', part);
  const port = (number: number) => ({ port: k8s.IntOrString.fromNumber(number) });
  const prefixes = [...reach.clients.given, ...(reach.others ?? [])].map((range) => range.text);
  const peers = (): k8s.NetworkPolicyPeer[] => {
    const clients = reach.clientLabels?.();
    return [
      { podSelector: { matchLabels: { [LABEL.name]: APP_NAME } } },
      ...(clients ? [{ podSelector: { matchLabels: clients } }] : []),
      ...(reach.clients.pods ? [{ namespaceSelector: {}, podSelector: {} }] : []),
      ...[...new Set(prefixes)].map((cidr) => ({ ipBlock: { cidr } })),
    ];
  };
  const ingress: k8s.NetworkPolicyIngressRule[] = [{ from: Lazy.any({ produce: peers }), ports: [port(BGP_PORT)] }];
  if (reach.managementPorts?.length) ingress.push({ ports: reach.managementPorts.map(port) });
  new k8s.KubeNetworkPolicy(scope, 'network-policy', {
    metadata: { name: part, labels: partSelector(part) },
    spec: { podSelector: { matchLabels: partSelector(part) }, policyTypes: ['Ingress'], ingress },
  });
}

/** Makes the ConfigMap of a template that is given as text, and says where the template is. */
export function addTemplate(scope: Construct, part: string, template: Template | undefined): ConfigFile | undefined {
  if (template === undefined || 'configMapName' in template) return template;
  return { ...addConfigMap(scope, 'template', `${part}-template`, 'config', template.text), file: template.file };
}

/** Makes the ConfigMap of further groups, where there are any. */
export function addGroups(scope: Construct, part: string, groups: readonly PeerGroup[]): ConfigFile | undefined {
  if (groups.length === 0) return undefined;
  const key = RUNTIME.groupsFile.slice(RUNTIME.groupsFile.lastIndexOf('/') + 1);
  return addConfigMap(scope, 'groups', `${part}-groups`, key, formatPeerGroups(groups));
}

function addConfigMap(scope: Construct, id: string, name: string, key: string, text: string): ConfigFile {
  declareName(scope, id, 'ConfigMap', name);
  new k8s.KubeConfigMap(scope, id, { metadata: { name, labels: { [LABEL.name]: APP_NAME } }, data: { [key]: text } });
  return { configMapName: name, key, text };
}
