import { Family, IpAddress, IpPrefix, IpSpan } from '../addressing';
import { RouterConfiguration } from '../configuration';
import { MaximumPrefixes, MemberTerms, SecretKey } from '../settings';
import type { NodeSelector } from './node-selector';
import type { ReachedBy } from './reachability';
import { Taint, Toleration } from './taints';

/** A region of route reflectors or a pair of route servers, as its workloads name it. */
export interface Part {
  /** The path of the construct: `route-reflectors/route-reflectors/lothlorien`. No two parts of an app have the same. */
  readonly path: string;
  readonly kind: 'region' | 'pair';
  /** The name of the region, or of the pair. */
  readonly name: string;
}

/** A Secret that must be there before the first rollout. Never what is in it. */
export interface NeededSecret {
  readonly name: string;
  /** The namespace; undefined where the current context of kubectl decides. */
  readonly namespace?: string;
  /** The key that is read; undefined where the type of the Secret says it. */
  readonly key?: string;
  readonly purpose:
    'registry credentials' | 'root password hash' | 'license' | 'password of a BGP peer' | 'key of BGP sessions';
}

/** The routers of one workload: their configuration, where they run, and how they are reached. */
export interface RouterGroup extends RouterConfiguration {
  /** The name of the workload, with namespace and cluster before it where another has the same. */
  readonly id: string;
  readonly part: Part;
  readonly workload: string;
  readonly workloadKind: 'DaemonSet' | 'Deployment' | 'StatefulSet';
  /** The cluster of the chart (`inCluster`); '' where the app has but one. */
  readonly cluster: string;
  /** The namespace of the pods; undefined where the current context of kubectl decides. */
  readonly namespace?: string;
  /** The name of its side. Undefined in a core region. */
  readonly side?: string;

  /** The headless Service that the pods are behind. */
  readonly service: string;
  /** Further headless Services that list the pods: those of the clients of the routers upstream. */
  readonly listedBy: readonly string[];
  /** Whether the first Service is exported to the cluster set, where it has members in other clusters, too. */
  readonly exported: boolean;
  /** Whether it is exported although it has no members in other clusters: routers of other apps look for it. */
  readonly exportedToOthers?: boolean;
  /** Whether the pods look for Services in the domain of the cluster set. */
  readonly looksInClusterSet: boolean;
  /** What routes of clients must be within to get through this router and those upstream; undefined: all do. */
  readonly announceable?: readonly IpPrefix[];
  /** Where pods have their addresses from; those are client ranges, too, where every pod may be a client. */
  readonly podNetworks: readonly IpPrefix[];

  /** Where pods in the network of their nodes have their addresses from; undefined for other pods. */
  readonly nodeNetworks?: readonly IpPrefix[];

  readonly reachedBy: ReachedBy;
  /** The load balancer that announces the addresses, in words, where the app does not describe it: `pool shared of MetalLB`. */
  readonly announcer?: string;
  /** What clients outside peer with: at most one address of each IP family, shared by all pods of the group. */
  readonly addresses: readonly IpAddress[];

  /** Labels that a node must have. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Labels of nodes that are preferred. */
  readonly preferredNodes: Readonly<Record<string, string>>;
  /** Taints of nodes that the pods tolerate. @default none */
  readonly tolerations?: readonly Toleration[];
  /** Pods in all; undefined for a DaemonSet, which has one on each node that matches. */
  readonly replicas?: number;
  /** Whether the pods of the region or pair end one after the other. */
  readonly interlock: boolean;
  /** Whether no node has two pods of the group. */
  readonly onePerNode: boolean;
  /** The node label over whose values the pods are spread. */
  readonly spreadOver?: string;

  /** Memory in bytes: what is reserved, and at what the pod is killed. */
  readonly memory: { readonly request?: number; readonly limit?: number };
  readonly secrets: readonly NeededSecret[];
}

