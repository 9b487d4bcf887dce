import { Chart } from 'cdk8s';
import { AppDefinition, Frr, HierarchicalRouteReflectors, MetalLBBgpPeering, Reachability } from '../../../../lib';
import { Lab } from '../../../../lab/lab';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { describeLab } from '../../support/describe-lab';

/** The pods of a region end one after the other, each when the clients of the one before are back. */
jest.setTimeout(560_000);

const CORE = { secretName: 'bgp-keys', key: 'core' };
const EAST = { secretName: 'bgp-keys', key: 'east' };

const app: AppDefinition = (root) => {
  const peering = new MetalLBBgpPeering(new Chart(root, 'metallb'), 'metallb', {
    myAsn: 64497,
    peers: { leaf: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
  });
  const reachability = Reachability.metalLB(peering);
  new HierarchicalRouteReflectors(new Chart(root, 'bgp'), 'bgp', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.42.0.0/16'],
    // The last router of the core waits for this time less 75 s, as the new one has no session with it.
    core: { authentication: CORE, pod: { terminationGracePeriod: 120 } },
    regions: {
      east: {
        ...{ reachability, authentication: EAST, clientRanges: ['198.51.100.0/24'] },
        sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
      },
      west: {
        ...{ reachability, clientRanges: ['203.0.113.0/24'] },
        sides: { a: { addresses: ['192.0.2.3'] }, b: { addresses: ['192.0.2.4'] } },
      },
    },
  });
};

const plan = planOfDefinition(app);
const everything = promisedRoutes(plan);

/** The keys that bgpd of a pod has, by group. */
async function keysOf(lab: Lab, workload: string): Promise<Readonly<Record<string, string>>> {
  const [pod] = lab.cluster.podsOf(workload);
  const lines = (await pod.show('show running-config')).matchAll(/^ neighbor (\S+) password (\S+)$/gm);
  return Object.fromEntries([...lines].map(([, group, key]) => [group, key]));
}

describeLab(
  'a hierarchy whose core and one region have keys in a Secret',
  () => plan,
  (lab, testbed) => {
    const keyOf = ({ secretName, key }: typeof CORE) => lab().cluster.secretOf(secretName, key);

    test('has the key of the core on its mesh and on all sessions with it, and that of the region on its own mesh', async () => {
      const [core, east, west] = await Promise.all(
        ['meshrr-core', 'meshrr-east-a', 'meshrr-west-a'].map((workload) => keysOf(lab(), workload)),
      );
      expect(core).toEqual({ 'MESHRR-MESH': keyOf(CORE), 'MESHRR-CLIENTS': keyOf(CORE) });
      expect(east).toEqual({ 'MESHRR-MESH': keyOf(EAST), 'MESHRR-UPSTREAM': keyOf(CORE) });
      expect(west['MESHRR-UPSTREAM']).toBe(keyOf(CORE));
      // Public, and another one.
      expect(west['MESHRR-MESH']).toMatch(/^[0-9a-f]{32}$/);
      expect([keyOf(CORE), keyOf(EAST)]).not.toContain(west['MESHRR-MESH']);
      const { differences } = await lab().untilAsExpected(60_000);
      expect(differences).toEqual([]);
    });

    test('shows no key in a log or a status', async () => {
      for (const pod of lab().cluster.pods) {
        const shown = `${pod.log('meshrr')} ${pod.log('bgpd')} ${JSON.stringify(pod.status())}`;
        expect(shown).toContain('MESHRR-MESH');
        for (const key of [CORE, EAST]) expect(shown).not.toContain(keyOf(key));
      }
    });

    test('changes its keys one half after the other, and no client loses a route', async () => {
      const { cluster } = lab();
      const before = { core: keyOf(CORE), east: keyOf(EAST) };
      await losesNoRoute(testbed(), everything, async () => {
        for (const { secretName, key } of [CORE, EAST]) cluster.changeSecret(secretName, key);
        const [first, ...others] = cluster.podsOf('meshrr-core');
        await cluster.deletePod(first);
        await cluster.rollOut(['meshrr-east-a', 'meshrr-west-a']);
        // What lasts is the half with the new keys: only they have sessions with the new router of the core.
        expect(await keysOf(lab(), 'meshrr-east-a')).toEqual({
          'MESHRR-MESH': keyOf(EAST),
          'MESHRR-UPSTREAM': keyOf(CORE),
        });
        expect(await keysOf(lab(), 'meshrr-east-b')).toEqual({
          'MESHRR-MESH': before.east,
          'MESHRR-UPSTREAM': before.core,
        });
        await cluster.rollOut(['meshrr-east-b', 'meshrr-west-b']);
        for (const pod of others) await cluster.deletePod(pod);
        await testbed().untilConverged(120_000);
      });
      await untilPromiseHolds(testbed(), everything);
      expect([keyOf(CORE), keyOf(EAST)]).not.toEqual([before.core, before.east]);
      for (const workload of ['meshrr-core', 'meshrr-east-a', 'meshrr-east-b']) {
        expect((await keysOf(lab(), workload))['MESHRR-MESH']).toBe(keyOf(workload === 'meshrr-core' ? CORE : EAST));
      }
    });
  },
);
