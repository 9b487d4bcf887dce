import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { twoRegionsRouteServers } from '../../../../apps/two-regions-route-servers';
import { twoRegionsHrr } from '../../../../apps/two-regions-hrr';
import { AppDefinition, Proof } from '../../../../lib';
import { hierarchies, hierarchyIn, pairs, pairsIn, pairsOf, ringIn, rings } from '../../../proof/random-topology';
import { describeLab } from '../../support/describe-lab';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';

/** So that a failure can be looked at again. */
const SEED = 20260;

const inChart =
  (define: (chart: Chart) => void): AppDefinition =>
  (app: App) => {
    const chart = new Chart(app, 'test');
    define(chart);
    // A client that learns less than it should, because no node announces an address, is as welcome as any.
    new Proof(chart, 'proof', { findings: { unannounced: 'warning', loss: 'warning', pathHiding: 'warning' } });
  };

/** Topologies as the proof's own tests draw them, with clients to look at. */
const random = <T extends { readonly clients: readonly unknown[] }>(shapes: fc.Arbitrary<T>, count: number): T[] =>
  fc.sample(
    shapes.filter(({ clients }) => clients.length > 1),
    { numRuns: count, seed: SEED },
  );

/**
 * Pairs of which some nodes with pods announce an address, and others not, as peers, advertisements and labels say; the
 * lab reads these from the manifests. Clients that announce IPv6 have an IPv6 session.
 */
function isPartlyAnnounced(shape: Parameters<typeof pairsOf>[0]): boolean {
  const { choices, addressesAtNodes } = pairsOf(shape);
  const up = choices.filter(({ kind, candidates }) => kind === 'external' && candidates.length > 0);
  const missing = addressesAtNodes.filter(({ isReached }) => !isReached);
  const withIPv6 = shape.clients.every(
    ({ six, homes }) => !six || homes.some((home) => shape.pairs[home % shape.pairs.length].by !== 'IPv4'),
  );
  return new Set(up.map(({ from }) => from)).size > 1 && missing.length > 0 && withIPv6;
}

const apps: readonly (readonly [string, AppDefinition])[] = [
  ['two-regions-hrr-metallb-frr', twoRegionsHrr['two-regions-hrr-metallb-frr']],
  ['two-regions-route-servers-frr', twoRegionsRouteServers['two-regions-route-servers-frr']],
  ...random(hierarchies, 5).map((shape, i) => [`random hierarchy ${i + 1}`, inChart(hierarchyIn(shape))] as const),
  ...random(
    rings.filter(({ clients }) => clients.some(({ home, reach }) => home === 0 && reach === 'preferred')),
    2,
  ).map((shape, i) => [`random ring ${i + 1}`, inChart(ringIn(shape))] as const),
  ...random(pairs.filter(isPartlyAnnounced), 3).map(
    (shape, i) => [`random pairs ${i + 1}`, inChart(pairsIn(shape))] as const,
  ),
];

describe.each(apps)('%s', (_, define) => {
  const plan = planOfDefinition(define);

  describeLab(
    'on real BGP',
    () => plan,
    (lab) => {
      test('every router has the paths of the simulation, and pods have the same best paths', async () => {
        await lab().untilSettled();
        const { paths, differences } = await lab().untilAsExpected(60_000);
        expect(differences).toEqual([]);
        expect(paths).toBeGreaterThan(0);
      });

      test('there are as many sessions as the model has', async () => {
        const { sessions, missing } = await lab().sessions();
        expect(missing).toEqual([]);
        const wanted = plan.topology.choices.map(({ candidates, most }) => Math.min(candidates.length, most));
        const total = plan.topology.sessions.length + wanted.reduce((sum, one) => sum + one, 0);
        expect(sessions).toHaveLength(total);
      });
    },
  );
});
