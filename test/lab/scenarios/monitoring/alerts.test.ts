import { execFile } from 'child_process';
import { App, Chart, Testing } from 'cdk8s';
import * as fs from 'fs';
import * as path from 'path';
import { promisify } from 'util';
import { eventually } from '../../../../lab/eventually';
import { Pod } from '../../../../lab/pod/pod';
import {
  Frr,
  HierarchicalRouteReflectors,
  MetalLBBgpPeering,
  Monitoring,
  OutsideRouter,
  Reachability,
} from '../../../../lib';
import { has } from '../../../../test-support/needs';
import { Prometheus } from '../../../../test-support/prometheus';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { describeLab } from '../../support/describe-lab';
import { FileTargets } from './file-targets';
import { Panels } from './panels';
import { pictureOf } from './picture';

/** The only host that the policies of the pods let scrape. */
const SCRAPER = '203.0.113.9';
const PATIENCE_MS = 60_000;

/** A core of two, and a region of two sides with one client. */
function monitored(app: App): void {
  const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
    myAsn: 64497,
    peers: { leaf: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
  });
  const chart = new Chart(app, 'bgp');
  const { regions } = new HierarchicalRouteReflectors(chart, 'reflectors', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.42.0.0/16'],
    regions: {
      east: {
        clientRanges: ['198.51.100.0/24'],
        reachability: Reachability.metalLB(metallb),
        sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
      },
    },
  });
  new OutsideRouter(chart, 'pe1', {
    platform: 'frr',
    autonomousSystem: 64496,
    addresses: ['198.51.100.1'],
    announces: ['10.1.1.0/24'],
    clientOf: [regions.get('east')!],
  });
  new Monitoring(chart, 'monitoring', { scrapedFrom: [{ ipBlock: { cidr: `${SCRAPER}/32` } }] });
}

function manifest(wanted: string) {
  const app = new App();
  monitored(app);
  return Testing.synth(app.node.findChild('bgp') as Chart).find(({ kind }) => kind === wanted);
}

interface RuleGroup {
  readonly rules: readonly { readonly alert: string }[];
}

/** The rules of the manifest with short times, so that a test need not wait for minutes. promtool tests the real ones. */
function hastyRules(): readonly RuleGroup[] {
  return JSON.parse(
    JSON.stringify(manifest('PrometheusRule').spec.groups)
      .replaceAll(/"for":"\d+m"/g, '"for":"2s"')
      .replaceAll('[15m]', '[40s]')
      .replaceAll('[1h]', '[3m]')
      .replaceAll('> 120', '> 5'),
  ) as readonly RuleGroup[];
}

/** Prometheus, and the lab on which the test runs. */
const suite = has('prometheus') ? describe : describe.skip;

