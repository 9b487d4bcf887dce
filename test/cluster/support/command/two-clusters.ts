import * as fs from 'fs';
import * as path from 'path';
import { Chart } from 'cdk8s';
import { RealPod } from '../../../../cluster/pod';
import { RealCluster } from '../../../../cluster/real-cluster';
import { diagnose } from '../../../../command/live/doctor/doctor';
import { look, open } from '../../../../command/live/main';
import { StatusRow } from '../../../../command/live/status';
import { Frr, inCluster, Monitoring, RouteReflectorRegion, synthesize } from '../../../../lib';
import { describeWith } from '../../../../test-support/needs';
import { Prometheus } from '../../../../test-support/prometheus';
import { Caller, notOk, until } from './caller';
import { scrapeConfigOf } from './pod-monitor';

const CRDS = path.join(__dirname, '..', '..', '..', '..', 'imports', 'crds', 'prometheus-operator-v0.84.0.yaml');
const MONITORING = 'monitoring.coreos.com';

/** Both are one cluster by two contexts: nodes and workloads have the same names. */
const CLUSTERS = ['east', 'west'];

interface Group {
  readonly name: string;
  readonly rules: readonly { readonly alert: string }[];
}

/** What the doctor says of both: their cores have no region below them. */
const NOTHING_BELOW = Object.fromEntries(
  CLUSTERS.flatMap((name) => {
    const text = new RegExp(`meshrr-core-clients\\.bgp-${name}\\.svc\\.cluster\\.local: no endpoints`);
    return ['pods', 'discovery'].map((line) => [`${name}: ${line}`, expect.stringMatching(text)]);
  }),
);

