import { AsRange, IpAddress, IpPrefix } from '../../../lib/addressing';
import { identifierOf, OWN_GROUPS, PeerGroup, Settings } from '../../../lib/settings';
import { murmur3 } from '../hashing/murmur3';

/** An address family that a router of a mesh carries. */
export type Family = 'inet' | 'inet6' | 'evpn';

/**
 * A BGP group whose neighbors are found in the DNS of a headless Service; all of them are internal (iBGP). One of kind
 * `clients` is a {@link ClientGroup}, too: its neighbors are clients, and dial.
 */
export interface DiscoveredGroup {
  readonly kind: 'mesh' | 'upstream' | 'clients';
  readonly name: string;
  /** The Service as the cluster names it: `{ name: 'core', namespace: 'default' }`. */
  readonly service: ServiceName;
  /** The most sessions that an upstream group holds. A mesh has one with each router that is found. */
  readonly sessions?: number;
  /** The most routers that a mesh, or a group of clients, takes in. */
  readonly limit?: number;
  /**
   * The key of TCP MD5 (RFC 2385) on sessions of a mesh. It is derived from public names and guards nothing: it keeps
   * a router of the mesh that dials first from being accepted as a client, and needs no range to be rewritten for it.
   */
  readonly key?: string;
}

/** A headless Service and where its DNS name lives. */
export interface ServiceName {
  readonly name: string;
  readonly namespace: string;
  /** The root of the name in DNS: `svc.cluster.local`. */
  readonly rootDomain: string;
}

/**
 * A BGP group of clients, which dial. They are accepted from ranges, and where the group is among the discovered ones,
 * also by the addresses that are found. Internal on a route reflector, external on a route server.
 */
export interface ClientGroup {
  readonly kind: 'clients';
  readonly name: string;
  /** Perhaps none, in a group that is discovered. */
  readonly ranges: readonly IpPrefix[];
  /** AS numbers to accept on a route server; empty on a route reflector, whose clients have its own. */
  readonly asRanges: readonly AsRange[];
}

/** The configuration of a router, as neither Kubernetes nor any router writes it. */
export interface RouterModel {
  readonly router: 'crpd' | 'frr';
  readonly mode: 'routereflector' | 'routeserver';
  readonly autonomousSystem: number;
  readonly podIp: IpAddress;
  /** Where routers that discovery finds have their addresses; anywhere where it is not said. */
  readonly podNetworks?: readonly IpPrefix[];
  /** BGP identifier; the cluster id of a route reflector, too (RFC 4456, 7). */
  readonly routerId: IpAddress;
  /** At least one. */
  readonly families: readonly Family[];
  readonly discovered: readonly DiscoveredGroup[];
  readonly clients: readonly ClientGroup[];
  /** The most clients at a time, where the router has such a limit. */
  readonly clientLimit: number;
  /** Whether routes of clients get the usual local preference, but for those that are the last choice of others. */
  readonly resetsLocalPreference: boolean;
  /** The prefixes that routes of clients of IPv4 and IPv6 must be within; undefined: all are taken. */
  readonly clientRoutes?: readonly IpPrefix[];
  /** Communities of routes that stay in the region, or are the last choice of others. */
  readonly inRegionOnly?: string;
  readonly inRegionPreferred?: string;
  /** The crypt hash of the root password, for a router with logins. A secret. */
  readonly encryptedRootPassword?: string;
}

/** Derives the configuration from the settings and the file of further groups. */
export function routerModel(settings: Settings, further: readonly PeerGroup[]): RouterModel {
  const { meshServiceName, upstreamServiceName, clientService, mode } = settings;
  const asRanges = mode === 'routeserver' ? settings.asRanges : [];
  const discovered: DiscoveredGroup[] = [];
  const clients: ClientGroup[] = [
    { kind: 'clients', name: OWN_GROUPS.clients, ranges: settings.clientRanges ?? [], asRanges },
  ];
  const mesh = (name: string, service: string, limit = settings.peerLimit): DiscoveredGroup => ({
    kind: 'mesh',
    name,
    service: serviceName(settings, service),
    limit,
    ...(settings.meshMd5 && { key: meshKey(settings, service) }),
  });
  const upstream = (name: string, service: string, sessions: number): DiscoveredGroup => ({
    kind: 'upstream',
    name,
    service: serviceName(settings, service),
    sessions,
  });
  const clientsBehind = (name: string, service: string): DiscoveredGroup => ({
    kind: 'clients',
    name,
    service: serviceName(settings, service),
    limit: settings.clientLimit,
  });
  if (meshServiceName !== undefined) discovered.push(mesh(OWN_GROUPS.mesh, meshServiceName));
  if (upstreamServiceName !== undefined) {
    discovered.push(upstream(OWN_GROUPS.upstream, upstreamServiceName, settings.upstreamSessions));
  }
  if (clientService !== undefined) discovered.push(clientsBehind(OWN_GROUPS.clients, clientService));
  for (const group of further) {
    if (group.kind === 'mesh') discovered.push(mesh(group.name, group.service, group.peerLimit));
    else if (group.kind === 'upstream') discovered.push(upstream(group.name, group.service, group.sessions));
    else {
      const { kind, name, ranges, service } = group;
      clients.push({ kind, name, ranges, asRanges: mode === 'routeserver' ? (group.asRanges ?? asRanges) : [] });
      if (service !== undefined) discovered.push(clientsBehind(name, service));
    }
  }
  return {
    router: settings.router,
    mode,
    autonomousSystem: settings.autonomousSystem,
    podIp: settings.podIp,
    podNetworks: settings.podNetworks,
    // Settings without any identifier have been refused.
    routerId: identifierOf(settings) ?? settings.podIp,
    families: (
      [
        ['inet', settings.familyInet],
        ['inet6', settings.familyInet6],
        ['evpn', settings.familyEvpn],
      ] as const
    ).flatMap(([family, on]) => (on ? [family] : [])),
    discovered,
    clients,
    clientLimit: settings.clientLimit,
    resetsLocalPreference: settings.clientLocalPreference === 'reset',
    clientRoutes: settings.clientRoutes,
    inRegionOnly: settings.inRegionOnly,
    inRegionPreferred: settings.inRegionPreferred,
    encryptedRootPassword: settings.encryptedRootPassword,
  };
}

function serviceName(settings: Settings, name: string): ServiceName {
  return { name, namespace: settings.kubeNamespace, rootDomain: settings.serviceRootDomain };
}

/**
 * The same on every router of a mesh, and another on every other mesh: 32 hexadecimal digits, which need no quotes
 * anywhere.
 */
function meshKey({ autonomousSystem, kubeNamespace }: Settings, service: string): string {
  const names = `meshrr mesh ${service}.${kubeNamespace} AS ${autonomousSystem}`;
  return [0, 1, 2, 3].map((seed) => murmur3(names, seed).toString(16).padStart(8, '0')).join('');
}