suite('alerts of a real Prometheus', () => {
  const options = () => ({
    ...planOfDefinition(monitored),
    environment: { MESHRR_SESSION_SECONDS: '5', MESHRR_POLL_MILLISECONDS: '300' },
  });

  describeLab('fire by a fault of the lab, and end with it:', options, (lab) => {
    let prometheus: Prometheus;
    let panels: Panels;
    let scraping: NodeJS.Timeout;
    const rules = hastyRules();
    const begin = Date.now() / 1000;
    /** The alerts that tests saw. */
    const fired = new Set<string>();

    const pods = (workload: string): readonly Pod[] => lab().cluster.podsOf(workload);
    const sideA = () => pods('meshrr-east-a')[0];
    const sideB = () => pods('meshrr-east-b')[0];
    const cores = () => pods('meshrr-core');

    beforeAll(async () => {
      const host = await lab().cluster.attach('prometheus', [SCRAPER]);
      const folder = path.join(lab().folder, 'prometheus');
      fs.mkdirSync(folder);
      const targets = new FileTargets(folder);
      const inside = ['ip', 'netns', 'exec', host.name];
      prometheus = await Prometheus.start({ inside, folder, groups: rules, scrapeConfigs: [targets.scrapeConfig] });
      panels = new Panels(manifest('ConfigMap').data['meshrr.json'], prometheus);
      const all = () => targets.scrape(lab().cluster.pods);
      all();
      scraping = setInterval(all, 500);
      const up = async () => (await prometheus.targets()).filter(({ health }) => health === 'up');
      await eventually(async () => expect(await up()).toHaveLength(4), PATIENCE_MS);
      await untilQuiet();
    }, PATIENCE_MS);
    afterAll(() => {
      clearInterval(scraping);
      prometheus?.stop();
    });

    const names = async () => [...new Set((await prometheus.firing()).map(({ labels }) => labels.alertname))].sort();
    const untilQuiet = () => eventually(async () => expect(await names()).toEqual([]), PATIENCE_MS, 500);
    /** Waits until alerts with these labels fire. */
    const untilFires = (...wanted: readonly Readonly<Record<string, string>>[]) =>
      eventually(
        async () => {
          const firing = (await prometheus.firing()).map(({ labels }) => labels);
          expect(firing).toEqual(expect.arrayContaining(wanted.map((one) => expect.objectContaining(one))));
          for (const { alertname } of wanted) fired.add(alertname);
        },
        PATIENCE_MS,
        500,
      );
    /** Waits until a number of the dashboard is so, in red or in green. */
    const untilShows = (title: string, isIt: (value: number) => boolean) =>
      eventually(
        async () => {
          const value = await panels.numberOf(title);
          expect({ title, value, is: isIt(value) }).toEqual({ title, value, is: true });
        },
        PATIENCE_MS,
        500,
      );
    const isZero = (value: number) => value === 0;
    const isOne = (value: number) => value === 1;
    const meshrr = async ({ name }: Pod, command: string) => {
      const { command: enter, environment } = lab().execTargetOf(name);
      await promisify(execFile)(enter[0], [...enter.slice(1), 'meshrr', command], { env: environment });
    };

    test('a side loses its node', async () => {
      const { node } = sideA();
      await lab().stop(node);
      await untilFires(
        { alertname: 'MeshrrNoPodReady', app_kubernetes_io_instance: 'meshrr-east-a' },
        { alertname: 'MeshrrClientNotOnAllSides', peer: '198.51.100.1', meshrr_part: 'meshrr-east' },
      );
      await untilShows('Clients not on all sides', isOne);
      await lab().startAgain(node);
      await lab().untilConverged();
      await untilQuiet();
      await untilShows('Clients not on all sides', isZero);
    }, 300_000);

    test('a client stops', async () => {
      await lab().stop('pe1');
      await untilFires({ alertname: 'MeshrrClientLost', peer: '198.51.100.1', severity: 'critical' });
      await untilShows('Clients lost in the last hour', isOne);
      await lab().startAgain('pe1');
      await untilQuiet();
      await untilShows('Clients lost in the last hour', isZero);
      await untilShows('Sessions lost in the last hour', (value) => value > 0);
    }, 300_000);

    test('a session of the mesh is down, and then flaps', async () => {
      const [one, other] = cores();
      const session = `neighbor ${other.address} shutdown`;
      await one.configure('router bgp 64496', session);
      await untilFires({ alertname: 'MeshrrSessionMissing', pod: one.name });
      await one.configure('router bgp 64496', `no ${session}`);
      const isUp = async () => {
        const up = (await one.sessions()).find(({ address }) => address === other.address);
        expect(up?.state).toBe('Established');
      };
      for (let i = 0; i < 4; i++) {
        await eventually(isUp, PATIENCE_MS);
        // The runtime looks each second.
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        await one.show(`clear bgp ${other.address}`);
      }
      await untilFires({ alertname: 'MeshrrSessionFlaps', pod: one.name, peer: other.address });
      await untilQuiet();
    }, 300_000);

    test('API server and DNS are away', async () => {
      await lab().cluster.setApiServer(false);
      await untilFires({ alertname: 'MeshrrProblem', kind: 'discovery-fallback' });
      await lab().cluster.setNameServer(false);
      await untilFires(...cores().map(({ name: pod }) => ({ alertname: 'MeshrrDiscoveryOld', pod })));
      await untilShows('Oldest answer of discovery', (value) => value > 5);
      await untilShows('Problems', (value) => value > 0);
      await lab().cluster.setNameServer(true);
      await lab().cluster.setApiServer(true);
      await untilQuiet();
      await untilShows('Oldest answer of discovery', (value) => value < 5);
      await untilShows('Problems', isZero);
    }, 300_000);

    test('a router hangs, a runtime does not run, and a pod is drained', async () => {
      const [hanging, drained, [core]] = [sideA(), sideB(), cores()];
      hanging.services.bgpd.signal('SIGSTOP');
      await core.services.meshrr.kill();
      await Promise.all([
        meshrr(drained, 'drain').then(() => untilFires({ alertname: 'MeshrrDrained', pod: drained.name })),
        untilFires({ alertname: 'MeshrrRuntimeAway', pod: core.name }),
        untilFires(
          { alertname: 'MeshrrRouterUnreachable', pod: hanging.name },
          { alertname: 'MeshrrPodNotReady', pod: hanging.name },
        )
          .then(() => untilShows('Pods not ready', (value) => value > 0))
          .then(() => hanging.services.bgpd.signal('SIGCONT')),
      ]);
      await meshrr(drained, 'undrain');
      core.services.meshrr.start();
      await lab().untilConverged();
      await untilQuiet();
      await untilShows('Pods not ready', isZero);
    }, 300_000);

    test('the pods of both sides are to end: one waits for the other', async () => {
      const both = [sideA(), sideB()];
      const gone = Promise.all(both.map((pod) => lab().cluster.deletePod(pod)));
      await untilFires({ alertname: 'MeshrrHandoverWaits' });
      await gone;
      await lab().untilConverged();
      await untilQuiet();
    }, 300_000);

    test('every alert of the manifest was seen', () => {
      const names = rules.flatMap((group) => group.rules.map(({ alert }) => alert));
      expect([...fired].sort()).toEqual([...new Set(names)].sort());
    });

    test('every panel of the dashboard has series of these faults, and every variable has values', async () => {
      const all = await panels.all(begin);
      expect(all.filter(({ series }) => series.length === 0).map(({ panel }) => panel.title)).toEqual([]);
      const picture = pictureOf(all, [begin, Date.now() / 1000]);
      expect([...picture.matchAll(/<g>/g)]).toHaveLength(all.length);
      expect(picture).not.toMatch(/NaN|undefined|Infinity/);
      // That of the page about monitoring: DASHBOARD_PICTURE=docs/dashboard.svg
      const { DASHBOARD_PICTURE: file } = process.env;
      if (file !== undefined) fs.writeFileSync(file, picture);
      expect(await panels.choices()).toEqual({ namespace: ['default'], part: ['meshrr-core', 'meshrr-east'] });
    });
  });
});
