import { App, Chart, Yaml } from 'cdk8s';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { compare } from '../../../../lab/comparison/compare';
import { actualPaths, expectedPaths } from '../../../../lab/comparison/paths';
import { sessionsUp } from '../../../../lab/comparison/sessions';
import { untilAsExpected } from '../../../../lab/comparison/until-as-expected';
import { Dnsmasq } from '../../../../lab/dns/dnsmasq';
import { NameServer, Records } from '../../../../lab/dns/name-server';
import { Lab } from '../../../../lab/lab';
import { readManifests } from '../../../../lab/manifests/read';
import { run } from '../../../../lab/network/command';
import { Namespace } from '../../../../lab/network/namespace';
import { planOf } from '../../../../lab/plan/plan';
import {
  inCluster,
  OutsideRouter,
  Reachability,
  RouteReflectorRegion,
  RouteReflectorRegionProps,
  topologyOf,
} from '../../../../lib';
import { BgpTopology, derive } from '../../../../lib/model';
import { BUILD_MILLISECONDS } from '../../../../test-support/images';
import { region } from '../../../../test-support/examples';
import { describeWith } from '../../../../test-support/needs';
import { labBase } from '../../support/describe-lab';

// A core and a region below it in one cluster, and another region of that core in a second one. Each cluster is a lab of
// its own, with its own DNS, API server and network, from its own manifests. As in a cluster set of the Multi-Cluster
// Services API, there are routes between the networks of the pods and of nothing else, and exported Services are in the
// DNS of both under svc.clusterset.local.

const autonomousSystem = 64496;
const NETWORKS = { one: '10.42.0.0/16', other: '10.44.0.0/16' };
type ClusterName = keyof typeof NETWORKS;
const CLUSTERS = Object.keys(NETWORKS) as ClusterName[];
const PATIENCE_MS = 180_000;

const app = new App();
const charts = Object.fromEntries(
  CLUSTERS.map((name) => [name, inCluster(new Chart(app, name, { namespace: `bgp-${name}` }), name)]),
) as Record<ClusterName, Chart>;

const elsewhere = (to: Chart, service: string, cluster: ClusterName) =>
  RouteReflectorRegion.fromService(to, `${service}-elsewhere`, {
    ...{ service, namespace: `bgp-${cluster}`, clusterSet: true, podNetworks: [NETWORKS[cluster]], autonomousSystem },
  });

function addRegion(
  cluster: ClusterName,
  name: string,
  number: number,
  upstream: RouteReflectorRegionProps['upstream'],
): void {
  const part = new RouteReflectorRegion(charts[cluster], name, {
    ...{ ...region, podNetworks: [NETWORKS[cluster]], upstream, reachability: Reachability.hostPorts() },
    clientRanges: [`198.51.100.${number * 16}/28`],
    sides: { a: { addresses: [`192.0.2.${number}1`] }, b: { addresses: [`192.0.2.${number}2`] } },
  });
  new OutsideRouter(charts[cluster], `pe-${name}`, {
    ...{ autonomousSystem, addresses: [`198.51.100.${number * 16 + 1}`], clientOf: [part] },
    announces: [`203.0.113.${number * 16}/28`],
  });
}

const regionsBelow = [elsewhere(charts.one, 'meshrr-east', 'other')];
const core = new RouteReflectorRegion(charts.one, 'core', { ...region, regionsBelow });
addRegion('one', 'west', 1, core);
addRegion('other', 'east', 2, elsewhere(charts.other, 'meshrr-core', 'one'));
const whole = topologyOf(app);

/** What a lab of one of the clusters is made from, and the Services that it exports. */
function partOf(cluster: ClusterName) {
  const objects = charts[cluster].toJson();
  const isExport = ({ kind }: { kind: string }) => kind === 'ServiceExport';
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cluster-'));
  Yaml.save(
    path.join(folder, 'app.yaml'),
    objects.filter((one) => !isExport(one)),
  );
  const here = (one: { readonly cluster: string }) => one.cluster === cluster;
  const parts = new Set(whole.groups.filter(here).map(({ part }) => part.path));
  const topology: BgpTopology = derive({
    groups: whole.groups.filter(here),
    nodes: whole.nodes.filter(here),
    outside: whole.outside.filter(({ clientOf }) => clientOf.some((one) => parts.has(one))),
    metallb: [],
  });
  const plan = planOf(readManifests(folder), topology);
  fs.rmSync(folder, { recursive: true });
  const exported = objects.filter(isExport).map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
  return { plan, exported };
}

/** The DNS of a cluster set: a server for each cluster. */
class ClusterSet {
  private readonly members: { readonly server: NameServer; records: Records }[] = [];

  constructor(
    private readonly exported: readonly string[],
    private readonly folder: string,
  ) {}

