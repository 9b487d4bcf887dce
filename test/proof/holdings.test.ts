import { simulate } from '../../lib';
import { routesOf } from '../../lib/proof/simulator/simulation';
import { ClientShape, topologyOfParts } from './topology-of-parts';

const P = '203.0.113.1/32';
const ce = (home: string, autonomousSystem: number, ...announces: ClientShape['announces'] & object): ClientShape => ({
  ...{ homes: [home], autonomousSystem, announces },
});
const server = { mode: 'route-server' } as const;

describe('what routers hold', () => {
  const topology = topologyOfParts(
    { one: { ...server, meshes: ['two'] }, two: server },
    {
      ce3: { ...ce('one', 65003, P), host: 3 },
      ce2: { ...ce('one', 65002, { route: P, communities: ['64496:9'] }), host: 2 },
      ce1: { ...ce('two', 65001, P), host: 1 },
      ce9: ce('two', 65009),
    },
  );
  const heldBy = (router: string) => simulate(topology).holdings.find((each) => each.router === router);
  const attributes = { localPreference: 100, originatorId: undefined, clusterList: [] };

  test('is each path with its attributes, by the names of neighbors; which is best, and which would be if it were older', () => {
    const path = (from: string, as: number, best = false, bestIfOlder = false) => ({
      ...{ from, asPath: [as], best, bestIfOlder, ...attributes },
    });
    // Of two eBGP neighbors either may be best; of the mesh it is not.
    expect(heldBy('one-a-0')).toEqual({
      ...{ router: 'one-a-0', family: 'inet', route: P, own: false },
      paths: [path('ce2', 65002, true), path('ce3', 65003, false, true), path('two-a-0', 65001)],
    });
    expect(heldBy('two-a-0')?.paths).toEqual([path('ce1', 65001, true), path('one-a-0', 65002)]);
  });

  test('is their own route, too, where they announce one, and nothing where they have none', () => {
    expect(heldBy('ce2')).toMatchObject({ own: true, paths: [] });
    expect(heldBy('ce3')).toMatchObject({ own: true, paths: [{ from: 'one-a-0', asPath: [65002], best: false }] });
    expect(heldBy('ce9')).toMatchObject({ own: false, paths: [{ from: 'two-a-0', best: true }] });
    const alone = simulate(topologyOfParts({ one: server, two: server }, { ce1: ce('one', 65001, P) }));
    expect(alone.holdings.map(({ router }) => router)).toEqual(['one-a-0', 'ce1']);
    expect(simulate(topology).unsettled).toEqual([]);
  });

  test('is no path of a neighbor whose AS path is longer, nor whose LOCAL_PREF is lower, if it were older', () => {
    const reflectors = topologyOfParts(
      { rr: {} },
      { pe1: { homes: ['rr'], announces: [P] }, pe2: { homes: ['rr'], announces: [P] } },
    );
    const held = simulate(reflectors).holdings.find(({ router }) => router === 'rr-a-0');
    // Two iBGP neighbors: the identifier decides, and not the time.
    expect(held?.paths.map(({ best, bestIfOlder }) => [best, bestIfOlder])).toEqual([
      [true, false],
      [false, false],
    ]);
  });
});

test('a route is one for each family, with the communities that each router announces it with', () => {
  const topology = topologyOfParts(
    { one: { families: ['inet', 'evpn'] } },
    {
      pe1: { homes: ['one'], announces: [P, { family: 'evpn', route: P }] },
      pe2: { homes: ['one'], announces: [{ route: P, communities: ['64496:9'] }] },
    },
  );
  expect(routesOf(topology).map((route) => ({ ...route, origins: [...route.origins] }))).toEqual([
    {
      ...{ family: 'inet', route: P },
      origins: [
        ['pe1', []],
        ['pe2', ['64496:9']],
      ],
    },
    { family: 'evpn', route: P, origins: [['pe1', []]] },
  ]);
});
