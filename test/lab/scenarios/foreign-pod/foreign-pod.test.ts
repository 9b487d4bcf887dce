import { Lab, LabOptions } from '../../../../lab/lab';
import { eventually } from '../../../../lab/eventually';
import { ClientPlan } from '../../../../lab/plan/clients';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';

jest.setTimeout(120_000);

const APP = 'two-regions-hrr-metallb-frr';
/** Addresses of pods that are none of the app's. */
const FOREIGN = '10.42.200.7';
const PROBE = '10.42.200.8';
/** How long a router that dials each second is kept out, to show that it is, in milliseconds. */
const HELD_MS = 6_000;

const plan = assumedPlanOfApp(APP);

/** A pod of somebody that dials every pod of a core and a pod of a region, and wants all routes of the network. */
function foreignPod({ cluster }: Lab, victim: string): ClientPlan {
  const dialed = [...cluster.podsOf('meshrr-core'), cluster.podsOf('meshrr-lothlorien-a')[0]];
  return {
    name: 'foreign',
    implementation: 'bird',
    addresses: [FOREIGN],
    autonomousSystem: 64496,
    routerId: FOREIGN,
    families: ['inet'],
    neighbors: dialed.map(({ addresses }) => ({
      address: addresses[0],
      localAddress: FOREIGN,
      autonomousSystem: 64496,
    })),
    announcements: ['0.0.0.0/0', victim].map((prefix) => ({ family: 'inet', prefix, communities: [] })),
  };
}

/** Whether a host with an address of the pod network gets a connection to a pod of the core. */
async function connects(lab: Lab): Promise<boolean> {
  const host = await lab.cluster.attach('probe', [PROBE]);
  const [{ addresses }] = lab.cluster.podsOf('meshrr-core');
  const { status } = await host.attempt('timeout', '2', 'bash', '-c', `exec 3<>/dev/tcp/${addresses[0]}/179`);
  return status === 0;
}

const routesOf = async (lab: Lab) =>
  [...(await lab.learned())].flatMap(([name, routes]) => (name === 'foreign' ? [] : routes));

describe.each<[string, () => LabOptions, boolean]>([
  ['behind its NetworkPolicies', () => plan, false],
  ['in a cluster that enforces no policy', () => ({ ...plan, objects: { ...plan.objects, policies: [] } }), true],
])('a core %s', (_, optionsOf, isReached) => {
  describeLab('and a pod of another app in the cluster', optionsOf, (lab) => {
    test('that has no session: none of its routes reaches a router, and it learns none', async () => {
      expect(await connects(lab())).toBe(isReached);
      await lab().untilSettled();
      const [{ destination: victim }] = await routesOf(lab());
      const before = await lab().sessionsOfClients();
      const foreign = await lab().addClient(foreignPod(lab(), victim));
      await new Promise((resolve) => setTimeout(resolve, HELD_MS));
      for (const { state, ups } of await foreign.sessions()) {
        expect(ups).toBe(0);
        expect(state).not.toBe('Established');
      }
      expect(await foreign.learned()).toEqual([]);
      expect((await routesOf(lab())).filter(({ nextHop }) => nextHop === FOREIGN)).toEqual([]);
      // Nobody else has noticed.
      expect((await lab().sessionsOfClients()).filter(({ name }) => name !== 'foreign')).toEqual(before);
      for (const pod of lab().cluster.pods) expect(pod.status()?.problems).toEqual([]);
      await foreign.stop();
    });
  });
});

describeLab(
  'a core whose range somebody has opened to all pods',
  () => ({
    ...plan,
    objects: { ...plan.objects, policies: [] },
    environment: { MESHRR_CLIENTRANGE: '10.42.0.0/16,198.51.100.0/24,203.0.113.0/24' },
  }),
  (lab) => {
    test('reports the client that no Service lists, and accepts no preference from it', async () => {
      await lab().untilSettled();
      const victim = (await routesOf(lab())).find(({ localPreference }) => localPreference === 100);
      const foreign = await lab().addClient(foreignPod(lab(), (victim as { destination: string }).destination));
      await eventually(
        () => {
          for (const pod of lab().cluster.podsOf('meshrr-core')) {
            const problems = pod.status()?.problems ?? [];
            expect(problems.filter((one) => one.startsWith(`unlisted-client ${FOREIGN}: `))).toHaveLength(1);
            // Told once, in two pieces.
            expect(pod.log('meshrr').split(`"event":"unlisted-client","address":"${FOREIGN}"`)).toHaveLength(2);
          }
        },
        60_000,
        500,
      );
      await foreign.stop();
    });
  },
);