  async startNameServer(host: Namespace, names: readonly string[]): Promise<NameServer> {
    const folder = fs.mkdtempSync(path.join(this.folder, 'dns-'));
    const shared = this.exported.map((service) => `${service}.svc.clusterset.local`);
    const member = { server: await Dnsmasq.start(host, folder, [...names, ...shared]), records: new Map() as Records };
    this.members.push(member);
    return {
      publish: async (records) => {
        member.records = records;
        await this.publish();
      },
    };
  }

  private async publish(): Promise<void> {
    const shared = this.exported.map((service): [string, readonly string[]] => {
      const addresses = this.members.flatMap(({ records }) => records.get(`${service}.svc.cluster.local`) ?? []);
      return [`${service}.svc.clusterset.local`, addresses];
    });
    for (const { server, records } of this.members) await server.publish(new Map([...records, ...shared]));
  }
}

/** Joins the networks of two labs by a link, with a route to the pods of the other one in each. */
async function join(labs: readonly Lab[]): Promise<void> {
  const [one, other] = labs.map((lab) => `lab${lab.id}-net`);
  await run('ip', ['-n', one, 'link', 'add', 'set', 'type', 'veth', 'peer', 'name', 'set', 'netns', other]);
  for (const [i, network] of [one, other].entries()) {
    const lines = [
      `addr add 169.254.7.${i + 1}/30 dev set`,
      'link set set up',
      `route add ${NETWORKS[CLUSTERS[1 - i]]} via 169.254.7.${2 - i}`,
    ];
    await run('ip', ['-n', network, '-batch', '-'], { input: lines.join('\n') });
  }
}

describeWith(
  ['root', 'ip', 'nft', 'curl', 'bgpd', 'dnsmasq', 'bird', 'gobgpd'],
  'regions of two clusters that refer to each other by exported Services',
  () => {
    const labs: Lab[] = [];
    let folder: string;
    beforeAll(() => void labBase(), BUILD_MILLISECONDS);
    beforeAll(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cluster-set-'));
      const parts = CLUSTERS.map(partOf);
      const set = new ClusterSet(
        parts.flatMap(({ exported }) => exported),
        folder,
      );
      for (const { plan } of parts) {
        const startNameServer = set.startNameServer.bind(set);
        labs.push(await Lab.up({ base: labBase(), ...plan, startNameServer }));
      }
    }, PATIENCE_MS);
    afterAll(async () => {
      await Promise.all(labs.map((lab) => lab.down()));
      fs.rmSync(folder, { recursive: true, force: true });
    });

    const pods = () => labs.flatMap((lab) => lab.cluster.pods);

    test(
      'the region in the other cluster has no session upstream while there is no route between the pods',
      async () => {
        await Promise.all(labs.map((lab) => lab.untilConverged(PATIENCE_MS)));
        const { missing } = await sessionsUp(whole, pods());
        expect(missing).toEqual([
          expect.stringMatching(/^meshrr-east-a-1 upstream: 0 of 2$/),
          expect.stringMatching(/^meshrr-east-b-1 upstream: 0 of 2$/),
        ]);
      },
      PATIENCE_MS,
    );

    test(
      'with these routes every router of both has the paths that the proof of both apps expects',
      async () => {
        await join(labs);
        const plans = labs.flatMap((lab) => [...lab.plans.values()]);
        const clients = new Map(labs.flatMap((lab) => [...lab.running()]));
        const compared = async () => {
          const up = await sessionsUp(whole, pods());
          const expected = expectedPaths(whole, plans, up);
          const { paths, differences } = compare(expected, await actualPaths(whole, clients, up, expected));
          return { paths, differences: [...up.missing, ...differences] };
        };
        const { paths, differences } = await untilAsExpected(compared, PATIENCE_MS);
        expect(differences).toEqual([]);
        expect(paths).toBeGreaterThan(0);
        const learned = await clients.get('pe-east')!.learned();
        expect(new Set(learned.map(({ destination }) => destination))).toContain('203.0.113.16/28');
      },
      PATIENCE_MS,
    );

    test('the pods find the other cluster by DNS, and their own mesh in EndpointSlices', () => {
      const answers = pods().flatMap((pod) =>
        (pod.status()?.groups ?? []).map(({ name, lastAnswer }) => `${pod.workload.name} ${name}: ${lastAnswer}`),
      );
      const of = (group: string) => answers.filter((answer) => answer.startsWith(group));
      for (const side of ['a', 'b']) {
        expect(of(`meshrr-east-${side} MESHRR-UPSTREAM`)).toEqual([expect.stringMatching(/found 2 by dns$/)]);
        expect(of(`meshrr-east-${side} MESHRR-MESH`)).toEqual([expect.stringMatching(/by endpointslice$/)]);
      }
    });
  },
);
