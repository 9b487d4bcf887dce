import { Chart } from 'cdk8s';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { RealCluster } from '../../cluster/real-cluster';
import { KubernetesObject } from '../../cluster/control-plane/api';
import { eventually } from '../../lab/eventually';
import { AppDefinition, Frr, HierarchicalRouteReflectors, MetalLBBgpPeering, Reachability } from '../../lib';
import { BgpTopology } from '../../lib/model';
import { APPS, appFiles } from './support/apps';
import { synthesizeTo } from './support/synthesize';

// Admission, apply and re-apply, and delete, of every app of dist/.

let cluster: RealCluster;

beforeAll(async () => {
  cluster = await RealCluster.up(appFiles('two-regions-hrr-metallb-frr'));
});
afterAll(() => cluster?.down());

/** kubectl patches it with all fields each time (`patchStrategy=replace`), which changes nothing. */
const PATCHED_EACH_TIME = /^poddisruptionbudget\.policy\/\S+ configured$/;

const lines = (output: string) => output.split('\n').filter(Boolean);

/** The version of each object of a folder: it changes with every change. */
async function versions(folder: string): Promise<Readonly<Record<string, string>>> {
  const { items } = JSON.parse(await cluster.kubectl('get', '-f', folder, '-o', 'json'));
  return Object.fromEntries(
    items.map(({ kind, metadata }: KubernetesObject & { metadata: { generation?: number } }) => [
      `${kind}/${metadata.name}`,
      JSON.stringify([metadata.uid, metadata.generation, metadata.labels]),
    ]),
  );
}

/** Waits until each workload has all its pods, and these run. */
async function untilRunning({ groups }: BgpTopology): Promise<void> {
  for (const { workload, workloadKind, namespace = 'default' } of groups) {
    await eventually(
      async () => {
        const plural = `${workloadKind.toLowerCase()}s`;
        const { status } = await cluster.api.get(`/apis/apps/v1/namespaces/${namespace}/${plural}/${workload}`);
        const [wanted, have] =
          workloadKind === 'DaemonSet'
            ? [status.desiredNumberScheduled, status.currentNumberScheduled]
            : [status.replicas, status.replicas];
        expect(wanted).toBeGreaterThan(0);
        expect(have).toBe(wanted);
        const pods = await cluster.api.list(`/api/v1/namespaces/${namespace}/pods`);
        const own = pods.filter(({ metadata }) => metadata.name.startsWith(`${workload}-`));
        expect(own.length).toBeGreaterThanOrEqual(wanted);
        for (const { metadata, status: of } of own) {
          expect({ name: metadata.name, phase: of.phase }).toEqual({ name: metadata.name, phase: 'Running' });
        }
      },
      240_000,
      1000,
    );
  }
}

/** What the namespaces of an app and of MetalLB have, without what Kubernetes itself creates. */
async function objects(): Promise<readonly string[]> {
  const kinds = [
    ...['all', 'configmap', 'networkpolicy', 'poddisruptionbudget', 'serviceaccount', 'role', 'rolebinding'],
    ...['ipaddresspool', 'bgpadvertisement', 'bgppeer', 'l2advertisement', 'endpointslice', 'persistentvolumeclaim'],
  ];
  const args = [
    'get',
    kinds.join(','),
    '-A',
    '-o',
    'jsonpath={range .items[*]}{.kind} {.metadata.namespace} {.metadata.name}{"\\n"}{end}',
  ];
  return lines(await cluster.kubectl(...args)).sort();
}

describe.each(APPS)('%s', (name) => {
  const { folder } = appFiles(name);
  let before: readonly string[];
  let topology: BgpTopology;

  beforeAll(async () => {
    topology = await cluster.prepareFor(appFiles(name));
    before = await objects();
  });

  test('is accepted by server-side apply, without a warning, and its pods run', async () => {
    const output = lines(await cluster.apply(folder, { serverSide: true }));
    expect(output.filter((line) => !line.endsWith(' serverside-applied'))).toEqual([]);
    await untilRunning(topology);
  });

  test('a second apply changes nothing', async () => {
    const first = await versions(folder);
    await cluster.apply(folder, { serverSide: true });
    expect(await versions(folder)).toEqual(first);
  });

  test('delete leaves nothing', async () => {
    await remove();
    expect(await objects()).toEqual(before);
  });

  test('is accepted by client-side apply, and a second one reports nothing but unchanged', async () => {
    const first = lines(await cluster.apply(folder));
    const second = lines(await cluster.apply(folder));
    await remove();
    expect(first.filter((line) => !line.endsWith(' created'))).toEqual([]);
    const changed = second.filter((line) => !line.endsWith(' unchanged'));
    expect(changed.filter((line) => !PATCHED_EACH_TIME.test(line))).toEqual([]);
  });

  /** Deletes the app, and waits until its pods are gone, and what Kubernetes has created for it. */
  async function remove(): Promise<void> {
    await cluster.kubectl('delete', '-f', folder, '--timeout=120s');
    await eventually(
      async () => expect((await objects()).length).toBeLessThanOrEqual(before.length),
      120_000,
      500,
    ).catch(() => undefined);
  }
});

describe('two apps side by side, with regions of one name in different namespaces', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-apps-'));
  afterAll(() => fs.rmSync(root, { recursive: true }));

  /** Nodes do not have the labels of its region, so its DaemonSets have no pods. */
  const app =
    (namespace: string, subnet: string): AppDefinition =>
    (to) => {
      const metallb = new MetalLBBgpPeering(new Chart(to, 'metallb'), 'peering', {
        ...{ namespace: 'metallb-system', backend: 'native', myAsn: 64497 },
        peers: { [`rack-of-${namespace}`]: { peerAsn: 64498, peerAddress: `${subnet}.254` } },
      });
      new HierarchicalRouteReflectors(new Chart(to, 'reflectors', { namespace }), 'reflectors', {
        router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
        ...{ podNetworks: ['10.42.0.0/16'], autonomousSystem: 64496 },
        regions: {
          valinor: {
            ...{ clientRanges: ['198.51.100.0/26'], reachability: Reachability.metalLB(metallb) },
            sides: { a: { addresses: [`${subnet}.1`] }, b: { addresses: [`${subnet}.2`] } },
          },
        },
      });
    };

  test('delete of one takes nothing of the other with it, nor does it change it', async () => {
    for (const namespace of ['west', 'east']) await cluster.kubectl('create', 'namespace', namespace);
    const west = synthesizeTo(path.join(root, 'west'), app('west', '192.0.2'));
    const east = synthesizeTo(path.join(root, 'east'), app('east', '203.0.113'));
    await cluster.apply(west, { serverSide: true });
    const first = await versions(west);
    await cluster.apply(east, { serverSide: true });
    expect(await versions(west)).toEqual(first);
    await cluster.kubectl('delete', '-f', east, '--timeout=120s');
    expect(await versions(west)).toEqual(first);
    await cluster.kubectl('delete', '-f', west, '--timeout=120s');
    for (const namespace of ['west', 'east']) await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
  });
});
