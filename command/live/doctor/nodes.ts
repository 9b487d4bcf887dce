import { covers, parseAddress, parsePrefix } from '../../../lib/addressing';
import { counted, formOf, includes, listed, RouterGroup } from '../../../lib/model';
import { namespaceIn } from '../live-app';
import { addressesOf, conditionOf, isReady, LivePod } from '../objects';
import { Examined, Finding, podsOf, resultOf, Rule, unknown, workloadIn } from './rule';

const labelText = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([key, value]) => `${key}=${value}`);

/** The labels of the nodes that the app declares. */
export const nodeLabels: Rule = {
  name: 'node labels',
  look({ app, snapshot: { cluster, nodes } }) {
    const declared = app.topology.nodes.filter((node) => node.cluster === cluster && !node.assumed);
    if (declared.length === 0) return undefined;
    if (!('value' in nodes)) return unknown(nodes.refused);
    const findings = declared.flatMap(({ name, labels }): Finding[] => {
      const node = nodes.value.find(({ metadata }) => metadata.name === name);
      if (!node) {
        return [
          { subject: name, problem: 'is not in the cluster', remedy: 'join it, or correct the nodes of the app' },
        ];
      }
      const own = node.metadata.labels ?? {};
      const lacking = Object.fromEntries(Object.entries(labels).filter(([key, value]) => own[key] !== value));
      const found = Object.keys(lacking).filter((key) => own[key] !== undefined);
      const ready = conditionOf(node.status, 'Ready');
      return [
        ...(Object.keys(lacking).length > 0
          ? [
              {
                subject: name,
                problem: `lacks ${listed(labelText(lacking))}`,
                remedy: `kubectl label node ${name} ${found.length > 0 ? '--overwrite ' : ''}${labelText(lacking).join(' ')}`,
              },
            ]
          : []),
        ...(isReady(node)
          ? []
          : [
              {
                subject: name,
                problem: `is not ready: ${ready?.message ?? 'no report'}`,
                remedy: `kubectl describe node ${name}`,
              },
            ]),
      ];
    });
    return resultOf(findings, `${counted(declared.length, 'declared node')}: ready, with the labels of the model`);
  },
};

/** Whether each workload has as many pods as the model says, on nodes that it allows. */
export const placement: Rule = {
  name: 'placement',
  needs: ['workloads'],
  look(of) {
    const findings = of.groups.flatMap((group) => placementOf(of, group));
    return resultOf(findings, `${counted(of.routers.length, 'pod')} of ${counted(of.groups.length, 'workload')}`);
  },
};

function placementOf(of: Examined, group: RouterGroup): readonly Finding[] {
  const { app, snapshot } = of;
  const subject = group.workload;
  const workload = workloadIn(of, group);
  if (!workload) {
    return [{ subject, problem: 'is not in the cluster', remedy: `kubectl apply -f ${app.folder}` }];
  }
  const pods = podsOf(of, group);
  const wanted = app.expected.speakers.filter((one) => one.group.id === group.id).length;
  const waiting = pods.flatMap(({ pod }): Finding[] => {
    const scheduled = conditionOf(pod.status, 'PodScheduled');
    if (scheduled?.status !== 'False') return [];
    const remedy = `label a node, or make room on one: kubectl get nodes -l ${labelText(group.nodeSelector).join(',')}`;
    return [{ subject: pod.metadata.name, problem: `has no node: ${scheduled.message ?? ''}`, remedy }];
  });
  const misplaced = pods.flatMap(({ pod }) => {
    const node =
      'value' in snapshot.nodes && snapshot.nodes.value.find((one) => one.metadata.name === pod.spec.nodeName);
    if (!node || includes(node.metadata.labels ?? {}, group.nodeSelector)) return [];
    const labels = labelText(group.nodeSelector);
    return [
      {
        subject: pod.metadata.name,
        problem: `runs on ${node.metadata.name}, which lacks a label of ${listed(labels)}`,
        remedy: `kubectl label node ${node.metadata.name} ${labels.join(' ')}, or delete the pod`,
      },
    ];
  });
  if (wanted === 0) {
    const labels = labelText(group.nodeSelector).join(' ');
    return [{ subject, problem: `no node has the labels ${labels}`, remedy: `kubectl label node NODE ${labels}` }];
  }
  const describe = `kubectl describe ${group.workloadKind.toLowerCase()} -n ${namespaceIn(snapshot, group)} ${subject}`;
  const scaled = workload.spec.replicas;
  const problem =
    group.replicas !== undefined && scaled !== undefined && scaled !== group.replicas
      ? `is scaled to ${counted(scaled, 'pod')}, want ${group.replicas}`
      : // An update may have more for a while.
        pods.length < wanted && waiting.length === 0
        ? `has ${counted(pods.length, 'pod')}, want ${wanted}`
        : undefined;
  const counts = problem === undefined ? [] : [{ subject, problem, remedy: describe }];
  return [...waiting, ...misplaced, ...counts];
}

/** Whether pods and nodes have addresses of the pod networks that the app names. */
export const podNetworks: Rule = {
  name: 'pod networks',
  look({ groups, routers, snapshot: { nodes } }) {
    const inside = groups.filter(
      ({ reachedBy, podNetworks: own }) => !formOf(reachedBy)?.isHostNetwork && own.length > 0,
    );
    if (inside.length === 0) return undefined;
    const networks = [...new Map(inside.flatMap((group) => group.podNetworks).map((one) => [one.text, one])).values()];
    const texts = networks.map(({ text }) => text);
    const remedy = 'correct podNetworks of the app: pods reject neighbors outside of them';
    const isOutside = (address: string, own = networks) =>
      !own.some((network) => covers(network, parseAddress(address)));
    const ofPods = routers.flatMap((router): Finding[] => {
      if (!inside.includes(router.group)) return [];
      const outside = outsideOf(router.pod, (address) => isOutside(address, [...router.group.podNetworks]));
      const own = router.group.podNetworks.map(({ text }) => text);
      return outside.map((address) => ({
        subject: router.pod.metadata.name,
        problem: `has ${address}, outside of ${listed(own)}`,
        remedy,
      }));
    });
    // Families without a network of the app are not those of its pods.
    const families = new Set(networks.map(({ family }) => family));
    const ofNodes = ('value' in nodes ? nodes.value : []).flatMap(({ metadata, spec }) =>
      (spec?.podCIDRs ?? []).map(parsePrefix).flatMap((prefix): Finding[] => {
        if (!families.has(prefix.family) || networks.some((network) => covers(network, prefix))) return [];
        const problem = `gives its pods ${prefix.text}, outside of ${listed(texts)}`;
        return [{ subject: metadata.name, problem, remedy }];
      }),
    );
    return resultOf([...ofPods, ...ofNodes], `all pods have addresses in ${listed(texts)}`);
  },
};

const outsideOf = (pod: LivePod, isOutside: (address: string) => boolean): readonly string[] =>
  addressesOf(pod).filter(isOutside);
