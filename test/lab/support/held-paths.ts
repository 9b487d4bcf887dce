import { Family } from '../../../lab/clients/client';
import { Pod } from '../../../lab/pod/pod';

/** A path that a pod's bgpd holds, chosen or not. */
export interface HeldPath {
  readonly destination: string;
  /** Address of the neighbour that it is from. */
  readonly from: string;
  readonly nextHop: string;
  readonly asPath: readonly number[];
  readonly originatorId?: string;
  readonly clusterList: readonly string[];
}

const COMMANDS: Readonly<Record<Family, string>> = {
  inet: 'show bgp ipv4 unicast json detail',
  inet6: 'show bgp ipv6 unicast json detail',
  evpn: 'show bgp l2vpn evpn route detail json',
};

/** The fields of a path that are read. */
interface Shown {
  readonly aspath: { readonly segments?: readonly { readonly list: readonly number[] }[] };
  readonly originatorId?: string;
  readonly clusterList?: { readonly list: readonly string[] };
  readonly nexthops: readonly { readonly ip: string; readonly scope?: string }[];
  readonly peer: { readonly peerId: string };
}

/** All paths of a family in a pod. @throws RouterUnavailable */
export async function heldPaths(pod: Pod, family: Family): Promise<readonly HeldPath[]> {
  const text = await pod.show(COMMANDS[family]);
  const table = JSON.parse(text || '{}') as Record<string, unknown>;
  return family === 'evpn' ? evpnPaths(table) : pathsOfEach((table.routes ?? {}) as Record<string, unknown>, '');
}

/** By route distinguisher; beside the routes of each stands a field or two of another kind. */
function evpnPaths(table: Readonly<Record<string, unknown>>): HeldPath[] {
  return Object.entries(table).flatMap(([rd, routes]) =>
    typeof routes === 'object' ? pathsOfEach(routes as Record<string, unknown>, `${rd} `) : [],
  );
}

function pathsOfEach(routes: Readonly<Record<string, unknown>>, before: string): HeldPath[] {
  return Object.entries(routes).flatMap(([destination, shown]) =>
    shownIn(shown).map(({ aspath, originatorId, clusterList, nexthops, peer }) => ({
      destination: `${before}${destination}`,
      from: peer.peerId,
      nextHop: (nexthops.find(({ scope }) => scope === 'global') ?? nexthops[0]).ip,
      asPath: (aspath.segments ?? []).flatMap(({ list }) => list),
      originatorId,
      clusterList: clusterList?.list ?? [],
    })),
  );
}

/** The paths within what bgpd shows of a destination; how deep they stand differs between families and releases. */
function shownIn(value: unknown): Shown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('peer' in value && 'nexthops' in value) return [value as Shown];
  return Object.values(value).flatMap(shownIn);
}
