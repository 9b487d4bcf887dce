import { parseAddress } from '../../addressing';
import { Neighbor, NetworkRouter } from './network';

/** The path of a route that a router has accepted from a neighbor. */
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

/** A path and the place of the neighbor that sent it. */
export interface Candidate {
  readonly path: Path;
  readonly via: number;
}

/** What decides between two paths: less than 0 where the first is the better one, 0 where the next step decides. */
type Step = readonly [why: string, compare: (router: NetworkRouter, one: Candidate, other: Candidate) => number];

const internal = ({ neighbors }: NetworkRouter, { via }: Candidate) => (neighbors[via].type === 'external' ? 0 : 1);
const identifier = ({ neighbors }: NetworkRouter, { path, via }: Candidate) =>
  path.originatorId ?? neighbors[via].routerId;

/** The steps of RFC 4271, 9.1.2.2, up to where a router with `external` paths keeps the older one (RFC 5004). */
const MERITS: readonly Step[] = [
  ['higher LOCAL_PREF', (_, one, other) => other.path.localPreference - one.path.localPreference],
  ['shorter AS path', (_, one, other) => one.path.asPath.length - other.path.asPath.length],
  ['eBGP over iBGP', (router, one, other) => internal(router, one) - internal(router, other)],
];

/** Those that follow, with what RFC 4456, 9 adds to them. */
const TIES: readonly Step[] = [
  ['lower BGP identifier', (router, one, other) => identifier(router, one) - identifier(router, other)],
  ['shorter CLUSTER_LIST', (_, one, other) => one.path.clusterList.length - other.path.clusterList.length],
  [
    'lower neighbor address',
    ({ neighbors }, one, other) => compareAddresses(neighbors[one.via].address, neighbors[other.via].address),
  ],
  // Two sessions with one address: no router has them, but a model may.
  ['earlier session', (_, one, other) => one.via - other.via],
];

const STEPS = [...MERITS, ...TIES];

/**
 * Compares what two neighbors sent, as RFC 4271, 9.1.2 and RFC 4456, 9 have it and FRR does it. All routes have one
 * ORIGIN and no MED; metrics of an IGP play no part, as routers in pods have none.
 *
 * @returns less than 0 where the first path is the better one
 */
export const comparePaths = (router: NetworkRouter, one: Candidate, other: Candidate): number =>
  compareBy(STEPS, router, one, other);

/** The comparison without its last steps: among paths that are equal up to there, the best one depends on the time. */
export const compareByMerit = (router: NetworkRouter, one: Candidate, other: Candidate): number =>
  compareBy(MERITS, router, one, other);

function compareBy(steps: readonly Step[], router: NetworkRouter, one: Candidate, other: Candidate): number {
  for (let i = 0; i < steps.length; i++) {
    const result = steps[i][1](router, one, other);
    if (result !== 0) return result;
  }
  return 0;
}

/** Why a router prefers a path to another one: `lower BGP identifier`. */
export function reasonFor(router: NetworkRouter, better: Candidate, worse: Candidate): string {
  const [why] = STEPS.find(([, compare]) => compare(router, better, worse) !== 0) as Step;
  return why;
}

function compareAddresses(one: Neighbor['address'], other: Neighbor['address']): number {
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
