import { AreaReachability } from '../../lib/proof/areas/area-reachability';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const families = ['inet', 'evpn'] as const;
const pe = (home: string, ...routes: readonly number[]): ClientShape => ({
  ...{ homes: [home], announces: routes.map((number) => `203.0.113.${number}/32`) },
});
const under = (reach: AreaReachability, ...failed: readonly string[]) => reach.under(new Set(failed));

describe('by a mesh of two regions a client learns', () => {
  const parts: Readonly<Record<string, PartShape>> = {
    west: { sides: [2], families },
    east: { families, meshes: ['west'] },
  };
  const learned = (topology: ReturnType<typeof topologyOfParts>) => new AreaReachability(topology).learned.get('e');

  test('what a pod has of a client, not what it has by a mesh itself', () => {
    const topology = topologyOfParts(parts, { w: pe('west', 1), e: pe('east') });
    expect(learned(topology)).toMatchObject({ expected: 1, learned: 1 });
    const [home] = topology.choices.find(({ from }) => from === 'w')!.candidates;
    const away = topology.sessions.filter(({ from, to }) => ![from, to].includes(home) || !/east/.test(from + to));
    expect(topology.sessions.length - away.length).toBe(1);
    expect(learned({ ...topology, sessions: away })).toMatchObject({ expected: 1, learned: 0 });
  });

  test('what the session carries', () => {
    const w = { homes: ['west'], announces: [{ family: 'evpn' as const, route: 'EVPN 1' }] };
    const topology = topologyOfParts(parts, { w, e: pe('east') });
    expect(learned(topology)).toMatchObject({ expected: 1, learned: 1 });
    const sessions = topology.sessions.map((session) => ({ ...session, families: ['inet' as const] }));
    const reach = new AreaReachability({ ...topology, sessions });
    expect(reach.learned.get('e')).toMatchObject({ expected: 1, learned: 0 });
    // What is lost without a failure is not lost again.
    expect(reach.usual.losses).toHaveLength(1);
    const [pod] = topology.choices.find(({ from }) => from === 'w')!.candidates;
    expect(under(reach, pod).losses).toEqual([]);
  });
});

test('routes that nobody announces any more are no loss in other regions', () => {
  const above = [{ part: 'core' }];
  const parts = { core: { sides: [1, 1] }, low: { above }, east: { above } };
  const reach = new AreaReachability(topologyOfParts(parts, { l: pe('low', 1), e: pe('east', 2) }));
  expect(under(reach, 'l').losses).toEqual([]);
  expect(under(reach, 'low-a-0').losses).not.toEqual([]);
});

test('the least number of paths of a client is found also where its region was looked at by itself twice before', () => {
  const shape: PartShape = { fullMesh: false, above: [{ part: 'core', sessions: 1 }] };
  const parts = {
    ...{ core: { sides: [1, 1], fullMesh: false }, low: { ...shape, sides: [1, 1] } },
    ...{ far: { ...shape, sides: [2] }, third: shape },
  };
  const reach = new AreaReachability(topologyOfParts(parts, { x: pe('far'), l: pe('low', 1) }));
  const least = () => reach.learned.get('x')!.leastOnFailure;
  // The client moves to the other pod, which has the route by the other pod of the core.
  under(reach, 'low-a-0', 'far-a-0', 'third-a-0');
  under(reach, 'low-a-0', 'far-a-0');
  expect(least()).toBe(1);
  under(reach, 'low-a-0');
  expect(least()).toBe(0);
});
