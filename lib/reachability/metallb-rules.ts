import { covers, isLargeCommunity, IpSpan, largestBlockIn, parseCommunity } from '../addressing';
import { ValidationError } from '../input';
import { MetalLBBackend } from '../model';
import { MetalLBPeer } from './metallb-peer';

/**
 * What MetalLB refuses of objects that are right by themselves. The rules are those of MetalLB 0.16's admission
 * webhooks; here they are met before anything is applied.
 */

/** The first pair of peers that cannot stand together: the index of the later one, and why. */
export function conflictOfPeers(
  backend: MetalLBBackend,
  peers: readonly MetalLBPeer[],
): { readonly index: number; readonly refusal: ValidationError } | undefined {
  if (backend === 'native') return undefined;
  for (const [index, peer] of peers.entries()) {
    const refusal = peers
      .slice(0, index)
      .map((earlier) => conflict(earlier, peer))
      .find((found) => found);
    if (refusal) return { index, refusal };
  }
  return undefined;
}

function conflict(earlier: MetalLBPeer, peer: MetalLBPeer): ValidationError | undefined {
  // MetalLB compares this over the whole cluster, whichever nodes the peers are for (MetalLB issue 1560).
  if (earlier.routerId?.text !== peer.routerId?.text) {
    const wanted = `the routerId of peer ${earlier.name}, ${earlier.routerId?.text ?? 'none'}: the FRR back ends have one a cluster`;
    return ValidationError.of(peer.routerId?.text, wanted).within('routerId');
  }
  const [place, other] = [peer, earlier].map((p) => p.peerAddress?.text ?? p.interface);
  if (earlier.vrf === peer.vrf && place === other && mayShareNode(earlier, peer)) {
    const wanted = `an address that peer ${earlier.name} does not have on the same nodes`;
    return ValidationError.of(place, wanted).within(peer.peerAddress ? 'peerAddress' : 'interface');
  }
  return undefined;
}

/** Whether a node can match both. Two selectors exclude each other where they want different values of one label. */
function mayShareNode(a: MetalLBPeer, b: MetalLBPeer): boolean {
  if (a.nodeSelectors.length === 0 || b.nodeSelectors.length === 0) return true;
  return a.nodeSelectors.some((x) =>
    b.nodeSelectors.some((y) => Object.keys(x).every((key) => y[key] === undefined || y[key] === x[key])),
  );
}

/** How the addresses of a pool are made known. */
export interface Advertisement {
  readonly protocol: 'bgp' | 'layer2';
  readonly addresses: readonly IpSpan[];
  readonly communities: readonly string[];
  readonly aggregationLength?: number;
  readonly aggregationLengthV6?: number;
}

/** Refuses an advertisement that MetalLB would refuse. `aliases` are the names of declared communities. */
export function rejectAdvertisement(
  backend: MetalLBBackend,
  advertisement: Advertisement,
  aliases: ReadonlySet<string>,
): void {
  if (advertisement.protocol === 'layer2') return;
  const ipv6 = advertisement.addresses.find((span) => span.family === 6);
  if (backend === 'native' && ipv6) {
    throw ValidationError.of(ipv6.text, 'IPv4: the native back end of MetalLB advertises no IPv6').within('addresses');
  }
  advertisement.communities.forEach((community, i) => {
    if (!aliases.has(community)) rejectCommunity(backend, community, [...aliases], i);
  });
  for (const span of advertisement.addresses) {
    const prop = span.family === 4 ? 'aggregationLength' : 'aggregationLengthV6';
    const length = advertisement[prop];
    if (length !== undefined && length < largestBlockIn(span)) {
      throw ValidationError.of(length, `at least ${largestBlockIn(span)}, the length of ${span.text}`).within(prop);
    }
  }
}

function rejectCommunity(backend: MetalLBBackend, community: string, aliases: readonly string[], index: number): void {
  const refusal = communityRefusal(backend, community, aliases);
  if (refusal) throw refusal.within(String(index)).within('communities');
}

/** Why MetalLB would not take this value of a community, if it would not. */
export function communityRefusal(
  backend: MetalLBBackend,
  value: string,
  aliases: readonly string[] = [],
): ValidationError | undefined {
  if (isLargeCommunity(value)) {
    return backend === 'native'
      ? ValidationError.of(value, 'a standard community: the native back end has no large ones')
      : undefined;
  }
  try {
    parseCommunity(value);
    return undefined;
  } catch {
    const names = aliases.length ? `, or one of the communities ${aliases.join(', ')}` : '';
    return ValidationError.of(value, `a community such as 65000:101 or large:64496:1:2${names}`);
  }
}

/** Refuses a pool that holds the address of a neighbor: the nodes would take it from the router. */
export function rejectNeighborInPool(addresses: readonly IpSpan[], peers: readonly MetalLBPeer[]): void {
  for (const span of addresses) {
    const peer = peers.find(({ peerAddress }) => peerAddress && covers(span, peerAddress));
    if (peer)
      throw ValidationError.of(
        span.text,
        `addresses that peer ${peer.name} (${peer.peerAddress?.text}) is not among`,
      ).within('addresses');
  }
}
