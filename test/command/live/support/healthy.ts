import * as path from 'path';
import { readApp } from '../../../../command/live/app';
import { liveApp, LiveApp } from '../../../../command/live/live-app';
import { LivePod } from '../../../../command/live/objects';
import { ClusterSnapshot, LiveRouter } from '../../../../command/live/snapshot';
import { routersIn } from '../../../../command/manifests';
import { sessionsOf, Speaker } from '../../../../lib/model';

const ROOT = path.join(__dirname, '..', '..', '..', '..');
export const CONTROLLER = 'quay.io/metallb/controller:v0.15.3';
export const SPEAKER = 'quay.io/metallb/speaker:v0.15.3';

const READY = [{ type: 'Ready', status: 'True' }];

/** A cluster that runs an app of dist/ as its model says, with the nodes that it declares. */
export function healthy(name: string): { readonly app: LiveApp; readonly snapshot: ClusterSnapshot } {
  const written = readApp(path.join(ROOT, 'dist', name));
  const { topology } = written;
  const { groups, speakers } = topology;
  const images = new Map(
    routersIn(written.objects).map(({ object, container }) => [object.metadata?.name, container.image ?? '']),
  );
  const names = new Map(speakers.map((one) => [one, `${one.group.workload}-${one.ordinal}`]));
  const addresses = new Map(speakers.map(({ id }, i) => [id, `10.42.${i >> 8}.${(i & 255) + 1}`]));
  const sessions = sessionsOf(topology);
  const addressOf = (id: string) =>
    addresses.get(id) ?? topology.outside.find((one) => one.id === id)?.addresses[0].text ?? id;
  const peersOf = ({ id }: Speaker) =>
    sessions.flatMap(({ from, to }) => (from === id ? [addressOf(to)] : to === id ? [addressOf(from)] : []));
  const podOf = (speaker: Speaker): LivePod => ({
    metadata: {
      ...{ name: names.get(speaker) as string, namespace: 'default', uid: `uid-${speaker.id}` },
      labels: { 'meshrr/part': speaker.group.part.name },
      ownerReferences: [{ kind: speaker.group.workloadKind, name: speaker.group.workload }],
    },
    spec: {
      nodeName: speaker.node.name,
      containers: [
        { name: 'frr', image: images.get(speaker.group.workload) as string, env: [{ name: 'AUTONOMOUS_SYSTEM' }] },
      ],
    },
    status: {
      ...{ phase: 'Running', conditions: READY, podIPs: [{ ip: addressOf(speaker.id) }] },
      containerStatuses: [{ name: 'frr', imageID: 'sha256:1', restartCount: 0, state: {} }],
    },
  });
  const members = (service: string | undefined) =>
    speakers.filter(({ group }) => service !== undefined && [group.service, ...group.listedBy].includes(service));
  const routers = speakers.map((speaker): LiveRouter => {
    const pod = podOf(speaker);
    const established = { state: 'Established', dynamic: false, establishedSeconds: 60, prefixesReceived: 1 } as const;
    return {
      ...{ pod, group: speaker.group, name: { name: pod.metadata.name, namespace: 'default', container: 'frr' } },
      sessions: peersOf(speaker).map((address) => ({ address, ...established })),
      status: {
        ...{ time: '2026-01-01T00:00:00Z', startedAt: '2026-01-01T00:00:00Z', problems: [] },
        router: { kind: 'frr', reachable: true, draining: false, autonomousSystem: 64496, routerId: '192.0.2.1' },
        readiness: { ready: true, reason: 'has peers' },
        groups: speaker.group.meshes.map(({ name: mesh, service }) => ({
          ...{ name: mesh, kind: 'mesh' as const, service: `${service}.default.svc.cluster.local`, peers: [] },
          lastAnswer: `found ${members(service).length} by endpointslice`,
        })),
        clients: { established: 0, total: 0 },
      },
    };
  });
  const headless = [...new Set(groups.flatMap(({ service, listedBy }) => [service, ...listedBy]))];
  const withAddress = groups.filter((group) => group.addresses.length > 0);
  const sliceOf = (service: string, own: readonly Speaker[]) => ({
    metadata: { name: `${service}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': service } },
    endpoints: own.map(({ id }) => ({ addresses: [addressOf(id)], conditions: { ready: true } })),
  });
  const metallbPod = (component: string, image: string) => ({
    metadata: { name: component, namespace: 'metallb-system', labels: { app: 'metallb', component } },
    spec: { nodeName: 'n1', containers: [{ name: component, image }] },
    status: { phase: 'Running', conditions: READY },
  });
  const frrK8s = {
    metadata: { name: 'frr-k8s', namespace: 'metallb-system', labels: { app: 'frr-k8s' } },
    spec: { containers: [{ name: 'controller', image: 'quay.io/metallb/frr-k8s:v0.0.21' }] },
    status: {},
  };
  const snapshot: ClusterSnapshot = {
    ...{ cluster: '', namespace: 'default', routers, leases: [], events: [], secrets: new Map(), unread: new Map() },
    nodes: {
      value: topology.nodes.map(({ name: node, labels }) => ({
        metadata: { name: node, labels },
        status: { conditions: READY },
      })),
    },
    services: [
      ...headless.map((service) => ({ metadata: { name: service, namespace: 'default' }, spec: {} })),
      ...withAddress.map(({ workload, addresses: own }) => ({
        metadata: { name: workload, namespace: 'default' },
        spec: { type: 'LoadBalancer' },
        status: { loadBalancer: { ingress: own.map(({ text }) => ({ ip: text })) } },
      })),
    ],
    slices: [
      ...headless.map((service) => sliceOf(service, members(service))),
      ...withAddress.map((group) =>
        sliceOf(
          group.workload,
          speakers.filter((one) => one.group === group),
        ),
      ),
    ],
    workloads: groups.map((group) => {
      const count = speakers.filter((one) => one.group === group).length;
      return {
        ...{ kind: group.workloadKind, metadata: { name: group.workload, namespace: 'default', generation: 1 } },
        spec: { ...(group.replicas !== undefined && { replicas: group.replicas }), template: {} },
        status: { observedGeneration: 1, updatedReplicas: count, readyReplicas: count },
      };
    }),
    metallb: {
      versions: ['v1beta1', 'v1beta2'],
      pods: { value: [metallbPod('controller', CONTROLLER), metallbPod('speaker', SPEAKER), frrK8s] },
      pools: {
        value: withAddress.map(({ id, addresses: own }) => ({
          metadata: { name: id, namespace: 'metallb-system' },
          spec: { addresses: own.map(({ text }) => `${text}/32`) },
        })),
      },
      announcements: {
        value: speakers
          .filter(({ group }) => group.addresses.length > 0)
          .map(({ group, node }) => ({
            status: { node: node.name, serviceName: group.workload, serviceNamespace: 'default' },
          })),
      },
    },
  };
  return { app: liveApp(written, [snapshot]), snapshot };
}
