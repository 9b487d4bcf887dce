import { BgpTopology } from '../../lib';
import { parseAddress } from '../../lib/addressing';
import { identitiesOf, networkOf } from '../../lib/proof/simulator/network';
import { topologyOfParts } from './topology-of-parts';

const topology = topologyOfParts(
  {
    core: { sides: [1, 1] },
    east: { above: [{ part: 'core' }], communities: { only: '64496:1' } },
    rs: { mode: 'route-server' },
  },
  { e1: { homes: ['east'] }, c1: { homes: ['rs'], autonomousSystem: 65001 } },
);
const numberOf = (text: string) => Number(parseAddress(text).first);
const withAddresses = (...addresses: readonly string[]): BgpTopology => ({
  ...topology,
  outside: topology.outside.map((router) => ({ ...router, addresses: addresses.map(parseAddress) })),
});

describe('a router in a pod', () => {
  const identityOf = (id: string, ...args: Parameters<typeof identitiesOf>) => identitiesOf(...args).get(id);

  test('has its place in the topology for its identifier and address, where neither is known', () => {
    expect(identityOf('east-a-0', topology)).toEqual({
      ...{ id: 'east-a-0', autonomousSystem: 64496, routerId: 3, outside: false },
      ...{ addresses: [{ family: 4, first: 3n }], communities: { only: '64496:1' } },
    });
  });

  test('has the identifier that its group has, and that of a running network before it', () => {
    const fixed = topologyOfParts({ core: { routerIds: ['192.0.2.7'] } }, {});
    const routerId = numberOf('192.0.2.7');
    expect(identityOf('core-a-0', fixed)).toMatchObject({ routerId, addresses: [{ first: 1n }] });
    const known = { routerIds: new Map([['core-a-0', '0.0.0.9']]) };
    expect(identityOf('core-a-0', fixed, known)).toMatchObject({ routerId: 9, addresses: [{ first: 1n }] });
    const at = { ...known, podAddresses: new Map([['core-a-0', '0.0.0.5']]) };
    expect(identityOf('core-a-0', fixed, at)).toMatchObject({ routerId: 9, addresses: [{ first: 5n }] });
  });
});

describe('a router outside', () => {
  const identityOf = (of: BgpTopology, known?: Parameters<typeof identitiesOf>[1]) => identitiesOf(of, known).get('c1');

  test('has its first IPv4 address for its identifier', () => {
    const addresses = ['2001:db8::1', '192.0.2.9', '192.0.2.8'];
    expect(identityOf(withAddresses(...addresses))).toEqual({
      ...{ id: 'c1', autonomousSystem: 65001, routerId: numberOf('192.0.2.9') },
      ...{ outside: true, communities: {} },
      addresses: addresses.map(parseAddress),
    });
  });

  test('has a number after those of the pods, where it has none', () => {
    // Four pods, and one router before it.
    expect(identityOf(withAddresses('2001:db8::1'))).toMatchObject({ routerId: 6 });
  });

  test('has the identifier of a running network', () => {
    expect(identityOf(topology, { routerIds: new Map([['c1', '0.0.0.77']]) })).toMatchObject({ routerId: 77 });
  });
});

describe('each end of a session', () => {
  const endsOf = (id: string, of = networkOf(topology)) =>
    of.routers[of.places.get(id) as number].neighbors.map(({ router, reverse, ...end }) => {
      const other = of.routers[router];
      // The other end leads back here.
      expect(of.routers[other.neighbors[reverse].router].id).toBe(id);
      return { other: other.id, ...end };
    });
  const families = ['inet'];

  test('of a mesh is no client of the other', () => {
    expect(endsOf('core-b-0')[0]).toEqual({
      ...{ other: 'core-a-0', type: 'non-client', families, filtered: false },
      ...{ address: { family: 4, first: 1n }, routerId: 1 },
    });
  });

  test('of a session upstream filters, and is a client of the other', () => {
    expect(endsOf('east-a-0')[0]).toEqual({
      ...{ other: 'core-a-0', type: 'non-client', families, filtered: true },
      ...{ address: { family: 4, first: 1n }, routerId: 1 },
    });
    expect(endsOf('core-a-0')[1]).toEqual({
      ...{ other: 'east-a-0', type: 'client', families, filtered: false },
      ...{ address: { family: 4, first: 3n }, routerId: 3 },
    });
  });

  test('of a client has the address of the group, and that of the client', () => {
    const routerId = numberOf('10.0.0.1');
    expect(endsOf('e1')).toEqual([
      { other: 'east-a-0', type: 'non-client', families, filtered: false, address: '192.0.2.2', routerId: 3 },
    ]);
    expect(endsOf('east-a-0').at(-1)).toMatchObject({ other: 'e1', type: 'client', filtered: false, routerId });
    expect(endsOf('c1')).toMatchObject([{ other: 'rs-a-0', type: 'external' }]);
    expect(endsOf('rs-a-0')).toMatchObject([{ other: 'c1', type: 'external' }]);
  });

  test('has the address of a client that is of the family of the address that it peers with', () => {
    const clientAt = (peer: string, ...addresses: readonly string[]) => {
      const choices = topology.choices.map((choice) => (choice.address ? { ...choice, address: peer } : choice));
      const net = networkOf({ ...withAddresses(...addresses), choices });
      return endsOf('rs-a-0', net).map(({ address }) => (address as { text?: string }).text);
    };
    expect(clientAt('192.0.2.1', '2001:db8::1', '10.0.0.1')).toEqual(['10.0.0.1']);
    expect(clientAt('2001:db8::9', '10.0.0.1', '2001:db8::1')).toEqual(['2001:db8::1']);
    expect(clientAt('2001:db8::9', '10.0.0.1')).toEqual(['10.0.0.1']);
  });
});
