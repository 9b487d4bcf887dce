import * as fc from 'fast-check';
import { BgpTopology } from '../../lib';
import { checkProofProps, prove } from '../../lib/proof';
import { evaluate } from '../../lib/proof/evaluation';
import { rolloutsOf, stepsOf } from '../../lib/proof/rollouts';
import { Oracle } from './oracle/truth';
import { networks, networkTopology } from './random-parts';
import { hierarchies, hierarchyOf, pairs, pairsOf } from './random-topology';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const client = (home: string, ...announces: string[]): ClientShape => ({ homes: [home], announces });
const [ROUTE, OTHER] = ['203.0.113.1/32', '203.0.113.2/32'];
const clients = { e1: client('east', ROUTE), e2: client('east'), w1: client('west', OTHER) };
const regions = (core: PartShape, more: PartShape = {}): Readonly<Record<string, PartShape>> => ({
  core: { changes: { side: undefined, addresses: [] }, ...core },
  east: { sides: [1, 1], above: [{ part: 'core' }], ...more },
  west: { sides: [1, 1], above: [{ part: 'core' }] },
});

const costsOf = (topology: BgpTopology) =>
  Object.fromEntries(prove(topology).rollouts.map(({ failure, lost, cutOff }) => [failure.name, { lost, cutOff }]));
const findingsOf = (topology: BgpTopology) => prove(topology).findings.filter(({ kind }) => kind === 'lossOnRollout');

describe('what a rollout takes away together', () => {
  const moments = (topology: BgpTopology) =>
    Object.fromEntries(rolloutsOf(topology).map((rollout) => [rollout.step, rollout.moments.map((one) => one.failed)]));

  test('is one pod of each workload, with the addresses that lead to it, in turns', () => {
    const topology = topologyOfParts(
      { core: { sides: [3], changes: { side: undefined } }, east: { sides: [1, 2] } },
      {},
    );
    const [core, a, b] = ['192.0.2.0', '192.0.2.2', '192.0.2.3'];
    expect(moments(topology)).toEqual({
      everything: [
        ['core-a-0', core, 'east-a-0', a, 'east-b-0', b],
        ['core-a-1', core, 'east-a-0', a, 'east-b-1', b],
        ['core-a-2', core, 'east-a-0', a, 'east-b-0', b],
      ],
      'all but side b': [
        ['core-a-0', core, 'east-a-0', a],
        ['core-a-1', core, 'east-a-0', a],
        ['core-a-2', core, 'east-a-0', a],
      ],
      'side b': [
        ['east-b-0', b],
        ['east-b-1', b],
      ],
    });
  });

  test('is one side after the other, where there are more than two', () => {
    const topology = topologyOfParts({ east: { sides: [1, 1, 1] } }, { e1: client('east', ROUTE), e2: client('east') });
    expect(rolloutsOf(topology).map(({ step }) => step)).toEqual([
      ...['everything', 'all but sides b and c', 'side b', 'side c'],
    ]);
    expect(stepsOf(topology.groups).map(({ applied }) => applied)).toEqual([
      ...['meshrr/side notin (b,c)', 'meshrr/side!=c', undefined],
    ]);
    expect(Object.values(costsOf(topology)).map(({ lost }) => lost)).toEqual([1, 0, 0, 0]);
    expect(findingsOf(topology)[0].message).toMatch(
      /as all sides are replaced together: apply all but sides b and c first \(kubectl apply -l 'meshrr\/side notin \(b,c\)'\), and side b and side c, each once they are ready$/,
    );
  });

  test('is looked at for four moments at most, and for none where there are no pods', () => {
    const many = topologyOfParts({ core: { sides: [9] } }, {});
    expect(rolloutsOf(many).map((one) => one.moments.length)).toEqual([4]);
    expect(rolloutsOf({ ...many, speakers: [] }).map((one) => one.moments.length)).toEqual([0]);
    expect(prove({ ...many, speakers: [], sessions: [], choices: [] }).rollouts).toEqual([]);
  });

  test('is of one cluster', () => {
    const topology = topologyOfParts({ east: { sides: [1, 1] } }, { e1: client('east', ROUTE), e2: client('east') });
    const groups = topology.groups.map((group, i) => ({ ...group, cluster: ['one', 'two'][i] }));
    const speakers = topology.speakers.map((pod, i) => ({ ...pod, group: groups[i] }));
    const apart = { ...topology, groups, speakers };
    expect(rolloutsOf(apart).map(({ cluster, step }) => `${cluster}: ${step}`)).toEqual([
      ...['one: everything', 'two: everything'],
    ]);
    expect(Object.keys(costsOf(apart))).toEqual([...['of everything in cluster one', 'of everything in cluster two']]);
    expect(prove(apart).rollouts.map(({ lost }) => lost)).toEqual([0, 0]);
    expect(findingsOf(apart)).toEqual([]);
  });
});

