import fc from 'fast-check';
import { planOfApp } from './describe-lab';
import { coreOf, Promised, promisedRoutes, sideOf } from './promised-routes';

const APPS = ['two-regions-hrr-metallb-frr', 'two-regions-hrr-host-ports-frr', 'two-regions-route-servers-frr'];

const plain = (promised: Promised) => Object.fromEntries([...promised].map(([name, all]) => [name, [...all].sort()]));

describe.each(APPS)('what %s promises', (app) => {
  const plan = planOfApp(app);
  const everything = promisedRoutes(plan);

  test('each client has routes of each other client', () => {
    const sizes = [...everything.values()].map(({ size }) => size);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(plan.clients.length - 1);
  });

  test('the loss of one side changes nothing', () => {
    for (const side of ['a', 'b'] as const) {
      expect(plain(promisedRoutes(plan, new Set(sideOf(plan, side))))).toEqual(plain(everything));
    }
  });

  test('with both sides lost nobody has anything', () => {
    const lost = new Set([...sideOf(plan, 'a'), ...sideOf(plan, 'b')]);
    expect([...promisedRoutes(plan, lost).values()].every(({ size }) => size === 0)).toBe(true);
  });

  test('no further loss adds a route', () => {
    const names = plan.objects.workloads.map(({ name }) => name);
    fc.assert(
      fc.property(fc.subarray(names), fc.constantFrom(...names), (lost, further) => {
        const before = promisedRoutes(plan, new Set(lost));
        for (const [client, routes] of promisedRoutes(plan, new Set([...lost, further]))) {
          for (const route of routes) expect(before.get(client)).toContain(route);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test('without a core a client keeps the routes of its region, also those that never leave it', () => {
  const plan = planOfApp('two-regions-hrr-metallb-frr');
  const { 'client-meshrr-lothlorien-1': ofRegion } = plain(promisedRoutes(plan, new Set(coreOf(plan))));
  expect(coreOf(plan)).toEqual(['meshrr-core']);
  expect(ofRegion).toEqual(['198.18.0.4/32', '198.18.0.5/32', '198.18.0.6/32']);
  const { 'client-meshrr-lothlorien-1': all } = plain(promisedRoutes(plan));
  expect(all).toEqual([...ofRegion, ...['198.18.0.10/32', '198.18.0.12/32', '198.18.0.7/32', '198.18.0.9/32']].sort());
});
