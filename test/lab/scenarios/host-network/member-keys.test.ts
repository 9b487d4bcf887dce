import { Chart } from 'cdk8s';
import { AppDefinition, Frr, OutsideRouter, Reachability, RouteReflectorRegion } from '../../../../lib';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { describeLab } from '../../support/describe-lab';

jest.setTimeout(240_000);

const NODES = '203.0.113.0/24';

const app: AppDefinition = (root) => {
  const chart = new Chart(root, 'bgp');
  const common = {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.42.0.0/16', NODES],
  };
  const core = new RouteReflectorRegion(chart, 'core', common);
  const east = new RouteReflectorRegion(chart, 'east', {
    ...common,
    upstream: core,
    fullMesh: false,
    reachability: Reachability.hostNetwork({ nodeNetworks: [NODES] }),
    sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
    members: true,
  });
  // The lab runs the first two on BIRD and GoBGP, and the third one with the configuration that is written for it.
  for (const [i, more] of [{}, {}, { gtsmHops: 9, holdTime: 6 }].entries()) {
    new OutsideRouter(chart, `pe${i + 1}`, {
      ...{ autonomousSystem: 64496, addresses: [`198.51.100.${i + 1}`], clientOf: [east] },
      ...(i === 2 && { platform: 'frr' as const }),
      announces: [`198.18.${i}.0/24`],
      member: { authentication: { secretName: 'members', key: `pe${i + 1}` }, ...more },
    });
  }
};

const plan = planOfDefinition(app);

describeLab(
  'members with keys of their own, in the network of the nodes',
  () => plan,
  (lab, testbed) => {
    test('learn on BIRD, GoBGP and FRR what the proof promises', async () => {
      await untilPromiseHolds(testbed(), promisedRoutes(plan));
      const { differences } = await lab().untilAsExpected(90_000);
      expect(differences).toEqual([]);
    });

    test('have these keys in bgpd, which listens on the address of the side alone', async () => {
      const pods = lab().cluster.pods.filter(({ workload }) => workload.name.startsWith('meshrr-east'));
      expect(pods.length).toBeGreaterThan(1);
      for (const pod of pods) {
        const running = await pod.show('show running-config');
        for (const number of [1, 2, 3]) {
          const key = lab().cluster.secretOf('members', `pe${number}`);
          expect(running).toContain(` neighbor 198.51.100.${number} password ${key}\n`);
        }
        expect(running).toContain(' neighbor 198.51.100.3 ttl-security hops 9\n');
        const { stdout } = await pod.namespace.attempt('ss', '-Hltn', 'sport = :179');
        const [side] = pod.workload.name.endsWith('a') ? ['192.0.2.1'] : ['192.0.2.2'];
        expect(stdout.trim().split(/\s+/)[3]).toBe(`${side}:179`);
        expect(stdout.trim().split('\n')).toHaveLength(1);
      }
    });
  },
);
