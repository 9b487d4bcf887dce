import { Check, flag, list, optional, withDefault } from '../../lib/input';
import { matchLabels, selects, strict, withoutEffect, word } from './strict';

type Labels = ReadonlyMap<string, string>;

/** A neighbor of MetalLB on the nodes. */
export interface Peer {
  readonly name: string;
  /** Undefined: the session runs over an interface. */
  readonly address?: string;
  readonly dualStack: boolean;
  /** Empty: all nodes have it. */
  readonly nodeSelectors: readonly Labels[];
}

/** Which nodes announce the addresses of pools, and to which peers. An empty list: all. */
export interface Advertisement {
  readonly pools: readonly string[];
  readonly peers: readonly string[];
  readonly nodeSelectors: readonly Labels[];
}

/** What MetalLB is configured with. */
export interface Announcing {
  readonly peers: readonly Peer[];
  readonly advertisements: readonly Advertisement[];
}

const metadata = strict({ name: word, namespace: word, labels: withoutEffect });
const words = withDefault(list(word), []);
const selectors = withDefault(list(matchLabels), []);
const labelsIn = (all: readonly { readonly matchLabels: Labels }[]) => all.map((one) => one.matchLabels);

/** The rules of a synth check the fields of sessions. */
const ofSessions = {
  myASN: withoutEffect,
  peerASN: withoutEffect,
  dynamicASN: withoutEffect,
  localASN: withoutEffect,
  peerPort: withoutEffect,
  sourceAddress: withoutEffect,
  routerID: withoutEffect,
  ebgpMultiHop: withoutEffect,
  vrf: withoutEffect,
  holdTime: withoutEffect,
  keepaliveTime: withoutEffect,
  connectTime: withoutEffect,
  passwordSecret: withoutEffect,
  bfdProfile: withoutEffect,
  enableGracefulRestart: withoutEffect,
};

export const peer: Check<Peer> = (value) => {
  const { metadata: meta, spec } = strict({
    metadata,
    spec: strict({
      ...ofSessions,
      peerAddress: optional(word),
      interface: optional(word),
      dualStackAddressFamily: withDefault(flag, false),
      nodeSelectors: selectors,
    }),
  })(value);
  const { peerAddress: address, dualStackAddressFamily: dualStack, nodeSelectors } = spec;
  return { name: meta.name, address, dualStack, nodeSelectors: labelsIn(nodeSelectors) };
};

export const advertisement: Check<Advertisement> = (value) => {
  const [communities, localPref, aggregationLength] = [withoutEffect, withoutEffect, withoutEffect];
  const { spec } = strict({
    metadata,
    spec: strict({
      ...{ communities, localPref, aggregationLength, aggregationLengthV6: aggregationLength },
      ...{ ipAddressPools: words, peers: words, nodeSelectors: selectors },
    }),
  })(value);
  return { pools: spec.ipAddressPools, peers: spec.peers, nodeSelectors: labelsIn(spec.nodeSelectors) };
};

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** A node, as MetalLB sees it. */
export interface AnnouncingNode {
  readonly labels: Readonly<Record<string, string>>;
  /** Whether the app does not declare it: then it has whatever labels a selector asks for, unless it has other values. */
  readonly assumed?: boolean;
}

/** Whether MetalLB on a node announces an address of a pool to a peer. Without any peer, objects of others have them. */
export function announces(
  { peers, advertisements }: Announcing,
  { pool, address }: { readonly pool?: string; readonly address: string },
  { labels, assumed }: AnnouncingNode,
): boolean {
  if (EXCLUDED in labels) return false;
  if (peers.length === 0) return true;
  const own = new Map(Object.entries(labels));
  const matches = (all: readonly Labels[]) =>
    all.length === 0 ||
    all.some((selector) => selects(assumed ? new Map([...selector].filter(([key]) => own.has(key))) : selector, own));
  const isIPv6 = address.includes(':');
  return advertisements.some(
    (one) =>
      (one.pools.length === 0 || one.pools.includes(pool ?? '')) &&
      matches(one.nodeSelectors) &&
      peers.some(
        ({ name, address: neighbor, dualStack, nodeSelectors }) =>
          (one.peers.length === 0 || one.peers.includes(name)) &&
          matches(nodeSelectors) &&
          (dualStack || neighbor === undefined || neighbor.includes(':') === isIPv6),
      ),
  );
}
