import { Lab } from '../../../../lab/lab';
import { OWN_GROUPS } from '../../../../lib/settings';
import { bgpNeighborsOf, establishedIn } from '../../../scenarios/support/bgp-neighbors';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';
import { eventually } from '../../../../lab/eventually';
import { expectedRoutes, routesOfClients, untilRoutesAre } from '../../../scenarios/support/expected-routes';
import { lostSessions, MeshLosses, meshLosses } from '../../../scenarios/support/lost-sessions';

const CORE = 'meshrr-core';
const REGIONS = {
  lothlorien: ['meshrr-lothlorien-a', 'meshrr-lothlorien-b'],
  mirkwood: ['meshrr-mirkwood-a', 'meshrr-mirkwood-b'],
};
const COMMUNITIES = { only: '64496:101', preferred: '64496:102' };
const UPSTREAM_SESSIONS = 2;

/** How a third router of the core is added: it needs a node of its own. */
const THIRD_CORE_NODE = { name: 'n3', labels: { meshrr_region_core: 'true' } };

describe.each(['two-regions-hrr-metallb-frr', 'two-regions-hrr-host-ports-frr'])('%s', (app) => {
  describeLab(
    'two regions of route reflectors below a core',
    () => assumedPlanOfApp(app),
    (lab) => {
      const plan = assumedPlanOfApp(app);
      const podsOf = (workloads: readonly string[]) => workloads.flatMap((name) => lab().cluster.podsOf(name));
      const meshes = () => [podsOf([CORE]), ...Object.values(REGIONS).map(podsOf)];

      let before: MeshLosses;
      beforeAll(async () => {
        before = await meshLosses(lab());
      });

      test('each region is a full mesh without other routers', async () => {
        for (const mesh of meshes()) {
          expect(mesh.length).toBe(2);
          for (const pod of mesh) {
            const others = mesh.filter((other) => other !== pod).map(({ address }) => address);
            expect(establishedIn(await bgpNeighborsOf(pod), OWN_GROUPS.mesh)).toEqual(others.sort());
          }
        }
      });

      test('each router of a region has two sessions upstream, and is a client of the core there', async () => {
        const core = podsOf([CORE]).map(({ address }) => address);
        const lower = podsOf(Object.values(REGIONS).flat());
        for (const pod of lower) {
          expect(establishedIn(await bgpNeighborsOf(pod), OWN_GROUPS.upstream)).toEqual(core.sort());
        }
        expect(await upstreamSessions(lab())).toEqual(
          new Map(lower.map(({ address }) => [address, UPSTREAM_SESSIONS])),
        );
      });

      test('every client learns what all others announce from both sides, next hop and communities unchanged', async () => {
        await untilRoutesAre(lab(), expectedRoutes(plan, COMMUNITIES));
      });

      test('routes with the region-only community do not leave the region, and preferred ones are the last choice elsewhere', async () => {
        const announced = (community: string) =>
          plan.clients.flatMap(({ name, announcements }) =>
            announcements
              .filter(({ communities }) => communities?.includes(community))
              .map((one) => ({ by: name, destination: 'prefix' in one ? one.prefix : '' })),
          );
        const regionOf = (client: string) => /lothlorien|mirkwood/.exec(client)?.[0];
        const only = announced(COMMUNITIES.only);
        const preferred = announced(COMMUNITIES.preferred);
        expect([only.length, preferred.length]).toEqual([4, 4]);
        for (const [client, routes] of await routesOfClients(lab())) {
          for (const { by, destination } of [...only, ...preferred].filter((one) => one.by !== client)) {
            const here = regionOf(by) === regionOf(client);
            const expected = here ? 100 : preferred.some((one) => one.destination === destination) ? 20 : undefined;
            const own = routes.filter((route) => route.destination === destination);
            expect(own.map(({ localPreference }) => localPreference)).toEqual(expected ? [expected, expected] : []);
          }
        }
        const inCore = (await Promise.all(podsOf([CORE]).map((pod) => pod.paths('inet'))))
          .flat()
          .map(({ destination }) => destination);
        expect(inCore).toEqual(expect.arrayContaining(preferred.map(({ destination }) => destination)));
        expect(inCore.filter((one) => only.some(({ destination }) => destination === one))).toEqual([]);
      });

      test('every router has the paths that the proof expects, with ORIGINATOR_ID and CLUSTER_LIST', async () => {
        const { paths, differences } = await lab().untilAsExpected(60_000);
        expect(differences).toEqual([]);
        expect(paths).toBeGreaterThan(plan.clients.length * lab().cluster.pods.length);
      });

      test('each client has a session with each side of its region, and no session was lost', async () => {
        for (const { sessions } of await lab().sessionsOfClients()) {
          expect(sessions).toMatchObject(Array(2).fill({ state: 'Established', ups: 1 }));
        }
        expect(await lostSessions(lab(), before)).toEqual([]);
      });

      test('with a third router in the core, no router has a third session upstream, and all routes stay', async () => {
        await lab().cluster.addNode(THIRD_CORE_NODE);
        await lab().cluster.scale(CORE, 3);
        await lab().untilConverged();
        expect(podsOf([CORE]).length).toBe(3);
        const lower = podsOf(Object.values(REGIONS).flat());
        // All of them know of it.
        await eventually(() => {
          const upstream = lower.map((pod) => pod.status()?.groups.find(({ kind }) => kind === 'upstream')?.lastAnswer);
          expect(upstream).toEqual(lower.map(() => 'found 3 by dns'));
        });
        expect(await upstreamSessions(lab())).toEqual(
          new Map(lower.map(({ address }) => [address, UPSTREAM_SESSIONS])),
        );
        await untilRoutesAre(lab(), expectedRoutes(plan, COMMUNITIES));
      });
    },
  );
});

/** How many routers of the core have each pod for a client, by their own word. */
async function upstreamSessions(lab: Lab): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const pod of lab.cluster.podsOf(CORE)) {
    for (const address of establishedIn(await bgpNeighborsOf(pod), OWN_GROUPS.clients)) {
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
  }
  return counts;
}
