import { DiscoveredGroup } from '../../../lib/configuration';
import { Endpoint } from '../discovery/discovery';
import { Change, Neighbor } from '../router/driver';
import { chooseUpstreams } from './choose-upstreams';

export interface GroupView {
  readonly group: DiscoveredGroup;
  /** The present routers, without the own addresses. */
  readonly present: readonly Endpoint[];
  readonly configured: ReadonlySet<string>;
  /** The configured addresses whose session is Established. */
  readonly established: ReadonlySet<string>;
  /** The configured addresses of an upstream group whose session has ended. */
  readonly lost: ReadonlySet<string>;
  /** The addresses of an upstream group that do not answer BGP. */
  readonly unresponsive: ReadonlySet<string>;
}

/** An address that a group wants, but that belongs to another group or to a client. */
export interface Conflict {
  readonly address: string;
  readonly wantedBy: string;
  readonly owner: string;
}

/** The owner of an address with a client session. */
const CLIENTS = 'a client';

/**
 * The neighbors to configure, in the order of the groups. Each address is in one group only: the one where its session
 * is Established, because a DNS record may be stale or wrong, but a session is not; otherwise the first group that
 * finds it.
 *
 * @param clients addresses of clients whose session is Established
 */
export function wantedNeighbors(
  views: readonly GroupView[],
  self: string,
  clients: ReadonlySet<string>,
): { readonly wanted: readonly Neighbor[]; readonly conflicts: readonly Conflict[] } {
  const owners = new Map([...clients].map((address) => [address, CLIENTS]));
  for (const { group, present, established } of views) {
    for (const { address } of present) if (established.has(address)) owners.set(address, group.name);
  }
  const wanted: Neighbor[] = [];
  const conflicts: Conflict[] = [];
  for (const view of views) {
    const { group, present } = view;
    const free = present.filter(({ address }) => {
      const owner = owners.get(address);
      if (owner === undefined || owner === group.name) return true;
      conflicts.push({ address, wantedBy: group.name, owner });
      return false;
    });
    const addresses =
      group.sessions === undefined
        ? free.map(({ address }) => address)
        : chooseUpstreams({ ...view, sessions: group.sessions, present: free, self });
    for (const address of addresses) {
      owners.set(address, group.name);
      wanted.push({ group: group.name, address });
    }
  }
  return { wanted, conflicts };
}

/**
 * The changes from the configured to the wanted neighbors. Removals come first, because an address may change its
 * group.
 */
export function changesBetween(configured: readonly Neighbor[], wanted: readonly Neighbor[]): Change[] {
  const key = ({ group, address }: Neighbor) => `${group} ${address}`;
  const have = new Set(configured.map(key));
  const want = new Set(wanted.map(key));
  return [
    ...configured.filter((n) => !want.has(key(n))).map((n) => ({ action: 'remove' as const, ...n })),
    ...wanted.filter((n) => !have.has(key(n))).map((n) => ({ action: 'add' as const, ...n })),
  ];
}
