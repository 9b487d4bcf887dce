import { parseAddress } from '../../lib/addressing';
import { Network } from '../../lib/proof/simulator/network';
import { propagate } from '../../lib/proof/simulator/propagation';
import { Path } from '../../lib/proof/simulator/selection';
import { client, external, mesh, network, upstream } from './small-network';

/** The paths that a router holds of a route of some routers, by the neighbors that it has them from; the best one. */
function heldBy(net: Network, origins: Readonly<Record<string, readonly string[]>>, family: 'inet' | 'evpn' = 'inet') {
  const { received, best, settled } = propagate(net, { family, route: '', origins: new Map(Object.entries(origins)) });
  expect(settled).toBe(true);
  return (id: string) => {
    const place = net.places.get(id) as number;
    const router = net.routers[place];
    const from = (via: number) => net.routers[router.neighbors[via].router].id;
    const paths = received[place].flatMap((path, via): [string, Path][] => (path ? [[from(via), path]] : []));
    const chosen = best[place];
    return { paths: Object.fromEntries(paths), best: typeof chosen === 'number' ? from(chosen) : chosen };
  };
}

const sendersTo = (net: Network, origin: string, to: string) => Object.keys(heldBy(net, { [origin]: [] })(to).paths);

describe('RFC 4456, 6: a route reflector', () => {
  const routers = { rr: {}, other: {}, third: {}, X: {}, Y: {} };
  const net = () => network(routers, [mesh('rr', 'other'), mesh('rr', 'third'), client('X', 'rr'), client('Y', 'rr')]);

  test('sends a route from a client to all clients and all others', () => {
    for (const to of ['Y', 'other', 'third']) expect(sendersTo(net(), 'X', to)).toEqual(['rr']);
  });

  test('sends a route from a non-client to clients only', () => {
    const behind = network({ ...routers, Z: {} }, [
      ...[mesh('rr', 'other'), mesh('rr', 'third'), client('X', 'rr'), client('Y', 'rr')],
      client('Z', 'other'),
    ]);
    expect(sendersTo(behind, 'Z', 'X')).toEqual(['rr']);
    expect(sendersTo(behind, 'Z', 'Y')).toEqual(['rr']);
    expect(sendersTo(behind, 'Z', 'third')).toEqual([]);
  });

  test('sends a route not back to whom it is from', () => {
    expect(sendersTo(net(), 'X', 'X')).toEqual([]);
  });
});

describe('RFC 4456, 8: of a reflected route', () => {
  const net = () =>
    network({ low: {}, high: {}, far: {}, X: {}, Y: {} }, [
      ...[client('X', 'low'), upstream('low', 'high'), upstream('far', 'high'), client('Y', 'far')],
    ]);

  test('ORIGINATOR_ID is set once, by the first reflector', () => {
    const held = heldBy(net(), { X: [] });
    const x = net().routers[net().places.get('X') as number].routerId;
    expect(held('low').paths.X.originatorId).toBeUndefined();
    for (const [to, from] of [
      ['high', 'low'],
      ['far', 'high'],
      ['Y', 'far'],
    ]) {
      expect(held(to).paths[from].originatorId).toBe(x);
    }
  });

  test('CLUSTER_LIST has each reflector that it came through, the nearest first', () => {
    const held = heldBy(net(), { X: [] });
    expect(held('low').paths.X.clusterList).toEqual([]);
    expect(held('high').paths.low.clusterList).toEqual([1]);
    expect(held('Y').paths.far.clusterList).toEqual([3, 2, 1]);
  });

  describe('of what comes back to where it has been, a router keeps nothing', () => {
    // Each reflector is a client of the next one: what goes down from one of them comes back to it in the end. Only a
    // route from a non-client does so, as one from a client is sent to both neighbors, which then have the shorter path.
    const ring = [upstream('a', 'b'), upstream('b', 'c'), upstream('c', 'a'), mesh('m', 'a')];

    test('as its own cluster id is in CLUSTER_LIST', () => {
      const net = network({ a: {}, b: {}, c: {}, m: {}, X: {} }, [...ring, client('X', 'm')]);
      const held = heldBy(net, { X: [] });
      expect(held('b').paths.c.clusterList).toEqual([3, 1, 4]);
      expect(held('b').best).toBe('c');
      expect(Object.keys(held('a').paths)).toEqual(['m']);
    });

    test('as ORIGINATOR_ID is its own BGP identifier, where it is in no CLUSTER_LIST', () => {
      // The route is from an eBGP neighbor of m, so m reflects nothing. Upstream it sends it as a last choice, so that b
      // prefers the path around the ring, and sends that to m, its client.
      const communities = { preferred: '64496:102' };
      const routers = { a: {}, b: {}, c: {}, m: { communities }, X: { autonomousSystem: 65001 } };
      const net = network(routers, [...ring, upstream('m', 'b'), external('X', 'm')]);
      const held = heldBy(net, { X: ['64496:102'] });
      const { originatorId, clusterList } = held('b').paths.c;
      expect({ originatorId, clusterList }).toEqual({ originatorId: 4, clusterList: [3, 1] });
      expect(held('b').best).toBe('c');
      expect(Object.keys(held('m').paths)).toEqual(['X']);
    });
  });
});

