import * as path from 'path';
import { setTimeout as pause } from 'timers/promises';
import { RealCluster } from '../../cluster/real-cluster';
import { LabError } from '../../lab/lab-error';
import { LabPlan, planFor } from '../../lab/plan/plan';
import { ClusterTestbed } from '../../test-support/testbed/cluster-testbed';
import { promisedRoutes, sideOf } from '../../test-support/testbed/promised-routes';
import { gapTexts, watchRoutes } from '../../test-support/testbed/route-watch';
import { Bench, Figures } from '../figure';

const ROOT = path.join(__dirname, '..', '..');
const APP = 'two-regions-hrr-metallb-frr';
const DEFAULT_SECONDS = 600;
/** How long everything may take to be as before, in milliseconds. */
const PATIENCE_MS = 5 * 60_000;

/** Something that is away for a while. */
interface Outage {
  begin(cluster: RealCluster, testbed: ClusterTestbed, plan: LabPlan): Promise<unknown>;
  end(cluster: RealCluster, testbed: ClusterTestbed): Promise<unknown>;
}

const ON_NO_NODE = { 'bench/away': 'true' };

/** By the prefix of the names of the figures. */
const OUTAGES: Readonly<Record<string, Outage>> = {
  apiServer: {
    begin: (_, testbed) => testbed.setApiServer(false),
    end: (_, testbed) => testbed.setApiServer(true),
  },
  coreDns: {
    begin: (_, testbed) => testbed.setNameServer(false),
    end: (_, testbed) => testbed.setNameServer(true),
  },
  metallbController: {
    begin: (cluster) => cluster.kubectl('-n', 'metallb-system', 'scale', 'deployment/controller', '--replicas=0'),
    end: (cluster) => cluster.kubectl('-n', 'metallb-system', 'scale', 'deployment/controller', '--replicas=1'),
  },
  metallbSpeakers: {
    begin: (cluster) => placeSpeakers(cluster, ON_NO_NODE),
    end: (cluster) => placeSpeakers(cluster, { 'bench/away': null }),
  },
  node: {
    begin: (_, testbed, plan) => testbed.failNodes(nodeOfSide(plan, testbed)),
    end: (cluster, testbed) => testbed.recoverNodes(...cluster.nodes.map(({ name }) => name)),
  },
};

/** A node with pods of side b. */
function nodeOfSide(plan: LabPlan, { pods }: ClusterTestbed): string {
  const [workload] = sideOf(plan, 'b');
  return pods.find((pod) => pod.workload.name === workload)!.node;
}

function placeSpeakers(cluster: RealCluster, nodeSelector: Readonly<Record<string, string | null>>): Promise<string> {
  const patch = JSON.stringify({ spec: { template: { spec: { nodeSelector } } } });
  return cluster.kubectl('-n', 'metallb-system', 'patch', 'daemonset/speaker', '--type=merge', '-p', patch);
}

export const outagesBench: Bench = {
  about:
    `${APP} on a real Kubernetes, of which one part after the other is away (--seconds N, ${DEFAULT_SECONDS} by default; --only NAME,… of ${Object.keys(OUTAGES).join(', ')}): ` +
    'how often a client lacked a route, for how many seconds at most, sessions of clients that flapped, and seconds ' +
    'from the end of the outage until all sessions are up',
  needs: ['root', 'containerd', 'etcd', 'go'],
  async run({ seconds = DEFAULT_SECONDS, only = Object.keys(OUTAGES) } = {}) {
    const unknown = only.filter((name) => !OUTAGES[name]);
    if (unknown.length > 0)
      throw new LabError(`--only: ${unknown.join(', ')}: want ${Object.keys(OUTAGES).join(', ')}`);
    const folder = path.join(ROOT, 'dist', APP);
    const topologyFile = path.join(ROOT, 'topology', APP, 'topology.json');
    const plan = planFor(folder, topologyFile);
    const cluster = await RealCluster.up({ folder, topologyFile, onProgress: (step) => console.error(step) });
    const testbed = await ClusterTestbed.follow(cluster, plan);
    try {
      await cluster.applyApp();
      await testbed.untilConverged(PATIENCE_MS);
      await testbed.untilAsExpected(PATIENCE_MS);
      const figures: Record<string, number> = {};
      for (const name of only) {
        console.error(`${name} is away for ${seconds} s`);
        const own = await measure(cluster, testbed, plan, OUTAGES[name], seconds);
        console.error(`  ${JSON.stringify(own)}`);
        for (const [figure, value] of Object.entries(own)) figures[`${name}${figure}`] = value;
      }
      return figures;
    } finally {
      await testbed.close();
      await cluster.down();
    }
  },
};

async function measure(
  cluster: RealCluster,
  testbed: ClusterTestbed,
  plan: LabPlan,
  outage: Outage,
  seconds: number,
): Promise<Figures> {
  const before = await upsOf(testbed);
  let back = 0;
  const watched = await watchRoutes(testbed, promisedRoutes(plan), async () => {
    await outage.begin(cluster, testbed, plan);
    await pause(seconds * 1000);
    await outage.end(cluster, testbed);
    const ended = performance.now();
    await testbed.untilConverged(PATIENCE_MS);
    await testbed.untilAsExpected(PATIENCE_MS);
    back = (performance.now() - ended) / 1000;
  });
  for (const text of gapTexts(watched).slice(0, 10)) console.error(`  ${text}`);
  const after = await upsOf(testbed);
  return {
    Gaps: watched.gaps.length,
    GapSeconds: Math.max(0, ...watched.gaps.map((gap) => gap.seconds)),
    Flaps: [...after].reduce((sum, [session, ups]) => sum + ups - (before.get(session) ?? 0), 0),
    BackSeconds: back,
  };
}

/** How often each session of a client has come up. */
async function upsOf(testbed: ClusterTestbed): Promise<ReadonlyMap<string, number>> {
  const clients = await testbed.sessionsOfClients();
  return new Map(
    clients.flatMap(({ name, sessions }) =>
      sessions.map(({ address, ups }) => [`${name} ${address}`, ups ?? 0] as const),
    ),
  );
}
