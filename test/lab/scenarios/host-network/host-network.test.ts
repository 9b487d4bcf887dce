import { Chart } from 'cdk8s';
import { AppDefinition, Frr, HierarchicalRouteReflectors, Reachability } from '../../../../lib';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { describeLab } from '../../support/describe-lab';

jest.setTimeout(240_000);

const NODES = '203.0.113.0/24';

const app: AppDefinition = (root) => {
  new HierarchicalRouteReflectors(new Chart(root, 'bgp'), 'bgp', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.42.0.0/16', NODES],
    regions: {
      east: {
        clientRanges: ['198.51.100.0/24'],
        reachability: Reachability.hostNetwork({ nodeNetworks: [NODES] }),
        clientSessions: { holdTime: 6 },
        sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
      },
    },
  });
};

const plan = planOfDefinition(app);
const everything = promisedRoutes(plan);

describeLab(
  'a region in the network of its nodes',
  () => plan,
  (lab, testbed) => {
    const podsOfEast = () => lab().cluster.pods.filter(({ workload }) => workload.name.startsWith('meshrr-east'));

    test('listens on the address of its side and on that of its node alone', async () => {
      for (const pod of podsOfEast()) {
        const node = lab().cluster.nodes.find(({ name }) => name === pod.node);
        expect(pod.addresses).toEqual(node?.addresses);
        const { stdout } = await pod.namespace.attempt('ss', '-Hltn', 'sport = :179');
        const listened = stdout
          .trim()
          .split('\n')
          .map((line) => line.trim().split(/\s+/)[3]);
        const side = pod.workload.name.endsWith('a') ? '192.0.2.1' : '192.0.2.2';
        expect(listened.sort()).toEqual([`${side}:179`, `${pod.address}:179`].sort());
      }
    });

    test('has the paths that the proof expects, and so have the core and the clients', async () => {
      const { paths, differences } = await lab().untilAsExpected(90_000);
      expect(differences).toEqual([]);
      expect(paths).toBeGreaterThan(0);
      await untilPromiseHolds(testbed(), everything);
    });

    test('offers its clients the hold time', async () => {
      for (const pod of podsOfEast()) {
        const shown = JSON.parse(await pod.show('show bgp neighbors json'));
        const holdTimes = Object.values(
          shown as Record<string, { peerGroup?: string; bgpTimerConfiguredHoldTimeMsecs?: number }>,
        )
          .filter(({ peerGroup }) => peerGroup === 'MESHRR-CLIENTS')
          .map((one) => one.bgpTimerConfiguredHoldTimeMsecs);
        expect(holdTimes.length).toBeGreaterThan(0);
        for (const time of holdTimes) expect(time).toBe(6_000);
      }
    });

    test('has clients that see its address as it is: nothing translates it', async () => {
      for (const pod of podsOfEast()) {
        const sessions = await lab().sessionsOfClients();
        expect(sessions.length).toBeGreaterThan(0);
        const { stdout } = await pod.namespace.attempt('nft', 'list', 'ruleset');
        expect(stdout).not.toContain('dnat');
      }
    });

    test('loses no route of a client as the pod of a side is replaced', async () => {
      await losesNoRoute(testbed(), everything, async () => {
        await lab().cluster.rollOut(['meshrr-east-a']);
        await testbed().untilConverged(90_000);
      });
    });
  },
);
