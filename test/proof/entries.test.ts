import * as fc from 'fast-check';
import { BgpTopology } from '../../lib';
import { Reach } from '../../lib/proof/reach';
import { Oracle } from './oracle/truth';
import { networks, networkTopology } from './random-parts';
import { hierarchies, hierarchyOf, pairs, pairsOf } from './random-topology';

/** How many paths each pod holds, of all routes. */
function pathsIn(topology: BgpTopology): Readonly<Record<string, number>> {
  const paths = new Map<string, number>();
  const pods = new Set(topology.speakers.map(({ id }) => id));
  for (const { router, held } of new Oracle(topology).holdings()) {
    if (pods.has(router)) paths.set(router, (paths.get(router) ?? 0) + held.length);
  }
  return Object.fromEntries([...paths].sort());
}

const entriesIn = (topology: BgpTopology) =>
  Object.fromEntries([...new Reach(topology).entriesBy(({ routes }) => routes.length)].sort());

describe('the entries of the RIB of each pod are the paths that it holds where each route is spread over all routers', () => {
  test.each([
    ['hierarchies', hierarchies.map(hierarchyOf)],
    ['pairs of route servers', pairs.map(pairsOf)],
    ['networks of all kinds', networks.map(networkTopology)],
  ] as const)(
    'in %s',
    (_, topologies) => {
      fc.assert(
        fc.property(topologies as fc.Arbitrary<BgpTopology>, (topology) => {
          expect(entriesIn(topology)).toEqual(pathsIn(topology));
        }),
        { numRuns: 40 },
      );
    },
    60_000,
  );
});
