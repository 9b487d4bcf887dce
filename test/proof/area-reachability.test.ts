import * as fc from 'fast-check';
import { BgpTopology } from '../../lib';
import { prove } from '../../lib/proof';
import { singleFailures } from '../../lib/proof/failures';
import { Outcome, AreaReachability } from '../../lib/proof/areas/area-reachability';
import { Oracle } from './oracle/truth';
import { networks, networkTopology } from './random-parts';
import { hierarchies, hierarchyOf, pairs, pairsOf } from './random-topology';

const RUNS = 40;
const TIMEOUT_MS = 60_000;

/** `client family route` of all that is lost. */
function lostIn({ losses }: Outcome): readonly string[] {
  const pairs = losses.flatMap(({ clients, classes, count }) => {
    const each = clients.flatMap(({ id }) =>
      classes.flatMap(({ routes }) =>
        routes.flatMap(({ family, route, origins }) => (origins.has(id) ? [] : [`${id} ${family} ${route}`])),
      ),
    );
    expect(each).toHaveLength(count);
    return each;
  });
  expect(new Set(pairs).size).toBe(pairs.length);
  return pairs.sort();
}

function holdAgainstTheOracle(topology: BgpTopology): void {
  const reach = new AreaReachability(topology);
  const oracle = new Oracle(topology);
  const usual = oracle.under(new Set());
  const lostAlready = [...usual.paths].flatMap(([key, paths]) => (paths === 0 ? [key] : []));
  expect(lostIn(reach.usual)).toEqual(lostAlready.sort());
  expect(reach.usual.leaks.length > 0).toBe(usual.leak);
  const least = new Map<string, number>();
  const note = (key: string, paths: number) => {
    const [client] = key.split(' ');
    least.set(client, Math.min(least.get(client) ?? Infinity, paths));
  };
  usual.paths.forEach((paths, key) => note(key, paths));
  const { failures, clients, findings } = prove(topology);
  const costs = new Map(failures.map(({ failure, lost }) => [failure.id, lost]));
  expect(findings.some(({ kind }) => kind === 'loss' || kind === 'pathHiding')).toBe(lostAlready.length > 0);
  for (const { failed, id } of singleFailures(topology)) {
    const outcome = reach.under(new Set(failed));
    const truth = oracle.under(new Set(failed));
    const lost = [...truth.paths].flatMap(([key, paths]) => (paths === 0 && usual.paths.get(key) !== 0 ? [key] : []));
    expect([id, lostIn(outcome)]).toEqual([id, lost.sort()]);
    expect([id, costs.get(id)]).toEqual([id, lost.length]);
    // What leaks without the failure, too, is told once.
    if (!usual.leak) expect([id, outcome.leaks.length > 0]).toEqual([id, truth.leak]);
    truth.paths.forEach((paths, key) => note(key, paths));
  }
  for (const [id, { expected, learned, least: usually, most, leastOnFailure }] of reach.learned) {
    const own = [...usual.paths].flatMap(([key, paths]) => (key.startsWith(`${id} `) ? [paths] : []));
    expect([id, expected, learned]).toEqual([id, own.length, own.filter((paths) => paths > 0).length]);
    if (own.length > 0) expect([id, usually, most]).toEqual([id, Math.min(...own), Math.max(...own)]);
    expect([id, leastOnFailure]).toEqual([id, least.get(id) ?? Infinity]);
    const told = { least: usually, most, leastOnFailure };
    expect(clients.find((client) => client.id === id)).toMatchObject({
      ...{ expected, learned, paths: expected > 0 ? told : undefined },
    });
  }
}

describe('what is found by areas is what is found by spreading each route over all routers, under each failure', () => {
  test(
    'in hierarchies of route reflectors',
    () => {
      fc.assert(
        fc.property(hierarchies, (shape) => holdAgainstTheOracle(hierarchyOf(shape))),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  test(
    'in meshes of route servers',
    () => {
      fc.assert(
        fc.property(pairs, (shape) => holdAgainstTheOracle(pairsOf(shape))),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  test(
    'in networks of all kinds, with rings of reflectors, meshes with the core and contested routes',
    () => {
      fc.assert(
        fc.property(networks, (shape) => holdAgainstTheOracle(networkTopology(shape))),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});