/** A node of a cluster. */
export interface ClusterNode {
  /** The name, with the cluster before it where there is one: `n1`, `east/n1`. */
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
  /** @default none */
  readonly taints?: readonly Taint[];
  /** Whether no construct declares it: it is one of the fewest nodes on which all workloads have a place. */
  readonly assumed: boolean;
}

/** A route that a router outside announces. */
export interface Announcement {
  readonly family: Family;
  /** The prefix; of EVPN, whatever the route is called. */
  readonly route: string;
  /** Standard and large communities (RFC 1997, RFC 8092), each once. */
  readonly communities: readonly string[];
}

/** The software of a router outside; `generic` where it is not said. */
export type Platform = 'junos' | 'iosxr' | 'frr' | 'eos' | 'generic';

/** A route reflector that is not a pod. */
export interface Reflecting {
  /** The reflectors that it is one of. They have sessions with each other. */
  readonly part: Pick<Part, 'path' | 'name'>;
  /** Undefined: its BGP identifier. */
  readonly clusterId?: IpAddress;
  /** The families of its sessions. */
  readonly families: readonly Family[];
  /** Prefixes of the pods' connections, if the network between translates their addresses. */
  readonly podsFrom?: readonly IpPrefix[];
  /** The Service by which pods find it, if it is a pod of another app; undefined if they have its address. */
  readonly service?: string;
  /** Where the TCP MD5 key of its sessions with pods is. */
  readonly authentication?: SecretKey;
}

/** A router in a pod of another app that is a client: the route reflectors find it behind a Service. */
export interface Listed {
  readonly service: string;
  /** The families of its sessions. */
  readonly families: readonly Family[];
}

/** A region of another app, and what it is to a region of this app. */
export interface RegionElsewhere {
  readonly part: Pick<Part, 'path' | 'name'>;
  /** The headless Service of its routers, as pods of this app refer to it. */
  readonly service: string;
  readonly namespace: string;
  /** The cluster of the chart. */
  readonly cluster: string;
  /** Whether it may be in another cluster of the cluster set. */
  readonly clusterSet: boolean;
  readonly autonomousSystem: number;
  readonly families: readonly Family[];
  /** The path of the region of this app that its routers are clients of; undefined if it is upstream of regions. */
  readonly clientOf?: string;
}

/** A BGP router outside the cluster. */
export interface OutsideSpeaker {
  /** Its name, which no other one and no pod of the app has. */
  readonly id: string;
  /** The path of its construct; undefined where it is assumed. */
  readonly path?: string;
  /** Whether no construct declares it: it stands for a client that a region or pair might have. */
  readonly assumed: boolean;
  readonly platform: Platform;
  readonly autonomousSystem: number;
  /** What it peers from: at most one address of each IP family. */
  readonly addresses: readonly IpAddress[];
  /** What it is, if pods dial it: a route reflector that is not a pod. */
  readonly reflects?: Reflecting;
  /** What it is, if it is a client in a pod of another app. */
  readonly listed?: Listed;
  /** The paths of the regions, pairs and reflectors that it is a client of. */
  readonly clientOf: readonly string[];
  /** The ids of the nodes that it stands next to. A node is reached only by such routers, where it has any. */
  readonly nodes: readonly string[];
  /** The cluster of which it stands next to every node; undefined where the app names the nodes. */
  readonly besideCluster?: string;
  /** Addresses of those nodes on their links to the router, by the ids of the nodes; no entry where none is known. */
  readonly nodeAddresses?: Readonly<Record<string, readonly IpAddress[]>>;
  /** Prefixes with the addresses of those nodes, also of nodes that are added later. */
  readonly nodeRanges?: readonly IpPrefix[];
  /** The networks of links to nodes. */
  readonly nodeLinks?: readonly IpPrefix[];
  /** The routing protocol that its routes to nodes are exported to. BGP where it is undefined. */
  readonly exportsTo?: 'bgp' | 'isis' | 'ospf';
  /** What it announces to the nodes; nothing where it is undefined. */
  readonly announcesToNodes?: 'client-addresses';
  /** The names of the neighbors of MetalLB that it is; undefined where its addresses decide. */
  readonly metallbPeers?: readonly string[];
  /** The VRF in which it reaches nodes and pods; undefined for the default one. */
  readonly vrf?: string;
  /** The interface that has its addresses; undefined for its loopback. */
  readonly interface?: string;
  readonly announces: readonly Announcement[];
  /** How many routes it accepts from each pod; undefined: any number. */
  readonly maximumPrefixes?: MaximumPrefixes;
  /** What pods accept from it alone, if its regions and pairs accept declared clients one by one. */
  readonly member?: MemberTerms;
  /** How many routes it announces, about: at least as many as `announces` has. */
  readonly routes: number;
}

