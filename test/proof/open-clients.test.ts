import { RouteReflectorRegion, RouterGroup, topologyOf } from '../../lib';
import { parsePrefix } from '../../lib/addressing';
import { RouteReflectorRegionProps } from '../../lib/topology/region-props';
import { prove } from '../../lib/proof';
import { checkProofProps } from '../../lib/proof/props';
import { facing } from '../bad-input/cases';
import { region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';
import { topologyOfParts } from './topology-of-parts';

/** The findings about who may be a client, of a core and a region below it. */
function findingsOf(
  props: { core?: Partial<RouteReflectorRegionProps>; east?: Partial<RouteReflectorRegionProps> },
  settings = checkProofProps({}),
) {
  let findings: ReturnType<typeof prove>['findings'] = [];
  synthChart((chart) => {
    const upstream = new RouteReflectorRegion(chart, 'core', { ...region, ...props.core });
    new RouteReflectorRegion(chart, 'east', { ...region, ...facing, upstream, ...props.east });
    ({ findings } = prove(topologyOf(chart), settings));
  });
  return findings
    .filter(({ kind }) => kind === 'openClients')
    .map(({ severity, message }) => `${severity}: ${message}`);
}

test('clients that are found are nobody else', () => {
  expect(findingsOf({})).toEqual([]);
});

test('a region that takes every pod says in one line what any of them can do', () => {
  const sides = { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } };
  const clientRoutes = ['198.18.0.0/15'];
  expect(findingsOf({ core: { podClients: true }, east: { podClients: true, sides, clientRoutes } })).toEqual([
    'warning: any pod of the cluster may become a client of core (podClients): it learns all routes there, and announces what it likes: limit that by clientRoutes, or leave podClients out',
    'warning: any pod of the cluster may become a client of east (podClients): it learns all routes there, and announces what clientRoutes takes: leave podClients out',
  ]);
});

test('it can be accepted, for one region and not for others', () => {
  const settings = checkProofProps({ findings: { openClients: { accept: 'a lab', parts: ['east'] } } });
  const both = { core: { podClients: true }, east: { podClients: true } };
  expect(findingsOf(both, settings).map((line) => line.slice(0, 7))).toEqual(['warning', 'accepte']);
});

describe('of a pair', () => {
  const network = parsePrefix('10.42.0.0/16');
  const clientsOf = (...ranges: readonly string[]) =>
    ranges.map((range, i) => ({
      name: `G${i}`,
      ranges: [parsePrefix('10.1.0.0/24'), parsePrefix(range)],
      asRanges: [],
    }));
  const findingsWith = (clients: RouterGroup['clients'], mode: RouterGroup['mode'] = 'route-server') =>
    prove(
      topologyOfParts({ one: { mode, sides: [1, 1], changes: { podNetworks: [network], clients } }, two: {} }, {}),
    ).findings.filter(({ kind }) => kind === 'openClients');

  test('it is told once, and that an AS number is needed; one group of clients is enough', () => {
    expect(findingsWith(clientsOf('10.2.0.0/24', '10.42.7.0/24'))).toEqual([
      {
        ...{ kind: 'openClients', severity: 'warning', parts: ['test/one'], groups: ['one-a', 'one-b'] },
        ...{ clients: [], failures: [], assumed: false },
        message:
          'any pod of the cluster with an AS number that it accepts may become a client of one (podClients): ' +
          'it learns all routes there, and announces what it likes: leave podClients out',
      },
    ]);
  });

  test('it is not told of ranges without pods', () => {
    expect(findingsWith(clientsOf('10.2.0.0/24'))).toEqual([]);
  });
});
