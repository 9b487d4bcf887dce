import { Check, flag, list, mapOf, oneOf, optional, withDefault } from '../../lib/input';
import { agree, includes, LabelCondition, NodeSelector } from '../../lib/model';
import { strict, withoutEffect, word } from './strict';

/** A neighbor of MetalLB on the nodes. */
export interface Peer {
  readonly name: string;
  /** Undefined: the session runs over an interface. */
  readonly address?: string;
  readonly dualStack: boolean;
  /** Empty: all nodes have it. */
  readonly nodeSelectors: readonly NodeSelector[];
}

/** Which nodes announce the addresses of pools, and to which peers. An empty list: all. */
export interface Advertisement {
  readonly pools: readonly string[];
  readonly peers: readonly string[];
  readonly nodeSelectors: readonly NodeSelector[];
}

/** Which nodes may answer ARP and NDP for the addresses of pools. */
export type Layer2Advertisement = Pick<Advertisement, 'pools' | 'nodeSelectors'>;

/** What MetalLB is configured with. */
export interface Announcing {
  readonly peers: readonly Peer[];
  readonly advertisements: readonly Advertisement[];
  readonly layer2: readonly Layer2Advertisement[];
  /** The pools of the app. Others are advertised by objects that are not of the app. */
  readonly pools: ReadonlySet<string>;
}

const metadata = strict({ name: word, namespace: word, labels: withoutEffect });
const words = withDefault(list(word), []);
const expression = strict({ key: word, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'), values: words });
const selector = strict({
  matchLabels: withDefault(mapOf(word, word), new Map<string, string>()),
  matchExpressions: withDefault(list(expression), []),
});
const selectors = withDefault(list(selector), []);
const selectorsIn = (all: readonly ReturnType<typeof selector>[]): readonly NodeSelector[] =>
  all.map(({ matchLabels, matchExpressions }) => ({
    ...Object.fromEntries(matchLabels),
    ...Object.fromEntries(matchExpressions.map(({ key, ...condition }) => [key, condition as LabelCondition])),
  }));

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
  return { name: meta.name, address, dualStack, nodeSelectors: selectorsIn(nodeSelectors) };
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
  return { pools: spec.ipAddressPools, peers: spec.peers, nodeSelectors: selectorsIn(spec.nodeSelectors) };
};

export const layer2Advertisement: Check<Layer2Advertisement> = (value) => {
  const fields = { ipAddressPools: words, nodeSelectors: selectors, interfaces: withoutEffect };
  const { spec } = strict({ metadata, spec: strict(fields) })(value);
  return { pools: spec.ipAddressPools, nodeSelectors: selectorsIn(spec.nodeSelectors) };
};

/** The name of a pool. The rules of a synth check the rest of it. */
export const poolName: Check<string> = (value) => strict({ metadata, spec: withoutEffect })(value).metadata.name;

/** Whether one node at a time announces the addresses of a pool. */
export const isOnLayer2 = ({ layer2 }: Announcing, pool: string | undefined): boolean =>
  layer2.some(({ pools }) => pools.includes(pool ?? ''));

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** A node, as MetalLB sees it. */
export interface AnnouncingNode {
  readonly labels: Readonly<Record<string, string>>;
  /** Whether the app does not declare it: then it has whatever labels a selector asks for, unless it has other values. */
  readonly assumed?: boolean;
}

/**
 * Whether MetalLB on a node announces an address of a pool: on layer 2, or to a peer. Without any peer, objects of others
 * have them; and what is not in a pool of the app, another load balancer announces.
 */
export function announces(
  { peers, advertisements, layer2, pools }: Announcing,
  { pool, address }: { readonly pool?: string; readonly address: string },
  { labels, assumed }: AnnouncingNode,
): boolean {
  if (!pools.has(pool ?? '')) return true;
  if (EXCLUDED in labels) return false;
  const matches = (all: readonly NodeSelector[]) =>
    all.length === 0 || all.some((one) => (assumed ? agree(labels, one) : includes(labels, one)));
  const named = ({ pools: names }: Layer2Advertisement) => names.length === 0 || names.includes(pool ?? '');
  if (layer2.some((one) => named(one) && matches(one.nodeSelectors))) return true;
  if (peers.length === 0) return advertisements.some(named);
  const isIPv6 = address.includes(':');
  return advertisements.some(
    (one) =>
      named(one) &&
      matches(one.nodeSelectors) &&
      peers.some(
        ({ name, address: neighbor, dualStack, nodeSelectors }) =>
          (one.peers.length === 0 || one.peers.includes(name)) &&
          matches(nodeSelectors) &&
          (dualStack || neighbor === undefined || neighbor.includes(':') === isIPv6),
      ),
  );
}
