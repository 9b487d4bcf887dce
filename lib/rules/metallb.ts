import { covers, isLargeCommunity, largestBlockIn, parseStandardCommunity } from '../addressing';
import { mayShareNode, MetalLBNeighbor } from '../model';
import { DeclaredMetalLB, DeclaredPool, Problem, problem } from '../registry';
import { RegistryRule } from './rule';

const ofPeering = (check: (metallb: DeclaredMetalLB) => Iterable<Problem>): RegistryRule['check'] =>
  function* ({ declared }) {
    for (const metallb of declared.metallb) yield* check(metallb);
  };

const ofPool = (check: (pool: DeclaredPool, metallb: DeclaredMetalLB) => Iterable<Problem>): RegistryRule['check'] =>
  function* ({ declared }) {
    const peerings = new Map(declared.metallb.map((metallb) => [metallb.path, metallb]));
    for (const pool of declared.pools) {
      const metallb = peerings.get(pool.metallb);
      if (metallb) yield* check(pool, metallb);
    }
  };

/** Whether a node can have both. */
function mayMeet({ nodeSelectors: some }: MetalLBNeighbor, { nodeSelectors: others }: MetalLBNeighbor): boolean {
  if (some.length === 0 || others.length === 0) return true;
  return some.some((one) => others.some((other) => mayShareNode(one, other)));
}

const placeOf = ({ address, interface: name }: MetalLBNeighbor) => address?.text ?? name;

function* oneRouterId({ path, backend, peers }: DeclaredMetalLB) {
  const [first] = peers;
  const peer = peers.find(({ routerId }) => routerId?.text !== first.routerId?.text);
  if (backend === 'native' || !peer) return;
  const allowed = `the routerId of peer ${first.neighbor.name}, ${first.routerId?.text ?? 'none'}: the FRR back ends have one a cluster`;
  yield problem(path, `peers.${peer.neighbor.name}.routerId`, peer.routerId?.text, allowed);
}

function* placesOfTheirOwn({ path, backend, peers }: DeclaredMetalLB) {
  if (backend === 'native') return;
  for (const [i, { neighbor, vrf }] of peers.entries()) {
    const alike = peers.slice(0, i).filter((other) => other.vrf === vrf && mayMeet(other.neighbor, neighbor));
    const other = alike.find((each) => placeOf(each.neighbor) === placeOf(neighbor));
    if (!other) continue;
    const prop = `peers.${neighbor.name}.${neighbor.address ? 'peerAddress' : 'interface'}`;
    const allowed = `an address that peer ${other.neighbor.name} does not have on the same nodes`;
    yield problem(path, prop, placeOf(neighbor), allowed);
  }
}

/** Refuses the IPv6 addresses of a pool, the first of which is shown. */
function* onlyIPv4({ path, addresses }: DeclaredPool, allowed: string) {
  const ipv6 = addresses.find(({ family }) => family === 6);
  if (ipv6) yield problem(path, 'addresses', ipv6.text, allowed);
}

/** What MetalLB takes as a community; undefined where it takes this one. */
function communityWanted({ backend }: DeclaredMetalLB, value: string, aliases: readonly string[]): string | undefined {
  if (isLargeCommunity(value)) {
    return backend === 'native' ? 'a standard community: the native back end has no large ones' : undefined;
  }
  try {
    parseStandardCommunity(value);
    return undefined;
  } catch {
    const names = aliases.length ? `, or one of the communities ${aliases.join(', ')}` : '';
    return `a community such as 65000:101 or large:64496:1:2${names}`;
  }
}

