import { BgpTopology } from '../../lib';
import { singleFailures } from '../../lib/proof/failures';
import { SessionCount, sessionCounts } from '../../lib/proof/budgets/session-counts';
import { ClientShape, topologyOfParts } from './topology-of-parts';

describe('sessions', () => {
  const pe = (home: string): ClientShape => ({ homes: [home] });

  /** The sessions of each pod: all, and those with neighbors from ranges. */
  function countsIn(topology: BgpTopology) {
    const counts = sessionCounts(topology, singleFailures(topology));
    const text = ({ usual, worst, failure }: SessionCount) =>
      failure === undefined ? `${usual}` : `${usual}, ${worst} if ${failure} fails`;
    return Object.fromEntries([...counts].map(([id, { all, dynamic }]) => [id, [text(all), text(dynamic)]]));
  }

  test('are those of meshes, upstream and of clients; the last two come from ranges', () => {
    const parts = { core: { sides: [1, 1] }, east: { sides: [1, 1], above: [{ part: 'core' }] } };
    expect(countsIn(topologyOfParts(parts, { pe1: pe('east'), pe2: pe('east') }))).toEqual({
      // The other pod of the core, and both below.
      'core-a-0': ['3', '2'],
      'core-b-0': ['3', '2'],
      // The other side, both of the core, and both clients.
      'east-a-0': ['5', '2'],
      'east-b-0': ['5', '2'],
    });
  });

  test('move to pods that are left, and a pod that fails has none', () => {
    const parts = {
      core: { sides: [2], fullMesh: false },
      east: { sides: [2], fullMesh: false, above: [{ part: 'core', sessions: 1 }] },
    };
    expect(countsIn(topologyOfParts(parts, { pe1: pe('east'), pe2: pe('east') }))).toEqual({
      'core-a-0': Array(2).fill('1, 2 if pod core-a-1 fails'),
      'core-a-1': Array(2).fill('1, 2 if pod core-a-0 fails'),
      'east-a-0': ['2, 3 if pod east-a-1 fails', '1, 2 if pod east-a-1 fails'],
      'east-a-1': ['2, 3 if pod east-a-0 fails', '1, 2 if pod east-a-0 fails'],
    });
  });

  test('are fewer where a neighbor of the mesh fails: what moves counts against what is gone', () => {
    const parts = { core: { sides: [2] }, east: { above: [{ part: 'core', sessions: 1 }] } };
    // The session of east moves to the pod that is left, whose neighbor of the mesh is gone.
    expect(countsIn(topologyOfParts(parts, {}))).toEqual({
      'core-a-0': ['2', '1'],
      'core-a-1': ['1', '0, 1 if pod core-a-0 fails'],
      'east-a-0': ['1', '0'],
    });
  });

  test('of clients that are assumed are not counted', () => {
    const plain = topologyOfParts({ east: {} }, { pe1: pe('east'), pe2: pe('east') });
    const outside = plain.outside.map((router) => ({ ...router, assumed: router.id === 'pe1' }));
    expect(countsIn({ ...plain, outside })).toEqual({ 'east-a-0': ['1', '1'] });
  });
});
