import { FAMILIES, Family, familyConflict, traitsOf } from '../addressing';
import { Check, ValidationError } from '../input';

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
  /**
   * Which sessions of clients have GTSM (RFC 5082): those of members on FRR. Of neighbors from a range with `ttl-security` in
   * their group, bgpd 8.4 accepts any TTL, and 10.3 checks it from their OPEN on; cRPD is reached by DNAT alone.
   */
  readonly gtsm: 'members' | 'no path';
  /**
   * Why sessions of clients have no BFD: on FRR, bgpd asks `bfdd` for a session by zebra, and zebra would manage the routes of
   * the node or the pod; from outside, its packets reach no pod of cRPD, and for clients in pods no test could run it.
   */
  readonly bfd: 'no daemon' | 'no path';
  /** Why TCP-AO (RFC 5925) is not configured: FRR has none, and no test could run that of cRPD. */
  readonly tcpAo: 'none' | 'not tried';
  /** Whether two keys of TCP MD5 can be valid at a time. Junos has key chains, and no test could run them. */
  readonly keyChains: 'not tried' | 'none';
  /** The most paths of a route that a client gets (`addPath`, RFC 7911). */
  readonly paths: 64 | 'all';
  /**
   * Why a client without ADD-PATH gets no second path where the announcer of the best one withholds that from it (RFC 7947, 2.3.1):
   * bgpd has one table for all clients. Junos has an instance for each client, with policies between the tables, which is not written.
   */
  readonly hiddenPaths: 'one table' | 'not written';
  /**
   * Why no iBGP neighbor gets the best external path beside a better internal one: FRR has no such statement. Junos has
   * `advertise-external`, for which a route reflector must have `no-client-reflect`.
   */
  readonly bestExternal: 'no reflection' | 'none';
  /** Families that it does not have. */
  readonly lacks: readonly Family[];
  /** Whether it can limit how many routes of EVPN a neighbor may send; those of other families it can. */
  readonly limitsEvpn: boolean;
  /** Whether it finds RTR servers by DNS names. Junos takes their addresses only. */
  readonly resolvesRtrServers: boolean;
}

/** The table of capabilities by router. */
export const CAPABILITIES: Readonly<Record<'crpd' | 'frr', Capabilities>> = {
  crpd: {
    foreignClients: 'refused',
    atomicChanges: true,
    management: true,
    unprivileged: false,
    hostNetwork: false,
    ...{ gtsm: 'no path', bfd: 'no path', tcpAo: 'not tried', keyChains: 'not tried' },
    ...{ paths: 64, hiddenPaths: 'not written', bestExternal: 'no reflection' },
    lacks: [],
    limitsEvpn: true,
    resolvesRtrServers: false,
  },
  frr: {
    foreignClients: 'filtered',
    atomicChanges: false,
    management: false,
    unprivileged: true,
    hostNetwork: true,
    ...{ gtsm: 'members', bfd: 'no daemon', tcpAo: 'none', keyChains: 'none' },
    ...{ paths: 'all', hiddenPaths: 'one table', bestExternal: 'none' },
    lacks: FAMILIES.filter((family) => traitsOf(family).frr === undefined),
    limitsEvpn: false,
    resolvesRtrServers: true,
  },
};

/** Refuses BFD on sessions of clients, which people look for beside a key and a hold time. @throws ValidationError */
export const rejectBfd: Check<undefined> = (value) => {
  if (value === undefined) return undefined;
  const allowed =
    'nothing: behind a Service or host port only TCP port 179 is translated, bfdd of FRR needs zebra, which would manage the routes of the node or the pod, and for clients of cRPD in pods it is not written; a short holdTime finds a dead session, too';
  throw ValidationError.of(value, allowed);
};

/** Why a router of a kind cannot carry these families in a mode; undefined: it can. */
export function familyProblem({
  router,
  mode,
  families,
}: {
  readonly router: keyof typeof CAPABILITIES;
  readonly mode: 'routereflector' | 'routeserver';
  readonly families: readonly Family[];
}): string | undefined {
  const missing = families.find((family) => CAPABILITIES[router].lacks.includes(family));
  if (missing !== undefined) return `nothing of ${missing} (${traitsOf(missing).label}): ${router} does not have it`;
  const internal = families.find((family) => traitsOf(family).notExternal !== undefined);
  if (mode === 'routeserver' && internal !== undefined) {
    return `nothing of ${internal} at a route server: ${traitsOf(internal).notExternal}`;
  }
  return familyConflict(families);
}
