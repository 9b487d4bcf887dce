import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { twoRegionsRouteServers } from '../../../../apps/two-regions-route-servers';
import { twoRegionsHrr } from '../../../../apps/two-regions-hrr';
import { LearnedRoute } from '../../../../lab/clients/client';
import { AppDefinition, BgpTopology, Proof } from '../../../../lib';
import { prove } from '../../../../lib/proof';
import { rolloutsOf } from '../../../../lib/proof/rollouts';
import { hierarchies, hierarchyIn, pairs, pairsIn, pairsOf, ringIn, rings } from '../../../proof/random-topology';
import { describeLab } from '../../support/describe-lab';
import { topologyIn } from '../../../../test-support/topology';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';

/** So that a failure can be looked at again. */
const SEED = 20260;

const inChart =
  (define: (chart: Chart) => void): AppDefinition =>
  (app: App) => {
    const chart = new Chart(app, 'test', { namespace: 'meshrr' });
    define(chart);
    // A client that learns less than it should, because no node announces an address, is as welcome as any.
    new Proof(chart, 'proof', { findings: { unannounced: 'warning', loss: 'warning', pathHiding: 'warning' } });
  };

/** Whether clients of the lab can announce their routes: for those of IPv6 they need an IPv6 address. */
const clientsHaveNextHops = ({ outside }: BgpTopology): boolean =>
  outside.every(
    ({ announces, addresses }) =>
      announces.every(({ family }) => family !== 'inet6') || addresses.some(({ family }) => family === 6),
  );

/** Topologies as the proof's own tests draw them, with clients to look at, and without an error that ends a synth. */
const random = <T extends { readonly clients: readonly unknown[] }>(
  shapes: fc.Arbitrary<T>,
  count: number,
  define: (shape: T) => (chart: Chart) => void,
): AppDefinition[] =>
  fc
    .sample(
      shapes.filter((shape) => {
        if (shape.clients.length < 2) return false;
        const topology = topologyIn(define(shape));
        if (!clientsHaveNextHops(topology)) return false;
        return prove(topology).findings.every(({ severity }) => severity !== 'error');
      }),
      { numRuns: count, seed: SEED },
    )
    .map((shape) => inChart(define(shape)));

/**
 * Pairs of which some nodes with pods announce an address, and others not, as peers, advertisements and labels say; the
 * lab reads these from the manifests.
 */
function isPartlyAnnounced(shape: Parameters<typeof pairsOf>[0]): boolean {
  const topology = pairsOf(shape);
  const { choices, addressesAtNodes } = topology;
  const up = choices.filter(({ kind, candidates }) => kind === 'external' && candidates.length > 0);
  const missing = addressesAtNodes.filter(({ isReached }) => !isReached);
  return new Set(up.map(({ from }) => from)).size > 1 && missing.length > 0 && clientsHaveNextHops(topology);
}

/** Pairs without a route of two clients: of equal paths from eBGP neighbors, a router may keep the older one (RFC 5004). */
const unambiguous = pairs.filter(({ clients }) => clients.filter(({ shared }) => shared).length < 2);

const partlyAnnounced = (count: number): AppDefinition[] =>
  fc
    .sample(unambiguous.filter(isPartlyAnnounced), { numRuns: count, seed: SEED })
    .map((shape) => inChart(pairsIn(shape)));

const apps: readonly (readonly [string, AppDefinition])[] = [
  ['two-regions-hrr-metallb-frr', twoRegionsHrr['two-regions-hrr-metallb-frr']],
  ['two-regions-route-servers-frr', twoRegionsRouteServers['two-regions-route-servers-frr']],
  ...random(hierarchies, 5, hierarchyIn).map((define, i) => [`random hierarchy ${i + 1}`, define] as const),
  ...random(
    rings.filter(({ clients }) => clients.some(({ home, reach }) => home === 0 && reach === 'preferred')),
    2,
    ringIn,
  ).map((define, i) => [`random ring ${i + 1}`, define] as const),
  ...random(unambiguous, 3, pairsIn).map((define, i) => [`random pairs ${i + 1}`, define] as const),
  ...partlyAnnounced(2).map((define, i) => [`pairs announced in part ${i + 1}`, define] as const),
];

const destinationsOf = (routes: readonly LearnedRoute[] = []): ReadonlySet<string> =>
  new Set(routes.map(({ family, destination }) => `${family} ${destination}`));

/** Whether one pod is behind each address, and no pod has a choice of routers upstream. */
function isPlain({ groups, speakers }: BgpTopology): boolean {
  const podsOf = (id: string) => speakers.filter(({ group }) => group.id === id).length;
  return groups.every(
    ({ id, upstreams, addresses }) => upstreams.length === 0 && (addresses.length === 0 || podsOf(id) === 1),
  );
}

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

      // The last one: the pods that it stops are not replaced.
      test('a rollout of everything at once costs routes of the clients that the proof says', async () => {
        const { topology } = plan;
        const [{ moments }] = rolloutsOf(topology);
        const [said] = prove(topology).rollouts;
        const { pods } = await lab().sessions();
        const away = moments[0].failed.flatMap((id) => pods.get(id) ?? []);
        expect(away.length).toBeGreaterThan(0);
        const before = await lab().learned();
        await Promise.all(away.map(({ name }) => lab().stop(name)));
        await lab().untilSettled();
        const after = await lab().learned();
        const losers = [...before.keys()].filter((client) => {
          const left = destinationsOf(after.get(client));
          return [...destinationsOf(before.get(client))].some((one) => !left.has(one));
        });
        // Pods that choose others, and addresses with several pods, cost less than the proof says.
        expect(said.clients).toEqual(expect.arrayContaining(losers));
        if (isPlain(topology)) expect(losers.sort()).toEqual([...said.clients].sort());
      });
    },
  );
});
