import { BgpTopology } from '../../lib';
import { AreaReachability } from '../../lib/proof/areas/area-reachability';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const low: PartShape = { above: [{ part: 'core', sessions: 1 }] };
const parts: Readonly<Record<string, PartShape>> = { core: { sides: [1, 1] }, low, north: { meshes: ['core'] } };
const pe = (home: string, number: number): ClientShape => ({ homes: [home], announces: [`203.0.113.${number}/32`] });

/** Where the routes of the first class are. */
function heldIn(topology: BgpTopology, ...failed: readonly string[]) {
  const { classes, spreading } = new AreaReachability(topology);
  const { by, ...held } = spreading.spread(classes, new Set(failed)).get(classes[0])!;
  return { ...held, by: Object.fromEntries(by) };
}
const holders = (...args: Parameters<typeof heldIn>) => heldIn(...args).by;

describe('the routes of an area are held by its speakers and those of the backbone', () => {
  const topology = topologyOfParts(parts, { l1: pe('low', 1) });
  const [client, mesh] = ['from client', 'from non-client'];

  test('which know whether they have them from a client or by a mesh', () => {
    expect(holders(topology)).toEqual({ 'low-a-0': client, 'core-a-0': client, 'core-b-0': mesh });
    const two = topologyOfParts({ ...parts, low: { above: [{ part: 'core' }] } }, { l1: pe('low', 1) });
    expect(holders(two)).toEqual({ 'low-a-0': client, 'core-a-0': client, 'core-b-0': client });
    const other = topologyOfParts({ ...parts, far: { ...low, sides: [2] } }, { l1: pe('low', 1) });
    expect(holders(other)).toEqual({ 'low-a-0': client, 'core-a-0': client, 'core-b-0': mesh });
  });

  test('as far as these work, and anybody announces them', () => {
    expect(holders(topology, 'core-b-0')).toEqual({ 'low-a-0': client, 'core-a-0': client });
    expect(holders(topology, 'core-a-0')).toEqual({ 'low-a-0': client, 'core-b-0': client });
    expect(heldIn(topology, 'low-a-0')).toMatchObject({ by: {}, announced: true, settled: true });
    expect(heldIn(topology, 'l1')).toMatchObject({ by: {}, announced: false, settled: true });
  });

  test('as far as sessions carry their family', () => {
    const families = ['inet', 'evpn'] as const;
    const announces = [{ family: 'evpn' as const, route: 'EVPN 1' }];
    const both = topologyOfParts(
      { core: { sides: [1, 1], families }, low: { ...low, families } },
      { l1: { homes: ['low'], announces } },
    );
    expect(holders(both)).toEqual({ 'low-a-0': client, 'core-a-0': client, 'core-b-0': mesh });
    const sessions = both.sessions.map((session) => ({ ...session, families: ['inet' as const] }));
    expect(holders({ ...both, sessions })).toEqual({ 'low-a-0': client, 'core-a-0': client });
  });
});

test('to other areas look alike the routes that the same speakers of the backbone hold in the same way', () => {
  const at = (sessions: number, ...failed: readonly string[]) =>
    heldIn(topologyOfParts({ ...parts, low: { above: [{ part: 'core', sessions }] } }, { l1: pe('low', 1) }), ...failed)
      .view;
  const views = [at(1), at(2), at(1, 'core-a-0'), at(1, 'core-b-0'), at(1, 'low-a-0')];
  expect(new Set(views).size).toBe(5);
  expect(at(2, 'core-b-0')).toBe(at(1, 'core-b-0'));
  // From the other pod of the core first: a client of one, and a mesh with the other, the other way around.
  const plain = topologyOfParts(parts, { l1: pe('low', 1) });
  const choices = plain.choices.map((choice) =>
    choice.kind === 'upstream' ? { ...choice, candidates: [...choice.candidates].reverse() } : choice,
  );
  expect(heldIn({ ...plain, choices }).view).not.toBe(at(1));
});

test('a pod that has failed holds nothing of a route whose paths some client does not take', () => {
  const peer = (autonomousSystem: number, ...announces: readonly string[]): ClientShape => ({
    ...{ homes: ['pair'], autonomousSystem, announces },
  });
  const topology = topologyOfParts(
    { pair: { mode: 'route-server', sides: [1, 1] } },
    { x1: peer(65001, '203.0.113.1/32'), x2: peer(65002, '203.0.113.1/32'), x3: peer(65001) },
  );
  expect(new AreaReachability(topology).classes[0].contested).toBe(true);
  expect(holders(topology, 'pair-b-0')).toEqual({ 'pair-a-0': 'from client' });
});
