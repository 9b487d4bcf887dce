import { parseAddress } from '../addressing';
import { Neighbour, NetworkRouter } from './network';

/** The path of a route that a router has accepted from a neighbour. */
export interface Path {
  /** AS numbers, the nearest first. */
  readonly asPath: readonly number[];
  readonly localPreference: number;
  /** The BGP identifier of the router that the first reflector had the route from (RFC 4456, 8). */
  readonly originatorId?: number;
  /** The cluster ids of the reflectors that it came through, the nearest first. */
  readonly clusterList: readonly number[];
  readonly communities: readonly string[];
}

/**
 * Compares what two neighbours sent, as RFC 4271, 9.1.2 and RFC 4456, 9 have it and FRR does it. All routes have one
 * ORIGIN and no MED; metrics of an IGP play no part, as routers in pods have none.
 *
 * @returns less than 0 where the first path is the better one
 */
export function comparePaths(router: NetworkRouter, one: Candidate, other: Candidate): number {
  return compareByMerit(router, one, other) || compareByTie(router, one, other);
}

/** A path and the place of the neighbour that sent it. */
export interface Candidate {
  readonly path: Path;
  readonly via: number;
}

/**
 * The comparison up to where routers with `external` paths keep the older one (RFC 5004): among paths that are equal
 * up to there, which one is the best depends on the time.
 */
export function compareByMerit({ neighbours }: NetworkRouter, one: Candidate, other: Candidate): number {
  const internal = ({ via }: Candidate) => (neighbours[via].type === 'external' ? 0 : 1);
  return (
    other.path.localPreference - one.path.localPreference ||
    one.path.asPath.length - other.path.asPath.length ||
    internal(one) - internal(other)
  );
}

function compareByTie({ neighbours }: NetworkRouter, one: Candidate, other: Candidate): number {
  const address = ({ via }: Candidate) => neighbours[via].address;
  const identifier = ({ path, via }: Candidate) => path.originatorId ?? neighbours[via].routerId;
  return (
    identifier(one) - identifier(other) ||
    one.path.clusterList.length - other.path.clusterList.length ||
    compareAddresses(address(one), address(other)) ||
    one.via - other.via
  );
}

function compareAddresses(one: Neighbour['address'], other: Neighbour['address']): number {
  const [a, b] = [one, other].map((address) => (typeof address === 'string' ? parseAddress(address) : address));
  return a.family - b.family || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0);
}

/** Whether two paths are the same to whoever receives them. */
export function samePath(one: Path | undefined, other: Path | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.localPreference === other.localPreference &&
    one.originatorId === other.originatorId &&
    sameList(one.asPath, other.asPath) &&
    sameList(one.clusterList, other.clusterList) &&
    (one.communities === other.communities || sameList(one.communities, other.communities))
  );
}

const sameList = (one: readonly unknown[], other: readonly unknown[]) =>
  one.length === other.length && one.every((item, i) => item === other[i]);
