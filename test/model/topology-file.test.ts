import { App } from 'cdk8s';
import * as fc from 'fast-check';
import { loadBalancedRouteServers } from '../../apps/load-balanced-route-servers';
import { twoRegionsHrr } from '../../apps/two-regions-hrr';
import { twoRegionsRouteServers } from '../../apps/two-regions-route-servers';
import { topologyOf } from '../../lib';
import { parseAddress, parsePrefix } from '../../lib/addressing';
import { BgpTopology, formatTopology, parseTopology } from '../../lib/model';
import { hierarchies, hierarchyOf, pairs, pairsOf, ringOf, rings } from '../proof/random-topology';

const apps = { ...twoRegionsHrr, ...loadBalancedRouteServers, ...twoRegionsRouteServers };
type Name = keyof typeof apps;

function topologyOfApp(name: Name): BgpTopology {
  const app = new App();
  apps[name](app);
  return topologyOf(app);
}

const random = fc.oneof(hierarchies.map(hierarchyOf), rings.map(ringOf), pairs.map(pairsOf));

test('what is read is what was written: random topologies', () => {
  fc.assert(
    fc.property(random, (topology) => {
      expect(parseTopology(formatTopology(topology))).toEqual(topology);
    }),
    { numRuns: 40 },
  );
});

describe.each(Object.keys(apps) as Name[])('%s', (name) => {
  const topology = topologyOfApp(name);
  const text = formatTopology(topology);

  test('what is read is what was written', () => expect(parseTopology(text)).toEqual(topology));

  test('addresses are texts, and lines are short enough to read', () => {
    expect(text).toContain('"podNetworks": [ "10.42.0.0/16"');
    expect(text).not.toMatch(/"kind": "(address|prefix)"/);
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});

test('labels of nodes are texts, whatever their names and values', () => {
  const topology = topologyOfApp('two-regions-hrr-metallb-frr');
  const [first, ...rest] = topology.nodes;
  const marked = { ...topology, nodes: [{ ...first, labels: { ...first.labels, address: '192.0.2.1' } }, ...rest] };
  expect(parseTopology(formatTopology(marked)).nodes).toEqual(marked.nodes);
});

test('an address in a field that would be read as text is an error, not a loss', () => {
  const topology = topologyOfApp('two-regions-hrr-metallb-frr');
  const [address] = topology.groups.flatMap(({ addresses }) => addresses);
  const wrong = { ...topology.groups[0], elsewhere: [address] };
  expect(() => formatTopology({ ...topology, groups: [wrong] })).toThrow(
    /^elsewhere: got the address 192\.0\.2\.1, want it in /,
  );
});

test.each([
  ['null', 'want groups, nodes, outside and metallb'],
  ['{"groups": []}', 'want groups, nodes, outside and metallb'],
  ['kind: App', 'Unexpected token'],
])('%s is no topology', (text, message) => {
  expect(() => parseTopology(text)).toThrow(message);
});

test('addresses and prefixes of a configuration come back as such', () => {
  const topology = topologyOfApp('two-regions-hrr-metallb-frr');
  const own = { routerId: parseAddress('192.0.2.9'), clientRoutes: [parsePrefix('198.18.0.0/15')] };
  const groups = topology.groups.map((group) => ({ ...group, ...own, announceable: own.clientRoutes }));
  expect(parseTopology(formatTopology({ ...topology, groups })).groups).toEqual(groups);
});
