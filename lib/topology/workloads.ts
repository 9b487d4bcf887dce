import { ApiObject, Lazy } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { hostPrefix } from '../addressing';
import {
  addObject,
  declareManifest,
  declareName,
  DeclaredGroup,
  ManifestField,
  readProp,
  registryOf,
  reject,
} from '../registry';
import { ConfigFile, containerOf, heldPortsOf, podTemplate, settingsOf, withSessionKeys } from '../router/pod-template';
import {
  BGP_PORT,
  formatMembers,
  formatPeerGroups,
  HTTP_PORT,
  isVariable,
  Member,
  PeerGroup,
  rejectMaximum,
  rejectMaximums,
  RUNTIME,
  threadProblem,
  withDefaults,
} from '../settings';
import { APP_NAME, isOwnLabel, LABEL, partSelector, upstreamLabel, workloadSelector } from './labels';
import { withinMemory } from './memory-bounds';
import { configurationOf, labelsOf, membersOf, Owner, routerGroup, sessionKeysOf, Workload } from './router-group';
import { withAdditions } from './pod-additions';
import { Template } from './template';
import { scrapersOf, withScrapeAnnotations } from './scraping';
import { updateStrategyOf } from './update-strategy';

/** Seconds that a new pod must stay ready before the next one is replaced: BGP has then converged. */
const SETTLE_SECONDS = 10;

/** The longest name that leaves room for what a StatefulSet adds to it in a label of its pods. */
const STATEFUL_SET_NAME_LENGTH = 52;

function common(scope: Construct, given: Workload, kind: DeclaredGroup['workloadKind']) {
  const { groups, podNetworks } = given.owner.props;
  const workload = { ...given, pod: withinMemory(scope, given.pod, groups) };
  const { name, pod, replicas, added } = workload;
  const settings = withDefaults({ ...pod.settings, ...pod.router.settings });
  const problem = threadProblem(settings);
  if (problem) reject(scope, `router.${problem.setting}`, settings[problem.setting], problem.allowed);
  readProp(scope, 'maximumPrefixes', settings.maximumPrefixes, (own) => rejectMaximum(own, pod.router.kind));
  readProp(scope, 'groups', groups, (all) => rejectMaximums(all, pod.router.kind));
  // One name for all kinds: a Deployment and a DaemonSet of one name would select each other's pods.
  declareName(scope, 'name', 'workload', name);
  registryOf(scope).add('groups', () => routerGroup(scope, workload, kind));
  const { text, file } = pod.template ?? {};
  const template =
    pod.template && (text === undefined ? 'elsewhere' : { path: file ?? pod.template.configMapName, text });
  const labels = labelsOf(workload);
  const isBelow = () =>
    configurationOf(workload).upstreams.map(({ service }) => (service === undefined ? {} : upstreamLabel(service)));
  const podLabels = (): Record<string, string> => Object.assign({}, added.pod.labels, labels, ...isBelow());
  return {
    metadata: { name, labels },
    selector: { matchLabels: workloadSelector(name) },
    replicas,
    minReadySeconds: SETTLE_SECONDS,
    template: withScrapeAnnotations(
      scope,
      readProp(scope, added.prop, added.pod, (additions) =>
        withSessionKeys(
          withAdditions(podTemplate({ ...pod, labels: Lazy.any({ produce: podLabels }) }), additions),
          pod.router,
          () => sessionKeysOf(workload),
        ),
      ),
    ),
    declare: (object: ApiObject) => {
      registryOf(scope).add('pods', {
        ...{ construct: scope, object, workload: name, settings: () => settingsOf(pod), groups, podNetworks, template },
      });
      declareManifest(object, fieldsOf(workload, podLabels));
    },
  };
}

