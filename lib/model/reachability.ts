/** A way in which routers outside the cluster reach the addresses of a side. */
export interface ReachabilityForm {
  /** Its name in reports. */
  readonly name: string;
  /** Whether the addresses are on the nodes, and routers beside these have static routes to them. */
  readonly isOnNodes: boolean;
  /** Whether the pod is in the network of its node. */
  readonly isHostNetwork: boolean;
  /**
   * What a session of a client can have. A Service and a host port translate the destination address (DNAT) of TCP port
   * 179, and the node forwards the packets.
   */
  readonly carries: {
    /** Whether the pod sees the address of the client: `assumed` where this is for the load balancer to provide. */
    readonly sourceAddress: 'yes' | 'assumed';
    /** TCP MD5 (RFC 2385) signs both addresses. */
    readonly tcpMd5: boolean;
    /** GTSM (RFC 5082) over one hop: the TTL is 255 where the packet arrives. */
    readonly gtsm: boolean;
    /** BFD (RFC 5881, RFC 5883) runs over UDP. */
    readonly bfd: boolean;
  };
}

const TRANSLATED = { sourceAddress: 'yes', tcpMd5: false, gtsm: false, bfd: false } as const;
const ANNOUNCED = { isOnNodes: false, isHostNetwork: false, carries: TRANSLATED } as const;

/** All forms, by what the model calls them. */
export const FORMS = {
  metallb: { name: 'MetalLB', ...ANNOUNCED },
  layer2: { name: 'MetalLB, layer 2', ...ANNOUNCED },
  'load-balancer': { name: 'load balancer', ...ANNOUNCED, carries: { ...TRANSLATED, sourceAddress: 'assumed' } },
  'host-ports': { name: 'host port', isOnNodes: true, isHostNetwork: false, carries: TRANSLATED },
  'host-network': {
    ...{ name: 'host network', isOnNodes: true, isHostNetwork: true },
    carries: { sourceAddress: 'yes', tcpMd5: true, gtsm: true, bfd: true },
  },
} as const satisfies Readonly<Record<string, ReachabilityForm>>;

/** How routers outside the cluster reach the pods of a group: by one of {@link FORMS}, or not. */
export type ReachedBy = keyof typeof FORMS | 'none';

/** The form; undefined where routers outside do not reach the pods. */
export const formOf = (reachedBy: ReachedBy): ReachabilityForm | undefined =>
  reachedBy === 'none' ? undefined : FORMS[reachedBy];
