import { isStatus } from '../../crpd-image/runtime/daemon/status-shape';
import { Status } from '../../crpd-image/runtime/daemon/status';
import { Session } from '../../crpd-image/runtime/router/driver';
import { parseSessions } from '../../crpd-image/runtime/router/frr/sessions';
import { NeededSecret, RouterGroup } from '../../lib/model';
import { RUNTIME } from '../../lib/settings';
import { WrittenApp } from './app';
import { Kubectl, KubectlError, PodName } from './kubectl';
import {
  LiveAnnouncement,
  LiveEvent,
  LiveLease,
  LiveNode,
  LivePod,
  LivePool,
  LiveService,
  LiveSlice,
  LiveWorkload,
  workloadOf,
} from './objects';
import { vtysh } from './vtysh';

/** What was read, or why it could not be: the caller may not have the right. */
export type Read<T> = { readonly value: T } | { readonly refused: string; readonly isForbidden?: boolean };

/** A pod of the app, and what its router answered. */
export interface LiveRouter {
  readonly pod: LivePod;
  readonly group: RouterGroup;
  readonly name: PodName;
  /** Undefined where it was not asked, or did not answer, or might not be asked. */
  readonly status?: Status;
  /** All sessions; of cRPD those with neighbors that the runtime configured. */
  readonly sessions: readonly Session[];
  /** Why there is no status. */
  readonly silence?: string;
}

/** What MetalLB says of itself. */
export interface LiveMetalLB {
  /** Versions of the API group `metallb.io`; none without its CRDs. */
  readonly versions: readonly string[];
  readonly pods: Read<readonly LivePod[]>;
  readonly pools: Read<readonly LivePool[]>;
  readonly announcements: Read<readonly LiveAnnouncement[]>;
}

/** What the caller may lack a right for: to list objects, or to run a command in pods. */
export type Unread = 'services' | 'endpointslices' | 'workloads' | 'exec';

/** A cluster at one time. */
export interface ClusterSnapshot {
  /** '' where the app names no cluster. */
  readonly cluster: string;
  /** The namespace of the context. */
  readonly namespace: string;
  readonly nodes: Read<readonly LiveNode[]>;
  readonly services: readonly LiveService[];
  readonly slices: readonly LiveSlice[];
  readonly workloads: readonly LiveWorkload[];
  readonly leases: readonly LiveLease[];
  readonly events: readonly LiveEvent[];
  /** The keys of the Secrets that the app needs, by `namespace/name`; undefined where one is missing. Never a value. */
  readonly secrets: ReadonlyMap<string, Read<readonly string[] | undefined>>;
  /** Undefined where the app does not use MetalLB in this cluster. */
  readonly metallb?: LiveMetalLB;
  readonly routers: readonly LiveRouter[];
  /** The rights that the caller lacks, as sentences. */
  readonly unread: ReadonlyMap<Unread, string>;
}

/** How much of a cluster is read: pods alone, with what their routers answer, with their workloads, or all for the doctor. */
export type Depth = 'pods' | 'routers' | 'workloads' | 'all';

const WORKLOADS = 'deployments.apps,daemonsets.apps,statefulsets.apps';
/** What is listed in the namespaces of an app. */
const LISTED: Readonly<Record<Depth, readonly (readonly [kinds: string, unread: Unread])[]>> = {
  pods: [],
  routers: [],
  workloads: [[WORKLOADS, 'workloads']],
  all: [
    [WORKLOADS, 'workloads'],
    ['services', 'services'],
    ['endpointslices.discovery.k8s.io', 'endpointslices'],
  ],
};

