import { Family } from '../../lib/addressing';
import { ClientGroup } from '../../lib/configuration';
import { BgpTopology } from '../../lib/model';
import { DeclaredGroup, nodesWith, prefixes, reflectors, topologyWith } from '../../test-support/router-groups';

const MESH = { name: 'MESHRR-MESH', service: 'core', limit: 256 };
const UPSTREAM = { name: 'MESHRR-UPSTREAM', service: 'core', sessions: 2 };
const CLIENTS: ClientGroup = { name: 'MESHRR-CLIENTS', ranges: [], asRanges: [] };

const sessionsOf = ({ sessions }: BgpTopology) => sessions.map(({ from, to }) => `${from} ${to}`);
const upstreamOf = ({ choices }: BgpTopology) => choices.map(({ from, candidates }) => [from, ...candidates].join(' '));

describe('a mesh joins', () => {
  const half = (workload: string, changes: Partial<DeclaredGroup> = {}) =>
    reflectors(workload, { service: 'core', meshes: [MESH], ...changes });

  test('all pods behind its Service once, and none with itself', () => {
    const topology = topologyWith([half('b', { replicas: 2 }), half('a', { replicas: 2 })]);
    expect(topology.sessions).toEqual(
      [
        ['a-0', 'a-1'],
        ['a-0', 'b-0'],
        ['a-0', 'b-1'],
        ['a-1', 'b-0'],
        ['a-1', 'b-1'],
        ['b-0', 'b-1'],
      ].map(([from, to]) => ({ kind: 'mesh', from, to, families: ['inet'], group: 'MESHRR-MESH' })),
    );
    expect(topology.idle).toEqual([]);
  });

  test.each<[string, Partial<DeclaredGroup>]>([
    ['in another AS', { autonomousSystem: 64497 }],
    ['without TCP MD5', { meshMd5: false }],
    ['without a family in common', { families: ['evpn'] }],
    ['without a mesh', { meshes: [] }],
    ['in another namespace', { namespace: 'other' }],
    ['in another cluster', { cluster: 'east' }],
    ['that looks in the cluster set', { looksInClusterSet: true }],
    ['behind another Service', { service: 'elsewhere' }],
  ])('no router %s', (_, changes) => {
    // Of either half, whichever comes first.
    for (const halves of [
      [half('a'), half('b', changes)],
      [half('a', changes), half('b')],
    ]) {
      expect(sessionsOf(topologyWith(halves))).toEqual([]);
    }
  });

  test('only the families that both have, named in their order', () => {
    const families = (one: readonly Family[], other: readonly Family[]) =>
      topologyWith([half('a', { families: one }), half('b', { families: other })]).sessions.map(
        (session) => session.families,
      );
    expect(families(['inet', 'inet6', 'evpn'], ['evpn', 'inet'])).toEqual([['inet', 'evpn']]);
    expect(families(['inet6', 'evpn'], ['inet', 'evpn'])).toEqual([['evpn']]);
  });

  test('two workloads once though two meshes do, by the name that the other end has for it', () => {
    const second = { name: 'SECOND', service: 'second', limit: 256 };
    const both = { listedBy: ['second'], meshes: [MESH, second] };
    const { sessions } = topologyWith([half('a', both), half('b', both)]);
    expect(sessions.map(({ from, to, group }) => [from, to, group])).toEqual([['a-0', 'b-0', 'MESHRR-MESH']]);
    const named = topologyWith([half('a'), half('b', { meshes: [{ ...MESH, name: 'PEERS' }] })]);
    expect(named.sessions.map(({ group }) => group)).toEqual(['PEERS']);
  });

  test('routers through two Services where neither carries TCP MD5, whose key is of the name', () => {
    const crossed = (meshMd5: boolean) =>
      topologyWith([
        reflectors('a', { meshMd5, meshes: [{ name: 'B', service: 'b', limit: 256 }] }),
        reflectors('b', { meshMd5, meshes: [{ name: 'A', service: 'a', limit: 256 }] }),
      ]);
    expect(sessionsOf(crossed(false))).toEqual(['a-0 b-0']);
    expect(crossed(false).idle).toEqual([]);
    expect(sessionsOf(crossed(true))).toEqual([]);
    expect(crossed(true).idle).toEqual([
      { routers: 'a', group: 'B', service: 'b' },
      { routers: 'b', group: 'A', service: 'a' },
    ]);
  });

  test('nobody whose own mesh is elsewhere, with TCP MD5 or without', () => {
    for (const meshMd5 of [true, false]) {
      const elsewhere = half('b', {
        meshMd5,
        listedBy: ['other'],
        meshes: [{ name: 'OTHER', service: 'other', limit: 256 }],
      });
      expect(sessionsOf(topologyWith([half('a', { meshMd5 }), elsewhere]))).toEqual([]);
    }
  });

  test('halves in two clusters where their Service is exported and both look in the cluster set', () => {
    const set = { exported: true, looksInClusterSet: true };
    const east = (changes: Partial<DeclaredGroup>) => half('b', { cluster: 'east', ...changes });
    expect(sessionsOf(topologyWith([half('a', set), east(set)]))).toEqual(['a-0 b-0']);
    expect(sessionsOf(topologyWith([half('a', set), east({ ...set, exported: false })]))).toEqual([]);
    // It is found, but finds nobody there.
    expect(sessionsOf(topologyWith([half('a', set), east({ ...set, looksInClusterSet: false })]))).toEqual([]);
  });
});