/** The same with or without an interlock in all regions and pairs. */
function withInterlock(topology: BgpTopology, interlock: boolean): BgpTopology {
  const groups = topology.groups.map((group) => ({ ...group, interlock }));
  const groupOf = new Map(groups.map((group) => [group.id, group]));
  const speakers = topology.speakers.map((pod) => ({ ...pod, group: groupOf.get(pod.group.id)! }));
  return { ...topology, groups, speakers };
}

describe('with an interlock', () => {
  test('one pod of a region is away at a time, with those of a core in all combinations, and nothing is kept apart by hand', () => {
    const topology = withInterlock(topologyOfParts(regions({ sides: [2] }), clients), true);
    const [{ step, moments }, ...others] = rolloutsOf(topology);
    expect([step, others]).toEqual(['everything', []]);
    const [ea, eb, wa, wb] = ['192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5'];
    const [a, b] = [
      ['east-a-0', ea, 'west-a-0', wa],
      ['east-b-0', eb, 'west-b-0', wb],
    ];
    expect(moments.map(({ failed }) => failed)).toEqual([
      ['core-a-0', ...a],
      ['core-a-1', ...a],
      ['core-a-0', ...b],
      ['core-a-1', ...b],
    ]);
    expect(stepsOf(topology.groups)).toEqual([]);
  });

  test('a rollout of both sides costs nothing', () => {
    const topology = withInterlock(topologyOfParts(regions({ sides: [2] }), clients), true);
    expect(costsOf(topology)).toEqual({ 'of everything': { lost: 0, cutOff: [] } });
    expect(findingsOf(topology)).toEqual([]);
  });

  test('a rollout still costs what pods of two regions cost that are away together', () => {
    const single = regions({ sides: [2] }, { sides: [1, 1], above: [{ part: 'core', sessions: 1 }] });
    const [finding, ...others] = findingsOf(withInterlock(topologyOfParts(single, clients), true));
    expect(others).toEqual([]);
    expect(finding.message).toMatch(
      /as one pod of each region and pair is replaced at a time: apply them one after the other$/,
    );
  });

  test('the sides of a region without one are still kept apart by hand', () => {
    const topology = withInterlock(topologyOfParts(regions({ sides: [2] }), clients), true);
    const groups = topology.groups.map((group) => ({ ...group, interlock: group.part.name !== 'east' }));
    expect(stepsOf(groups).map(({ name }) => name)).toEqual(['all but side b', 'side b']);
  });
});

describe('a rollout costs', () => {
  test('all routes, where both sides are replaced at once, and nothing one side after the other', () => {
    const topology = topologyOfParts(regions({ sides: [2] }), clients);
    expect(costsOf(topology)).toEqual({
      'of everything': { lost: 4, cutOff: ['e1', 'e2', 'w1'] },
      'of all but side b': { lost: 0, cutOff: [] },
      'of side b': { lost: 0, cutOff: [] },
    });
    expect(findingsOf(topology)).toEqual([
      {
        ...{ kind: 'lossOnRollout', severity: 'warning', parts: ['test/east', 'test/west'] },
        ...{ clients: ['e1', 'e2', 'w1'], groups: [], failures: ['rollout of everything'], assumed: false },
        message:
          'if everything is applied at once, 3 clients of east and west lose 2 routes of east and west for up to about ' +
          "7 s, as both sides are replaced together: apply all but side b first (kubectl apply -l 'meshrr/side!=b'), " +
          'and side b once they are ready',
      },
    ]);
  });

  test('as much with two pods behind an address: each client loses its session to the one that is replaced', () => {
    const topology = topologyOfParts(regions({ sides: [2] }, { sides: [2, 2] }), clients);
    expect(costsOf(topology)['of everything']).toEqual({ lost: 4, cutOff: ['e1', 'e2', 'w1'] });
    // Of one such pod nothing depends on which: the failure alone costs nothing.
    expect(prove(topology).failures.every(({ lost }) => lost === 0)).toBe(true);
  });

  test('something in any order where a region has one side, or the core one pod', () => {
    const oneSided = topologyOfParts(regions({ sides: [2] }, { sides: [1] }), clients);
    expect(costsOf(oneSided)['of all but side b']).toEqual({ lost: 4, cutOff: ['e1', 'e2'] });
    expect(findingsOf(oneSided)[0].message).toMatch(
      /once they are ready; 3 clients of east and west then still lose routes, for want of a second side or pod$/,
    );
    const onePod = topologyOfParts(regions({ sides: [1] }), clients);
    expect(costsOf(onePod)['of all but side b']).toEqual({ lost: 3, cutOff: [] });
    expect(costsOf(onePod)['of side b']).toEqual({ lost: 0, cutOff: [] });
  });

  test('the routes that come over the only session upstream, as another router is chosen later', () => {
    // Side b of east is a client of the second pod of the core, which is away at the second moment.
    const above = [{ part: 'core', sessions: 1 }];
    const topology = topologyOfParts(regions({ sides: [2] }, { above }), clients);
    expect(evaluate(topology).evaluated.every(({ outcome }) => outcome.losses.length === 0)).toBe(true);
    expect(costsOf(topology)['of all but side b']).toEqual({ lost: 3, cutOff: [] });
  });
});

