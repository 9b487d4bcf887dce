import { isIPv6 } from 'net';
import { ClientPlan } from '../../../../lab/plan/clients';
import { clientGroupNames, OWN_GROUPS } from '../../../../lib/settings';
import { bgpNeighborsOf, establishedIn } from '../../../scenarios/support/bgp-neighbors';
import { describeLab } from '../../support/describe-lab';
import { expectedRoutes, routesOfClients, untilRoutesAre } from '../../../scenarios/support/expected-routes';
import { lostSessions, MeshLosses, meshLosses } from '../../../scenarios/support/lost-sessions';
import { Testbed } from '../../../../test-support/testbed/testbed';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { routeReflectorsByHostPorts, routeReflectorsByMetalLB, routeServers } from './apps';
import { planWithIPv6Routes } from './route-server-clients';

const COMMUNITIES = { only: '64496:101', preferred: '64496:102' };

describe.each([
  ['MetalLB', routeReflectorsByMetalLB],
  ['host ports', routeReflectorsByHostPorts],
])('route reflectors reached by %s', (_, app) => {
  const plan = planOfDefinition(app);

  describeLab(
    'a region of both IP families and one of IPv6 alone',
    () => plan,
    (lab, testbed) => {
      let before: MeshLosses;
      beforeAll(async () => {
        before = await meshLosses(testbed());
      });

      test('pods see the original IPv6 addresses of their clients', async () => {
        const seen = await Promise.all(
          lab()
            .cluster.pods.filter(({ workload }) => workload.kind === 'DaemonSet')
            .map(async (pod) => {
              const neighbors = await bgpNeighborsOf(pod);
              const { clients } = OWN_GROUPS;
              return [clients, ...Object.values(clientGroupNames(clients))].flatMap((group) =>
                establishedIn(neighbors, group),
              );
            }),
        );
        const sides = 2;
        const sessions = plan.clients.flatMap(({ addresses }) => addresses.flatMap((one) => Array(sides).fill(one)));
        expect(seen.flat().sort()).toEqual(sessions.sort());
      });

      test('every client learns what all others announce in its families, from all of its neighbors', async () => {
        await untilRoutesAre(testbed(), expectedRoutes(plan, COMMUNITIES));
      });

      test('the next hop of an IPv6 route is the IPv6 address of its origin', () =>
        expectOwnNextHops(testbed(), plan.clients));

      test('every router has the paths that the proof expects', async () => {
        const { paths, differences } = await lab().untilAsExpected(60_000);
        expect(differences).toEqual([]);
        expect(paths).toBeGreaterThan(0);
      });

      test('clients have sessions with every address of their region, and no session was lost', () =>
        expectStableSessions(testbed(), plan.clients, before));
    },
  );
});

const servers = planWithIPv6Routes(planOfDefinition(routeServers));

describeLab(
  'route servers of EVPN and IPv6 unicast, over IPv6',
  () => servers,
  (_, testbed) => {
    let before: MeshLosses;
    beforeAll(async () => {
      before = await meshLosses(testbed());
    });

    test('every client learns the routes of all others unchanged', async () => {
      await untilRoutesAre(testbed(), expectedRoutes(servers));
    });

    test('next hops are the IPv6 addresses of origins, for EVPN types 2 and 5 as for unicast', () =>
      expectOwnNextHops(testbed(), servers.clients));

    test('clients have sessions with both sides, and no session was lost', () =>
      expectStableSessions(testbed(), servers.clients, before));
  },
);

async function expectStableSessions(
  testbed: Testbed,
  clients: readonly ClientPlan[],
  before: MeshLosses,
): Promise<void> {
  for (const { name, sessions } of await testbed.sessionsOfClients()) {
    const neighbors = clients.find((client) => client.name === name)!.neighbors.map(({ address }) => address);
    expect(sessions).toEqual(neighbors.map((address) => ({ address, state: 'Established', ups: 1 })));
  }
  expect(await lostSessions(testbed, before)).toEqual([]);
}

/** Of all routes but those of IPv4 unicast, and of EVPN type 3, whose tunnels lead to IPv4 addresses. */
async function expectOwnNextHops(testbed: Testbed, clients: readonly ClientPlan[]): Promise<void> {
  const own = clients.flatMap(({ addresses }) => addresses.filter((address) => isIPv6(address)));
  const routes = [...(await routesOfClients(testbed)).values()].flat();
  const six = routes.filter(({ destination }) => destination.includes(':') && !destination.includes(' [3]'));
  expect(new Set(six.map(({ nextHop }) => nextHop))).toEqual(new Set(own));
}
