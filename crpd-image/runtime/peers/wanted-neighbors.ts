import { DiscoveredGroup } from '../configuration/model';
import { Endpoint } from '../discovery/discovery';
import { Change, Neighbor } from '../router/driver';
import { chooseUpstreams } from './choose-upstreams';

/** What is known of one group when its neighbours are chosen. */
export interface GroupView {
  readonly group: DiscoveredGroup;
  /** The routers that are there, or still count as there; own addresses are left out. */
  readonly present: readonly Endpoint[];
  /** Addresses that are configured in the group now. */
  readonly configured: ReadonlySet<string>;
  /** Addresses of an upstream group that do not answer BGP. */
  readonly suspect: ReadonlySet<string>;
}

/** An address that two groups ask for; the earlier one gets it. */
export interface Conflict {
  readonly address: string;
  readonly wantedBy: string;
  readonly given: string;
}

/** The neighbours that should be configured, in the order of the groups. Each address is in one group only. */
export function wantedNeighbors(
  views: readonly GroupView[],
  self: string,
): { readonly wanted: readonly Neighbor[]; readonly conflicts: readonly Conflict[] } {
  const owner = new Map<string, string>();
  const conflicts: Conflict[] = [];
  for (const { group, present, configured, suspect } of views) {
    const free = present.filter(({ address }) => {
      const given = owner.get(address);
      if (given !== undefined) conflicts.push({ address, wantedBy: group.name, given });
      return given === undefined;
    });
    const addresses =
      group.sessions === undefined
        ? free.map(({ address }) => address)
        : chooseUpstreams({ sessions: group.sessions, present: free, configured, suspect, self });
    for (const address of addresses) owner.set(address, group.name);
  }
  return { wanted: [...owner].map(([address, group]) => ({ group, address })), conflicts };
}

/** What leads from the configured neighbours to the wanted ones; removals first, as an address may change its group. */
export function changesBetween(configured: readonly Neighbor[], wanted: readonly Neighbor[]): Change[] {
  const key = ({ group, address }: Neighbor) => `${group} ${address}`;
  const have = new Set(configured.map(key));
  const want = new Set(wanted.map(key));
  return [
    ...configured.filter((n) => !want.has(key(n))).map((n) => ({ action: 'remove' as const, ...n })),
    ...wanted.filter((n) => !have.has(key(n))).map((n) => ({ action: 'add' as const, ...n })),
  ];
}
