import { DiscoveredGroup } from '../../../lib/configuration';
import { GroupView, wantedNeighbors } from '../../../crpd-image/runtime/peers/wanted-neighbors';

const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const MESH: DiscoveredGroup = { kind: 'mesh', name: 'MESHRR-MESH', service };
const SECOND: DiscoveredGroup = { kind: 'mesh', name: 'SECOND', service };
const UPSTREAM: DiscoveredGroup = { kind: 'upstream', name: 'MESHRR-UPSTREAM', service, sessions: 2 };
const [A, B, C, D] = ['10.42.0.1', '10.42.0.2', '10.42.0.3', '10.42.0.4'];

const view = (group: DiscoveredGroup, present: readonly string[], given: Partial<GroupView> = {}): GroupView => ({
  ...{ group, present: present.map((address) => ({ address })) },
  ...{ configured: new Set(), established: new Set(), lost: new Set(), unresponsive: new Set(), ...given },
});
const wantedOf = (views: readonly GroupView[], clients: readonly string[] = []) =>
  wantedNeighbors(views, '192.0.2.1', new Set(clients));

test('nothing is wanted if no router is present', () => {
  expect(wantedOf([view(MESH, []), view(UPSTREAM, [])])).toEqual({ wanted: [], conflicts: [] });
});

test('an address that two groups find belongs to the first, with a conflict for the second', () => {
  expect(wantedOf([view(MESH, [A]), view(SECOND, [A, B])])).toEqual({
    wanted: [
      { group: 'MESHRR-MESH', address: A },
      { group: 'SECOND', address: B },
    ],
    conflicts: [{ address: A, wantedBy: 'SECOND', owner: 'MESHRR-MESH' }],
  });
});

test('it stays in the second if its session is up there', () => {
  expect(wantedOf([view(MESH, [A]), view(SECOND, [A], { established: new Set([A]) })])).toEqual({
    wanted: [{ group: 'SECOND', address: A }],
    conflicts: [{ address: A, wantedBy: 'MESHRR-MESH', owner: 'SECOND' }],
  });
});

test('but not if the second no longer finds it', () => {
  expect(wantedOf([view(MESH, [A]), view(SECOND, [], { established: new Set([A]) })])).toEqual({
    wanted: [{ group: 'MESHRR-MESH', address: A }],
    conflicts: [],
  });
});

test('an address with a client session stays a client, with a conflict for each group that finds it', () => {
  expect(wantedOf([view(MESH, [A, B])], [A])).toEqual({
    wanted: [{ group: 'MESHRR-MESH', address: B }],
    conflicts: [{ address: A, wantedBy: 'MESHRR-MESH', owner: 'a client' }],
  });
});

test('a router upstream that another group has leaves its place to another one', () => {
  const { wanted } = wantedOf([view(MESH, [A, B]), view(UPSTREAM, [A, B, C, D])]);
  expect(wanted.filter(({ group }) => group === UPSTREAM.name).map(({ address }) => address)).toEqual(
    expect.arrayContaining([C, D]),
  );
});

test('routers upstream that do not answer leave their places to others, configured ones keep theirs', () => {
  const known = { configured: new Set([A, B]), unresponsive: new Set([A]) };
  const { wanted } = wantedOf([view(UPSTREAM, [A, B, C], known)]);
  expect(wanted.map(({ address }) => address)).toEqual([B, C]);
});
