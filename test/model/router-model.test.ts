import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { podConfiguration, PodConfiguration, RouterConfiguration } from '../../lib/configuration';
import {
  AddressFamilies,
  AnycastRouteServerPair,
  Mesh,
  PeerGroupProps,
  Reachability,
  RouteReflectorRegion,
  RouterGroup,
  Speaker,
  topologyOf,
} from '../../lib';
import { parseEnvironment, parsePeerGroupsFile } from '../../lib/settings';
import { crpd, frr, pair, region } from '../../test-support/examples';
import { Manifests } from '../../test-support/synth';

/** An address in the pod networks. */
const POD_IP = '10.42.255.1';

/** The groups of an app's topology, each with what the runtime in its pods makes of their manifest. */
function bothOf(define: (chart: Chart) => void): readonly (readonly [RouterGroup, PodConfiguration])[] {
  const chart = new Chart(new App(), 'test');
  define(chart);
  const manifests = new Manifests(Testing.synth(chart));
  const { groups, speakers } = topologyOf(chart);
  return groups.map((group) => {
    const { instance, routerId } = speakers.find((pod) => pod.group === group) as Speaker;
    const pod = runtimeModelOf(group, instance, manifests);
    expect(pod.routerId).toEqual(routerId);
    return [group, pod] as const;
  });
}

function runtimeModelOf(
  { workload, workloadKind }: RouterGroup,
  instance: string,
  manifests: Manifests,
): PodConfiguration {
  // What comes from fields of the pod is no text.
  const written = Object.entries(manifests.environmentOf(workloadKind, workload));
  const own = Object.fromEntries(written.filter(([, value]) => typeof value === 'string'));
  const env = { ...own, POD_IP, MESHRR_INSTANCE: instance, MESHRR_POD_UID: 'uid' } as Record<string, string>;
  const settings = parseEnvironment(env, 'ignored');
  const files = manifests.ofKind('ConfigMap').flatMap(({ data = {} }) => Object.entries(data));
  const [, file] = files.find(([name]) => settings.groupsFile?.endsWith(`/${name}`)) ?? [];
  expect(file === undefined).toBe(settings.groupsFile === undefined);
  return podConfiguration(settings, file === undefined ? [] : parsePeerGroupsFile(file, settings), () => '');
}

/** What the topology and the pod both know: every field of the configuration. */
const FIELDS: Readonly<Record<keyof RouterConfiguration, true>> = {
  ...{
    router: true,
    mode: true,
    autonomousSystem: true,
    identifiers: true,
    families: true,
    meshes: true,
    meshMd5: true,
    clientFilters: true,
    rpki: true,
  },
  ...{ upstreams: true, clients: true, clientLimit: true, resetsLocalPreference: true, clientRoutes: true },
  communities: true,
  clusterId: true,
};

const configurationIn = (of: RouterConfiguration) =>
  Object.fromEntries(Object.keys(FIELDS).map((name) => [name, of[name as keyof RouterConfiguration]]));

function holdAgainstTheRuntime(define: (chart: Chart) => void): void {
  const both = bothOf(define);
  expect(both.length).toBeGreaterThan(0);
  for (const [group, pod] of both) {
    expect(configurationIn(pod)).toEqual(configurationIn(group));
    expect(pod.podNetworks).toEqual(group.podNetworks);
  }
}

const families: fc.Arbitrary<AddressFamilies | undefined> = fc.option(
  fc
    .record({ inet: fc.boolean(), inet6: fc.boolean(), evpn: fc.boolean() })
    .filter(({ inet, inet6, evpn }) => inet || inet6 || evpn),
  { nil: undefined },
);

/** The most neighbors, where they are said. */
const limits = fc.record({
  peerLimit: fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined }),
  clientLimit: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
});

/** Further groups of all kinds; the number makes the ranges of each group its own. */
const further = (
  asRanges: fc.Arbitrary<readonly string[] | undefined>,
  kinds: readonly (PeerGroupProps['kind'] | 'listed')[] = ['mesh', 'upstream', 'clients'],
): fc.Arbitrary<readonly PeerGroupProps[]> =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom(...kinds),
        sessions: fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined }),
        peerLimit: fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined }),
        asRanges,
      }),
      { maxLength: 4 },
    )
    .map((groups) =>
      groups.map(({ kind, sessions, peerLimit, asRanges: theirs }, i): PeerGroupProps => {
        const name = `GROUP-${i}`;
        if (kind === 'clients') return { kind, name, ranges: [`203.0.${i}.0/24`], ...(theirs && { asRanges: theirs }) };
        if (kind === 'listed') return { kind: 'clients', name, service: `clients-${i}` };
        if (kind === 'mesh') return { kind, name, service: `mesh-${i}`, ...(peerLimit && { peerLimit }) };
        return { kind, name, service: `upstream-${i}`, ...(sessions !== undefined && { sessions }) };
      }),
    );

test('regions: the topology has the BGP groups that the runtime makes of the manifest', () => {
  const shapes = fc.record({
    addressFamilies: families,
    sessions: fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined }),
    only: fc.boolean(),
    preferred: fc.boolean(),
    fullMesh: fc.boolean(),
    md5: fc.boolean(),
    groups: further(fc.constant(undefined), ['mesh', 'upstream', 'clients', 'listed']),
    runtime: limits,
    clientRoutes: fc.constantFrom(undefined, ['198.18.0.0/16', '2001:db8::/32']),
    router: fc.constantFrom(frr, crpd),
    routerIds: fc.constantFrom(undefined, { n1: '10.255.0.1', n2: '10.255.0.2' }),
    clusterId: fc.constantFrom(undefined, 'pod', 'region', '10.255.0.3'),
  });
  fc.assert(
    fc.property(
      shapes,
      ({ addressFamilies, sessions, only, preferred, runtime, router, routerIds, clusterId, ...others }) =>
        holdAgainstTheRuntime((chart) => {
          new RouteReflectorRegion(chart, 'core', { ...region, addressFamilies, routerIds, clusterId });
          new RouteReflectorRegion(chart, 'east', {
            ...{ ...region, addressFamilies, ...others, upstream: 'core', upstreamSessions: sessions },
            ...{ router, runtime: router === crpd ? { ...runtime, clientLimit: undefined } : runtime },
            reachability: Reachability.hostPorts(),
            clientRanges: ['198.51.100.0/24'],
            sides: { a: { addresses: ['192.0.2.1'] } },
            communities: { ...(only && { only: '64496:101' }), ...(preferred && { preferred: '64496:102' }) },
          });
        }),
    ),
    { numRuns: 60 },
  );
});

test('pairs: the topology has the BGP groups that the runtime makes of the manifest', () => {
  const ranges = fc.constantFrom(undefined, ['64510-64520'], ['64500', '65010-65020']);
  const shapes = fc.record({
    addressFamilies: families,
    asRanges: ranges,
    routerIds: fc.constantFrom(undefined, ['10.255.0.1']),
    groups: further(ranges),
  });
  fc.assert(
    fc.property(shapes, ({ addressFamilies, asRanges, routerIds, groups }) =>
      holdAgainstTheRuntime((chart) => {
        const mesh = new Mesh(chart, 'rs', { autonomousSystem: 64496, addressFamilies });
        new AnycastRouteServerPair(chart, 'pair', {
          ...{ ...pair(chart), mesh, groups, ...(asRanges && { asRanges }) },
          sides: { a: { addresses: ['192.0.2.1'], ...(routerIds && { routerIds }) }, b: { addresses: ['192.0.2.2'] } },
        });
      }),
    ),
    { numRuns: 60 },
  );
});
