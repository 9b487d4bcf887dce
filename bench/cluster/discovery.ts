import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { setTimeout as pause } from 'timers/promises';
import { coreDns, DnsCaching } from '../../cluster/addons/core-dns';
import { RealPod } from '../../cluster/pod';
import { AppFiles, RealCluster } from '../../cluster/real-cluster';
import { eventually } from '../../lab/eventually';
import { Bench, Figures } from '../figure';
import { Discovery, writeApp } from './app';

/** After this a measurement is given up. */
const PATIENCE_MS = 5 * 60_000;
const POLL_MS = 100;
/** For how long the rest is measured, after a pause of that length. */
const REST_MS = 30_000;

const CORE = 'meshrr-core';

interface Kind {
  readonly discovery: Discovery;
  readonly dns: DnsCaching;
}

/**
 * What is measured, by the end of the figures' names, for each cluster that is started. A kubelet learns the address of
 * its name server at its start, so a cache on each node needs a cluster of its own.
 */
const CLUSTERS: readonly Readonly<Record<string, Kind>>[] = [
  {
    EndpointSlice: { discovery: 'endpointslice', dns: 'fresh' },
    Dns: { discovery: 'dns', dns: 'fresh' },
    DnsCached: { discovery: 'dns', dns: 'cached' },
  },
  { DnsNodeCache: { discovery: 'dns', dns: 'node-cache' } },
];

export const discoveryBench: Bench = {
  about:
    'an app with two regions on a real Kubernetes, by how pods find each other (EndpointSlices, DNS with a TTL of 5 s, DNS with a cache of 30 s, and DNS with another such cache on each node): ' +
    'seconds from apply until all pods are ready and until all routes are there, and from the deletion of a core pod until its successor is in the mesh and upstream of all regions; what a pod takes at rest',
  needs: ['root', 'containerd', 'etcd', 'go'],
  run: async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-cluster-'));
    const files = {
      endpointslice: writeApp(path.join(folder, 'e'), 'endpointslice'),
      dns: writeApp(path.join(folder, 'd'), 'dns'),
    };
    try {
      const all = [];
      for (const kinds of CLUSTERS) all.push(await figuresOf(kinds, files));
      return Object.assign({}, ...all);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  },
};

/** Measures kinds one after the other on a cluster that is started for them. */
async function figuresOf(
  kinds: Readonly<Record<string, Kind>>,
  files: Readonly<Record<Discovery, AppFiles>>,
): Promise<Figures> {
  const [{ dns: first }] = Object.values(kinds);
  const cluster = await RealCluster.up({ ...files.dns, dns: first, onProgress: (step) => console.error(step) });
  try {
    const figures: Record<string, number> = {};
    for (const [kind, { discovery, dns }] of Object.entries(kinds)) {
      if (dns !== first) {
        await cluster.apply(coreDns(dns));
        await cluster.plane.kubectl(['-n', 'kube-system', 'rollout', 'restart', 'deployment/coredns']);
        await cluster.plane.rollout('kube-system', 'deployment/coredns');
      }
      const own = await measure(cluster, files[discovery].folder);
      for (const [name, value] of Object.entries(own)) figures[`${name}${kind}`] = value;
      if (kind === 'EndpointSlice') Object.assign(figures, await atRest(cluster));
      await cluster.kubectl('delete', '-f', files[discovery].folder, '--timeout=120s');
      await eventually(async () => emptied(await cluster.pods()), PATIENCE_MS, 500);
    }
    return figures;
  } finally {
    await cluster.down();
  }
}

async function measure(cluster: RealCluster, folder: string): Promise<Figures> {
  const { topology } = cluster;
  const applied = clock();
  await cluster.apply(folder);
  const ready = eventually(
    async () => {
      const pods = await cluster.pods();
      if (pods.length < topology.speakers.length || pods.some((pod) => !pod.ready))
        throw new Error('pods are not ready');
      return applied();
    },
    PATIENCE_MS,
    POLL_MS,
  );
  await cluster.untilConverged(PATIENCE_MS);
  await cluster.untilAsExpected(PATIENCE_MS);
  const routes = applied();
  const applyToReadySeconds = await ready;
  return { applyToReadySeconds, applyToRoutesSeconds: routes, ...(await replaceCore(cluster)) };
}

/** Deletes a core pod. Its successor starts at once, on another node. */
async function replaceCore(cluster: RealCluster): Promise<Figures> {
  const before = await cluster.pods();
  const [victim, other] = before.filter(({ workload }) => workload.name === CORE);
  const regions = before.filter(({ workload }) => workload.name !== CORE);
  const deleted = clock();
  await cluster.api.delete(`/api/v1/namespaces/${victim.namespace}/pods/${victim.name}`);
  const known = new Set(before.map(({ name }) => name));
  const successor = await eventually(
    async () => {
      const pod = (await cluster.pods()).find(({ name, address }) => !known.has(name) && address !== undefined);
      if (!pod) throw new Error('no successor');
      return pod;
    },
    PATIENCE_MS,
    POLL_MS,
  );
  const untilPeersOf = async (pods: readonly RealPod[]) => {
    await Promise.all(
      pods.map((pod) => eventually(async () => requirePeer(pod, successor.address), PATIENCE_MS, POLL_MS)),
    );
    return deleted();
  };
  const [podReplacedMeshSeconds, podReplacedUpstreamSeconds] = await Promise.all([
    untilPeersOf([other]),
    untilPeersOf(regions),
  ]);
  return { podReplacedMeshSeconds, podReplacedUpstreamSeconds };
}

async function requirePeer(pod: RealPod, address: string): Promise<void> {
  const session = (await pod.sessions()).find((one) => one.address === address);
  if (session?.state !== 'Established') throw new Error(`${pod.name} has no session with ${address}`);
}

/** What a pod takes on average, with its probes. */
async function atRest(cluster: RealCluster): Promise<Figures> {
  await cluster.untilConverged(PATIENCE_MS);
  await pause(REST_MS);
  const pods = await cluster.pods();
  const used = () => pods.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const [begin, elapsed] = [used(), clock()];
  await pause(REST_MS);
  const cpuMillicoresAtRest = ((used() - begin) / elapsed() / pods.length) * 1000;
  const bytes = pods.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return { cpuMillicoresAtRest, memoryMbAtRest: bytes / pods.length / 1e6 };
}

function emptied(pods: readonly RealPod[]): void {
  if (pods.length > 0) throw new Error(`${pods.length} pods are there`);
}

/** Seconds from now on. */
function clock(): () => number {
  const begun = performance.now();
  return () => (performance.now() - begun) / 1000;
}
