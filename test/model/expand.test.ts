import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AnycastRouteServerPair,
  BgpTopology,
  HierarchicalRouteReflectors,
  inCluster,
  KubernetesNodes,
  Mesh,
  OutsideRouter,
  Reachability,
  RouteReflectorRegion,
  topologyOf,
} from '../../lib';
import { frr, pair, region } from '../../test-support/examples';
import { topologyBy, topologyIn } from '../../test-support/topology';

const sidesAt = (i: number) => ({
  clientRanges: [`10.1.${i}.0/24`],
  reachability: Reachability.hostPorts(),
  sides: { a: { addresses: [`192.0.2.${2 * i + 1}`] }, b: { addresses: [`192.0.2.${2 * i + 2}`] } },
});

/** A region as a property has it: its sides' nodes, and which of the regions before it is upstream (0: the core). */
interface Shape {
  readonly core: number;
  readonly sessions: number;
  readonly regions: readonly { readonly a: number; readonly b: number }[];
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  core: fc.integer({ min: 1, max: 4 }),
  sessions: fc.integer({ min: 1, max: 4 }),
  regions: fc.array(fc.record({ a: fc.integer({ min: 1, max: 3 }), b: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

/** Nodes that the shape asks for, each of one region and side or of the core. */
function nodesOf({ core, regions }: Shape) {
  const labels = [
    ...Array.from({ length: core }, (_, i) => ({ meshrr_region_core: 'true', side: 'ab'[i % 2] })),
    ...regions.flatMap(({ a, b }, i) => [
      ...Array.from({ length: a }, () => ({ [`meshrr_region_r${i}`]: 'true', side: 'a' })),
      ...Array.from({ length: b }, () => ({ [`meshrr_region_r${i}`]: 'true', side: 'b' })),
    ]),
  ];
  return Object.fromEntries(labels.map((each, i) => [`n${i}`, { labels: each as Record<string, string> }]));
}

/** Constructs that make the shape, in an order of the caller's. */
function build(shape: Shape, order: (steps: (() => void)[]) => (() => void)[]): BgpTopology {
  return topologyIn((chart) => {
    const upstream = { upstream: 'core', upstreamSessions: shape.sessions };
    const steps = [
      () => new RouteReflectorRegion(chart, 'core', { ...region, replicas: shape.core }),
      () => new KubernetesNodes(chart, 'nodes', { nodes: nodesOf(shape) }),
      ...shape.regions.map((_, i) => () => {
        new RouteReflectorRegion(chart, `r${i}`, { ...region, ...sidesAt(i), ...upstream });
      }),
    ];
    order(steps).forEach((step) => step());
  });
}

describe('whatever the regions', () => {
  test('each has a complete mesh, and no session leads from one to another', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { speakers, sessions } = build(shape, (steps) => steps);
        const partOf = new Map(speakers.map(({ id, group }) => [id, group.part.name]));
        const wanted = speakers.flatMap(({ id, group }, i) =>
          speakers
            .slice(i + 1)
            .flatMap((other) => (other.group.part.name === group.part.name ? [`${id} ${other.id}`] : [])),
        );
        const met = sessions.map(({ from, to }) => [from, to].sort().join(' '));
        expect(met.sort()).toEqual(wanted.map((both) => both.split(' ').sort().join(' ')).sort());
        for (const { from, to } of sessions) expect(partOf.get(from)).toBe(partOf.get(to));
      }),
      { numRuns: 40 },
    );
  });

  test('each pod has the pods of the core upstream, and clients the pods behind each address', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { speakers, choices } = build(shape, (steps) => steps);
        const core = speakers.flatMap(({ id, group }) => (group.part.name === 'core' ? [id] : []));
        expect(core).toHaveLength(shape.core);
        const upstream = choices.filter(({ kind }) => kind === 'upstream');
        expect(upstream).toHaveLength(speakers.length - core.length);
        for (const { candidates, most } of upstream) {
          expect([...candidates].sort()).toEqual(core);
          expect(most).toBe(shape.sessions);
        }
        for (const { address, candidates } of choices.filter(({ kind }) => kind === 'client')) {
          const behind = speakers.filter(({ group }) => group.addresses.some(({ text }) => text === address));
          expect([...candidates].sort()).toEqual(behind.map(({ id }) => id).sort());
        }
      }),
      { numRuns: 40 },
    );
  });

  test('the order of the constructs makes no difference', () => {
    const orders = shapes.chain((shape) => {
      const steps = Array.from({ length: shape.regions.length + 2 }, (_, i) => i);
      return fc.tuple(fc.constant(shape), fc.shuffledSubarray(steps, { minLength: steps.length }));
    });
    fc.assert(
      fc.property(orders, ([shape, order]) => {
        const shuffled = build(shape, (steps) => order.map((i) => steps[i]));
        expect(shuffled).toEqual(build(shape, (steps) => steps));
      }),
      { numRuns: 40 },
    );
  });

  test('sessions upstream spread evenly over the core', () => {
    const { choices } = build(
      {
        core: 4,
        sessions: 1,
        regions: [
          { a: 2, b: 2 },
          { a: 2, b: 2 },
        ],
      },
      (steps) => steps,
    );
    const first = choices.filter(({ kind }) => kind === 'upstream').map(({ candidates }) => candidates[0]);
    const counts = new Map<string, number>();
    for (const id of first) counts.set(id, (counts.get(id) ?? 0) + 1);
    expect([...counts.values()]).toEqual([2, 2, 2, 2]);
  });
});

