import { Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { BgpTopology, ExternalRouteReflectors, RouteReflectorRegion } from '../../lib';
import { expand } from '../../lib/model';
import { drawingOf, pictureOf } from '../../lib/report/picture';
import { Block, Picture } from '../../lib/report/picture/picture';
import { svgOf } from '../../lib/report/svg';
import { region } from '../../test-support/examples';
import { topologyIn } from '../../test-support/topology';
import { FORTY, FOUR, hierarchies, hierarchyOf, routeServers } from './topologies';

/** The most pods of an app whose every region has a card of its own. */
const DRAWN_APART = 64;

const svg = (topology: BgpTopology) => svgOf(drawingOf(pictureOf(topology, 'app')));
const partsOf = ({ tiers }: Picture) => tiers.flatMap(({ parts }) => parts);
const podsIn = (picture: Picture) => partsOf(picture).flatMap(({ groups }) => groups.flatMap(({ pods }) => pods));
const blocksOf = (picture: Picture): readonly Block[] => [
  ...partsOf(picture).flatMap(({ clients }) => (clients ? [clients] : [])),
  ...picture.tiers.flatMap(({ shared }) => shared),
  ...picture.foot,
];

describe('whatever the hierarchy', () => {
  const apart = hierarchies.filter(({ core, regions, nodes }) => core + 2 * regions * nodes <= DRAWN_APART);

  test('every pod, every router outside and every address is drawn once', () => {
    fc.assert(
      fc.property(apart, (shape) => {
        const topology = hierarchyOf(shape);
        const picture = pictureOf(topology, 'app');
        const pods = topology.speakers.map(({ id, node }) => `${id} on node ${node.id}`);
        expect(podsIn(picture).map(({ full }) => full)).toEqual(expect.arrayContaining(pods));
        expect(podsIn(picture)).toHaveLength(pods.length);
        const routers = blocksOf(picture).flatMap((block) => block.routers.flatMap(({ full }) => full ?? []));
        expect([...routers].sort()).toEqual(topology.outside.map(({ id }) => id));
        const addresses = partsOf(picture).flatMap(({ groups }) =>
          groups.flatMap(({ address }) => address?.heading ?? []),
        );
        expect(addresses.sort()).toEqual(
          topology.groups.flatMap((group) => group.addresses.map(({ text }) => text)).sort(),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('sessions add up to those of the model', () => {
    fc.assert(
      fc.property(apart, (shape) => {
        const topology = hierarchyOf(shape);
        const { nets } = pictureOf(topology, 'app');
        const upstream = topology.choices.filter(({ kind }) => kind === 'upstream');
        const held = upstream.reduce((sum, { most, candidates }) => sum + Math.min(most, candidates.length), 0);
        const [net] = nets.filter(({ kind }) => kind === 'upstream');
        expect(net.label).toMatch(new RegExp(`^upstream, ${held} sessions?$`));
        expect(net.below).toHaveLength(shape.regions);
        const cores = partsOf(pictureOf(topology, 'app')).filter(({ id }) => net.above.includes(id));
        const own = (shape.core * (shape.core - 1)) / 2;
        expect(cores.map(({ mesh }) => mesh)).toEqual([
          shape.core === 1 ? undefined : `full mesh, ${own} session${own === 1 ? '' : 's'}`,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  test('the core is above the regions', () => {
    const [top, below] = pictureOf(hierarchyOf(FOUR), 'app').tiers;
    expect(top.parts.map(({ heading }) => heading)).toEqual(['region core']);
    expect(below.parts.map(({ heading }) => heading)).toEqual(['region region-0']);
  });

  test('the order in which things are declared makes no difference', () => {
    const topology = hierarchyOf(FORTY);
    const declared = {
      groups: topology.groups.map(({ id: _, ...group }) => group),
      nodes: topology.nodes.map(({ id: _, assumed: __, ...node }) => node),
      outside: topology.outside.filter(({ assumed }) => !assumed),
      metallb: topology.metallb,
    };
    const reversed = {
      groups: [...declared.groups].reverse(),
      nodes: [...declared.nodes].reverse(),
      outside: [...declared.outside].reverse(),
      metallb: declared.metallb,
    };
    expect(svg(expand(reversed))).toBe(svg(expand(declared)));
  });
});

describe('route servers', () => {
  test('of one mesh have one line with a branch to each pair', () => {
    const { nets, tiers } = pictureOf(routeServers(2, 3), 'app');
    const [mesh, clients] = nets;
    expect(tiers).toHaveLength(1);
    expect(mesh).toMatchObject({ kind: 'mesh', above: [], below: tiers[0].parts.map(({ id }) => id) });
    expect(mesh.label).toBe('full mesh of 4 pods, 6 iBGP sessions, found by Service meshrr-core');
    expect(clients).toMatchObject({ kind: 'external', label: 'clients of 2 parts, 12 sessions' });
  });

  test('of two IP families have both addresses in one box', () => {
    const [pair] = partsOf(pictureOf(routeServers(1, 0), 'app'));
    expect(pair.groups[0].address).toMatchObject({ heading: '192.0.2.1', lines: ['2001:db8::1', 'MetalLB'] });
  });
});

test('clients that are assumed look different', () => {
  const looks = blocksOf(pictureOf(hierarchyOf({ ...FOUR, routers: 0 }), 'app')).flatMap(({ routers }) => routers);
  expect(looks.map(({ look }) => look)).toEqual(['assumed', 'assumed']);
  expect(svg(hierarchyOf({ ...FOUR, routers: 0 }))).toContain('class="b-assumed"');
});

describe('many regions', () => {
  const many = pictureOf(manyPairs(40), 'app');

  test('that are alike share a card, and the picture stays small', () => {
    expect(partsOf(many).map(({ heading, count }) => ({ heading, count }))).toEqual([
      { heading: '40 pairs, 2 pods each', count: 40 },
    ]);
    expect(partsOf(many)[0].lines[0]).toBe('pair-0, pair-1 and 38 more');
    expect(partsOf(many)[0].mesh).toBe('full mesh, 3,160 sessions');
    expect(svgOf(drawingOf(many)).length).toBeLessThan(12_000);
  });

  test('of many shapes are drawn in part, and the others counted', () => {
    const parts = partsOf(
      pictureOf(
        manyPairs(60, (i) => 64496 + (i % 30)),
        'app',
      ),
    );
    expect(parts).toHaveLength(24);
    expect(parts[23].heading).toMatch(/^\d+ more regions or pairs$/);
    expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(60);
  });
});

function manyPairs(count: number, autonomousSystem: (i: number) => number = () => 64496): BgpTopology {
  const declared = routeServers(1, 0);
  const groups = Array.from({ length: count }, (_, i) =>
    declared.groups.map(({ id: __, ...group }) => ({
      ...group,
      part: { ...group.part, path: `app/pair-${i}`, name: `pair-${i}` },
      workload: `pair-${i}-${group.side}`,
      autonomousSystem: autonomousSystem(i),
    })),
  );
  return expand({ groups: groups.flat(), nodes: [], outside: [], metallb: [] });
}

describe('route reflectors that are not pods', () => {
  const withBackbone = (define: (chart: Chart, backbone: ExternalRouteReflectors) => void) =>
    pictureOf(
      topologyIn((chart) => {
        const routers = { rr1: { address: '203.0.113.1' }, rr2: { address: '203.0.113.2' } };
        define(chart, new ExternalRouteReflectors(chart, 'backbone', { autonomousSystem: 64496, routers }));
      }),
      'app',
    );
  const sides = { a: {}, b: {} };

  test('are a card above the regions that are their clients, with their own clients', () => {
    const picture = withBackbone((chart, upstream) => {
      for (const name of ['east', 'west']) new RouteReflectorRegion(chart, name, { ...region, upstream, sides });
    });
    const [top, below] = picture.tiers;
    expect(below.parts.map(({ heading }) => heading)).toEqual(['region east', 'region west']);
    expect(top.parts.map(({ heading, groups }) => [heading, groups[0].pods.map((chip) => chip.heading)])).toEqual([
      ['reflectors backbone', ['rr1', 'rr2']],
    ]);
    const { routers, lines } = top.parts[0].clients as Block;
    expect([routers.map(({ heading }) => heading), lines]).toEqual([
      ['client-backbone-1', 'client-backbone-2'],
      ['4 iBGP sessions'],
    ]);
    expect(picture.nets.filter(({ kind }) => kind === 'upstream')).toEqual([
      {
        ...{ kind: 'upstream', label: 'upstream, 8 sessions' },
        ...{ above: ['test/backbone'], below: ['test/east', 'test/west'] },
      },
    ]);
    expect(picture.foot).toEqual([]);
    expect(svgOf(drawingOf(picture))).toContain('reflectors backbone');
  });

  test('are beside a region that has a mesh with them', () => {
    const picture = withBackbone(
      (chart, externalMembers) => new RouteReflectorRegion(chart, 'east', { ...region, externalMembers, sides }),
    );
    expect(picture.tiers.map(({ parts }) => parts.map(({ heading }) => heading))).toEqual([
      ['reflectors backbone', 'region east'],
    ]);
    expect(picture.nets.filter(({ kind }) => kind === 'mesh')).toEqual([
      {
        kind: 'mesh',
        label: 'mesh with reflectors, 4 iBGP sessions',
        above: [],
        below: ['test/east', 'test/backbone'],
      },
    ]);
  });

  test('of another app are said to be of it', () => {
    const topology = topologyIn((test) => {
      const chart = new Chart(test.node.root, 'edge', { namespace: 'edge' });
      const elsewhere = { service: 'meshrr-core', namespace: 'backbone', autonomousSystem: 64496 };
      const upstream = RouteReflectorRegion.fromService(chart, 'core', elsewhere);
      new RouteReflectorRegion(chart, 'east', { ...region, upstream, sides });
    });
    const [[card]] = pictureOf(topology, 'app').tiers.map(({ parts }) => parts);
    expect([card.heading, card.lines[0], card.groups[0].workload]).toEqual([
      ...['reflectors meshrr-core.backbone', 'of another app', 'meshrr-core.backbone'],
    ]);
  });
});
