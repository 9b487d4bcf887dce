import { AnycastRouteServerPair } from '../../lib';
import { assumedClients } from '../../lib/model';
import { pair } from '../support/examples';
import { topologyIn } from '../support/topology';

test('clients are assumed with AS numbers and addresses of their own, also where pairs share the ranges', () => {
  const { outside, choices } = topologyIn((chart) => {
    const props = pair(chart);
    new AnycastRouteServerPair(chart, 'one', { ...props, name: 'one' });
    const sides = { a: { addresses: ['192.0.2.3'] }, b: { addresses: ['192.0.2.4'] } };
    new AnycastRouteServerPair(chart, 'two', { ...props, name: 'two', sides });
  });
  expect(outside.map(({ id, autonomousSystem, addresses }) => [id, autonomousSystem, addresses[0].text])).toEqual([
    ['client-one-1', 65001, '198.51.100.1'],
    ['client-one-2', 65002, '198.51.100.2'],
    ['client-two-1', 65003, '198.51.100.3'],
    ['client-two-2', 65004, '198.51.100.4'],
  ]);
  expect(choices.map(({ kind }) => kind)).toEqual(Array(8).fill('external'));
});

test('no client is assumed in the AS of the route servers, though a range takes that in', () => {
  const { groups } = topologyIn((chart) => void new AnycastRouteServerPair(chart, 'one', pair(chart)));
  const serving = groups.map((group) => ({
    ...group,
    clients: group.clients.map((clients) => ({ ...clients, asRanges: [{ first: 64495, last: 64497 }] })),
  }));
  expect(assumedClients(serving, []).map(({ autonomousSystem }) => autonomousSystem)).toEqual([64495, 64497]);
});
