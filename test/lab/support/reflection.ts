/** A path as somebody holds it, all routers by their BGP identifiers. */
export interface ReflectedPath {
  readonly holder: string;
  readonly destination: string;
  /** The neighbor that it is from. */
  readonly from: string;
  readonly originatorId?: string;
  readonly clusterList: readonly string[];
}

/** What paths are held against; all routers by their BGP identifiers, which are the cluster ids of reflectors, too. */
export interface Reflection {
  /** Who announces each destination. */
  readonly announcers: ReadonlyMap<string, string>;
  /** Whom each router has a session with. */
  readonly neighbors: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * What is wrong with a path by RFC 4456, section 8: it tells of another origin or another way than it has come, or it
 * has come in a loop. Nothing where all is right.
 */
export function faultsOf(path: ReflectedPath, { announcers, neighbors }: Reflection): string[] {
  const { holder, destination, from, originatorId, clusterList } = path;
  const announcer = announcers.get(destination);
  if (announcer === undefined) return [`${holder}: nobody announces ${destination}`];
  const faults: string[] = [];
  if (originatorId === holder || announcer === holder) faults.push('its own route has come back');
  if (clusterList.includes(holder)) faults.push('its own cluster id is in CLUSTER_LIST');
  if (new Set(clusterList).size < clusterList.length) faults.push('CLUSTER_LIST has a loop');
  if (clusterList.length === 0) {
    if (from !== announcer) faults.push('it was reflected and has no CLUSTER_LIST');
    if (originatorId !== undefined) faults.push('nobody has reflected it, and it has an ORIGINATOR_ID');
  } else {
    if (clusterList[0] !== from) faults.push(`CLUSTER_LIST does not begin with ${from}, which it is from`);
    if (originatorId !== announcer) faults.push(`ORIGINATOR_ID is ${originatorId}, and ${announcer} announces it`);
  }
  // From the holder back to the announcer there is a session at each step.
  const way = [holder, ...(clusterList.length === 0 ? [from] : [...clusterList, announcer])];
  way.slice(1).forEach((router, i) => {
    if (!neighbors.get(way[i])?.has(router)) faults.push(`${way[i]} has no session with ${router}`);
  });
  return faults.map((fault) => `${holder}: ${destination} from ${from} [${clusterList.join(' ')}]: ${fault}`);
}