/** Reads a cluster. @param options `onAnswer` is called for each router @throws KubectlError */
export async function readCluster(
  app: WrittenApp,
  cluster: string,
  kubectl: Kubectl,
  { depth, onAnswer = () => undefined }: { readonly depth: Depth; readonly onAnswer?: () => void },
): Promise<ClusterSnapshot> {
  const groups = app.topology.groups.filter((group) => group.cluster === cluster);
  const namespace = await namespaceOfContext(kubectl, groups);
  const namespaces = [...new Set(groups.map((group) => group.namespace ?? namespace))];
  const all = depth === 'all';
  const [{ objects, unread }, leases, nodes, events, secrets, metallb] = await Promise.all([
    listedIn(kubectl, namespaces, depth),
    depth === 'workloads'
      ? inEach(namespaces, (one) => kubectl.list<LiveLease>('leases.coordination.k8s.io', '-n', one))
      : [],
    attempt(() => kubectl.list<LiveNode>('nodes')),
    all ? inEach(namespaces, (one) => eventsIn(kubectl, one)) : [],
    all ? secretsOf(kubectl, app, groups, namespace) : new Map<string, never>(),
    all && usesMetalLB(app, cluster) ? readMetalLB(kubectl) : undefined,
  ]);
  const of = <T>(...wanted: readonly string[]) => objects.filter(({ kind }) => wanted.includes(kind)) as unknown as T[];
  const found = of<LivePod>('Pod').flatMap((pod) => routerIn(pod, groups, namespace) ?? []);
  const routers = await Promise.all(
    found.map(async (router) => {
      if (depth === 'pods' || depth === 'workloads') return router;
      const answer = await ask(kubectl, router);
      onAnswer();
      if ('refused' in answer) unread.set('exec', answer.refused);
      return { ...router, ...('refused' in answer ? {} : answer) };
    }),
  );
  return {
    ...{ cluster, namespace, nodes, events, secrets, metallb, routers, leases, unread },
    services: of('Service'),
    slices: of('EndpointSlice'),
    workloads: of('Deployment', 'DaemonSet', 'StatefulSet'),
  };
}

interface Listed {
  readonly kind: string;
}

/** The pods and what else a depth wants, by one call in each namespace; by more where the caller may not read all of it. */
async function listedIn(kubectl: Kubectl, namespaces: readonly string[], depth: Depth) {
  const unread = new Map<Unread, string>();
  const list = (kinds: string) => inEach(namespaces, (one) => kubectl.list<Listed>(kinds, '-n', one));
  try {
    return { unread, objects: await list(['pods', ...LISTED[depth].map(([kinds]) => kinds)].join()) };
  } catch (error) {
    if (!(error instanceof KubectlError && error.isForbidden)) throw error;
  }
  const others = LISTED[depth].map(async ([kinds, what]) => {
    const read = await attempt(() => list(kinds));
    if ('value' in read) return read.value;
    unread.set(what, read.refused);
    return [];
  });
  // Without pods there is nothing to say.
  const all = await Promise.all([list('pods'), ...others]);
  return { unread, objects: all.flat() };
}

/** Something that a right may be missing for. */
async function attempt<T>(read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    return { refused: error.message, isForbidden: error.isForbidden };
  }
}

async function inEach<T>(namespaces: readonly string[], list: (one: string) => Promise<readonly T[]>): Promise<T[]> {
  return (await Promise.all(namespaces.map(list))).flat();
}

/** That of the context, if a group needs it. */
async function namespaceOfContext(kubectl: Kubectl, groups: readonly RouterGroup[]): Promise<string> {
  if (groups.every(({ namespace }) => namespace !== undefined)) return 'default';
  return (await kubectl.run(['config', 'view', '--minify', '-o', 'jsonpath={..namespace}'])).trim() || 'default';
}

/** Events expire after an hour, and only explain: without the right, there are none. */
async function eventsIn(kubectl: Kubectl, namespace: string): Promise<readonly LiveEvent[]> {
  const read = await attempt(() =>
    kubectl.list<LiveEvent>('events', '-n', namespace, '--field-selector', 'involvedObject.kind=Service'),
  );
  return 'value' in read ? read.value : [];
}

/** The Secrets that an app needs in a cluster. Those of MetalLB are in its namespace. */
export function neededSecrets(
  { topology }: WrittenApp,
  cluster: string,
  namespace: string,
): readonly (NeededSecret & { readonly namespace: string })[] {
  const ofGroups = topology.groups.flatMap((group) =>
    group.cluster !== cluster
      ? []
      : group.secrets.map((one) => ({ ...one, namespace: one.namespace ?? group.namespace ?? namespace })),
  );
  const ofMetalLB = topology.metallb.flatMap((one) =>
    one.cluster !== cluster
      ? []
      : one.neighbors.flatMap(({ passwordSecret }) =>
          passwordSecret ? [{ ...passwordSecret, namespace: passwordSecret.namespace ?? one.namespace }] : [],
        ),
  );
  return [...ofGroups, ...ofMetalLB];
}

const KEYS = '{{range $key, $value := .data}}{{$key}}{{"\\n"}}{{end}}';