describe('RFC 4456, 9: among paths of a reflected route', () => {
  test('the identifier that counts is ORIGINATOR_ID, before that of the neighbor', () => {
    // The neighbor with the larger identifier has the route from the router with the smaller one.
    const net = network({ X: {}, Y: {}, a: {}, b: {}, c: {} }, [
      ...[client('X', 'b'), client('Y', 'a'), mesh('a', 'c'), mesh('b', 'c')],
    ]);
    expect(heldBy(net, { X: [], Y: [] })('c').best).toBe('b');
  });

  test('the identifier counts before the length of CLUSTER_LIST', () => {
    // X is before Y; its route comes through two reflectors, that of Y through one.
    const net = network({ X: {}, Y: {}, low: {}, far: {}, near: {}, c: {} }, [
      ...[client('X', 'low'), upstream('low', 'far'), client('Y', 'near'), mesh('far', 'c'), mesh('near', 'c')],
    ]);
    const held = heldBy(net, { X: [], Y: [] })('c');
    expect(held.paths.far.clusterList).toHaveLength(2);
    expect(held.paths.near.clusterList).toHaveLength(1);
    expect(held.best).toBe('far');
  });

  test('the shorter CLUSTER_LIST is better, before the smaller address', () => {
    const net = network({ far: {}, near: {}, mid: {}, c: {}, X: {} }, [
      ...[client('X', 'mid'), client('X', 'near'), upstream('mid', 'far'), mesh('far', 'c'), mesh('near', 'c')],
    ]);
    const held = heldBy(net, { X: [] })('c');
    expect(Object.keys(held.paths)).toEqual(['far', 'near']);
    expect(held.best).toBe('near');
  });

  test('the smaller address of a neighbor is the last to decide', () => {
    const at = (one: string, other: string) =>
      network({ a: { addresses: [parseAddress(one)] }, b: { addresses: [parseAddress(other)] }, c: {}, X: {} }, [
        ...[client('X', 'a'), client('X', 'b'), mesh('a', 'c'), mesh('b', 'c')],
      ]);
    expect(heldBy(at('10.0.0.9', '10.0.0.10'), { X: [] })('c').best).toBe('a');
    expect(heldBy(at('10.0.0.10', '10.0.0.9'), { X: [] })('c').best).toBe('b');
  });
});

