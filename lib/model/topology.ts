import { Family, IpAddress } from '../addressing';
import { ClusterNode, MetalLBSpeakers, OutsideSpeaker, RouterGroup } from './declarations';

/** A router in a pod. */
export interface Speaker {
  /** `meshrr-core-0`, the pod of that number; or `meshrr-lothlorien-a@n1`, that of a DaemonSet on the node. */
  readonly id: string;
  readonly group: RouterGroup;
  readonly node: ClusterNode;
  /** From 0 up in its group. */
  readonly ordinal: number;
  /** The BGP identifier. */
  readonly routerId: IpAddress;
  /** What it has in common with its successor: its node, or its own name in a StatefulSet. */
  readonly instance: string;
}

/**
 * What a session is. Each has two ends, `from` and `to`:
 *
 * - `mesh`: iBGP between two routers, of which neither is the other's client.
 * - `upstream`: iBGP; `from` is a client of `to`, a route reflector (RFC 4456). `from` filters by its communities. `to` may
 *   be a router outside that reflects.
 * - `client`: iBGP; `from` is a router outside and a client of `to`, a route reflector, which may be outside, too.
 * - `external`: eBGP; `from` is a router outside and a client of `to`, a route server (RFC 7947).
 */
export type SessionKind = 'mesh' | 'upstream' | 'client' | 'external';

/** A BGP session. */
export interface Session {
  readonly kind: SessionKind;
  /** The id of a speaker; of an outside speaker where the kind is `client` or `external`. */
  readonly from: string;
  /** The id of a speaker, or of an outside speaker that reflects. */
  readonly to: string;
  /** The families that both ends carry; at least one. */
  readonly families: readonly Family[];
  /** The BGP group at `to`'s end: `MESHRR-MESH`. */
  readonly group: string;
  /** That at `from`'s end, where it is a mesh of another name. */
  readonly fromGroup?: string;
  /** The address that `from` peers with, where pods share it. */
  readonly address?: string;
  /** Whether `to` sends `from` all paths to a route (RFC 7911). */
  readonly addPath?: true;
}

/**
 * Sessions of which it is known how many there will be and not with whom: those upstream, which the runtime chooses by
 * addresses of pods, and those with an address, behind which a connection lands on one of the pods that are ready.
 */
export interface SessionChoice extends Omit<Session, 'to'> {
  /** The ids of the speakers that may be chosen, in the order in which {@link chosenOf} takes them. Perhaps none. */
  readonly candidates: readonly string[];
  /** The most sessions; fewer where there are fewer candidates. */
  readonly most: number;
}

/** Why MetalLB does not announce an address from a node, or to nobody. */
export interface Obstacle {
  /**
   * - `excluded`: the node has the label that excludes it from external load balancers.
   * - `no peers`: MetalLB has no peers in the app. Objects that are not of the app may be its peers.
   * - `advertisement`: the node selectors of the advertisement do not match the node.
   * - `peers`: no peer that the address is advertised to is for the node.
   * - `family`: no session with these peers carries the IP family of the address.
   * - `routers`: routers are declared next to the node, and none of them is one of these peers.
   * - `assumed`: no object of the app announces it. A load balancer that the app does not describe is to announce it.
   * - `static route`: the node carries the address, and routers are declared next to other nodes only.
   */
  readonly why: 'excluded' | 'no peers' | 'advertisement' | 'peers' | 'family' | 'routers' | 'assumed' | 'static route';
  /** The names of the peers that it is about. */
  readonly peers: readonly string[];
}

/** An address that clients peer with, and a node with a pod behind it. */
export interface AddressAtNode {
  /** The id of the router group. */
  readonly group: string;
  readonly address: string;
  /** The id of the node. */
  readonly node: string;
  /** Undefined where the address is announced from the node, or the node carries it. */
  readonly obstacle?: Obstacle;
  /**
   * Whether connections to the address come to the node. In spite of an obstacle they do where an assumed node may have
   * the labels that are missing, and where objects announce it that are not of the app.
   */
  readonly isReached: boolean;
  /** The ids of the routers outside that have the route; undefined where those that the app does not declare have it, too. */
  readonly routers?: readonly string[];
}

/** A group of neighbors that finds none, such as one behind a Service that no pod of the app is behind. */
export interface IdleGroup {
  /** The id of the router group. */
  readonly routers: string;
  /** The BGP group: `MESHRR-UPSTREAM`. */
  readonly group: string;
  /** The Service, or the addresses at which the app has no router. */
  readonly service: string;
}

/**
 * The BGP topology that an app makes: the same, and in the same order, whatever the order of the constructs.
 */
export interface BgpTopology {
  readonly nodes: readonly ClusterNode[];
  readonly groups: readonly RouterGroup[];
  readonly speakers: readonly Speaker[];
  readonly outside: readonly OutsideSpeaker[];
  /** Sessions that are there whenever both ends are: those of kind `mesh`. */
  readonly sessions: readonly Session[];
  /** Sessions of all other kinds. */
  readonly choices: readonly SessionChoice[];
  readonly idle: readonly IdleGroup[];
  /** In the order of groups, their addresses, and nodes. */
  readonly addressesAtNodes: readonly AddressAtNode[];
  readonly metallb: readonly MetalLBSpeakers[];
}
