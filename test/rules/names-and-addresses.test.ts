import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { inCluster, MetalLBAddressPool, MetalLBBgpPeering, Reachability, RouteReflectorRegion } from '../../lib';
import { parseAddress, parsePoolSpan } from '../../lib/addressing';
import { clusterOf, declareName, declareReference, declareSpan, lineOf } from '../../lib/registry';
import { problemsOf } from '../../lib/rules';
import { peering, region } from '../../test-support/examples';
import { refusalOf } from '../../test-support/synth';

// What constructs have declared is compared, whichever comes first; each rule has what it allows.

/** A construct in a chart of an app, and of a cluster where one is named. */
function construct(name: string, app = new App(), cluster?: string, namespace?: string): Construct {
  const chart = new Chart(app, name, { namespace });
  return new Construct(cluster === undefined ? chart : inCluster(chart, cluster), 'it');
}

/** What goes wrong in the apps of constructs that declare something, one line each; `fine` where nothing does. */
function outcome(...steps: readonly (() => Construct)[]): string {
  const apps = new Set(steps.map((step) => step().node.root));
  const lines = [...apps].flatMap((app) => problemsOf(app).map(lineOf));
  return lines.join('\n') || 'fine';
}

const span = (kind: 'pool' | 'host' | 'service', prop: string) => (it: Construct, text: string) => () => {
  declareSpan(it, prop, kind, kind === 'pool' ? parsePoolSpan(text) : parseAddress(text));
  return it;
};
const pool = span('pool', 'addresses');
const host = span('host', 'sides.a');
const service = span('service', 'sides.a');
const named = (it: Construct, kind: string, namespace?: string) => () => {
  declareName(it, 'name', kind, 'core', namespace);
  return it;
};

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
    expect(outcome(named(it, 'Service'))).toBe('fine');
    expect(outcome(named(it, 'ConfigMap'))).toBe('fine');
    expect(outcome(named(it, 'Service'))).toBe(
      'one/it: name: got "core", want a name of its own: one/it makes a Service of that name already',
    );
  });

  test('is its own in a namespace: that of its chart, or the one that is given', () => {
    const among = (...places: readonly [chart: number, namespace?: string][]) => {
      const shared = new App();
      const charts = [undefined, 'bgp', 'other'].map((namespace, i) =>
        construct(`chart${i}`, shared, undefined, namespace),
      );
      return outcome(...places.map(([chart, namespace]) => named(charts[chart], 'Service', namespace)));
    };
    expect(among([0], [1], [2], [0, 'metallb-system'])).toBe('fine');
    expect(among([1], [2, 'bgp'])).toContain('chart1/it makes a Service of that name already');
    expect(among([0], [2, ''])).toContain('chart0/it makes a Service of that name already');
    expect(among([0, 'metallb-system'], [1, 'metallb-system'])).toContain('chart0/it makes a Service');
  });

  test('is refused once of two constructs that share more of them', () => {
    const app = new App();
    const [one, two] = ['one', 'two'].map((name) => construct(name, app));
    const [below, besides] = [one, two].map((it) => new Construct(it, 'mesh'));
    const steps = [one, two].flatMap((it) => [named(it, 'workload'), named(it, 'NetworkPolicy')]);
    expect(outcome(...steps, named(below, 'Service'), named(besides, 'Service'))).toBe(
      'two/it: name: got "core", want a name of its own: one/it makes a workload of that name already',
    );
    expect(outcome(named(construct('other', app), 'Service')).split('\n')).toHaveLength(2);
  });
});

describe('clusters', () => {
  test('are told by their charts, and are one where none is', () => {
    expect([clusterOf(construct('one')), clusterOf(construct('one', new App(), 'east'))]).toEqual(['', 'east']);
  });

  test('are told before there is anything in a chart', () => {
    const it = construct('one');
    expect(() => inCluster(Chart.of(it), 'east')).toThrow(
      'one: cluster: got "east", want a chart that has no constructs yet',
    );
    const chart = new Chart(new App(), 'empty');
    expect(inCluster(chart, 'east')).toBe(chart);
  });

  test('have nothing to do with one another, nor have apps', () => {
    const use = (cluster?: string, other?: App) => {
      const shared = new App();
      const east = construct('one', shared, 'east');
      const it = construct('two', other ?? shared, cluster);
      return outcome(() => (declareReference(east, 'mesh', it), east));
    };
    expect(use('east')).toBe('fine');
    const wanted = 'one/it: mesh: got "two/it", want a construct of the same app and cluster';
    expect([use('west'), use(), use('east', new App())]).toEqual([wanted, wanted, wanted]);
  });
});

describe('a pool with an address that nodes carry is refused', () => {
  const carried = (chart: Chart) =>
    void new RouteReflectorRegion(chart, 'east', {
      ...region,
      ...{ clientRanges: ['198.51.100.0/24'], reachability: Reachability.hostPorts() },
      sides: { a: { addresses: ['192.0.2.1'] } },
    });
  const pooled = (chart: Chart) => {
    const metallb = new MetalLBBgpPeering(chart, 'lb', peering);
    new MetalLBAddressPool(chart, 'vip', { metallb, addresses: ['192.0.2.0/28'] });
  };
  const refusal = (...steps: readonly ((chart: Chart) => void)[]) =>
    refusalOf((chart) => steps.forEach((step) => step(chart)));

  test('where the pool comes second', () => {
    expect(refusal(carried, pooled)).toBe(
      'test/vip: addresses[0]: got "192.0.2.0/28", want addresses of its own: test/east (sides.a.addresses) has them already',
    );
  });

  test('where the pool comes first', () => {
    expect(refusal(pooled, carried)).toBe(
      'test/east: sides.a.addresses: got "192.0.2.1", want addresses of its own: test/vip has them already',
    );
  });
});
