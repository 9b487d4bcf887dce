import { eventually } from '../../lab/eventually';
import { LabPlan } from '../../lab/plan/plan';
import { podsOf, Testbed } from '../../test-support/testbed/testbed';

/** Tests in which all routers outside are on FRR, configured by what was written for their operators. */
export function bothEnds({ topology }: LabPlan, testbed: () => Testbed): void {
  const received = (client: string, route: string) => async () =>
    ((await testbed().learned()).get(client) ?? []).filter(({ destination }) => destination === route);

  test('all routers outside peer with both sides of their regions', async () => {
    for (const { name: client, sessions } of await testbed().sessionsOfClients()) {
      expect({ client, states: sessions.map(({ state }) => state) }).toEqual({
        client,
        states: ['Established', 'Established'],
      });
    }
  });

  test('every client learns what the others announce, by both sides, and regions keep what is theirs', async () => {
    for (const { id, clientOf, announces } of topology.outside) {
      for (const other of topology.outside.filter((one) => one.id !== id && one.clientOf.length > 0)) {
        const sameRegion = other.clientOf.some((part) => clientOf.includes(part));
        for (const { route, communities } of announces) {
          const paths = communities.includes('64496:101') && !sameRegion ? 0 : 2;
          await eventually(async () => {
            const routes = await received(other.id, route)();
            expect({ route, at: other.id, paths: routes.length }).toEqual({ route, at: other.id, paths });
          });
        }
      }
    }
  });

  test('the communities that the app declares are set by the policies in their configuration', async () => {
    const marked = topology.outside.flatMap(({ id, announces }) =>
      announces.filter(({ communities }) => communities.length > 0).map((one) => ({ from: id, ...one })),
    );
    expect(marked.length).toBeGreaterThan(0);
    for (const { from, route, communities } of marked) {
      const others = topology.outside.filter((one) => one.id !== from && one.clientOf.length > 0);
      for (const { id } of others) {
        for (const { communities: seen } of await received(id, route)()) expect(seen).toEqual(communities);
      }
    }
  });

  test('the routes of a draining side are the last choice before its sessions end', async () => {
    const [pod] = podsOf(testbed(), 'meshrr-lothlorien-a');
    await pod.configure('router bgp 64496', 'bgp graceful-shutdown');
    try {
      await eventually(async () => {
        for (const { localPreference, best, from } of await received('pe1', routeOf('pe2'))()) {
          expect({ best, from, localPreference }).toEqual(
            from === '192.0.2.1'
              ? { best: false, from, localPreference: 0 }
              : { best: true, from, localPreference: 100 },
          );
        }
      });
    } finally {
      await pod.configure('router bgp 64496', 'no bgp graceful-shutdown');
    }
  });

  /** A route that a router announces with no community. */
  function routeOf(id: string): string {
    const announces = topology.outside.find((one) => one.id === id)!.announces;
    return announces.find(({ communities }) => communities.length === 0)!.route;
  }
}