/** What the model has of a workload's manifest. */
function fieldsOf({ name, pod, replicas }: Workload, labels: () => Record<string, string>): readonly ManifestField[] {
  const podSpec = ['spec', 'template', 'spec'];
  const container = [...podSpec, 'containers', pod.router.kind];
  return [
    { at: ['spec', 'replicas'], value: () => replicas },
    { at: ['spec', 'selector'], value: () => ({ matchLabels: workloadSelector(name) }) },
    { at: ['spec', 'template', 'metadata', 'labels'], value: labels, own: isOwnLabel },
    { at: [...podSpec, 'nodeSelector'], value: () => pod.nodeSelector },
    { at: [...podSpec, 'hostNetwork'], value: () => pod.hostNetwork || undefined },
    { at: [...container, 'env'], value: () => containerOf(pod).env, own: (place) => isVariable(place.split('.')[0]) },
    { at: [...container, 'ports'], value: () => containerOf(pod).ports },
    ...heldPortsOf(pod).map(({ container: name, ports }) => ({
      at: [...podSpec, 'containers', name, 'ports'],
      value: () => ports,
    })),
    { at: [...container, 'resources'], value: () => containerOf(pod).resources, own: (place) => /memory$/.test(place) },
  ];
}

/**
 * One pod on each node that matches; an update replaces one at a time. Where no port of the node is in the way, the new
 * pod is ready before the old one ends: its address is announced all the time, and an image that does not start
 * replaces nothing.
 */
export function addDaemonSet(scope: Construct, id: string, workload: Workload): void {
  const { metadata, declare, replicas, ...spec } = common(scope, workload, 'DaemonSet');
  const updateStrategy = updateStrategyOf(scope, workload, 'DaemonSet');
  declare(new k8s.KubeDaemonSet(scope, id, { metadata, spec: { ...spec, updateStrategy } }));
}

/** Pods without an identity, never two on a node. */
export function addDeployment(scope: Construct, id: string, workload: Workload): void {
  const { metadata, declare, ...spec } = common(scope, workload, 'Deployment');
  const strategy = updateStrategyOf(scope, workload, 'Deployment');
  declare(new k8s.KubeDeployment(scope, id, { metadata, spec: { ...spec, strategy } }));
}

/** Pods with an identity, and a claim for their configuration where it is to persist. */
export function addStatefulSet(
  scope: Construct,
  id: string,
  workload: Workload,
  claim: k8s.KubePersistentVolumeClaimProps | undefined,
): void {
  if (workload.name.length > STATEFUL_SET_NAME_LENGTH) {
    reject(scope, 'name', workload.name, `a name of at most ${STATEFUL_SET_NAME_LENGTH} characters for a StatefulSet`);
  }
  const { metadata, declare, ...spec } = common(scope, workload, 'StatefulSet');
  declare(
    new k8s.KubeStatefulSet(scope, id, {
      metadata,
      spec: {
        ...spec,
        serviceName: workload.owner.mesh.serviceName,
        // Route servers need not wait for each other to start; a cold start takes as long as one of them.
        podManagementPolicy: 'Parallel',
        updateStrategy: updateStrategyOf(scope, workload, 'StatefulSet'),
        volumeClaimTemplates: claim && [claim],
      },
    }),
  );
}

/**
 * Lets a drain take one pod of a region or pair at a time, or as many as the app says. DaemonSets have no use for it: a
 * drain leaves their pods.
 *
 * @param pods how many pods the part has
 * @throws InvalidPropError where a drain could take all of several pods
 */
export function addDisruptionBudget(scope: Construct, { name: part, props }: Owner, pods: number): void {
  const { disruptionBudget: most = 1 } = props;
  if (most === false) return;
  if (most > 1 && most >= pods) reject(scope, 'disruptionBudget', most, `fewer than the ${pods} pods, or false`);
  declareName(scope, 'name', 'PodDisruptionBudget', part);
  new k8s.KubePodDisruptionBudget(scope, 'disruption-budget', {
    metadata: { name: part, labels: partSelector(part) },
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(most),
      selector: { matchLabels: partSelector(part) },
    },
  });
}

