import * as fc from 'fast-check';
import { BgpTopology, HierarchicalRouteReflectors, Reachability, sessionsOf, simulate } from '../../lib';
import { networkOf } from '../../lib/proof/simulator/network';
import { region } from '../../test-support/examples';
import { topologyIn } from '../../test-support/topology';
import { Oracle } from './oracle/truth';
import { networks, networkTopology } from './random-parts';
import { hierarchies, hierarchyOf, pairs, pairsOf, ringOf, rings } from './random-topology';

/** Two regions below a core, each with two clients that are assumed. */
const topology = topologyIn((chart) => {
  const outside = (clientRange: string, a: string, b: string) => ({
    reachability: Reachability.hostPorts(),
    clientRanges: [clientRange],
    sides: { a: { addresses: [a] }, b: { addresses: [b] } },
  });
  new HierarchicalRouteReflectors(chart, 'rr', {
    ...region,
    regions: {
      lothlorien: outside('198.51.100.0/24', '192.0.2.1', '192.0.2.2'),
      mirkwood: outside('203.0.113.0/24', '192.0.2.3', '192.0.2.4'),
    },
  });
});
const ROUTE = '198.18.0.1/32';

const holding = (router: string, known = {}) => {
  const found = simulate(topology, known).holdings.find((each) => each.router === router && each.route === ROUTE);
  return found?.paths.map(({ from, best }) => (best ? `${from} best` : from));
};

test('has the paths of each router', () => {
  const [{ id: origin }] = topology.outside;
  expect(origin).toBe('client-lothlorien-1');
  // The core has its best path from here, and sends it to all others.
  expect(holding('meshrr-lothlorien-a@n1')).toEqual(['client-lothlorien-1 best', 'meshrr-lothlorien-b@n2']);
  expect(holding('meshrr-lothlorien-b@n2')).toEqual([
    ...['client-lothlorien-1 best', 'meshrr-core-0', 'meshrr-core-1', 'meshrr-lothlorien-a@n1'],
  ]);
  expect(holding('meshrr-core-1')).toEqual([
    ...['meshrr-core-0', 'meshrr-lothlorien-a@n1 best', 'meshrr-lothlorien-b@n2'],
  ]);
  expect(holding('client-mirkwood-1')).toEqual(['meshrr-mirkwood-a@n1 best', 'meshrr-mirkwood-b@n2']);
});

test('takes the identifiers of a running network, which decide between paths', () => {
  const ids = (a: string, b: string) => ({
    podAddresses: new Map([
      ['meshrr-lothlorien-a@n1', a],
      ['meshrr-lothlorien-b@n2', b],
    ]),
  });
  expect(holding('meshrr-core-0', ids('10.42.0.1', '10.42.0.2'))).toContain('meshrr-lothlorien-a@n1 best');
  expect(holding('meshrr-core-0', ids('10.42.0.2', '10.42.0.1'))).toContain('meshrr-lothlorien-b@n2 best');
});

test('takes the sessions of a running network', () => {
  const sessions = sessionsOf(topology).filter(({ from }) => from !== 'meshrr-mirkwood-b@n2');
  const left = sessions.filter(({ to }) => to !== 'meshrr-mirkwood-b@n2');
  expect(holding('client-mirkwood-1', { sessions: left })).toEqual(['meshrr-mirkwood-a@n1 best']);
});

/** What decides about identifiers, addresses and the order of messages. */
const orders = fc.record({ seed: fc.nat() });

/** Numbers from a seed, one after the other (a linear congruential generator). */
function randomFrom(seed: number): (count: number) => number {
  let state = BigInt(seed);
  return (count) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    return Number((state >> 33n) % BigInt(count));
  };
}

describe('every router holds what the oracle says, path by path, in whatever order routers send', () => {
  const holdAgainstTheOracle = (random: BgpTopology, { seed }: { readonly seed: number }) => {
    const next = randomFrom(seed);
    const ids = [...random.speakers, ...random.outside].map(({ id }) => id);
    const shuffled = (names: readonly string[]) => {
      const left = names.map((_, i) => i + 1);
      return new Map(names.map((id) => [id, left.splice(next(left.length), 1)[0]] as const));
    };
    const identifiers = shuffled(ids);
    const addresses = shuffled(random.speakers.map(({ id }) => id));
    const ipv4 = (numbers: ReadonlyMap<string, number>) =>
      new Map([...numbers].map(([id, number]) => [id, `0.0.0.${number}`] as const));
    const known = { routerIds: ipv4(identifiers), podAddresses: ipv4(addresses) };
    const { holdings, unsettled } = simulate(random, known);
    expect(unsettled).toEqual([]);
    const isAll = random.choices.some(({ addPath }) => addPath);
    const pods = new Set(random.speakers.map(({ id }) => id));
    // With ADD-PATH, which of the paths of one neighbor a client calls the best is nothing to others.
    const text = <P extends { readonly router: string; readonly best: boolean }>({ best, ...path }: P) =>
      JSON.stringify({ ...path, best: best && (!isAll || pods.has(path.router)) });
    const simulated = holdings.flatMap(({ router, family, route, paths }) =>
      paths.map(({ from, best, asPath, localPreference: localPref, originatorId, clusterList }) =>
        text({ router, route: `${family} ${route}`, from, best, asPath, localPref, originatorId, clusterList }),
      ),
    );
    const oracle = new Oracle(random, next, { identifiers, addresses });
    const told = oracle
      .holdings()
      .flatMap(({ router, route, held }) =>
        held.map(({ from, best, attributes: { asPath, localPref, originatorId, clusterList } }) =>
          text({ router, route, from, best, asPath, localPref, originatorId, clusterList }),
        ),
      );
    expect(simulated.sort()).toEqual(told.sort());
  };

  test.each([
    ['networks of all kinds', networks.map(networkTopology), 150],
    ['hierarchies', hierarchies.map(hierarchyOf), 20],
    ['rings of regions', rings.map(ringOf), 20],
    ['pairs of route servers', pairs.map(pairsOf), 20],
  ] as const)(
    'in %s',
    (_, topologies, numRuns) => {
      fc.assert(fc.property(topologies as fc.Arbitrary<BgpTopology>, orders, holdAgainstTheOracle), { numRuns });
    },
    60_000,
  );
});

test('whatever the topology, no router holds a path that has been with it before', () => {
  fc.assert(
    fc.property(hierarchies, (shape) => {
      const random = hierarchyOf(shape);
      const ids = new Map(networkOf(random).routers.map(({ id, routerId }) => [id, routerId]));
      const { holdings, unsettled } = simulate(random);
      expect(unsettled).toEqual([]);
      for (const { router, paths } of holdings) {
        for (const { clusterList, originatorId } of paths) {
          expect(clusterList).not.toContain(ids.get(router));
          expect(new Set(clusterList).size).toBe(clusterList.length);
          expect(originatorId).not.toBe(ids.get(router));
        }
      }
    }),
    { numRuns: 30 },
  );
});