describe('a loss on a rollout', () => {
  const topology = topologyOfParts(regions({ sides: [2] }), clients);

  test('is not reported where there is no side b to keep apart', () => {
    const single = topologyOfParts({ east: { sides: [1] } }, { e1: client('east', ROUTE), e2: client('east') });
    expect(costsOf(single)['of everything'].lost).toBe(1);
    expect(findingsOf(single)).toEqual([]);
  });

  test('is not reported of assumed clients whose other side may be in another cluster', () => {
    const groups = topology.groups.map((group) => ({ ...group, exported: true }));
    const assumed = (is: boolean) => topology.outside.map((router) => ({ ...router, assumed: is }));
    expect(findingsOf({ ...topology, groups, outside: assumed(true) })).toEqual([]);
    expect(findingsOf({ ...topology, groups, outside: assumed(false) })).toHaveLength(1);
    expect(findingsOf({ ...topology, outside: assumed(true) })).toMatchObject([
      { assumed: true, message: expect.stringMatching(/ready \(clients are assumed\)$/) },
    ]);
  });

  test('changes nothing of what single failures leave a client', () => {
    expect(prove(topology).clients.map(({ paths }) => paths?.leastOnFailure)).toEqual([1, 1, 1]);
  });

  test('can be accepted', () => {
    const settings = checkProofProps({ findings: { lossOnRollout: { accept: 'a pipeline keeps the sides apart' } } });
    const { findings } = prove(topology, settings);
    const losses = findings.filter(({ kind }) => kind === 'lossOnRollout');
    expect(losses).toMatchObject([{ severity: 'accepted', reason: 'a pipeline keeps the sides apart' }]);
  });
});

describe('what is found for a rollout is what is found with nobody choosing anew', () => {
  /** The pods and addresses that are away at a moment, and the routes that are then missing, found in another way. */
  function truthOf(topology: BgpTopology, away: (side: string | undefined) => boolean): number {
    const choices = topology.choices.map((choice) => ({
      ...choice,
      candidates: choice.candidates.slice(0, choice.most),
    }));
    const oracle = new Oracle({ ...topology, choices });
    const usual = oracle.under(new Set());
    let worst = 0;
    const sizes = topology.groups.map(({ id }) => topology.speakers.filter(({ group }) => group.id === id).length);
    for (let moment = 0; moment < Math.min(4, Math.max(...sizes)); moment++) {
      const failed = new Set<string>();
      for (const group of topology.groups.filter(({ side }) => away(side))) {
        const pods = topology.speakers.filter((pod) => pod.group.id === group.id);
        if (pods.length === 0) continue;
        failed.add(pods[moment % pods.length].id);
        for (const { text } of group.addresses) failed.add(text);
      }
      const lost = [...oracle.under(failed).paths].filter(([key, paths]) => paths === 0 && usual.paths.get(key) !== 0);
      worst = Math.max(worst, lost.length);
    }
    return worst;
  }

  function holdAgainstTheOracle(given: BgpTopology): void {
    const topology = withInterlock(given, false);
    const costs = new Map(prove(topology).rollouts.map(({ failure, lost }) => [failure.name, lost]));
    expect(costs.get('of everything')).toBe(truthOf(topology, () => true));
    const sides = new Set(topology.groups.flatMap(({ side }) => side ?? []));
    if (sides.size < 2) return;
    expect(costs.get('of all but side b') ?? 0).toBe(truthOf(topology, (side) => side !== 'b'));
    expect(costs.get('of side b') ?? 0).toBe(truthOf(topology, (side) => side === 'b'));
  }

  /** At each moment, at most one pod of a region or pair is away, and the worst of them is what the rollout costs. */
  function holdWithInterlock(given: BgpTopology): void {
    const topology = withInterlock(given, true);
    const choices = topology.choices.map((one) => ({ ...one, candidates: one.candidates.slice(0, one.most) }));
    const oracle = new Oracle({ ...topology, choices });
    const usual = oracle.under(new Set());
    const [{ moments }] = rolloutsOf(topology);
    const lost = moments.map(({ failed }) => {
      const away = topology.speakers.filter(({ id }) => failed.includes(id)).map(({ group }) => group.part.path);
      expect(new Set(away).size).toBe(away.length);
      const { paths } = oracle.under(new Set(failed));
      return [...paths].filter(([key, count]) => count === 0 && usual.paths.get(key) !== 0).length;
    });
    expect(prove(topology).rollouts[0].lost).toBe(Math.max(...lost));
  }

  test.each<[string, fc.Arbitrary<BgpTopology>]>([
    ['in hierarchies', hierarchies.map(hierarchyOf)],
    ['in meshes of route servers', pairs.map(pairsOf)],
    ['in networks of all kinds', networks.map(networkTopology)],
  ])(
    '%s',
    (_, topologies) => {
      fc.assert(fc.property(topologies, holdAgainstTheOracle), { numRuns: 15 });
      fc.assert(fc.property(topologies, holdWithInterlock), { numRuns: 15 });
    },
    60_000,
  );
});
