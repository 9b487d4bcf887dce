import * as fc from 'fast-check';
import { HierarchicalRouteReflectors, Reachability, sessionsOf, simulate } from '../../lib';
import { networkOf } from '../../lib/proof/network';
import { region } from '../support/examples';
import { topologyIn } from '../support/topology';
import { hierarchies, hierarchyOf } from './random-topology';

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
