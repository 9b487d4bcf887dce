import * as fc from 'fast-check';
import { BgpTopology, simulate } from '../../lib';
import { parsePrefix } from '../../lib/addressing';
import { prove } from '../../lib/proof';
import { checkClientFilters, checkMember } from '../../lib/settings';
import { networks, networkTopology } from './random-parts';
import { Oracle } from './oracle/truth';
import { isRefused } from './oracle/import-policy';
import { topologyOfParts } from './topology-of-parts';

const PREFIXES = ['44.1.0.0/16', '44.1.2.0/24', '44.1.2.3/32', '44.128.0.0/9', '10.1.0.0/16', '0.0.0.0/0'];

const policies = fc.record({
  filters: fc.option(
    fc.record({
      bogons: fc.boolean(),
      bogonAsNumbers: fc.boolean(),
      ipv4Lengths: fc.constantFrom('0-32', '8-24', '16-24'),
      blackhole: fc.constantFrom('no' as const, 'no-export' as const),
    }),
  ),
  clientRoutes: fc.option(fc.subarray(PREFIXES, { minLength: 1 })),
});

const clients = fc.record({
  announces: fc.subarray(PREFIXES),
  list: fc.option(fc.constantFrom(['44.0.0.0/8 le 24'], ['44.1.0.0/16', '44.1.2.3/32'], ['0.0.0.0/0 le 32'])),
  blackhole: fc.boolean(),
  public: fc.boolean(),
});

/** A random network, with policies for its parts, and clients that announce what these may drop. */
const drawn = fc.record({
  shape: networks,
  policies: fc.array(policies, { minLength: 5, maxLength: 5 }),
  clients: fc.array(clients, { minLength: 5, maxLength: 5 }),
});

function withPolicies({ shape, ...given }: typeof drawn extends fc.Arbitrary<infer T> ? T : never): BgpTopology {
  // Which of several paths a client with ADD-PATH prefers is tested elsewhere.
  const topology = networkTopology({
    ...shape,
    clients: shape.clients.map((client) => ({ ...client, addPath: false })),
  });
  const paths = [...new Set(topology.groups.map(({ part }) => part.path))];
  const changed = new Map(
    topology.groups.map((group) => {
      const { filters, clientRoutes } = given.policies[paths.indexOf(group.part.path)];
      const isServer = group.mode === 'route-server';
      return [
        group.id,
        {
          ...group,
          clients: group.clients.map((each) => ({ ...each, members: true as const })),
          ...(isServer && filters && { clientFilters: checkClientFilters(filters) }),
          ...(!isServer && clientRoutes && { clientRoutes: clientRoutes.map(parsePrefix) }),
        },
      ];
    }),
  );
  return {
    ...topology,
    groups: [...changed.values()],
    speakers: topology.speakers.map((pod) => ({ ...pod, group: changed.get(pod.group.id)! })),
    outside: topology.outside.map((router, i) => {
      const { announces, list, blackhole, public: isPublic } = given.clients[i];
      const isExternal = router.autonomousSystem !== topology.groups[0].autonomousSystem;
      return {
        ...router,
        ...(isExternal && isPublic && { autonomousSystem: router.autonomousSystem - 65000 + 1000 }),
        ...(list && { member: checkMember({ prefixes: list }) }),
        announces: announces.map((route) => ({
          ...{ family: 'inet' as const, route, communities: blackhole ? ['65535:666'] : [] },
        })),
      };
    }),
  };
}

const identifiers = (topology: BgpTopology) => {
  const number = (text: string) => text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return new Map(topology.speakers.map(({ id, routerId }) => [id, number(routerId.text)]));
};

test('routers hold what their policies let in, as in the oracle', () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const topology = withPolicies(given);
      const { holdings, unsettled } = simulate(topology);
      fc.pre(unsettled.length === 0);
      const oracle = new Oracle(topology, undefined, { identifiers: identifiers(topology) });
      const textOf = (
        router: string,
        route: string,
        paths: readonly { readonly from: string; readonly best: boolean }[],
      ) =>
        `${router} ${route}: ${paths
          .map(({ from, best }) => `${from}${best ? ' (best)' : ''}`)
          .sort()
          .join(', ')}`;
      expect(
        holdings
          .flatMap(({ router, family, route, paths }) =>
            paths.length ? textOf(router, `${family} ${route}`, paths) : [],
          )
          .sort(),
      ).toEqual(
        oracle
          .holdings()
          .map(({ router, route, held }) => textOf(router, route, held))
          .sort(),
      );
    }),
  );
});

test('a route that the policies of all its routers drop is with nobody else', () => {
  let seen = 0;
  fc.assert(
    fc.property(drawn, (given) => {
      const topology = withPolicies(given);
      const { holdings } = simulate(topology);
      for (const route of PREFIXES) {
        const origins = topology.outside.filter(({ announces }) => announces.some((one) => one.route === route));
        const isLetIn = origins.some((router) =>
          topology.groups.some(
            (group) =>
              router.clientOf.includes(group.part.path) &&
              !isRefused(group, router, route, router.announces[0].communities),
          ),
        );
        if (origins.length === 0 || isLetIn) continue;
        seen++;
        expect(holdings.filter((one) => one.route === route && one.paths.length > 0)).toEqual([]);
      }
    }),
  );
  expect(seen).toBeGreaterThan(20);
});

test('the proof says what drops a route that its client does not learn', () => {
  const changes = { clientFilters: checkClientFilters('exchange') };
  const ce = (autonomousSystem: number, ...announces: string[]) => ({ homes: ['rs'], autonomousSystem, announces });
  const of = (route: string) =>
    prove(topologyOfParts({ rs: { mode: 'route-server', changes } }, { ce1: ce(1001, route), ce2: ce(1002) }))
      .findings.filter(({ kind }) => kind === 'loss')
      .map(({ message }) => message);
  expect(of('44.1.0.0/16')).toEqual([]);
  expect(of('44.1.0.0/25')).toEqual([
    '1 client of rs does not learn 1 route of rs, such as 44.1.0.0/25 of ce1, which never reaches ce2: rs-a-0 drops what it has from ce1, ' +
      'as its import policy denies that (filters, member.prefixes, clientRoutes): give rs-a-0 a policy that permits it',
  ]);
});
