import { eventually } from '../../lab/eventually';
import { LabPlan } from '../../lab/plan/plan';
import { OWN_GROUPS } from '../../lib/settings';
import { podsOf, Testbed } from '../../test-support/testbed/testbed';
import { bgpNeighborsOf, establishedIn } from './support/bgp-neighbors';
import { expectedRoutes, routesOfClients, untilRoutesAre } from './support/expected-routes';
import { lostSessions, MeshLosses, meshLosses } from './support/lost-sessions';

const CORE = 'meshrr-core';
const REGIONS = {
  lothlorien: ['meshrr-lothlorien-a', 'meshrr-lothlorien-b'],
  mirkwood: ['meshrr-mirkwood-a', 'meshrr-mirkwood-b'],
};
const COMMUNITIES = { only: '64496:101', preferred: '64496:102' };
const UPSTREAM_SESSIONS = 2;

/** A third router of the core needs a node of its own. */
const THIRD_CORE_LABELS = { meshrr_region_core: 'true' };

/** Tests on two regions of route reflectors below a core. They leave a third router in the core, on a node more. */
export function twoRegionsHrr(plan: LabPlan, testbed: () => Testbed): void {
  const podsOfAll = (workloads: readonly string[]) => workloads.flatMap((name) => podsOf(testbed(), name));
  const meshes = () => [podsOfAll([CORE]), ...Object.values(REGIONS).map(podsOfAll)];

  let before: MeshLosses;
  beforeAll(async () => {
    before = await meshLosses(testbed());
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
    const core = podsOfAll([CORE]).map(({ address }) => address);
    const lower = podsOfAll(Object.values(REGIONS).flat());
    for (const pod of lower) {
      expect(establishedIn(await bgpNeighborsOf(pod), OWN_GROUPS.upstream)).toEqual(core.sort());
    }
    expect(await upstreamSessions(testbed())).toEqual(
      new Map(lower.map(({ address }) => [address, UPSTREAM_SESSIONS])),
    );
  });

  test('every client learns what all others announce from both sides, next hop and communities unchanged', async () => {
    await untilRoutesAre(testbed(), expectedRoutes(plan, COMMUNITIES));
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
    for (const [client, routes] of await routesOfClients(testbed())) {
      for (const { by, destination } of [...only, ...preferred].filter((one) => one.by !== client)) {
        const here = regionOf(by) === regionOf(client);
        const expected = here ? 100 : preferred.some((one) => one.destination === destination) ? 20 : undefined;
        const own = routes.filter((route) => route.destination === destination);
        expect(own.map(({ localPreference }) => localPreference)).toEqual(expected ? [expected, expected] : []);
      }
    }
    const inCore = (await Promise.all(podsOfAll([CORE]).map((pod) => pod.paths('inet'))))
      .flat()
      .map(({ destination }) => destination);
    expect(inCore).toEqual(expect.arrayContaining(preferred.map(({ destination }) => destination)));
    expect(inCore.filter((one) => only.some(({ destination }) => destination === one))).toEqual([]);
  });

  test('every router has the paths that the proof expects, with ORIGINATOR_ID and CLUSTER_LIST', async () => {
    const { paths, differences } = await testbed().untilAsExpected(60_000);
    expect(differences).toEqual([]);
    expect(paths).toBeGreaterThan(plan.clients.length * testbed().pods.length);
  });

  test('each client has a session with each side of its region, and no session was lost', async () => {
    for (const { sessions } of await testbed().sessionsOfClients()) {
      expect(sessions).toMatchObject(Array(2).fill({ state: 'Established', ups: 1 }));
    }
    expect(await lostSessions(testbed(), before)).toEqual([]);
  });

  test('with a third router in the core, no router has a third session upstream, and all routes stay', async () => {
    await testbed().addNode(THIRD_CORE_LABELS);
    await testbed().scale(CORE, 3);
    await testbed().untilConverged();
    expect(podsOfAll([CORE]).length).toBe(3);
    const lower = podsOfAll(Object.values(REGIONS).flat());
    // All of them know of it.
    await eventually(async () => {
      const statuses = await Promise.all(lower.map((pod) => pod.status()));
      const upstream = statuses.map((status) => status?.groups.find(({ kind }) => kind === 'upstream')?.lastAnswer);
      expect(upstream).toEqual(lower.map(() => expect.stringMatching(/^found 3 by (dns|endpointslice)$/)));
    });
    expect(await upstreamSessions(testbed())).toEqual(
      new Map(lower.map(({ address }) => [address, UPSTREAM_SESSIONS])),
    );
    await untilRoutesAre(testbed(), expectedRoutes(plan, COMMUNITIES));
  });
}

/** How many routers of the core have each pod for a client, by their own word. */
async function upstreamSessions(testbed: Testbed): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const pod of podsOf(testbed, CORE)) {
    for (const address of establishedIn(await bgpNeighborsOf(pod), OWN_GROUPS.clients)) {
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
  }
  return counts;
}
