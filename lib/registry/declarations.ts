import { IpAddress, IpPrefix, IpSpan } from '../addressing';
import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Template } from '../configuration';
import { ConstructSettings, PeerGroup } from '../settings';
import {
  AnnouncedPool,
  ClusterNode,
  MetalLBNeighbor,
  MetalLBSpeakers,
  NodeSelector,
  OutsideSpeaker,
  RouterGroup,
} from '../model';
import { ProofSettings } from '../proof';

/** Where something was declared: the path of the construct, and the prop. */
export interface Place {
  readonly path: string;
  readonly prop: string;
}

/** A name that only one construct may have. */
export interface DeclaredName extends Place {
  /** `Service` or another kind of object, which the construct makes; or what else has the name. */
  readonly kind: string;
  /** Where the name must be its own: in a namespace of a cluster, a chart, a cluster or the app. */
  readonly space: string;
  readonly name: string;
}

/** Addresses, and who has them: a pool of MetalLB, the nodes, a Service or a router outside. */
export interface DeclaredSpan extends Place {
  readonly kind: 'pool' | 'host' | 'service' | 'router';
  /** The cluster; '' for a router outside. */
  readonly cluster: string;
  readonly span: IpSpan;
}

/** A construct that a prop gives to another one. */
export interface DeclaredReference extends Place {
  readonly other: string;
  /** Whether both are of the same app and cluster. */
  readonly near: boolean;
}

/** A region, as its place in a hierarchy needs to know it. */
export interface DeclaredRegion extends Pick<
  RouterGroup,
  'service' | 'autonomousSystem' | 'namespace' | 'families' | 'podNetworks'
> {
  readonly path: string;
  /** The path of its chart. */
  readonly chart: string;
  readonly name: string;
  /** The region whose routers are its route reflectors. */
  readonly upstream?: { readonly path: string } | { readonly name: string };
  readonly serviceRootDomain: string;
  /** The file in pods with the key of its sessions. */
  readonly keyFile?: string;
  /** The networks of its nodes, where its pods are in them. */
  readonly nodeNetworks?: readonly IpPrefix[];
  /** Whether its Services list pods of other clusters, too. */
  readonly isAcrossClusters: boolean;
  /** What clients may announce; undefined: everything. */
  readonly clientRoutes?: readonly IpPrefix[] | 'declared';
  /** Called when a region below names this one, which then finds pods that are its clients. */
  readonly takeClients: (below?: DeclaredRegion) => void;
}

/** What a workload declares; the id comes from a look at all of them. */
export type DeclaredGroup = Omit<RouterGroup, 'id'>;

/** What the pods of a workload render their configuration from, in addition to {@link DeclaredGroup}. */
export interface DeclaredPod {
  readonly construct: IConstruct;
  /** The object of the workload. */
  readonly object: ApiObject;
  readonly workload: string;
  /** Ask once all constructs are there. */
  readonly settings: () => ConstructSettings;
  readonly groups: readonly PeerGroup[];
  /** Where the pods have their addresses from. */
  readonly podNetworks: readonly IpPrefix[];
  /** An operator's template; `elsewhere` in a ConfigMap that the app does not make. */
  readonly template?: Template | 'elsewhere';
}

/** A field of a manifest, and what the model has in its place. */
export interface ManifestField {
  /** The steps to it; those to an item of a list are the item's name. */
  readonly at: readonly string[];
  /** The value, as JSON. Ask once all constructs are there. */
  readonly value: () => unknown;
  /**
   * The values inside that the model has, by their place in the field, such as `limits.memory`; others may be anything.
   * @default - all
   */
  readonly own?: (place: string) => boolean;
}

/** An object that a construct makes, with the fields that the model depends on. */
export interface DeclaredManifest {
  readonly object: ApiObject;
  readonly fields: readonly ManifestField[];
}

/** A node, and the construct that declares it. */
export interface DeclaredNode {
  readonly path: string;
  readonly node: Omit<ClusterNode, 'id' | 'assumed'>;
}

/** A router outside, the construct that declares it, and the cluster whose nodes it may stand next to. */
export interface DeclaredRouter {
  readonly path: string;
  readonly cluster: string;
  readonly router: OutsideSpeaker;
}

/** The MetalLB of a cluster. */
export interface DeclaredMetalLB extends Omit<MetalLBSpeakers, 'neighbors' | 'pools'> {
  /** The BGP neighbors, with what only MetalLB's own rules look at. */
  readonly peers: readonly {
    readonly neighbor: MetalLBNeighbor;
    readonly routerId?: IpAddress;
    readonly vrf?: string;
    readonly bfdProfile?: string;
  }[];
  /** The BFD profiles by name, and whether each sends echo packets. */
  readonly bfdProfiles: ReadonlyMap<string, { readonly echoMode?: boolean }>;
  /** Names for communities. */
  readonly communities: ReadonlyMap<string, string>;
}

/** A pool of addresses, and how MetalLB makes them known. */
export interface DeclaredPool extends Pick<AnnouncedPool, 'name' | 'addresses'> {
  readonly path: string;
  /** The path of its MetalLB. */
  readonly metallb: string;
  readonly protocol: 'bgp' | 'layer2';
  readonly communities: readonly string[];
  readonly aggregationLength?: number;
  readonly aggregationLengthV6?: number;
  /** The names of the peers that it is advertised to. Empty: all. */
  readonly peers: readonly string[];
  /** The nodes that advertise: those that match one of these sets of labels. Empty: all. */
  readonly nodeSelectors: readonly NodeSelector[];
}

/** A `Monitoring`: what it changes at the pods of its cluster. */
export interface DeclaredMonitoring {
  readonly path: string;
  readonly cluster: string;
  /** Who may connect to the port of the metrics, as a NetworkPolicy has it. */
  readonly scrapers: readonly object[];
  /** Whether the pods have annotations by which Prometheus finds them. */
  readonly annotates: boolean;
}

/** A `Proof`, and what it was given. */
export interface DeclaredProof {
  readonly path: string;
  readonly props: unknown;
  readonly settings: ProofSettings;
}