describe('upstream', () => {
  const core = (changes: Partial<DeclaredGroup> = {}) =>
    reflectors('core', { replicas: 2, clients: [{ ...CLIENTS, service: 'core-clients' }], ...changes });
  const lower = (changes: Partial<DeclaredGroup> = {}) =>
    reflectors('lower', { listedBy: ['core-clients'], upstreams: [UPSTREAM], ...changes });

  test('are the route reflectors that a Service lists, whose clients another lists', () => {
    const { choices, idle } = topologyWith([core(), lower()]);
    const families = ['inet'];
    expect(choices).toEqual([
      {
        ...{ kind: 'upstream', from: 'lower-0', candidates: ['core-0', 'core-1'] },
        ...{ most: 2, families, group: 'MESHRR-CLIENTS' },
      },
    ]);
    expect(idle).toEqual([]);
  });

  test.each<[string, Partial<DeclaredGroup>, Partial<DeclaredGroup>]>([
    ['route servers', { mode: 'route-server' }, {}],
    ['routers of another AS', { autonomousSystem: 64497 }, {}],
    ['routers of another family', { families: ['inet6'] }, {}],
    ['routers that have no clients', { clients: [] }, {}],
    ['routers whose clients come from ranges', { clients: [CLIENTS] }, {}],
    ['routers whose clients others list', {}, { listedBy: [] }],
    ['routers that another Service lists', { service: 'elsewhere' }, {}],
    ['routers of another namespace', { namespace: 'other' }, {}],
    ['routers of another cluster', { cluster: 'east' }, {}],
  ])('are no %s', (_, reflector, changes) => {
    const { choices, idle } = topologyWith([core(reflector), lower(changes)]);
    expect(choices).toEqual([]);
    expect(idle).toEqual([{ routers: 'lower', group: 'MESHRR-UPSTREAM', service: 'core' }]);
  });

  test('are found through the cluster set where they and the Service of their clients are exported', () => {
    const set = { exported: true, looksInClusterSet: true };
    const east = lower({ cluster: 'east', looksInClusterSet: true });
    expect(upstreamOf(topologyWith([core(set), east]))).toEqual(['lower-0 core-0 core-1']);
    expect(upstreamOf(topologyWith([core({ ...set, exported: false }), east]))).toEqual([]);
    expect(upstreamOf(topologyWith([core({ ...set, looksInClusterSet: false }), east]))).toEqual([]);
    const looksNear = { ...east, looksInClusterSet: false };
    expect(upstreamOf(topologyWith([core(set), looksNear]))).toEqual([]);
    // They look for their clients in the cluster set, where pods that look beside themselves are not listed.
    expect(upstreamOf(topologyWith([core(set), lower()]))).toEqual([]);
  });

  test('are found where a range of their clients takes in a network of the pods', () => {
    const taking = (...ranges: readonly string[]) => core({ clients: [{ ...CLIENTS, ranges: prefixes(...ranges) }] });
    const at = (...networks: readonly string[]) => lower({ listedBy: [], podNetworks: prefixes(...networks) });
    const found = (reflector: DeclaredGroup, pods: DeclaredGroup) => topologyWith([reflector, pods]).choices.length;
    expect(found(taking('198.51.100.0/24', '10.0.0.0/8'), at('fd00::/56', '10.42.0.0/16'))).toBe(1);
    expect(found(taking('198.51.100.0/24'), at('10.42.0.0/16'))).toBe(0);
    expect(found(taking('198.51.100.0/24'), at())).toBe(0);
    expect(found(taking(), at('10.42.0.0/16'))).toBe(0);
  });

  test('have pods for clients in the group whose Service lists them, before one whose range does', () => {
    const clients: readonly ClientGroup[] = [
      { ...CLIENTS, name: 'BY-RANGE', ranges: prefixes('10.0.0.0/8') },
      { ...CLIENTS, name: 'OF-OTHERS', service: 'others' },
      { ...CLIENTS, name: 'BY-SERVICE', service: 'core-clients' },
    ];
    const group = (listedBy: readonly string[]) =>
      topologyWith([core({ clients }), lower({ listedBy, podNetworks: prefixes('10.42.0.0/16') })]).choices[0].group;
    expect(group(['core-clients'])).toBe('BY-SERVICE');
    expect(group([])).toBe('BY-RANGE');
  });

  test('carry the families that all of them and the pod have', () => {
    const all = ['inet', 'inet6', 'evpn'] as const;
    const second = { ...core({ families: ['inet6', 'evpn'] }), workload: 'second' };
    const families = (...groups: readonly DeclaredGroup[]) => topologyWith(groups).choices[0].families;
    expect(families(core({ families: all }), lower({ families: ['evpn', 'inet'] }))).toEqual(['inet', 'evpn']);
    expect(families(core({ families: all }), second, lower({ families: all }))).toEqual(['inet6', 'evpn']);
  });

  test('of pods of one workload, and of all that have the same ones, begin with another each', () => {
    const more = { ...lower(), workload: 'other' };
    const topology = topologyWith([core(), lower({ replicas: 2 }), more]);
    expect(upstreamOf(topology)).toEqual(['lower-0 core-0 core-1', 'lower-1 core-1 core-0', 'other-0 core-0 core-1']);
  });

  test('are never the pod itself', () => {
    const own = core({ listedBy: ['core-clients'], upstreams: [UPSTREAM] });
    expect(upstreamOf(topologyWith([own]))).toEqual(['core-0 core-1', 'core-1 core-0']);
  });

  test('are none, without anything idle, where they have no node', () => {
    const nodes = nodesWith({ n1: {} });
    const { choices, idle } = topologyWith([core({ nodeSelector: { core: 'true' } }), lower()], { nodes });
    expect(choices.map(({ candidates }) => candidates)).toEqual([[]]);
    expect(idle).toEqual([]);
  });
});