/** An app with monitoring in two clusters. @param on a cluster whose nodes have the label of a core */
export function twoClusters(on: () => { cluster: RealCluster; caller: Caller }): void {
  let folder: string;
  let topology: string;
  const diagnosed = async () => notOk(await diagnose(await look(open(folder, { topology }), 'all', true)));
  const run = (verb: string, ...more: readonly string[]) =>
    on().caller.run(verb, folder, '--topology', topology, ...more);

  beforeAll(async () => {
    const { cluster, caller } = on();
    folder = path.join(caller.home, 'two');
    const topologyDir = path.join(caller.home, 'two-topology');
    topology = path.join(topologyDir, 'topology.json');
    const router = new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' });
    const scrapedFrom = [{ ipBlock: { cidr: `${cluster.node('n1').address}/32` } }];
    synthesize(
      (app) => {
        for (const name of CLUSTERS) {
          const chart = inCluster(new Chart(app, name, { namespace: `bgp-${name}` }), name);
          const region = { router, autonomousSystem: 64496, podNetworks: ['10.42.0.0/16'] };
          new RouteReflectorRegion(chart, 'core', region);
          new Monitoring(chart, 'monitoring', { scrapedFrom });
        }
      },
      { outdir: folder, topologyDir },
    );
    await cluster.apply(CRDS, { serverSide: true });
    for (const name of CLUSTERS) {
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `bgp-${name}`, labels } }]);
      caller.addContext(name);
    }
    // The API serves new kinds a moment after their CRDs.
    await until(() => cluster.apply(folder));
  });

  test('the doctor has lines of both, and the table has the pods of both', async () => {
    await until(async () => expect(await diagnosed()).toEqual(NOTHING_BELOW));
    const rows = JSON.parse((await run('status', '--json')).text) as readonly StatusRow[];
    expect(rows.filter(({ state }) => state === 'MISSING')).toEqual([]);
    const readyIn = (name: string) =>
      rows.filter(({ cluster, state }) => cluster === name && state === 'ready').map(({ note }) => note);
    const wanted = (name: string) => expect.stringContaining(`meshrr-core-clients.bgp-${name}.svc`);
    for (const name of CLUSTERS) expect(readyIn(name)).toEqual([wanted(name), wanted(name)]);
    const { status, text } = await run('compare');
    expect({ status, lines: text.trim().split('\n') }).toEqual({
      status: 0,
      lines: CLUSTERS.map((name) => expect.stringMatching(`^${name}/core, inet: .*: the same$`)),
    });
  });

  test('the doctor names the cluster of a fault', async () => {
    const scale = (replicas: number) =>
      on().cluster.kubectl('scale', '-n', 'bgp-west', 'deployment/meshrr-core', `--replicas=${replicas}`);
    await scale(1);
    const fault = { 'west: placement': 'meshrr-core: is scaled to 1 pod, want 2' };
    await until(async () => expect(await diagnosed()).toEqual({ ...NOTHING_BELOW, ...fault }));
    await scale(2);
    await until(async () => expect(await diagnosed()).toEqual(NOTHING_BELOW));
  });

  test('each cluster needs a context that exists', async () => {
    expect(await run('status', '--context', 'west=nowhere')).toEqual({
      status: 1,
      text: expect.stringMatching(/^status: .*"nowhere".*\n$/),
    });
  });

  const objects = async (kind: string) => {
    const paths = CLUSTERS.map((name) => `/apis/${MONITORING}/v1/namespaces/bgp-${name}/${kind}`);
    return (await Promise.all(paths.map((one) => on().cluster.api.list(one)))).flat();
  };

  test('the API server has the objects of Prometheus as they were written, and rejects a field that it does not know', async () => {
    const [{ metadata, spec }] = await objects('podmonitors');
    const { name, namespace } = metadata;
    const wrong = { apiVersion: `${MONITORING}/v1`, kind: 'PodMonitor', metadata: { name, namespace } };
    await expect(on().cluster.apply([{ ...wrong, spec: { ...spec, nonsense: 1 } }])).rejects.toThrow(
      /unknown field "(spec\.)?nonsense"/,
    );
  });

  describeWith(['prometheus'], 'a Prometheus on a node', () => {
    let prometheus: Prometheus;
    afterAll(() => prometheus?.stop());
    const pods = async () => {
      const own = CLUSTERS.map((name) => on().cluster.api.list(`/api/v1/namespaces/bgp-${name}/pods`));
      // One that was scaled away may take a while to end.
      return (await Promise.all(own)).flat().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    };

    test('scrapes what the PodMonitors say, and evaluates the rules', async () => {
      const { cluster, caller } = on();
      await until(async () => expect(await pods()).toHaveLength(4));
      const found = await pods();
      const monitors = await objects('podmonitors');
      const groups: Group[] = (await objects('prometheusrules')).flatMap(({ spec, metadata: { namespace } }) =>
        (spec.groups as readonly Group[]).map((group) => ({ ...group, name: `${namespace} ${group.name}` })),
      );
      expect([monitors.length, groups.length]).toEqual([2, 2]);
      const own = path.join(caller.home, 'prometheus');
      fs.mkdirSync(own);
      const scrapeConfigs = monitors.map((one) => scrapeConfigOf(one, found));
      prometheus = await Prometheus.start({ inside: cluster.node('n1').inside, folder: own, scrapeConfigs, groups });
      const wanted = found.map((one) => {
        const { name, namespace, workload } = new RealPod(one, undefined);
        return { pod: name, namespace, health: 'up', instance: workload.name, part: workload.name };
      });
      await until(async () => {
        const targets = (await prometheus.targets()).map(({ health, labels }) => ({
          ...{ pod: labels.pod, namespace: labels.namespace, health },
          ...{ instance: labels.app_kubernetes_io_instance, part: labels.meshrr_part },
        }));
        expect(targets).toHaveLength(wanted.length);
        expect(targets).toEqual(expect.arrayContaining(wanted));
      });
      await until(async () => {
        const ready = await prometheus.query('count by (namespace) (meshrr_ready == 1)');
        const counts = ready.map(({ metric, value }) => [metric.namespace, value?.[1]]);
        expect(counts.sort()).toEqual(CLUSTERS.map((name) => [`bgp-${name}`, '2']));
      });
      const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
      expect(alerts.length).toBeGreaterThan(20);
      await until(async () => expect([...(await prometheus.healthyRules())].sort()).toEqual(alerts.sort()));
    });

    test('the policy lets no other node in', async () => {
      const elsewhere = (await pods()).map((one) => new RealPod(one, undefined)).find(({ node }) => node !== 'n2')!;
      const url = `http://${elsewhere.address}:8179/metrics`;
      await expect(on().cluster.node('n2').run('curl', '-sS', '--max-time', '3', url)).rejects.toThrow(/status (7|28)/);
    });
  });
}