/** Timers of BFD at one end of a session (RFC 5880), in milliseconds. */
export interface BfdTimers {
  readonly receiveInterval: number;
  readonly transmitInterval: number;
  /** Packets that may be lost before the session is down. */
  readonly multiplier: number;
}

/** One neighbor of MetalLB's on the nodes. */
export interface MetalLBNeighbor {
  readonly name: string;
  /** Undefined where the session runs over an interface. */
  readonly address?: IpAddress;
  readonly interface?: string;
  /** The AS number of the neighbor, or which ones it may have. */
  readonly autonomousSystem: number | 'internal' | 'external';
  /** The AS number that the nodes present. */
  readonly nodesAutonomousSystem: number;
  readonly port?: number;
  readonly multihop: boolean;
  /** Nodes that have this neighbor: those that match one of these sets of labels. Empty: all. */
  readonly nodeSelectors: readonly NodeSelector[];
  /** The timers of its BFD profile; undefined without BFD. */
  readonly bfd?: BfdTimers;
  /** Whether the session carries both IP families; else that of its address. */
  readonly dualStack: boolean;
  readonly passwordSecret?: NeededSecret;
}

/** Addresses that MetalLB announces by BGP, one route for each that a Service has. */
export interface AnnouncedPool {
  readonly name: string;
  readonly addresses: readonly IpSpan[];
  /** The prefix lengths of the routes. */
  readonly routeLength: { readonly 4: number; readonly 6: number };
  /** The names of the neighbors that they are announced to. Empty: all. */
  readonly neighbors: readonly string[];
  /** Nodes that announce: those that match one of these sets of labels. Empty: all. */
  readonly nodeSelectors: readonly NodeSelector[];
}

/** Addresses for which one node at a time answers ARP and NDP. */
export interface Layer2Pool {
  readonly addresses: readonly IpSpan[];
  /** Nodes that may answer: those that match one of these sets of labels. Empty: all. */
  readonly nodeSelectors: readonly NodeSelector[];
}

/**
 * The implementation of BGP that MetalLB was installed with. `frr-k8s` is the default of MetalLB 0.16; `native` speaks
 * IPv4 only and knows fewer options.
 */
export type MetalLBBackend = 'native' | 'frr' | 'frr-k8s';

/** The MetalLB of a cluster. */
export interface MetalLBSpeakers {
  readonly path: string;
  readonly cluster: string;
  /** The namespace that it runs in. */
  readonly namespace: string;
  readonly backend: MetalLBBackend;
  readonly neighbors: readonly MetalLBNeighbor[];
  readonly pools: readonly AnnouncedPool[];
  /** @default none */
  readonly layer2?: readonly Layer2Pool[];
}

/** All that the constructs of an app have declared, in any order. */
export interface Declarations {
  readonly groups: readonly Omit<RouterGroup, 'id'>[];
  readonly nodes: readonly Omit<ClusterNode, 'id' | 'assumed'>[];
  readonly outside: readonly OutsideSpeaker[];
  /** Regions of other apps, once for each use. */
  readonly imported?: readonly RegionElsewhere[];
  readonly metallb: readonly MetalLBSpeakers[];
}
