import { ClientGroup } from '../../lib/configuration';
import { BgpTopology, clientGroupOf } from '../../lib/model';
import {
  addresses,
  client,
  DeclaredGroup,
  nodesWith,
  prefixes,
  reflectors,
  topologyWith,
} from '../../test-support/router-groups';

const IPV4: ClientGroup = { name: 'IPV4', ranges: prefixes('198.51.100.0/24'), asRanges: [] };
const IPV6: ClientGroup = { name: 'IPV6', ranges: prefixes('2001:db8:1::/64'), asRanges: [] };

const serving = (workload: string, changes: Partial<DeclaredGroup> = {}) =>
  reflectors(workload, { clients: [IPV4, IPV6], addresses: addresses('192.0.2.1'), ...changes });
const outside = (...routers: readonly ReturnType<typeof client>[]) => ({ outside: routers });
const ends = ({ choices }: BgpTopology) =>
  choices.map(({ from, address, candidates }) => `${from} ${address}: ${candidates.join(' ')}`);

test('a client has a session to an address, with one of the pods behind it', () => {
  const { choices } = topologyWith(
    [serving('rr', { replicas: 2, families: ['inet', 'evpn'] })],
    outside(client('pe', { clientOf: ['test/rr'] })),
  );
  expect(choices).toEqual([
    {
      ...{ kind: 'client', from: 'pe', candidates: ['rr-0', 'rr-1'], most: 1, families: ['inet', 'evpn'] },
      ...{ group: 'IPV4', address: '192.0.2.1' },
    },
  ]);
});

test('the session with a route server is external', () => {
  const group = serving('rs', { mode: 'route-server' });
  const { choices } = topologyWith([group], outside(client('leaf', { clientOf: ['test/rs'] })));
  expect(choices.map(({ kind }) => kind)).toEqual(['external']);
});

test('a client has a session to each address of each side of each part that it is a client of', () => {
  const part = { path: 'test/east', kind: 'region', name: 'east' } as const;
  const groups = [
    serving('east-a', { part, addresses: addresses('192.0.2.1', '2001:db8::1') }),
    serving('east-b', { part, addresses: addresses('192.0.2.2') }),
    serving('west', { addresses: addresses('192.0.2.3') }),
    serving('other', { addresses: addresses('192.0.2.4') }),
  ];
  const both = addresses('198.51.100.7', '2001:db8:1::7');
  const router = client('pe', { clientOf: ['test/west', 'test/east', 'test/none'], addresses: both });
  expect(ends(topologyWith(groups, outside(router)))).toEqual(
    expect.arrayContaining([
      'pe 192.0.2.3: west-0',
      'pe 192.0.2.1: east-a-0',
      'pe 2001:db8::1: east-a-0',
      'pe 192.0.2.2: east-b-0',
    ]),
  );
  const { choices } = topologyWith(groups, outside(router));
  expect(choices.filter(({ from }) => from === 'pe')).toHaveLength(4);
  expect(choices.find(({ address }) => address === '2001:db8::1')?.group).toBe('IPV6');
});

test('a client without an address of the family, or with one that no range covers, has no session', () => {
  const at = (...texts: readonly string[]) =>
    ends(
      topologyWith([serving('rr')], outside(client('pe', { clientOf: ['test/rr'], addresses: addresses(...texts) }))),
    );
  expect(at('2001:db8:1::7')).toEqual([]);
  expect(at('203.0.113.7')).toEqual([]);
  expect(at('2001:db8:1::7', '198.51.100.7')).toEqual(['pe 192.0.2.1: rr-0']);
});

test('a client peers with pods beside it before others', () => {
  const nodes = nodesWith({ n1: {}, n2: {}, n3: {} });
  const group = serving('rr', { replicas: 3 });
  const beside = (...ids: readonly string[]) => client('leaf', { clientOf: ['test/rr'], nodes: ids });
  const first = (...ids: readonly string[]) => ends(topologyWith([group], { nodes, outside: [beside(...ids)] }));
  expect(first()).toEqual(['leaf 192.0.2.1: rr-0 rr-1 rr-2']);
  expect(first('n3')).toEqual(['leaf 192.0.2.1: rr-2 rr-0 rr-1']);
  expect(first('n3', 'n2')).toEqual(['leaf 192.0.2.1: rr-1 rr-2 rr-0']);
});

test('clients of one address begin with another pod each, round and round', () => {
  const clients = ['a', 'b', 'c', 'd'].map((id) => client(id, { clientOf: ['test/rr'] }));
  expect(ends(topologyWith([serving('rr', { replicas: 3 })], outside(...clients)))).toEqual([
    'a 192.0.2.1: rr-0 rr-1 rr-2',
    'b 192.0.2.1: rr-1 rr-2 rr-0',
    'c 192.0.2.1: rr-2 rr-0 rr-1',
    'd 192.0.2.1: rr-0 rr-1 rr-2',
  ]);
});

test('the turns of one address are not those of another', () => {
  const groups = [
    serving('one', { replicas: 2 }),
    serving('other', { replicas: 2, addresses: addresses('192.0.2.2') }),
  ];
  const router = client('pe', { clientOf: ['test/one', 'test/other'] });
  expect(ends(topologyWith(groups, outside(router)))).toEqual([
    'pe 192.0.2.1: one-0 one-1',
    'pe 192.0.2.2: other-0 other-1',
  ]);
});

test('nobody is behind the address of a workload that has no node', () => {
  const group = serving('rr', { nodeSelector: { role: 'bgp' } });
  const { choices } = topologyWith([group], {
    nodes: nodesWith({ n1: {} }),
    outside: [client('pe', { clientOf: ['test/rr'] })],
  });
  expect(choices.map(({ candidates }) => candidates)).toEqual([[]]);
});

test('an address is in the first group one of whose ranges covers it', () => {
  const wide: ClientGroup = { name: 'WIDE', ranges: prefixes('192.0.2.0/24', '198.51.0.0/16'), asRanges: [] };
  const [near, far, none] = addresses('198.51.100.7', '198.51.7.7', '203.0.113.7');
  expect(clientGroupOf([IPV4, wide], near)?.name).toBe('IPV4');
  expect(clientGroupOf([wide, IPV4], near)?.name).toBe('WIDE');
  expect(clientGroupOf([IPV4, wide], far)?.name).toBe('WIDE');
  expect(clientGroupOf([IPV4, wide], none)).toBeUndefined();
});
