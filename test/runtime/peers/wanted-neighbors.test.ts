import * as fc from 'fast-check';
import { DiscoveredGroup } from '../../../lib/configuration';
import { changesBetween, GroupView, wantedNeighbors } from '../../../crpd-image/runtime/peers/wanted-neighbors';
import { Change, Neighbor } from '../../../crpd-image/runtime/router/driver';

const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const MESH: DiscoveredGroup = { kind: 'mesh', name: 'MESHRR-MESH', service };
const UPSTREAM: DiscoveredGroup = { kind: 'upstream', name: 'MESHRR-UPSTREAM', service, sessions: 2 };

/** @param established addresses that are configured, with their sessions up */
function view(group: DiscoveredGroup, present: readonly string[], established: readonly string[] = []): GroupView {
  const endpoints = present.map((address) => ({ address }));
  const configured = new Set(established);
  return { group, present: endpoints, configured, established: configured, lost: new Set(), unresponsive: new Set() };
}

const NO_CLIENTS: ReadonlySet<string> = new Set();

const anyAddress = fc.integer({ min: 1, max: 20 }).map((i) => `10.42.0.${i}`);
const someAddresses = fc.uniqueArray(anyAddress, { maxLength: 10 });
const someNeighbors: fc.Arbitrary<Neighbor[]> = fc.uniqueArray(
  fc.record({ group: fc.constantFrom('G', 'H'), address: anyAddress }),
  { maxLength: 12, selector: ({ address }) => address },
);

describe('wantedNeighbors', () => {
  test('wants every router of a mesh and as many upstream as there may be', () => {
    fc.assert(
      fc.property(someAddresses, someAddresses, (mesh, upstream) => {
        const { wanted } = wantedNeighbors([view(MESH, mesh), view(UPSTREAM, upstream)], '192.0.2.1', NO_CLIENTS);
        const of = (name: string) => wanted.filter(({ group }) => group === name).map(({ address }) => address);
        expect(of(MESH.name)).toEqual(mesh);
        const free = upstream.filter((address) => !mesh.includes(address));
        expect(of(UPSTREAM.name)).toHaveLength(Math.min(2, free.length));
        expect(free).toEqual(expect.arrayContaining(of(UPSTREAM.name)));
      }),
    );
  });

  test('never wants an address in two groups, and reports each that two find', () => {
    fc.assert(
      fc.property(someAddresses, someAddresses, (mesh, upstream) => {
        const { wanted, conflicts } = wantedNeighbors(
          [view(MESH, mesh), view(UPSTREAM, upstream)],
          '192.0.2.1',
          NO_CLIENTS,
        );
        expect(new Set(wanted.map(({ address }) => address)).size).toBe(wanted.length);
        const both = upstream.filter((address) => mesh.includes(address));
        expect(conflicts.map(({ address }) => address)).toEqual(both);
        for (const { owner, wantedBy } of conflicts) expect([owner, wantedBy]).toEqual([MESH.name, UPSTREAM.name]);
      }),
    );
  });

  test('moves no router with an Established session, even if another group finds it', () => {
    const upToTwo = fc.uniqueArray(anyAddress, { maxLength: 2 });
    fc.assert(
      fc.property(someAddresses, upToTwo, someAddresses, (mesh, upstreamUp, clients) => {
        const clientsUp = clients.filter((address) => !upstreamUp.includes(address));
        const views = [view(MESH, mesh), view(UPSTREAM, [...upstreamUp, ...clientsUp], upstreamUp)];
        const { wanted, conflicts } = wantedNeighbors(views, '192.0.2.1', new Set(clientsUp));
        const groupOf = new Map(wanted.map(({ group, address }) => [address, group]));
        for (const address of upstreamUp) expect(groupOf.get(address)).toBe(UPSTREAM.name);
        for (const address of clientsUp) expect(groupOf.has(address)).toBe(false);
        const contested = [...mesh.filter((address) => upstreamUp.includes(address) || clientsUp.includes(address))];
        expect(conflicts.map(({ address }) => address)).toEqual([...contested, ...clientsUp]);
      }),
    );
  });
});

describe('changesBetween', () => {
  const applied = (configured: readonly Neighbor[], changes: readonly Change[]) => {
    const groupOf = new Map(configured.map(({ group, address }) => [address, group]));
    for (const { action, group, address } of changes) {
      if (action === 'add') {
        // A router refuses to have an address in two groups: it must have left the other one before.
        expect(groupOf.has(address)).toBe(false);
        groupOf.set(address, group);
      } else groupOf.delete(address);
    }
    return groupOf;
  };

  test('leads from what is configured to what is wanted, one step after the other', () => {
    fc.assert(
      fc.property(someNeighbors, someNeighbors, (configured, wanted) => {
        const result = applied(configured, changesBetween(configured, wanted));
        expect(result).toEqual(new Map(wanted.map(({ group, address }) => [address, group])));
      }),
    );
  });

  test('leaves alone what is as it should be', () => {
    fc.assert(
      fc.property(someNeighbors, someNeighbors, (configured, wanted) => {
        const key = ({ group, address }: Neighbor) => `${group} ${address}`;
        const both = configured.map(key).filter((k) => wanted.map(key).includes(k));
        const touched = changesBetween(configured, wanted).map(key);
        expect(touched.filter((k) => both.includes(k))).toEqual([]);
        expect(changesBetween(wanted, wanted)).toEqual([]);
      }),
    );
  });
});