/**
 * Lets only routers of the namespace and the clients reach BGP, and anybody the management ports, where there are any.
 * Pods are let in by their labels, never by their addresses, which any pod of the cluster may come to have. Those in
 * other clusters are let in by their networks, as no selector of this cluster finds them.
 *
 * @param clientPods selects further pods that are clients, once all regions are there
 */
export function addNetworkPolicy(
  scope: Construct,
  owner: Owner,
  managementPorts: readonly number[] = [],
  clientPods: () => readonly k8s.NetworkPolicyPeer[] = () => [],
): void {
  const { name, clients, mesh, props } = owner;
  if (props.networkPolicy === false) return;
  declareName(scope, 'name', 'NetworkPolicy', name);
  // Without the protocol, each later apply replaces the list and looks like a change.
  const port = (number: number) => ({ port: k8s.IntOrString.fromNumber(number), protocol: 'TCP' });
  const dialed = props.groups.flatMap((group) => (group.kind === 'clients' ? [] : (group.addresses ?? [])));
  const blocks = [...clients.given, ...(mesh.clusterSet ? props.podNetworks : [])].map((range) => range.text);
  const prefixes = [...blocks, ...dialed.map(hostPrefix)];
  const peers = (): k8s.NetworkPolicyPeer[] => {
    const members = membersOf(owner).flatMap(({ addresses }) => addresses.map(hostPrefix));
    return [
      { podSelector: { matchLabels: { [LABEL.name]: APP_NAME } } },
      ...clientPods(),
      ...(clients.pods ? [{ namespaceSelector: {}, podSelector: {} }] : []),
      ...[...new Set([...prefixes, ...members])].map((cidr) => ({ ipBlock: { cidr } })),
    ];
  };
  const ingress: k8s.NetworkPolicyIngressRule[] = [{ from: Lazy.any({ produce: peers }), ports: [port(BGP_PORT)] }];
  if (managementPorts.length > 0) ingress.push({ ports: managementPorts.map(port) });
  for (const { from, ports } of props.networkPolicy.ingress ?? []) {
    ingress.push({ from: from.flat(), ports: ports?.map(port) });
  }
  const scraped = (): k8s.NetworkPolicyIngressRule[] => {
    const from = [...scrapersOf(scope)];
    return from.length > 0 ? [{ from, ports: [port(HTTP_PORT.number)] }] : [];
  };
  new k8s.KubeNetworkPolicy(scope, 'network-policy', {
    metadata: { name, labels: partSelector(name) },
    spec: {
      podSelector: { matchLabels: partSelector(name) },
      policyTypes: ['Ingress'],
      ingress: Lazy.any({ produce: () => [...ingress, ...scraped()] }),
    },
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

/**
 * Makes the ConfigMap of declared clients. It is mounted as a folder, which the kubelet updates, and its text does not count
 * for the checksum of the pods: a changed member replaces no pod.
 *
 * @param members asked once all constructs are there
 */
export function addMembers(scope: Construct, part: string, members: () => readonly Member[]): ConfigFile {
  const [id, name] = ['members', `${part}-members`];
  const key = RUNTIME.membersFile.slice(RUNTIME.membersFile.lastIndexOf('/') + 1);
  declareName(scope, id, 'ConfigMap', name);
  const text = () => formatMembers(members());
  const data = { [key]: Lazy.any({ produce: text }) };
  const object = new k8s.KubeConfigMap(scope, id, { metadata: { name, labels: { [LABEL.name]: APP_NAME } }, data });
  declareManifest(object, [{ at: ['data', key], value: text }]);
  return { configMapName: name, key };
}

function addConfigMap(scope: Construct, id: string, name: string, key: string, text: string): ConfigFile {
  declareName(scope, id, 'ConfigMap', name);
  const metadata = { name, labels: { [LABEL.name]: APP_NAME } };
  addObject(k8s.KubeConfigMap, scope, id, { metadata, data: { [key]: text } }, ['data', key]);
  return { configMapName: name, key, text };
}
