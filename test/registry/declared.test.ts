import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { inCluster, MetalLBAddressPool, MetalLBBgpPeering, Reachability, RouteReflectorRegion } from '../../lib';
import { parseAddress, parsePoolSpan } from '../../lib/addressing';
import {
  clusterOf,
  declareHostAddress,
  declareName,
  declarePool,
  declareServiceAddress,
  rejectOtherCluster,
} from '../../lib/registry/declared';
import { peering, region } from '../../test-support/examples';

// What a construct has declared is compared with what later ones declare, in either order; each rule has what it allows.

/** A construct in a chart of an app, and of a cluster where one is named. */
function construct(name: string, app = new App(), cluster?: string, namespace?: string): Construct {
  const chart = new Chart(app, name, { namespace });
  return new Construct(cluster === undefined ? chart : inCluster(chart, cluster), 'it');
}

/** What goes wrong, on one line; `fine` where nothing does. */
function outcome(...steps: readonly (() => unknown)[]): string {
  try {
    steps.forEach((step) => void step());
    return 'fine';
  } catch (error) {
    return (error as Error).message;
  }
}

const pool = (it: Construct, text: string) => () => declarePool(it, 'addresses', parsePoolSpan(text));
const host = (it: Construct, text: string) => () => declareHostAddress(it, 'sides.a', parseAddress(text));
const service = (it: Construct, text: string) => () => declareServiceAddress(it, 'sides.a', parseAddress(text));

describe('addresses that nodes carry', () => {
  const [app, address, around] = [() => new App(), '192.0.2.7', '192.0.2.0/28'];

  test('are in no pool, whichever comes first', () => {
    const both = (first: typeof pool, second: typeof pool, one: string, two: string) => {
      const shared = app();
      return outcome(first(construct('one', shared), one), second(construct('two', shared), two));
    };
    expect(both(host, pool, address, around)).toBe(
      'two/it: addresses: got "192.0.2.0/28", want addresses of its own: one/it (sides.a) has them already',
    );
    expect(both(pool, host, around, address)).toBe(
      'two/it: sides.a: got "192.0.2.7", want addresses of its own: one/it has them already',
    );
    expect([both(host, pool, '192.0.2.16', around), both(pool, host, around, '192.0.2.16')]).toEqual(['fine', 'fine']);
  });

  test('are those of one side of one region', () => {
    const it = construct('one');
    expect(outcome(host(it, address), host(it, '192.0.2.8'))).toBe('fine');
    expect(outcome(host(it, address))).toContain('addresses of its own: one/it (sides.a) has them already');
  });

  test('are no addresses of Services: these are out of a pool', () => {
    const it = construct('one');
    expect(outcome(pool(it, around), service(it, address), service(it, '192.0.2.8'))).toBe('fine');
    expect(outcome(service(it, address))).toContain('want addresses of its own: one/it (sides.a) has them already');
  });

  test('may be the same in another cluster, and in another app', () => {
    const shared = app();
    const [east, west] = ['east', 'west'].map((cluster) => construct(cluster, shared, cluster));
    const steps = [pool(east, around), host(west, address), service(east, address), service(west, address)];
    expect(outcome(...steps, host(construct('east'), address))).toBe('fine');
  });
});

describe('pools', () => {
  test('do not overlap, within one family', () => {
    const it = construct('one');
    expect(outcome(pool(it, '192.0.2.0/28'), pool(it, '192.0.2.16/28'), pool(it, '2001:db8::/64'))).toBe('fine');
    expect(outcome(pool(it, '192.0.2.31-192.0.2.40'))).toBe(
      'one/it: addresses: got "192.0.2.31-192.0.2.40", want addresses of its own: one/it has them already',
    );
  });
});

describe('the name of an object', () => {
  test('is its own among those of its kind', () => {
    const it = construct('one');
    expect(outcome(() => declareName(it, 'name', 'Service', 'core'))).toBe('fine');
    expect(outcome(() => declareName(it, 'name', 'ConfigMap', 'core'))).toBe('fine');
    expect(outcome(() => declareName(it, 'name', 'Service', 'core'))).toBe(
      'one/it: name: got "core", want a name of its own: one/it makes a Service of that name already',
    );
  });

  test('is its own in a namespace: that of its chart, or the one that is given', () => {
    const shared = new App();
    const [none, bgp, other] = [undefined, 'bgp', 'other'].map((namespace, i) =>
      construct(`chart${i}`, shared, undefined, namespace),
    );
    const declare = (it: Construct, namespace?: string) => () => declareName(it, 'name', 'Service', 'core', namespace);
    expect(outcome(declare(none), declare(bgp), declare(other), declare(none, 'metallb-system'))).toBe('fine');
    expect(outcome(declare(other, 'bgp'))).toContain('chart1/it makes a Service of that name already');
    expect(outcome(declare(other, ''))).toContain('chart0/it makes a Service of that name already');
    expect(outcome(declare(bgp, 'metallb-system'))).toContain('chart0/it makes a Service of that name already');
  });
});

describe('clusters', () => {
  test('are told by their charts, and are one where none is', () => {
    expect([clusterOf(construct('one')), clusterOf(construct('one', new App(), 'east'))]).toEqual(['', 'east']);
  });

  test('are told before there is anything in a chart', () => {
    const it = construct('one');
    expect(outcome(() => inCluster(Chart.of(it), 'east'))).toBe(
      'one: cluster: got "east", want a chart that has no constructs yet',
    );
    const chart = new Chart(new App(), 'empty');
    expect(inCluster(chart, 'east')).toBe(chart);
  });

  test('have nothing to do with one another, nor have apps', () => {
    const shared = new App();
    const east = construct('one', shared, 'east');
    const use = (other: Construct) => outcome(() => rejectOtherCluster(east, 'mesh', other));
    expect(use(construct('two', shared, 'east'))).toBe('fine');
    const wanted = 'want a construct of the same app and cluster';
    expect(use(construct('west', shared, 'west'))).toBe(`one/it: mesh: got "west/it", ${wanted}`);
    expect(use(construct('none', shared))).toBe(`one/it: mesh: got "none/it", ${wanted}`);
    expect(use(construct('two', new App(), 'east'))).toBe(`one/it: mesh: got "two/it", ${wanted}`);
  });
});

test('a pool that is made after a region whose nodes carry one of its addresses is refused', () => {
  const chart = new Chart(new App(), 'test');
  new RouteReflectorRegion(chart, 'east', {
    ...region,
    ...{ clientRanges: ['198.51.100.0/24'], reachability: Reachability.hostPorts() },
    sides: { a: { addresses: ['192.0.2.1'] } },
  });
  const metallb = new MetalLBBgpPeering(chart, 'lb', peering);
  const refusal = outcome(() => new MetalLBAddressPool(chart, 'vip', { metallb, addresses: ['192.0.2.0/28'] }));
  expect(refusal).toBe(
    'test/vip: addresses[0]: got "192.0.2.0/28", want addresses of its own: test/east (sides.a.addresses) has them already',
  );
});
