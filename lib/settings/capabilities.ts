/** What a router can and cannot do, where routers differ. No difference is passed over in silence. */
export interface Capabilities {
  /**
   * What becomes of a client whose AS number is not in MESHRR_ASRANGE: cRPD refuses the session; FRR has no such list,
   * so the session comes up, and all its routes are dropped.
   */
  readonly foreignClients: 'refused' | 'filtered';
  /** Whether changes take effect together or not at all; otherwise each succeeds or fails by itself. */
  readonly atomicChanges: boolean;
  /** Whether people can log in to the router over SSH and NETCONF. */
  readonly management: boolean;
  /** Whether the router runs as a user without privileges, on a read-only file system. */
  readonly unprivileged: boolean;
  /** Whether it can share the network of its node: it then listens on given addresses alone. */
  readonly hostNetwork: boolean;
  /** Whether it can limit how many routes of EVPN a neighbor may send; those of other families it can. */
  readonly limitsEvpn: boolean;
}

/** The table of capabilities by router. */
export const CAPABILITIES: Readonly<Record<'crpd' | 'frr', Capabilities>> = {
  crpd: {
    foreignClients: 'refused',
    atomicChanges: true,
    management: true,
    unprivileged: false,
    hostNetwork: false,
    limitsEvpn: true,
  },
  frr: {
    foreignClients: 'filtered',
    atomicChanges: false,
    management: false,
    unprivileged: true,
    hostNetwork: true,
    limitsEvpn: false,
  },
};
