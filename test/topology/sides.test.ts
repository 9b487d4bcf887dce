import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  BgpTopology,
  KubernetesNodes,
  neighborConfiguration,
  OutsideRouter,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { prove } from '../../lib/proof';
import { reportFor } from '../../lib/report';
import { frr, pair, region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';
import { topologyIn } from '../../test-support/topology';

/** A side for each zone, on the nodes of the zone. */
const ZONES = ['eu-1a', 'eu-1b', 'eu-1c'];
const sideLabel = 'topology.kubernetes.io/zone';
const sidesOf = (zones: readonly string[]) =>
  Object.fromEntries(
    zones.map((zone, i) => [zone.slice(-1) + i, { addresses: [`192.0.2.${i + 1}`], labelValue: zone }]),
  );

const addRegion = (chart: Chart, zones = ZONES, interlock = true) =>
  new RouteReflectorRegion(chart, 'east', {
    ...{ ...region, interlock },
    clientRanges: ['198.51.100.0/24'],
    reachability: Reachability.hostPorts(),
    sideLabel,
    sides: sidesOf(zones),
  });

const addPair = (chart: Chart, zones = ZONES, interlock = true) =>
  new AnycastRouteServerPair(chart, 'rs', pair(chart, { router: frr, sideLabel, sides: sidesOf(zones), interlock }));

/** A topology of a region or a pair with nodes in three zones, and two clients. */
function topologyWith(add: (chart: Chart) => RouteReflectorRegion | AnycastRouteServerPair): BgpTopology {
  return topologyIn((chart) => {
    const part = add(chart);
    const labels = (zone: string) => ({ meshrr_region_east: 'true', [sideLabel]: zone });
    const nodes = Object.fromEntries(ZONES.map((zone, i) => [`n${i + 1}`, { labels: labels(zone) }]));
    new KubernetesNodes(chart, 'nodes', { nodes });
    for (const [i, name] of ['pe1', 'pe2'].entries()) {
      const autonomousSystem = part instanceof RouteReflectorRegion ? 64496 : 65001 + i;
      const own = { autonomousSystem, addresses: [`198.51.100.${i + 1}`], announces: [`203.0.113.${i}/32`] };
      new OutsideRouter(chart, name, { ...own, clientOf: [part] });
    }
  });
}

test('have names in the names of objects, and values of their own in the label of nodes', () => {
  const manifests = synthChart((chart) => addRegion(chart));
  expect(
    manifests.ofKind('DaemonSet').map(({ metadata, spec }) => [metadata.name, spec.template.spec.nodeSelector]),
  ).toEqual(
    ['a0', 'b1', 'c2'].map((side, i) => [
      ...[`meshrr-east-${side}`, { meshrr_region_east: 'true', [sideLabel]: ZONES[i] }],
    ]),
  );
  const labels = manifests.ofKind('DaemonSet').map(({ spec }) => spec.template.metadata.labels['meshrr/side']);
  expect(labels).toEqual(['a0', 'b1', 'c2']);
  const servers = synthChart((chart) => addPair(chart)).ofKind('StatefulSet');
  expect(servers.map(({ metadata, spec }) => [metadata.name, spec.template.spec.nodeSelector])).toEqual(
    ['a0', 'b1', 'c2'].map((side, i) => [`routeserver-${side}`, { [sideLabel]: ZONES[i] }]),
  );
});

describe.each([
  ['a region', addRegion],
  ['a pair', addPair],
])('three sides of %s', (_, add) => {
  const topology = topologyWith(add);

  test('have a pod each, and a session with each client', () => {
    expect(topology.speakers.map(({ group, node }) => [group.side, node.id])).toEqual([
      ...[...['a0', 'b1', 'c2'].entries()].map(([i, side]) => [side, `n${i + 1}`]),
    ]);
    for (const router of topology.outside) {
      const [group] = neighborConfiguration(topology, router).groups;
      expect(group.neighbors.map(({ address }) => address.text)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    }
  });

  test('fail one at a time at no cost, and two at a time, too', () => {
    const { failures, clients } = prove(topology);
    const sides = failures.filter(({ failure }) => failure.kind === 'side');
    expect(sides.map(({ failure, lost }) => [failure.name.slice(-2), lost])).toEqual([
      ...['a0', 'b1', 'c2'].map((side) => [side, 0]),
    ]);
    expect(clients.map(({ paths }) => paths?.leastOnFailure)).toEqual([2, 2]);
  });

  test('are rolled out one after the other by the commands of the report, without an interlock', () => {
    const { html } = reportFor({ name: 'app', topology: topologyWith((chart) => add(chart, ZONES, false)) });
    const commands = [...html.matchAll(/kubectl apply -f \.( -l &#39;.*&#39;)?/g)].map(([, selector = '']) => selector);
    expect(commands).toEqual(['', ' -l &#39;meshrr/side notin (b1,c2)&#39;', ' -l &#39;meshrr/side!=c2&#39;', '']);
  });
});

test('a single side works, and its failure is found', () => {
  const findings = prove(topologyWith((chart) => addRegion(chart, ['eu-1b']))).findings;
  expect(findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    expect.stringMatching(/^lossOnFailure: .*give east a second side/),
  ]);
});

test('the label of nodes is the same for a region and a pair', () => {
  const selectors = synthChart((chart) => {
    new RouteReflectorRegion(chart, 'east', { ...region, clientRanges: ['198.51.100.0/24'], sides: { left: {} } });
    new AnycastRouteServerPair(chart, 'rs', pair(chart, { sides: { left: { addresses: ['192.0.2.1'] } } }));
  });
  const of = (kind: string) => selectors.ofKind(kind)[0].spec.template.spec.nodeSelector.side;
  expect([of('DaemonSet'), of('StatefulSet')]).toEqual(['left', 'left']);
});