export const METALLB: readonly RegistryRule[] = [
  {
    id: 'metallb-one-router-id',
    wants: 'With the FRR back ends, all peers of a MetalLB have the same `routerId`, or none.',
    source: 'MetalLB 0.16: `DiscardNativeOnly`, whatever the node selectors (MetalLB issue 1560)',
    check: ofPeering(oneRouterId),
  },
  {
    id: 'metallb-own-peer-address',
    wants: 'With the FRR back ends, no two peers on a node have the same address or interface in the same VRF.',
    source: 'MetalLB 0.16: `DiscardNativeOnly`',
    check: ofPeering(placesOfTheirOwn),
  },
  {
    id: 'metallb-bfd-profile',
    wants: 'The BFD profile of a peer is declared in the peering.',
    source: 'MetalLB: webhook of BGPPeer',
    check: ofPeering(function* ({ path, peers, bfdProfiles }) {
      for (const { neighbor, bfdProfile } of peers) {
        if (bfdProfile === undefined || bfdProfiles.has(bfdProfile)) continue;
        const names = [...bfdProfiles.keys()].join(', ');
        const allowed = names ? `one of ${names}` : 'a profile declared in bfdProfiles, where there is none';
        yield problem(path, `peers.${neighbor.name}.bfdProfile`, bfdProfile, allowed);
      }
    }),
  },
  {
    id: 'metallb-native-bfd',
    wants: 'With the native back end there are no BFD profiles.',
    source: 'MetalLB 0.16: `DiscardFRROnly`',
    check: ofPeering(function* ({ path, backend, bfdProfiles }) {
      if (backend !== 'native' || bfdProfiles.size === 0) return;
      const allowed = 'none: the native back end of MetalLB has no BFD';
      yield problem(path, 'bfdProfiles', [...bfdProfiles.keys()], allowed);
    }),
  },
  {
    id: 'metallb-community',
    wants: 'The back end supports each community that a peering names or a pool attaches.',
    source: 'MetalLB: webhooks of Community and BGPAdvertisement; RFC 1997, RFC 8092',
    *check(registry) {
      yield* ofPeering(function* (metallb) {
        for (const [alias, value] of metallb.communities) {
          const allowed = communityWanted(metallb, value, []);
          if (allowed) yield problem(metallb.path, `communities.${alias}`, value, allowed);
        }
      })(registry);
      yield* ofPool(function* ({ path, communities }, metallb) {
        for (const [i, community] of communities.entries()) {
          if (metallb.communities.has(community)) continue;
          const allowed = communityWanted(metallb, community, [...metallb.communities.keys()]);
          if (allowed) yield problem(path, `communities[${i}]`, community, allowed);
        }
      })(registry);
    },
  },
  {
    id: 'metallb-pool-peers',
    wants: 'A pool is advertised only to peers of its MetalLB.',
    source: 'MetalLB: an advertisement to a peer that does not exist has no effect',
    check: ofPool(function* ({ path, peers }, metallb) {
      const known = metallb.peers.map(({ neighbor }) => neighbor.name);
      const allowed = known.length ? `one of ${known.join(', ')}` : `a peer of ${metallb.path}, which has none`;
      for (const [i, peer] of peers.entries()) {
        if (!known.includes(peer)) yield problem(path, `peers[${i}]`, peer, allowed);
      }
    }),
  },
  {
    id: 'metallb-echo-is-ipv4',
    wants: 'A pool with IPv6 addresses is not advertised to a peer whose BFD profile sends echo packets.',
    source: 'MetalLB: webhook of BFDProfile',
    check: ofPool(function* (pool, { peers, bfdProfiles }) {
      const reached = peers.filter(({ neighbor }) => pool.peers.length === 0 || pool.peers.includes(neighbor.name));
      if (!reached.some(({ bfdProfile = '' }) => bfdProfiles.get(bfdProfile)?.echoMode)) return;
      yield* onlyIPv4(pool, 'IPv4 only: a peer that is advertised to has BFD echo, which MetalLB refuses with IPv6');
    }),
  },
  {
    id: 'metallb-native-is-ipv4',
    wants: 'With the native back end no pool that is advertised by BGP has IPv6 addresses.',
    source: 'MetalLB 0.16: `DiscardFRROnly`',
    check: ofPool(function* (pool, { backend }) {
      if (backend !== 'native' || pool.protocol !== 'bgp') return;
      yield* onlyIPv4(pool, 'IPv4: the native back end of MetalLB advertises no IPv6');
    }),
  },
  {
    id: 'metallb-aggregation',
    wants: 'The aggregated routes of a pool are not larger than its prefixes.',
    source: 'MetalLB: webhook of BGPAdvertisement',
    check: ofPool(function* (pool) {
      for (const [prop, family] of [['aggregationLength', 4] as const, ['aggregationLengthV6', 6] as const]) {
        const length = pool[prop] ?? Infinity;
        const span = pool.addresses.find((each) => each.family === family && length < largestBlockIn(each));
        if (!span) continue;
        yield problem(pool.path, prop, length, `at least ${largestBlockIn(span)}, the length of ${span.text}`);
      }
    }),
  },
  {
    id: 'metallb-peer-outside-pool',
    wants: 'No pool contains the address of a peer, because the nodes would then announce the address of the router.',
    check: ofPool(function* ({ path, addresses }, { peers }) {
      for (const span of addresses) {
        const found = peers.find(({ neighbor: { address } }) => address && covers(span, address));
        if (!found) continue;
        const { name, address } = found.neighbor;
        yield problem(path, 'addresses', span.text, `addresses that peer ${name} (${address?.text}) is not among`);
      }
    }),
  },
];