describe('RFC 7947: a route server', () => {
  const servers = { a: {}, b: {}, c: {} };
  const full = [mesh('a', 'b'), mesh('a', 'c'), mesh('b', 'c')];
  const AS = { X: { autonomousSystem: 65001 }, Y: { autonomousSystem: 65002 }, Z: { autonomousSystem: 65001 } };

  test('leaves the path of AS numbers as it is (2.2.2)', () => {
    const net = network({ ...servers, ...AS }, [...full, external('X', 'a'), external('Y', 'a'), external('Y', 'b')]);
    const held = heldBy(net, { X: [] })('Y');
    expect(Object.keys(held.paths)).toEqual(['a', 'b']);
    for (const { asPath, clusterList, originatorId } of Object.values(held.paths)) {
      expect({ asPath, clusterList, originatorId }).toEqual({
        asPath: [65001],
        clusterList: [],
        originatorId: undefined,
      });
    }
  });

  test('sends the others what it has from a client without ORIGINATOR_ID and CLUSTER_LIST: it reflects nothing', () => {
    const net = network({ ...servers, ...AS }, [...full, external('X', 'a')]);
    const { originatorId, clusterList, asPath } = heldBy(net, { X: [] })('b').paths.a;
    expect({ originatorId, clusterList, asPath }).toEqual({
      originatorId: undefined,
      clusterList: [],
      asPath: [65001],
    });
  });

  test('sends its clients neither ORIGINATOR_ID nor CLUSTER_LIST: both are for iBGP only (RFC 4456, 8)', () => {
    const net = network({ server: {}, reflector: {}, X: {}, Y: { autonomousSystem: 65002 } }, [
      ...[client('X', 'reflector'), upstream('server', 'reflector'), external('Y', 'server')],
    ]);
    const held = heldBy(net, { X: [] });
    expect(held('server').paths.reflector).toMatchObject({ originatorId: 3, clusterList: [2] });
    const { originatorId, clusterList } = held('Y').paths.server;
    expect({ originatorId, clusterList }).toEqual({ originatorId: undefined, clusterList: [] });
  });

  test('sends what it has from another route server to clients only', () => {
    const chain = network({ ...servers, ...AS }, [
      ...[mesh('a', 'b'), mesh('b', 'c'), external('X', 'a'), external('Y', 'c')],
    ]);
    expect(heldBy(chain, { X: [] })('b').best).toBe('a');
    expect(heldBy(chain, { X: [] })('c').best).toBeUndefined();
    expect(heldBy(chain, { X: [] })('Y').best).toBeUndefined();
  });

  test('prefers a client to another route server', () => {
    const net = network({ ...servers, ...AS }, [...full, external('X', 'a'), external('X', 'b')]);
    expect(heldBy(net, { X: [] })('b').best).toBe('X');
    expect(Object.keys(heldBy(net, { X: [] })('b').paths).sort()).toEqual(['X', 'a']);
  });

  test('hides from its clients all but the best path (2.3.1), also from the one whose path it is', () => {
    const net = network({ a: {}, ...AS, W: { autonomousSystem: 65003 } }, [
      ...[external('X', 'a'), external('Y', 'a'), external('W', 'a')],
    ]);
    const held = heldBy(net, { X: [], Y: [] });
    expect(held('W').paths.a.asPath).toEqual([65001]);
    expect(held('Y').paths.a.asPath).toEqual([65001]);
    expect(held('X').paths).toEqual({});
  });

  test('gives no route to a router of the AS that it is from', () => {
    const net = network({ a: {}, ...AS }, [external('X', 'a'), external('Y', 'a'), external('Z', 'a')]);
    expect(sendersTo(net, 'X', 'Y')).toEqual(['a']);
    expect(sendersTo(net, 'X', 'Z')).toEqual([]);
  });
});

describe('the communities of a region', () => {
  const communities = { only: '64496:101', preferred: '64496:102' };
  const net = () =>
    network({ east: { communities }, core: {}, west: { communities }, X: {}, Y: {}, Z: {} }, [
      ...[
        client('X', 'east'),
        client('Z', 'east'),
        upstream('east', 'core'),
        upstream('west', 'core'),
        client('Y', 'west'),
      ],
    ]);

  test('keep a route from going upstream', () => {
    const held = heldBy(net(), { X: ['64496:101'] });
    expect(held('Z').best).toBe('east');
    expect(held('core').best).toBeUndefined();
    expect(held('Y').best).toBeUndefined();
  });

  test('make a route the last choice of other regions, and not of its own', () => {
    const held = heldBy(net(), { X: ['64496:102'] });
    expect(held('Z').paths.east.localPreference).toBe(100);
    expect(held('core').paths.east.localPreference).toBe(20);
    expect(held('Y').paths.west.localPreference).toBe(20);
    expect(heldBy(net(), { X: ['64496:102'], Y: [] })('core').best).toBe('west');
  });

  test('do nothing to a route that comes down', () => {
    expect(heldBy(net(), { X: [] })('Y').paths.west.localPreference).toBe(100);
  });
});