async function secretsOf(kubectl: Kubectl, app: WrittenApp, groups: readonly RouterGroup[], contextNamespace: string) {
  const cluster = groups[0].cluster;
  const names = neededSecrets(app, cluster, contextNamespace).map(({ name, namespace }) => `${namespace}/${name}`);
  const read = async (secret: string) => {
    const [namespace, name] = secret.split('/');
    const keys = await attempt(() =>
      kubectl.run(['get', 'secret', name, '-n', namespace, '--ignore-not-found', '-o', `go-template=${KEYS}`]),
    );
    if ('refused' in keys) return keys;
    // A Secret without keys has no line either.
    return { value: keys.value === '' ? undefined : keys.value.trim().split('\n') };
  };
  return new Map(await Promise.all([...new Set(names)].map(async (one) => [one, await read(one)] as const)));
}

const usesMetalLB = ({ topology }: WrittenApp, cluster: string): boolean =>
  topology.metallb.some((one) => one.cluster === cluster);

async function readMetalLB(kubectl: Kubectl): Promise<LiveMetalLB> {
  // The manifests of MetalLB and its Helm chart have other labels.
  const labels = ['app=metallb', 'app.kubernetes.io/name=metallb', 'app=frr-k8s', 'app.kubernetes.io/name=frr-k8s'];
  const podsWith = (label: string) => kubectl.list<LivePod>('pods', '-A', '-l', label);
  const group = await attempt(() => kubectl.run(['get', '--raw', '/apis/metallb.io']));
  const versions = 'value' in group ? (JSON.parse(group.value) as ApiGroup).versions.map(({ version }) => version) : [];
  const ofType = <T>(kind: string) =>
    attempt(async () => (versions.length === 0 ? [] : kubectl.list<T>(`${kind}.metallb.io`, '-A')));
  const [pods, pools, byBgp, onLayer2] = await Promise.all([
    attempt(() => inEach(labels, podsWith)),
    ofType<LivePool>('ipaddresspools'),
    ofType<LiveAnnouncement>('servicebgpstatuses'),
    ofType<LiveAnnouncement>('servicel2statuses'),
  ]);
  const announcements =
    'value' in byBgp && 'value' in onLayer2 ? { value: [...byBgp.value, ...onLayer2.value] } : byBgp;
  return { versions, pods, pools, announcements };
}

interface ApiGroup {
  readonly versions: readonly { readonly version: string }[];
}

function routerIn(pod: LivePod, groups: readonly RouterGroup[], contextNamespace: string): LiveRouter | undefined {
  const { name, namespace = contextNamespace } = pod.metadata;
  const workload = workloadOf(pod);
  const group = groups.find((one) => one.workload === workload && (one.namespace ?? contextNamespace) === namespace);
  if (!group) return undefined;
  const container = pod.spec.containers.find(({ env }) => env?.some((one) => one.name === 'AUTONOMOUS_SYSTEM'));
  return { pod, group, name: { name, namespace, container: container?.name ?? group.router }, sessions: [] };
}

/** Asks a router for its status and its sessions. Never rejects for what a pod is the cause of, nor for a missing right. */
async function ask(
  kubectl: Kubectl,
  { pod, group, name }: LiveRouter,
): Promise<Pick<LiveRouter, 'status' | 'sessions' | 'silence'> | { readonly refused: string }> {
  if (pod.status.phase !== 'Running') return { sessions: [], silence: `the pod is ${pod.status.phase ?? 'unknown'}` };
  const [reported, summary] = await Promise.all([
    // A status that is stale comes with a failure.
    attempt(() => kubectl.exec(name, ['sh', '-c', `${RUNTIME.executable} status --json || true`])),
    group.router === 'frr' ? attempt(() => kubectl.exec(name, vtysh('show bgp summary json'))) : undefined,
  ]);
  if ('refused' in reported && reported.isForbidden) return { refused: reported.refused };
  const status = 'value' in reported ? statusIn(reported.value) : undefined;
  if ('refused' in reported || !status) {
    return { sessions: [], silence: 'refused' in reported ? reported.refused : 'its runtime has not reported yet' };
  }
  const sessions = summary && 'value' in summary ? sessionsIn(summary.value) : sessionsOf(status);
  return { status, sessions };
}

function statusIn(text: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isStatus(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function sessionsIn(text: string): readonly Session[] {
  try {
    return parseSessions(text);
  } catch {
    return [];
  }
}

const sessionsOf = ({ groups }: Status): readonly Session[] =>
  groups.flatMap(({ peers }) =>
    peers.flatMap(({ address, state, establishedSeconds, prefixesReceived }) =>
      state ? [{ address, state, dynamic: false, establishedSeconds, prefixesReceived }] : [],
    ),
  );