describe('assumed nodes', () => {
  const nodesIn = (define: (chart: Chart) => void) => topologyIn(define).nodes;

  test('are as many as a core needs that has no two pods on a node', () => {
    const nodes = nodesIn((chart) => void new RouteReflectorRegion(chart, 'core', { ...region, replicas: 3 }));
    expect(nodes.map(({ id, labels }) => [id, labels])).toEqual(
      ['n1', 'n2', 'n3'].map((id) => [id, { meshrr_region_core: 'true' }]),
    );
  });

  test('are more where labels contradict each other', () => {
    const nodes = nodesIn((chart) => {
      const at = (rack: string) => ({ ...region, upstream: 'core', sides: { a: {} }, nodeLabels: { rack } });
      new RouteReflectorRegion(chart, 'core', { ...region, replicas: 2 });
      new RouteReflectorRegion(chart, 'east', at('1'));
      new RouteReflectorRegion(chart, 'west', at('2'));
    });
    expect(nodes.map(({ labels }) => labels.rack)).toEqual(['1', '2']);
  });

  test('are there for each cluster', () => {
    const topology = topologyBy((app) => {
      for (const side of ['a', 'b'] as const) {
        const chart = inCluster(new Chart(app, side, { namespace: 'bgp' }), side);
        const mesh = new Mesh(chart, 'rs', { autonomousSystem: 64496, clusterSet: true });
        const podNetworks = ['10.42.0.0/16', '10.43.0.0/16'];
        const sides = { [side]: { addresses: [`192.0.2.${side === 'a' ? 1 : 2}`] } };
        new AnycastRouteServerPair(chart, 'pair', { ...pair(chart), mesh, sides, podNetworks });
      }
    });
    expect(topology.nodes.map(({ id }) => id)).toEqual(['a/n1', 'b/n1']);
    // The mesh joins the clusters.
    expect(topology.sessions.map(({ from, to }) => [from, to])).toEqual([['routeserver-a-0', 'routeserver-b-0']]);
  });
});

describe('meshes', () => {
  test('of the same name in two clusters stay apart where they are not exported', () => {
    const topology = topologyBy((app) => {
      for (const cluster of ['east', 'west']) {
        const chart = inCluster(new Chart(app, cluster, { namespace: 'bgp' }), cluster);
        new RouteReflectorRegion(chart, 'core', region);
      }
    });
    expect(topology.speakers.map(({ id }) => id)).toEqual([
      'east/bgp/meshrr-core-0',
      'east/bgp/meshrr-core-1',
      'west/bgp/meshrr-core-0',
      'west/bgp/meshrr-core-1',
    ]);
    expect(topology.sessions).toHaveLength(2);
  });

  test('join two halves only where both carry TCP MD5, or neither does', () => {
    const halves = (...md5: readonly boolean[]) =>
      topologyBy((app) => {
        md5.forEach((carried, i) => {
          const cluster = ['east', 'west'][i];
          const chart = inCluster(new Chart(app, cluster, { namespace: 'bgp' }), cluster);
          const mesh = new Mesh(chart, 'rs', { autonomousSystem: 64496, clusterSet: true, md5: carried });
          const sides = { a: { addresses: [`192.0.2.${i + 1}`] } };
          new AnycastRouteServerPair(chart, 'pair', { ...pair(chart), mesh, sides });
        });
      });
    for (const both of [true, false]) expect(halves(both, both).sessions).toHaveLength(1);
    for (const first of [true, false]) expect(halves(first, !first).sessions).toEqual([]);
  });

  test('are left out by a region without one', () => {
    const { sessions } = topologyIn((chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      new RouteReflectorRegion(chart, 'east', { ...region, ...sidesAt(0), upstream: 'core', fullMesh: false });
    });
    expect(sessions.map(({ from }) => from)).toEqual(['meshrr-core-0']);
  });
});

