import { Network } from '../../lib/proof/simulator/network';
import { obstacleBefore } from '../../lib/proof/simulator/obstacle';
import { propagate } from '../../lib/proof/simulator/propagation';
import { client, external, mesh, network, upstream } from './small-network';

type Origins = Readonly<Record<string, readonly string[]>>;

/** What keeps a route of some routers from another one. */
function obstacle(net: Network, origins: Origins, id: string, family: 'inet' | 'evpn' = 'inet') {
  const spread = propagate(net, { family, route: '', origins: new Map(Object.entries(origins)) });
  return obstacleBefore(net, spread, { family, route: '' }, id);
}

const chain = [client('X', 'a'), mesh('a', 'b'), mesh('b', 'c'), client('Y', 'c')];
const pods = { a: {}, b: {}, c: {}, X: {}, Y: {} };

describe('a route does not get further', () => {
  test('than to where sessions lead', () => {
    expect(obstacle(network(pods, [client('X', 'a'), client('Y', 'c')]), { X: [] }, 'Y')).toBeUndefined();
    expect(obstacle(network(pods, chain), { X: [] }, 'nobody')).toBeUndefined();
  });

  test('than to a router outside, which sends on nothing', () => {
    const net = network({ ...pods, W: {} }, [client('X', 'a'), client('W', 'a'), client('W', 'c'), client('Y', 'c')]);
    expect(obstacle(net, { X: [] }, 'Y')).toBeUndefined();
    // Nor is it looked for beyond one that does not have it.
    const other = network({ ...pods, W: {} }, [mesh('a', 'b'), client('W', 'b'), client('W', 'c'), client('Y', 'c')]);
    expect(obstacle(other, { X: [] }, 'Y')).toBeUndefined();
  });

  test('over a session without its family', () => {
    const both = { families: ['inet', 'evpn'] as const };
    const net = network(pods, [client('X', 'a', both), mesh('a', 'c'), client('Y', 'c', both)]);
    expect(obstacle(net, { X: [] }, 'Y', 'evpn')).toEqual({ from: 'a', to: 'c', rule: 'family' });
    // Also from the router that announces it.
    const own = network(pods, [client('X', 'a'), client('Y', 'a', both)]);
    expect(obstacle(own, { X: [] }, 'Y', 'evpn')).toEqual({ from: 'X', to: 'a', rule: 'family' });
  });

  test('from a non-client to another one (RFC 4456, 6)', () => {
    expect(obstacle(network(pods, chain), { X: [] }, 'Y')).toEqual({ from: 'b', to: 'c', rule: 'non-client' });
  });

  test('from a non-client whose path is the better one, with the reason why', () => {
    const net = network({ X: {}, Y: {}, b: {}, d: {}, e: {}, Z: {} }, [
      ...[mesh('b', 'd'), mesh('b', 'e'), client('Y', 'b'), client('X', 'e'), client('Z', 'd')],
    ]);
    expect(obstacle(net, { Y: [], X: [] }, 'Z')).toEqual({
      ...{ from: 'b', to: 'd', rule: 'non-client' },
      instead: { winner: 'e', loser: 'Y', why: 'lower BGP identifier' },
    });
  });

  test('upstream, with the community that keeps it in its region', () => {
    const communities = { only: '64496:101' };
    const net = network({ east: { communities }, core: {}, west: { communities }, X: {}, Y: {} }, [
      ...[client('X', 'east'), upstream('east', 'core'), upstream('west', 'core'), client('Y', 'west')],
    ]);
    expect(obstacle(net, { X: ['64496:101'] }, 'Y')).toEqual({ from: 'east', to: 'core', rule: 'only' });
  });

  test('to a router of the AS that it is from (RFC 4271, 9.1.2)', () => {
    const AS = { X: { autonomousSystem: 65001 }, Y: { autonomousSystem: 65002 }, Z: { autonomousSystem: 65001 } };
    const net = network({ a: {}, ...AS }, [external('X', 'a'), external('Y', 'a'), external('Z', 'a')]);
    expect(obstacle(net, { X: [] }, 'Z')).toEqual({ from: 'a', to: 'Z', rule: 'own AS' });
    // The path of Y would get there, and the route server sends its best path alone (RFC 7947, 2.3.1).
    expect(obstacle(net, { X: [], Y: [] }, 'Z')).toEqual({
      ...{ from: 'a', to: 'Z', rule: 'own AS' },
      instead: { winner: 'X', loser: 'Y', why: 'lower BGP identifier' },
    });
  });

  test('to a router with the BGP identifier of the one that it is from (RFC 4456, 8)', () => {
    const net = network({ rr: {}, X: { routerId: 7 }, Y: { routerId: 7 } }, [client('X', 'rr'), client('Y', 'rr')]);
    expect(obstacle(net, { X: [] }, 'Y')).toEqual({ from: 'rr', to: 'Y', rule: 'ORIGINATOR_ID' });
  });

  test('to a reflector with the cluster id of one that it came through (RFC 4456, 8)', () => {
    const net = network({ a: { routerId: 7 }, b: { routerId: 7 }, X: {}, Y: {} }, [
      ...[client('X', 'a'), mesh('a', 'b'), client('Y', 'b')],
    ]);
    expect(obstacle(net, { X: [] }, 'Y')).toEqual({ from: 'a', to: 'b', rule: 'CLUSTER_LIST' });
  });
});

test('of several obstacles, the nearest to the router is meant', () => {
  // From b to c, both non-clients of each other; and from e to d, two sessions further away.
  const net = network({ ...pods, d: {}, e: {} }, [...[...chain, mesh('c', 'd'), mesh('d', 'e'), mesh('e', 'a')]]);
  expect(obstacle(net, { X: [] }, 'Y')).toMatchObject({ from: 'b', to: 'c' });
});
