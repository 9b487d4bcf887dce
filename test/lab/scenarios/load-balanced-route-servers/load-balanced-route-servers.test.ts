import { eventually } from '../../../../lab/eventually';
import { OWN_GROUPS } from '../../../../lib/settings';
import { bgpNeighborsOf, establishedIn } from '../../../scenarios/support/bgp-neighbors';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';
import { expectedRoutes, routesOfClients, untilRoutesAre } from '../../../scenarios/support/expected-routes';
import { foreigner, FOREIGN_AS, planWithSingles, singleHomed } from './clients';

/** Numbers of clients that are free. */
const FOREIGNER = 31;
const LATER = 32;

describe.each(['two-regions-route-servers-frr', 'load-balanced-route-servers-frr'])('%s', (app) => {
  // What the clients are to have: all that is announced, but for what the foreigner announces.
  let plan = planWithSingles(assumedPlanOfApp(app));
  const { topology } = plan;
  const { groups } = topology;
  const stranger = foreigner(topology, FOREIGNER);
  const lawful = plan.clients;
  plan = { ...plan, clients: [...lawful, { ...stranger, announcements: [] }] };

  describeLab(
    'route servers in one mesh',
    () => ({ ...plan, clients: [...lawful, stranger] }),
    (lab, testbed) => {
      const everyRoute = async () => [...(await routesOfClients(testbed())).values()].flat();

      test('all route servers are one mesh', async () => {
        const { pods } = lab().cluster;
        expect(pods.length).toBe(groups.reduce((sum, { replicas = 0 }) => sum + replicas, 0));
        for (const pod of pods) {
          const others = pods.filter((other) => other !== pod).map(({ address }) => address);
          expect(establishedIn(await bgpNeighborsOf(pod), OWN_GROUPS.mesh)).toEqual(others.sort());
        }
      });

      test('EVPN routes of types 2, 3 and 5 reach every client, whichever side and region they are from', async () => {
        await untilRoutesAre(testbed(), expectedRoutes(plan));
        const types = new Set((await everyRoute()).map(({ destination }) => / \[(\d)\]/.exec(destination)?.[1]));
        expect(types).toEqual(new Set(['2', '3', '5']));
      });

      test('next hop, label, route target, metric and communities are intact', async () => {
        const routes = await everyRoute();
        expect(routes.length).toBeGreaterThan(plan.clients.length);
        for (const { asPath, ...route } of routes) {
          const announcer = lawful.find(({ autonomousSystem }) => autonomousSystem === asPath[0])!;
          const [{ med, communities }] = announcer.announcements;
          expect([med, communities?.length]).toEqual([expect.any(Number), 2]);
          const [nextHop] = announcer.addresses;
          expect(route).toMatchObject({ nextHop, label: 100, routeTargets: ['100:100'], med, communities });
        }
      });

      test('the AS path is that of the origin: no route server adds its own AS', async () => {
        const systems = lawful.map(({ autonomousSystem }) => [autonomousSystem]);
        const seen = new Set((await everyRoute()).map(({ asPath }) => asPath.join(' ')));
        expect(seen).toEqual(new Set(systems.map((path) => path.join(' '))));
      });

      test('each route server has each route directly from its client or its peer, and none is reflected', async () => {
        const announced = lawful.flatMap(({ announcements }) => announcements).length;
        for (const pod of lab().cluster.pods) {
          const paths = await pod.paths('evpn');
          expect(new Set(paths.map(({ destination }) => destination)).size).toBe(announced);
          for (const { asPath, nextHop, originatorId, clusterList } of paths) {
            const announcer = lawful.find(({ autonomousSystem }) => autonomousSystem === asPath[0])!;
            expect({ asPath, nextHop, originatorId, clusterList }).toEqual({
              asPath: [announcer.autonomousSystem],
              nextHop: announcer.addresses[0],
              originatorId: undefined,
              clusterList: [],
            });
          }
        }
      });

      test('every pod serves clients, also where two are behind one address', async () => {
        // A connection lands on either of them: were all on one, more clients would come until each has some.
        for (let number = LATER; ; number++) {
          const [idle] = await podsWithoutClients();
          if (!idle) break;
          const client = singleHomed(
            topology,
            groups.find(({ id }) => id === idle.workload.name)!,
            number,
          );
          plan = { ...plan, clients: [...plan.clients, client] };
          await lab().addClient(client);
          await lab().untilConverged();
        }
        await untilRoutesAre(testbed(), expectedRoutes(plan));
      });

      test('a client with an AS number outside of the ranges has sessions, and none of its routes is accepted', async () => {
        const sessions = async () =>
          (await Promise.all(lab().cluster.pods.map(bgpNeighborsOf)))
            .flat()
            .filter(({ address, established }) => established && stranger.addresses.includes(address));
        // They have all arrived.
        await eventually(async () => {
          const updates = (await sessions()).map(({ updatesReceived }) => updatesReceived);
          expect(updates.length).toBe(stranger.neighbors.length);
          expect(Math.min(...updates)).toBeGreaterThanOrEqual(stranger.announcements.length);
        });
        expect(new Set((await sessions()).map(({ routesAccepted }) => routesAccepted))).toEqual(new Set([0]));
        expect((await everyRoute()).filter(({ asPath }) => asPath.includes(FOREIGN_AS))).toEqual([]);
        expect(await routesOfClients(testbed())).toEqual(expectedRoutes(plan));
      });

      async function podsWithoutClients() {
        const served = await Promise.all(
          lab().cluster.pods.map(async (pod) => {
            const clients = establishedIn(await bgpNeighborsOf(pod), OWN_GROUPS.clients);
            return clients.length > 0 ? [] : [pod];
          }),
        );
        return served.flat();
      }
    },
  );
});