describe('further groups', () => {
  test('upstream have candidates of their own', () => {
    const { choices } = topologyIn((chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      new RouteReflectorRegion(chart, 'other', region);
      const groups = [{ name: 'SECOND', kind: 'upstream' as const, service: 'meshrr-other', sessions: 1 }];
      new RouteReflectorRegion(chart, 'east', { ...region, sides: { a: {} }, upstream: 'core', groups });
    });
    expect(choices.map(({ candidates, most }) => [[...candidates].sort(), most])).toEqual([
      [['meshrr-core-0', 'meshrr-core-1'], 2],
      [['meshrr-other-0', 'meshrr-other-1'], 1],
    ]);
  });

  test.each([
    ['mesh', 'behind a Service that no pod of the app is behind', 'elsewhere'],
    ['upstream', 'behind a Service that no pod of the app is behind', 'elsewhere'],
    ['mesh', 'of a mesh whose routers do not peer back', 'meshrr-core'],
  ] as const)('of kind %s %s stay idle', (kind, _, service) => {
    const { idle, sessions } = topologyIn((chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      const groups = [{ name: 'OTHER', kind, service }];
      new RouteReflectorRegion(chart, 'east', { ...region, groups });
    });
    expect(idle).toEqual([{ routers: 'meshrr-east', group: 'OTHER', service }]);
    expect(sessions).toHaveLength(2);
  });

  test('of meshes have a name at each end, where the two are not the same', () => {
    const { sessions } = topologyIn((chart) => {
      const groups = (name: string, service: string) => ({
        md5: false,
        groups: [{ name, kind: 'mesh' as const, service }],
      });
      new RouteReflectorRegion(chart, 'core', { ...region, ...groups('FAR', 'meshrr-east') });
      new RouteReflectorRegion(chart, 'east', { ...region, ...groups('NEAR', 'meshrr-core') });
    });
    const names = sessions.map(({ from, to, group, fromGroup }) => [from, fromGroup, to, group]);
    for (const [from, fromGroup, to, group] of names) {
      const own = from?.slice(0, -2) === to?.slice(0, -2);
      expect([fromGroup, group]).toEqual(own ? [undefined, 'MESHRR-MESH'] : ['FAR', 'NEAR']);
    }
    expect(new Set(names.map(([, , , group]) => group))).toEqual(new Set(['MESHRR-MESH', 'NEAR']));
  });

  test('of clients take routers outside by their ranges', () => {
    const groups = [{ name: 'CUSTOMERS', kind: 'clients' as const, ranges: ['203.0.113.0/24'], asRanges: ['64520'] }];
    const { choices } = topologyIn((chart) => {
      const servers = new AnycastRouteServerPair(chart, 'pair', pair(chart, { groups }));
      const router = { clientOf: [servers], autonomousSystem: 64520, addresses: ['203.0.113.7'] };
      new OutsideRouter(chart, 'customer', router);
    });
    expect(choices.map(({ group, from }) => [group, from])).toEqual([
      ['CUSTOMERS', 'customer'],
      ['CUSTOMERS', 'customer'],
    ]);
  });
});

test('both IP families of an address have a session of their own', () => {
  const { choices } = topologyIn((chart) => {
    new RouteReflectorRegion(chart, 'east', {
      ...region,
      podNetworks: ['10.42.0.0/16', 'fd00:42::/56'],
      clientRanges: ['198.51.100.0/24', '2001:db8:1::/64'],
      addressFamilies: { inet6: true },
      reachability: Reachability.hostPorts(),
      sides: { a: { addresses: ['192.0.2.1', '2001:db8::1'] } },
    });
  });
  expect(choices.filter(({ from }) => from === 'client-east-1').map(({ address }) => address)).toEqual([
    '192.0.2.1',
    '2001:db8::1',
  ]);
});

test('two hundred regions on eight hundred nodes have the sessions that their number says', () => {
  const app = new App();
  const chart = new Chart(app, 'test');
  const nodes: Record<string, { labels: Record<string, string> }> = {};
  const regions = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => {
      for (const side of 'aabb') {
        nodes[`n${Object.keys(nodes).length}`] = {
          labels: { [`meshrr_region_r${i}`]: 'true', side, meshrr_region_core: 'true' },
        };
      }
      const addresses = (side: number) => ({ addresses: [`198.18.${side}.${i}`] });
      const sides = { a: addresses(0), b: addresses(1) };
      return [`r${i}`, { clientRanges: [`10.1.${i}.0/24`], reachability: Reachability.hostPorts(), sides }];
    }),
  );
  new KubernetesNodes(chart, 'nodes', { nodes });
  new HierarchicalRouteReflectors(chart, 'hrr', { ...region, router: frr, regions, core: { replicas: 4 } });
  const { speakers, sessions, choices } = topologyOf(app);
  expect(speakers).toHaveLength(804);
  // Six in each region and in the core.
  expect(sessions).toHaveLength(201 * 6);
  // One for each pod, and two for each of the two clients of a region.
  expect(choices).toHaveLength(800 + 200 * 4);
});