test('a route goes over sessions that carry its family only', () => {
  const net = network({ a: {}, b: {}, X: {}, Y: {} }, [
    ...[
      client('X', 'a', { families: ['inet', 'evpn'] }),
      mesh('a', 'b'),
      client('Y', 'b', { families: ['inet', 'evpn'] }),
    ],
  ]);
  expect(heldBy(net, { X: [] }, 'inet')('Y').best).toBe('b');
  expect(heldBy(net, { X: [] }, 'evpn')('a').best).toBe('X');
  expect(heldBy(net, { X: [] }, 'evpn')('b').best).toBeUndefined();
});

test('a router outside sends on nothing that it has from others', () => {
  const net = network({ a: {}, b: {}, X: { autonomousSystem: 65001 }, Y: { autonomousSystem: 65002 } }, [
    ...[external('X', 'a'), external('Y', 'a'), external('Y', 'b')],
  ]);
  expect(heldBy(net, { X: [] })('Y').best).toBe('a');
  expect(heldBy(net, { X: [] })('b').best).toBeUndefined();
});

describe('what comes later takes the place of what was sent before', () => {
  test('also where it comes by the same session: it is sent on', () => {
    // The path of Y is on its way to d when that of X comes, which has the lower identifier and one router more to go.
    const net = network({ X: {}, Y: {}, a: {}, b: {}, c: {}, d: {} }, [
      ...[client('Y', 'b'), client('X', 'a'), upstream('a', 'b'), upstream('b', 'c'), mesh('c', 'd')],
    ]);
    expect(heldBy(net, { Y: [], X: [] })('c').paths.b.originatorId).toBe(1);
    expect(heldBy(net, { Y: [], X: [] })('d').paths.c.originatorId).toBe(1);
  });

  test('and where it is not to be sent, what was sent is withdrawn', () => {
    // Reflector b prefers the path of its neighbor e to that of its client, and does not send that to d.
    const net = network({ X: {}, Y: {}, b: {}, d: {}, e: {}, Z: {} }, [
      ...[mesh('b', 'd'), mesh('b', 'e'), client('Y', 'b'), client('X', 'e'), client('Z', 'd')],
    ]);
    const held = heldBy(net, { Y: [], X: [] });
    expect(held('b').best).toBe('e');
    expect(held('d')).toEqual({ paths: {}, best: undefined });
    expect(held('Z')).toEqual({ paths: {}, best: undefined });
  });
});

describe('the last change of a best path', () => {
  const changeIn = (net: Network, origins: readonly string[]) =>
    propagate(net, { family: 'inet', route: '', origins: new Map(origins.map((id) => [id, []])) }).change;
  const nameOf = (net: Network, at: number, via: number) => net.routers[net.routers[at].neighbors[via].router].id;

  test('is that to a better one while the other is still there', () => {
    const net = network({ X: {}, Y: {}, a: {}, b: {}, c: {} }, [
      ...[client('Y', 'c'), client('X', 'a'), upstream('a', 'b'), mesh('b', 'c')],
    ]);
    const { router, before, after } = changeIn(net, ['Y', 'X'])!;
    expect([net.routers[router].id, nameOf(net, router, before), nameOf(net, router, after)]).toEqual(['c', 'Y', 'b']);
  });

  test('is none where no router takes another path', () => {
    const net = network({ X: {}, a: {}, b: {} }, [client('X', 'a'), mesh('a', 'b')]);
    expect(changeIn(net, ['X'])).toBeUndefined();
  });
});
