import { TestbedPod } from '../../../test-support/testbed/testbed';

/** A neighbor of a pod, by its bgpd. */
export interface BgpNeighbor {
  readonly address: string;
  /** The BGP group: `MESHRR-MESH`. */
  readonly group: string;
  readonly established: boolean;
  /** The BGP identifier that it gave; '' before it did. */
  readonly routerId: string;
  /** How many times the session has come up, and gone down. */
  readonly ups: number;
  readonly downs: number;
  /** Why it went down last. */
  readonly lastReset: string;
  /** UPDATE messages that it sent, whatever became of them. */
  readonly updatesReceived: number;
  /** Routes of its that were accepted, of all families. */
  readonly routesAccepted: number;
}

/** The fields that are read in `show bgp neighbors json`. */
interface Shown {
  readonly peerGroup?: string;
  readonly bgpState: string;
  readonly remoteRouterId?: string;
  readonly connectionsEstablished: number;
  readonly connectionsDropped: number;
  readonly lastResetDueTo?: string;
  readonly messageStats: { readonly updatesRecv: number };
  readonly addressFamilyInfo: Readonly<Record<string, { readonly acceptedPrefixCounter?: number }>>;
}

/** @throws RouterUnavailable */
export async function bgpNeighborsOf(pod: TestbedPod): Promise<readonly BgpNeighbor[]> {
  const shown = Object.entries(JSON.parse(await pod.show('show bgp neighbors json')) as Record<string, Shown>);
  return shown.map(([address, one]) => ({
    address,
    group: one.peerGroup ?? '',
    established: one.bgpState === 'Established',
    routerId: one.remoteRouterId ?? '',
    ups: one.connectionsEstablished,
    downs: one.connectionsDropped,
    lastReset: one.lastResetDueTo ?? '',
    updatesReceived: one.messageStats.updatesRecv,
    routesAccepted: Object.values(one.addressFamilyInfo)
      .map(({ acceptedPrefixCounter = 0 }) => acceptedPrefixCounter)
      .reduce((sum, count) => sum + count, 0),
  }));
}

/** The addresses that a pod has a session with in one group, in order. */
export function establishedIn(neighbors: readonly BgpNeighbor[], group: string): string[] {
  return neighbors
    .filter((one) => one.group === group && one.established)
    .map(({ address }) => address)
    .sort();
}
