import { Taint } from '../../lib/model';

// Objects of Kubernetes as the API returns them: the fields that are read.

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  readonly deletionTimestamp?: string;
  readonly generation?: number;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

export interface LiveNode {
  readonly metadata: Metadata;
  readonly spec?: { readonly podCIDRs?: readonly string[]; readonly taints?: readonly Taint[] };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface LiveContainer {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

export interface ContainerStatus {
  readonly name: string;
  readonly imageID?: string;
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

export interface LivePod {
  readonly metadata: Metadata;
  readonly spec: { readonly nodeName?: string; readonly containers: readonly LiveContainer[] };
  readonly status: {
    readonly phase?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface LiveService {
  readonly metadata: Metadata;
  readonly spec: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

export interface LiveSlice {
  readonly metadata: Metadata;
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean; readonly terminating?: boolean };
  }[];
}

/** A Deployment, DaemonSet or StatefulSet. */
export interface LiveWorkload {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: { readonly replicas?: number; readonly template: object };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly updatedNumberScheduled?: number;
    readonly desiredNumberScheduled?: number;
    readonly readyReplicas?: number;
    readonly numberReady?: number;
  };
}

export interface LiveLease {
  readonly metadata: Metadata;
  readonly spec?: { readonly holderIdentity?: string | null };
}

export interface LivePool {
  readonly metadata: Metadata;
  readonly spec: { readonly addresses: readonly string[] };
}

/** What MetalLB on a node says of a Service that it announces by BGP or on layer 2. */
export interface LiveAnnouncement {
  readonly status?: {
    readonly node?: string;
    readonly serviceName?: string;
    readonly serviceNamespace?: string;
  };
}

export interface LiveEvent {
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
  readonly lastTimestamp?: string | null;
}

export const conditionOf = (status: { readonly conditions?: readonly Condition[] } | undefined, wanted: string) =>
  status?.conditions?.find(({ type }) => type === wanted);

export const isReady = ({ status }: LivePod | LiveNode): boolean => conditionOf(status, 'Ready')?.status === 'True';

/** The name of the workload of a pod. A ReplicaSet has the name of its Deployment and a hash. */
export function workloadOf({ metadata: { name, labels, ownerReferences } }: LivePod): string {
  const owner = ownerReferences?.[0]?.name ?? name;
  const hash = labels?.['pod-template-hash'];
  return hash === undefined ? owner : owner.replace(new RegExp(`-${hash}$`), '');
}

export const addressesOf = ({ status }: LivePod): readonly string[] => (status.podIPs ?? []).map(({ ip }) => ip);
