import { IConstruct } from 'constructs';
import { covers, firstOverlap, IpPrefix, overlaps } from '../addressing';
import { reject } from '../registry';
import { PeerGroup } from '../settings';

/** Where the clients of a workload are. */
export interface Clients {
  /** The ranges of the clients that the variables describe. */
  readonly ranges: readonly IpPrefix[];
  /** The ranges that are given, those of further groups too: without the pod networks, unless a range takes them in. */
  readonly given: readonly IpPrefix[];
  /** Whether every pod of the cluster may be a client. */
  readonly pods: boolean;
}

/**
 * The client ranges of a workload, with the pod networks where pods are clients.
 *
 * @throws InvalidPropError for ranges that overlap, and for one that takes in pods where they are no clients
 */
export function clientsOf(
  construct: IConstruct,
  props: {
    readonly clientRanges?: readonly IpPrefix[];
    readonly podNetworks: readonly IpPrefix[];
    readonly podClients: boolean;
    readonly groups: readonly PeerGroup[];
  },
): Clients {
  const { clientRanges = [], podNetworks, groups } = props;
  const pods = props.podClients;
  const named: [string, IpPrefix][] = clientRanges.map((range, i) => [`clientRanges[${i}]`, range]);
  groups.forEach((group, i) => {
    if (group.kind === 'clients') group.ranges.forEach((range, j) => named.push([`groups[${i}].ranges[${j}]`, range]));
  });
  for (const [prop, range] of named) {
    const network = podNetworks.find((candidate) => overlaps(candidate, range));
    if (network && !pods) {
      reject(construct, prop, range.text, `a range apart from the pod network ${network.text}, or podClients: true`);
    }
    if (network && !covers(range, network)) {
      reject(construct, prop, range.text, `a range that covers the pod network ${network.text}, or is apart from it`);
    }
  }
  const given = named.map(([, range]) => range);
  const added = pods ? podNetworks.filter((network) => !clientRanges.some((range) => covers(range, network))) : [];
  added.forEach((network, i) => named.push([`podNetworks[${i}]`, network]));
  const overlap = firstOverlap(named.map(([, range]) => range));
  if (overlap) {
    const [[prop, range], [otherProp, other]] = [named[overlap.index], named[overlap.earlier]];
    reject(construct, prop, range.text, `a range that does not overlap ${other.text} (${otherProp})`);
  }
  return { ranges: [...clientRanges, ...added], given, pods };
}
