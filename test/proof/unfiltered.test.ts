import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  ExternalRouteReflectors,
  KubernetesNodes,
  Mesh,
  OutsideRouter,
  RouteReflectorRegion,
  topologyOf,
} from '../../lib';
import { prove } from '../../lib/proof';
import { checkProofProps } from '../../lib/proof/props';
import { facing } from '../bad-input/cases';
import { pair, region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';

function findingsIn(define: (chart: Chart) => void, settings = checkProofProps({})) {
  let findings: ReturnType<typeof prove>['findings'] = [];
  synthChart((chart) => {
    define(chart);
    ({ findings } = prove(topologyOf(chart), settings));
  });
  return findings.filter(({ kind }) => kind === 'unfiltered').map(({ severity, message }) => `${severity}: ${message}`);
}

describe('of a pair', () => {
  const ixp =
    (changes: any, ...members: readonly any[]) =>
    (chart: Chart) => {
      const made = new AnycastRouteServerPair(chart, 'ixp', pair(chart, { asRanges: ['1001-1010'], ...changes }));
      members.forEach((member, i) => {
        const name = `as${1001 + i}`;
        const addresses = [`198.51.100.${i + 1}`];
        new OutsideRouter(chart, name, { autonomousSystem: 1001 + i, addresses, clientOf: [made], ...member });
      });
    };
  const maximumPrefixes = { maximum: { inet: 1000 } };
  const [filters, rpki] = ['exchange', { servers: ['192.0.2.53:323'] }];
  const sides = { a: { addresses: ['44.9.9.1'] }, b: { addresses: ['44.9.9.2'] } };
  const listed = { announces: ['44.1.0.0/16'], member: { prefixes: ['44.1.0.0/16'] } };
  const SIDE = '192.0.2.1/32 (the address of routeserver-a)';

  test.each([
    [
      'without filters',
      ixp({}),
      `any client of routeserver may announce 0.0.0.0/0, ${SIDE}, 10.0.0.0/8 (RFC 1918), prefixes of other clients and any number of routes, ` +
        "and no filter stops that: set filters: 'exchange', rpki (or members with prefixes) and maximumPrefixes",
    ],
    [
      'with filters alone',
      ixp({ filters }),
      'any client of routeserver may announce prefixes of other clients and any number of routes, ' +
        'and no filter stops that: set rpki (or members with prefixes) and maximumPrefixes',
    ],
    [
      'with RPKI',
      ixp({ filters, rpki }),
      'any client of routeserver may announce any number of routes, and no filter stops that: set maximumPrefixes',
    ],
    ['with all of these', ixp({ filters, rpki, maximumPrefixes }), undefined],
    [
      'with its address outside of documentation',
      ixp({ filters, rpki, maximumPrefixes, sides }),
      'any client of routeserver may announce 44.9.9.0/24 (around the address of routeserver-a), and no filter stops that: set members with prefixes',
    ],
    [
      'with lengths of its own',
      ixp({ filters: { ipv4Lengths: '0-32', bogons: false }, rpki, maximumPrefixes }),
      `any client of routeserver may announce 0.0.0.0/0, ${SIDE} and 10.0.0.0/8 (RFC 1918), and no filter stops that: set filters`,
    ],
    [
      'with a list for one member and not for another',
      ixp({ filters, members: true, clientRanges: undefined, maximumPrefixes }, listed, {}),
      'as1002 of routeserver may announce 44.1.0.0/16 (of as1001), and no filter stops that: set member.prefixes',
    ],
    [
      'with a list for one member, and others from ranges',
      ixp({ filters, members: true, maximumPrefixes }, listed),
      'any client of routeserver may announce 44.1.0.0/16 (of as1001), and no filter stops that: set member.prefixes',
    ],
    [
      'with lists for all members, without a maximum',
      ixp({ members: true, clientRanges: undefined }, listed, {
        ...listed,
        announces: [],
        member: { ...listed.member, maximumPrefixes },
      }),
      undefined,
    ],
    [
      'of EVPN',
      (chart: Chart) => {
        const addressFamilies = { inet: false, evpn: true };
        const mesh = new Mesh(chart, 'evpn', { autonomousSystem: 64496, addressFamilies });
        new AnycastRouteServerPair(chart, 'ixp', pair(chart, { mesh }));
      },
      undefined,
    ],
  ])('%s', (_, define, expected) => {
    expect(findingsIn(define)).toEqual(expected === undefined ? [] : [`warning: ${expected}`]);
  });
});

describe('of regions', () => {
  const SIDE = '192.0.2.1/32 (the address of meshrr-east-a)';
  const regions =
    (ofEast: any, ofWest: any, ...clientsOfEast: readonly any[]) =>
    (chart: Chart) => {
      const core = new RouteReflectorRegion(chart, 'core', region);
      const below = { ...region, ...facing, upstream: core };
      const east = new RouteReflectorRegion(chart, 'east', { ...below, ...ofEast });
      const sides = { a: { addresses: ['192.0.2.3'] } };
      new RouteReflectorRegion(chart, 'west', { ...below, sides, ...ofWest });
      clientsOfEast.forEach((client, i) => {
        const addresses = [`198.51.100.${i + 1}`];
        new OutsideRouter(chart, `pe${i}`, { autonomousSystem: 64496, addresses, clientOf: [east], ...client });
      });
    };

  test.each([
    ['that all trust their clients', regions({}, {}), []],
    ['with limits for all', regions({ clientRoutes: ['44.1.0.0/16'] }, { clientRoutes: ['44.2.0.0/16'] }), []],
    [
      'of which one has no limit',
      regions({ clientRoutes: ['44.1.0.0/16'] }, {}),
      [
        'any client of west may announce 44.1.0.0/16 (clientRoutes of east), and no filter stops that: set clientRoutes',
      ],
    ],
    [
      'with a limit that has a hole',
      regions({ clientRoutes: ['192.0.2.0/24'] }, { clientRoutes: ['44.2.0.0/16'] }),
      [`any client of east may announce ${SIDE}, and no filter stops that: set narrower clientRoutes`],
    ],
    [
      'with a limit that lets in the addresses of pods',
      regions({ clientRoutes: ['10.0.0.0/8'] }, { clientRoutes: ['44.2.0.0/16'] }),
      [
        'any client of east may announce 10.42.0.0/16 (addresses of pods), and no filter stops that: set narrower clientRoutes',
      ],
    ],
    ['of which one carries no routes that prefixes limit', regions({ clientRoutes: ['2001:db8::/32'] }, {}), []],
  ])('%s', (_, define, expected) => {
    expect(findingsIn(define)).toEqual(expected.map((line) => `warning: ${line}`));
  });

  test('a client that stands beside nodes may have a side to announce', () => {
    const limits = [{ clientRoutes: ['192.0.2.0/24'] }, { clientRoutes: ['44.2.0.0/16'] }] as const;
    const define = (client: any) => (chart: Chart) => {
      regions(...limits, client)(chart);
      const labels = { meshrr_region_core: 'true', meshrr_region_east: 'true', meshrr_region_west: 'true' };
      new KubernetesNodes(chart, 'nodes', {
        nodes: Object.fromEntries(
          ['n1', 'n2', 'n3', 'n4'].map((name, i) => [name, { labels: { ...labels, side: 'ab'[i % 2] } }]),
        ),
      });
    };
    expect(findingsIn(define({}))).toHaveLength(1);
    expect(findingsIn(define({ nodes: ['n1'] }))).toEqual([]);
  });

  test('a route reflector outside may lose its sessions, too', () => {
    const define = (chart: Chart) => {
      const upstream = new ExternalRouteReflectors(chart, 'rr', {
        autonomousSystem: 64496,
        routers: { rr1: { address: '44.9.9.1' } },
      });
      new RouteReflectorRegion(chart, 'east', { ...region, ...facing, upstream, clientRoutes: ['44.0.0.0/8'] });
    };
    expect(findingsIn(define)).toEqual([
      'warning: any client of east may announce 44.9.9.1/32 (the address of rr1), and no filter stops that: set narrower clientRoutes',
    ]);
  });
});

test('it can be accepted', () => {
  const define = (chart: Chart) => void new AnycastRouteServerPair(chart, 'ixp', pair(chart));
  const settings = checkProofProps({
    findings: { unfiltered: { accept: 'all clients are ours', parts: ['routeserver'] } },
  });
  expect(findingsIn(define, settings)).toEqual([expect.stringMatching(/^accepted: /)]);
});
