import { Chart } from 'cdk8s';
import { OutsideRouter, Reachability, RouteReflectorRegion, topologyOf } from '../../lib';
import { prove } from '../../lib/proof';
import { RouteReflectorRegionProps } from '../../lib/topology/region-props';
import { region } from '../../test-support/examples';
import { refusalOf, synthChart } from '../../test-support/synth';

const facing = (number: number) => ({
  ...region,
  clientRanges: [`198.51.${number}.0/24`],
  reachability: Reachability.hostPorts(),
  sides: { a: { addresses: [`192.0.2.${number}`] } },
});

type Bounds = Pick<RouteReflectorRegionProps, 'clientRoutes' | 'clientLocalPreference' | 'podClients'>;

/** A core, two regions below it, and a router that is a client of the first of them. */
function hierarchy(bounds: { core?: Bounds; east?: Bounds; west?: Bounds }, announces: readonly string[] = []) {
  return (chart: Chart) => {
    // The regions come first, as one may name an upstream that is made later.
    const east = new RouteReflectorRegion(chart, 'east', { ...facing(1), upstream: 'core', ...bounds.east });
    new RouteReflectorRegion(chart, 'west', { ...facing(2), upstream: 'core', ...bounds.west });
    new RouteReflectorRegion(chart, 'core', { ...region, ...bounds.core });
    if (announces.length === 0) return;
    const common = { autonomousSystem: 64496, clientOf: [east], addresses: ['198.51.1.7'] };
    new OutsideRouter(chart, 'pe1', { ...common, announces });
  };
}

/** What the routers of the regions are told of the routes of their clients. */
function told(define: (chart: Chart) => void) {
  const manifests = synthChart(define);
  const of = (kind: string, name: string) => {
    const { MESHRR_CLIENT_ROUTES: routes, MESHRR_CLIENT_LOCAL_PREFERENCE: preference } = manifests.environmentOf(
      kind,
      name,
    );
    return [routes, preference];
  };
  return {
    core: of('Deployment', 'meshrr-core'),
    east: of('DaemonSet', 'meshrr-east-a'),
    west: of('DaemonSet', 'meshrr-west-a'),
  };
}

test('a core takes no local preference of its clients, and regions take all that theirs say', () => {
  const nothing = [undefined, undefined];
  expect(told(hierarchy({}))).toEqual({ core: [undefined, 'reset'], east: nothing, west: nothing });
});

test('either may be told otherwise', () => {
  const bounds = {
    core: { clientLocalPreference: 'keep' },
    east: { clientLocalPreference: 'reset', clientRoutes: ['198.18.0.0/16', '2001:db8::/32'] },
  } as const;
  expect(told(hierarchy(bounds))).toEqual({
    core: [undefined, undefined],
    east: ['198.18.0.0/16,2001:db8::/32', 'reset'],
    west: [undefined, undefined],
  });
});

test('a core of which every pod may be a client resets, too', () => {
  expect(told(hierarchy({ core: { podClients: true } })).core).toEqual([undefined, 'reset']);
});

test('"declared" is what routers announce that are clients of the region, or of one below it', () => {
  const announces = ['203.0.113.0/24', '198.18.7.0/24'];
  const routes = '198.18.7.0/24,203.0.113.0/24';
  const declared = { clientRoutes: 'declared' } as const;
  const { core, east, west } = told(hierarchy({ core: declared, east: declared }, announces));
  expect([core[0], east[0], west[0]]).toEqual([routes, routes, undefined]);
});

describe('the proof', () => {
  const lossesOf = (define: (chart: Chart) => void) => {
    let topology: ReturnType<typeof topologyOf> | undefined;
    synthChart((chart) => {
      define(chart);
      topology = topologyOf(chart);
    });
    const { findings, counts } = prove(topology as NonNullable<typeof topology>);
    return { losses: findings.filter(({ kind }) => kind === 'loss'), routes: counts.routes };
  };

  test('assumes clients that announce what their region, or the one upstream, takes', () => {
    const { losses, routes } = lossesOf(hierarchy({ core: { clientRoutes: ['203.0.0.0/8', '203.0.113.0/24'] } }));
    expect(losses).toEqual([]);
    expect(routes).toBe(4);
    let announced: readonly string[] = [];
    synthChart((chart) => {
      hierarchy({ core: { clientRoutes: ['203.0.0.0/8'] }, east: { clientRoutes: ['203.0.113.0/24'] } })(chart);
      announced = topologyOf(chart).outside.flatMap(({ announces }) => announces.map(({ route }) => route));
    });
    expect(announced).toEqual(['203.0.113.1/32', '203.0.113.2/32', '203.0.0.3/32', '203.0.0.4/32']);
  });
});

describe('refuses', () => {
  test.each<[string, Parameters<typeof hierarchy>, string]>([
    [
      'a declared route that the region does not take',
      [{ east: { clientRoutes: ['198.18.0.0/16'] } }, ['198.18.7.0/24', '203.0.113.0/24']],
      'test/pe1: announces[1]: got "203.0.113.0/24", want a route that test/east does not drop (clientRoutes): it is not in 198.18.0.0/16',
    ],
    [
      'one that the core does not take',
      [{ core: { clientRoutes: ['198.18.0.0/16'] } }, ['203.0.113.0/24']],
      'test/pe1: announces[0]: got "203.0.113.0/24", want a route that test/east does not drop (clientRoutes): it is not in 198.18.0.0/16',
    ],
    [
      'a wider route than the bounds',
      [{ east: { clientRoutes: ['198.18.0.0/16'] } }, ['198.0.0.0/8']],
      'test/pe1: announces[0]: got "198.0.0.0/8"',
    ],
    [
      'bounds that the region upstream does not let through',
      [{ core: { clientRoutes: ['198.18.0.0/16'] }, east: { clientRoutes: ['198.18.7.0/24', '203.0.113.0/24'] } }],
      'test/east: clientRoutes[1]: got "203.0.113.0/24", want prefixes within those that test/core upstream takes: 198.18.0.0/16',
    ],
    [
      'declared routes where none are declared',
      [{ west: { clientRoutes: 'declared' } }, ['203.0.113.0/24']],
      'test/west: clientRoutes: got "declared", want prefixes, or an OutsideRouter that is a client and announces some',
    ],
    [
      'what is no prefix',
      [{ east: { clientRoutes: ['203.0.113.1/24'] } }],
      'test/east: clientRoutes[0]: got "203.0.113.1/24", want a prefix without host bits',
    ],
    ['no prefixes', [{ east: { clientRoutes: [] } }], 'test/east: clientRoutes: got'],
    [
      'another word',
      [{ east: { clientRoutes: 'some' as 'declared' } }],
      'test/east: clientRoutes: got "some", want a list',
    ],
    [
      'another kind of local preference',
      [{ east: { clientLocalPreference: 'raise' as 'keep' } }],
      'test/east: clientLocalPreference: got "raise"',
    ],
  ])('%s', (_, args, message) => {
    expect(refusalOf(hierarchy(...args))).toContain(message);
  });
});
