import { clientFilters } from './client-filters';
import { FAMILIES, Family, traitsOf } from '../addressing';
import * as codec from './codec';
import { Codec } from './codec';
import { LOCAL_PREFERENCE } from './local-preference';
import { maximumPrefixes } from './maximum-prefixes';
import { rtrServers } from './rpki';
import { GRACE_SECONDS } from './runtime';

/** Who gives a setting its value in a manifest, where it is not the construct, from its props. */
export type Supplier =
  /** Kubernetes, from a field of the pod (downward API). */
  | { readonly field: string }
  /** A Secret: the constructs mount it as a file, which the runtime reads where the variable is not set. */
  | 'secret';

/** The fields of a pod that its successor has, too: the node of a pod that has a node of its own, the name in a StatefulSet. */
export const INSTANCE_FIELDS = { node: 'spec.nodeName', pod: 'metadata.name' } as const;

/** Always; unless one of other settings is there; or on cRPD, where neither the variable nor the file of the Secret has it. */
export type Requirement =
  | 'always'
  | { readonly unless: readonly ('upstreamServiceName' | 'groupsFile' | 'clientServices' | 'membersFile')[] }
  | 'on cRPD';

/** What is said of a setting beside its name and type. */
interface Terms<T> {
  /** When a pod cannot do without it. Default: it can. */
  readonly required?: Requirement;
  readonly default?: T;
  /** Default: the construct, from its props. */
  readonly supplier?: Supplier;
  /** Markdown, for the table of settings. */
  readonly description: string;
}

/** One environment variable of the pod: what the constructs write and the runtime reads. */
export interface Setting<T> extends Terms<T> {
  readonly variable: string;
  readonly codec: Codec<T>;
  /** Whether the variable is one of the original meshrr's; the others extend it and may be left out. */
  readonly original: boolean;
}

function original<T, const X extends Terms<NoInfer<T>>>(variable: string, type: Codec<T>, terms: X) {
  return { ...terms, variable, codec: type, original: true };
}

function extension<T, const X extends Terms<NoInfer<T>>>(variable: string, type: Codec<T>, terms: X) {
  return { ...terms, variable, codec: type, original: false };
}

/** The most neighbors that a mesh can be allowed: about as many addresses as one answer of DNS holds. */
export const MOST_PEERS = 4000;

/** The most sessions upstream that a router can be allowed. */
export const MOST_UPSTREAM_SESSIONS = 64;

/** The domain of Services of a cluster set (KEP-1645). */
export const CLUSTER_SET_DOMAIN = 'svc.clusterset.local';

/** The most clients that FRR can be allowed (`bgp listen limit`). */
export const MOST_CLIENTS = 65535;

/** The most shards and update threads that Junos can be allowed. */
export const MOST_SHARDS = 31;
export const MOST_UPDATE_THREADS = 128;

/** Settings that say whether a router carries a family. The original has one for each, not a list. */
export const FAMILY_FLAGS = { inet: 'familyInet', inet6: 'familyInet6', evpn: 'familyEvpn' } as const;

/** The families that have no setting of their own. */
export const FURTHER_FAMILIES: readonly Family[] = FAMILIES.filter((family) => !(family in FAMILY_FLAGS));

/**
 * All settings of a router's pod. This is the contract between a manifest and the runtime that starts from it: the
 * twelve variables of the original meshrr with its names, defaults and meaning, and what they cannot say.
 */
export const SETTINGS = {
  podIp: original('POD_IP', codec.address, {
    required: 'always',
    supplier: { field: 'status.podIP' },
    description: 'The IP address of the pod. Kubernetes sets it.',
  }),
  meshServiceName: original('MESH_SERVICE_NAME', codec.serviceName, {
    required: { unless: ['upstreamServiceName', 'groupsFile'] },
    description:
      'The headless Service whose DNS name lists the routers of the mesh. A region without a mesh does not set it, and learns its routes from upstream.',
  }),
  upstreamServiceName: original('UPSTREAM_SERVICE_NAME', codec.serviceReference, {
    description:
      'The headless Service whose DNS name lists the routers upstream; `NAME.NAMESPACE` if it is in another namespace, and `NAME.NAMESPACE.DOMAIN` if it is in another domain. Without it there is no upstream, unless MESHRR_GROUPS_FILE has one.',
  }),
  kubeNamespace: original('KUBE_NAMESPACE', codec.namespace, {
    default: 'default',
    supplier: { field: 'metadata.namespace' },
    description: 'The namespace of the Services that are given without one. Kubernetes sets it to that of the pod.',
  }),
  encryptedRootPassword: original('ENCRYPTED_ROOT_PW', codec.passwordHash, {
    required: 'on cRPD',
    supplier: 'secret',
    description:
      'The hash (`$6$`) of the root password of cRPD. Without it `init` reads the file `/etc/meshrr/secret/root-password`; the constructs mount the Secret there. FRR has no password.',
  }),
  autonomousSystem: original('AUTONOMOUS_SYSTEM', codec.asNumber, {
    required: 'always',
    description: 'The AS number of the router, plain or asdot.',
  }),
  clientRanges: original('MESHRR_CLIENTRANGE', codec.junosPrefixes, {
    required: { unless: ['clientServices', 'membersFile'] },
    description:
      'The address range of the clients, `network/mask-length`, or in the short form of Junos: `10.0/16`. Several ranges, also of both IP families, are separated by commas.',
  }),
  mode: original('MESHRR_MODE', codec.choice('routereflector', 'routeserver'), {
    default: 'routereflector',
    description: '`routereflector` (iBGP clients) or `routeserver` (eBGP clients).',
  }),
  asRanges: original('MESHRR_ASRANGE', codec.asRanges, {
    default: [{ first: 65001, last: 65500 }],
    description: 'The AS numbers that clients may have in `routeserver` mode. Several ranges are separated by commas.',
  }),
  familyInet: original('MESHRR_FAMILY_INET', codec.flagText, {
    default: true,
    description: '`true` or `false`: IPv4 unicast.',
  }),
  familyEvpn: original('MESHRR_FAMILY_EVPN', codec.flagText, {
    default: false,
    description: '`true` or `false`: EVPN. At least one family must be on.',
  }),
  serviceRootDomain: original('SERVICE_ROOT_DOMAIN', codec.serviceDomain, {
    default: 'svc.cluster.local',
    description: `The domain of the Services. A mesh across several clusters uses \`${CLUSTER_SET_DOMAIN}\`.`,
  }),
  router: extension('MESHRR_ROUTER', codec.choice('crpd', 'frr'), {
    default: 'crpd',
    description: '`crpd` or `frr`: the router in the pod.',
  }),
  familyInet6: extension('MESHRR_FAMILY_INET6', codec.flagText, {
    default: false,
    description: '`true` or `false`: IPv6 unicast.',
  }),
  furtherFamilies: extension('MESHRR_FAMILIES', codec.families(FURTHER_FAMILIES), {
    description: `Further address families, separated by commas: ${FURTHER_FAMILIES.map((family) => `\`${family}\` (${traitsOf(family).label})`).join(', ')}. Route reflectors only.`,
  }),
  sessionFamilies: extension('MESHRR_SESSION_FAMILIES', codec.choice('all', 'own'), {
    default: 'all',
    description:
      '`all`: each session carries all families. `own`: if the client ranges are of both IP families, sessions with these clients carry the families of their own address: IPv6 over IPv6, IPv4 and all others over IPv4. Sessions between pods carry all families in any case.',
  }),
  clientServices: extension('MESHRR_CLIENT_SERVICE', codec.serviceReferences, {
    description:
      'The headless Service whose DNS name lists the pods that are clients of this route reflector. A core finds the routers of the regions below it by this Service. Clients in other namespaces need a Service there: `NAME.NAMESPACE`, or `NAME.NAMESPACE.DOMAIN`. Several are separated by commas.',
  }),
  upstreamSessions: extension('MESHRR_UPSTREAM_SESSIONS', codec.wholeNumber(1, MOST_UPSTREAM_SESSIONS), {
    default: 2,
    description: `The maximum number of sessions with the routers upstream, 1 to ${MOST_UPSTREAM_SESSIONS}.`,
  }),
  podIps: extension('MESHRR_POD_IPS', codec.addresses, {
    supplier: { field: 'status.podIPs' },
    description: 'All addresses of the pod, separated by commas: two in a dual-stack cluster. Kubernetes sets it.',
  }),
  routerId: extension('MESHRR_ROUTER_ID', codec.routerId, {
    description:
      'The BGP identifier, an IPv4 address. Without it, MESHRR_ROUTER_IDS and then MESHRR_IDENTITY decide, and without these the first IPv4 address of POD_IP and MESHRR_POD_IPS.',
  }),
  instance: extension('MESHRR_INSTANCE', codec.dnsName, {
    supplier: { field: INSTANCE_FIELDS.node },
    description:
      'What the pod has in common with the one that replaces it: the name of its node, or its own name in a StatefulSet. Kubernetes sets it.',
  }),
  identity: extension('MESHRR_IDENTITY', codec.identity, {
    description:
      'The name of the workload, unique in the AS: cluster, namespace and name. A hash of it and of MESHRR_INSTANCE is the BGP identifier.',
  }),
  routerIds: extension('MESHRR_ROUTER_IDS', codec.routerIds, {
    description:
      'The BGP identifiers of all pods by MESHRR_INSTANCE: `n1=192.0.2.11,n2=192.0.2.12`. A pod that is not in the list does not start.',
  }),
  clusterId: extension('MESHRR_CLUSTER_ID', codec.routerId, {
    description:
      'The cluster id (RFC 4456), if the route reflectors of a region have the same one. Without it, each has its BGP identifier.',
  }),
  inRegionOnly: extension('MESHRR_INREGION_ONLY', codec.community, {
    description: 'Routes with this community are not sent upstream: they stay in the region.',
  }),
  inRegionPreferred: extension('MESHRR_INREGION_PREFERRED', codec.community, {
    description: `Routes with this community are sent upstream with local preference ${LOCAL_PREFERENCE.preferredInRegion}, so that other regions use them last.`,
  }),
  clientLocalPreference: extension('MESHRR_CLIENT_LOCAL_PREFERENCE', codec.choice('keep', 'reset'), {
    default: 'keep',
    description: `\`reset\`: routes of clients get local preference ${LOCAL_PREFERENCE.usual}, so that none is preferred over others by that value. ${LOCAL_PREFERENCE.preferredInRegion} (see above) and ${LOCAL_PREFERENCE.shutdown} (RFC 8326) are not changed. \`keep\`: local preference is not changed. Route reflectors only.`,
  }),
  clientRoutes: extension('MESHRR_CLIENT_ROUTES', codec.prefixes, {
    description:
      'The IPv4 and IPv6 prefixes that must contain the routes of clients, separated by commas; other routes are dropped. Without it, all routes are accepted. Routes of EVPN and of VPNs are not checked. Route reflectors only.',
  }),
  meshMd5: extension('MESHRR_MESH_MD5', codec.flagText, {
    default: true,
    description:
      '`true` or `false`: sessions of the mesh carry TCP MD5 (RFC 2385), which distinguishes them from sessions of clients. All routers of a mesh need the same value.',
  }),
  meshKeyFile: extension('MESHRR_MESH_KEY_FILE', codec.absolutePath, {
    description:
      'The file with the TCP MD5 key of sessions of the mesh. Without it, the key follows from public names.',
  }),
  upstreamKeyFile: extension('MESHRR_UPSTREAM_KEY_FILE', codec.absolutePath, {
    description: 'The file with the TCP MD5 key of sessions with the routers upstream. Without it, they have none.',
  }),
  clientKeyFile: extension('MESHRR_CLIENT_KEY_FILE', codec.absolutePath, {
    description:
      'The file with the TCP MD5 key of sessions with the clients that MESHRR_CLIENT_SERVICE lists. Without it, they have none.',
  }),
  rangeKeyFile: extension('MESHRR_CLIENTRANGE_KEY_FILE', codec.absolutePath, {
    description:
      'The file with the TCP MD5 key of sessions with the clients of MESHRR_CLIENTRANGE. Without it, they have none.',
  }),
  rangeHoldSeconds: extension('MESHRR_CLIENTRANGE_HOLD_SECONDS', codec.wholeNumber(3, 65535), {
    description:
      'The hold time that the router offers the clients of MESHRR_CLIENTRANGE, in seconds, 3 to 65535. Without it, that of all other sessions, 30.',
  }),
  podNetworks: extension('MESHRR_POD_NETWORKS', codec.prefixes, {
    description:
      'The prefixes of pod addresses, separated by commas. Discovery ignores all other addresses. Without it, discovery accepts all addresses.',
  }),
  addPath: extension('MESHRR_ADD_PATH', codec.flagText, {
    default: false,
    description:
      '`true` or `false`: the clients of MESHRR_CLIENTRANGE and MESHRR_MEMBERS_FILE get all paths to a route, not only the best (ADD-PATH, RFC 7911), in all families but EVPN and route targets; of cRPD up to 64.',
  }),
  listenAddresses: extension('MESHRR_LISTEN_ADDRESSES', codec.addresses, {
    description:
      'The addresses of the node that clients peer with, separated by commas, for a pod in the network of its node. The router listens on these, on the addresses of the pod if other pods connect to it, and on no other address of the node. FRR only.',
  }),
  peerLimit: extension('MESHRR_PEER_LIMIT', codec.wholeNumber(1, MOST_PEERS), {
    default: 256,
    description: `The maximum number of routers in a mesh, 1 to ${MOST_PEERS}. Routers whose sessions have been up are kept first.`,
  }),
  clientLimit: extension('MESHRR_CLIENT_LIMIT', codec.wholeNumber(1, MOST_CLIENTS), {
    default: 5000,
    description: `The maximum number of clients of a router at a time, 1 to ${MOST_CLIENTS}. cRPD has no such limit.`,
  }),
  maximumPrefixes: extension('MESHRR_MAXIMUM_PREFIXES', maximumPrefixes, {
    description:
      'How many routes a client may send, by family, and what happens when it sends more: `inet=1000,inet6=500,threshold=75,excess=restart,restartMinutes=15`. The threshold of the warning is in percent. `excess` is `warn`, `drop` or `restart`, with `restartMinutes`. Without it there is no limit.',
  }),
  clientFilters: extension('MESHRR_CLIENT_FILTERS', clientFilters, {
    description:
      'What a route server drops of the routes of its clients: `bogons=true,bogonAsNumbers=true,ownNextHop=true,asPathLength=64,ipv4Lengths=8-24,ipv6Lengths=16-48`; a value that is left out is the one here. `blackhole=no-export` or `blackhole=no-advertise` accepts host routes with the community BLACKHOLE, and adds that one. With `actions=true`, members say by communities to whom their routes go. Without the variable, routes are checked for the AS number of the client alone. Route servers only.',
  }),
  rpkiServers: extension('MESHRR_RPKI_SERVERS', rtrServers, {
    description:
      'RTR servers (RFC 8210), by which a route server validates the origins of routes: `rtr.example.net:3323,[2001:db8::53]:323`. Names are for FRR only. Without it, origins are not validated. Needs MESHRR_CLIENT_FILTERS.',
  }),
  rpkiInvalid: extension('MESHRR_RPKI_INVALID', codec.choice('drop', 'mark'), {
    default: 'drop',
    description:
      '`drop`: routes with an invalid origin are dropped. `mark`: they are accepted with the large community `AS:1000:4`.',
  }),
  routeServerClient: extension('MESHRR_ROUTE_SERVER_CLIENT', codec.flagText, {
    description:
      '`true` or `false`: `route-server-client` of Junos, with which clients of a route server get AS path and MED unchanged. Default: `false` with EVPN, else `true`. cRPD only.',
  }),
  ribSharding: extension('MESHRR_RIB_SHARDING', codec.threads(MOST_SHARDS), {
    default: false,
    description: `\`false\`, \`true\` (a shard for each core of the node) or the number of shards, 1 to ${MOST_SHARDS}: \`rib-sharding\` of cRPD, for IPv4 and IPv6.`,
  }),
  updateThreading: extension('MESHRR_UPDATE_THREADING', codec.threads(MOST_UPDATE_THREADS), {
    description: `\`false\`, \`true\` (a thread for each core of the node) or the number of threads, 1 to ${MOST_UPDATE_THREADS}: \`update-threading\` of cRPD. Default: \`true\` with shards, which need it.`,
  }),
  discovery: extension('MESHRR_DISCOVERY', codec.choice('dns', 'endpointslice'), {
    default: 'dns',
    description:
      '`dns`, or `endpointslice`: watch EndpointSlices, and query DNS if that fails. The pod then needs a Role that permits reading them.',
  }),
  pollMilliseconds: extension('MESHRR_POLL_MILLISECONDS', codec.wholeNumber(100, 60000), {
    default: 500,
    description: 'The time between two DNS queries, in milliseconds, 100 to 60000.',
  }),
  sessionSeconds: extension('MESHRR_SESSION_SECONDS', codec.wholeNumber(5, 3600), {
    default: 60,
    description:
      'How long a session with a router of the mesh or upstream may be down until the runtime reports a problem, in seconds, 5 to 3600.',
  }),
  lease: extension('MESHRR_LEASE', codec.serviceName, {
    description:
      'The Lease that a pod takes before it ends, so that the pods of a region or pair end one after the other. The pod then needs a Role that permits reading and updating it, and MESHRR_POD_UID. Without it, a pod ends without a wait.',
  }),
  leaseSuccessor: extension('MESHRR_LEASE_SUCCESSOR', codec.choice('instance', 'any'), {
    default: 'instance',
    description:
      '`instance`: the pod with the same MESHRR_INSTANCE releases the Lease. `any`: every other pod may, as the pods of a Deployment have no identity.',
  }),
  podUid: extension('MESHRR_POD_UID', codec.dnsName, {
    supplier: { field: 'metadata.uid' },
    description: 'The UID of the pod. Kubernetes sets it.',
  }),
  graceSeconds: extension('MESHRR_GRACE_SECONDS', codec.wholeNumber(1, 86400), {
    default: GRACE_SECONDS.alone,
    description: 'The `terminationGracePeriodSeconds` of the pod, 1 to 86400.',
  }),
  logLevel: extension('MESHRR_LOG_LEVEL', codec.choice('debug', 'info', 'warn', 'error'), {
    default: 'info',
    description: 'The lowest level that is logged: `debug`, `info`, `warn` or `error`.',
  }),
  membersFile: extension('MESHRR_MEMBERS_FILE', codec.absolutePath, {
    description:
      'A JSON file of the clients that are accepted by their AS number and addresses, with limits and prefix lists of their own. The runtime applies a changed file while the router runs.',
  }),
  groupsFile: extension('MESHRR_GROUPS_FILE', codec.absolutePath, {
    description: 'A JSON file of further BGP groups, of any kind and number.',
  }),
} as const;

/** The value of a setting: present where it is required or has a default. */
type ValueOf<S> = S extends { codec: Codec<infer T> }
  ? S extends { required: 'always' } | { default: unknown }
    ? T
    : T | undefined
  : never;

export type SettingName = keyof typeof SETTINGS;

/** The values of all settings; those of the families as one list. */
export type Settings = {
  readonly [K in Exclude<SettingName, (typeof FAMILY_FLAGS)[keyof typeof FAMILY_FLAGS] | 'furtherFamilies'>]: ValueOf<
    (typeof SETTINGS)[K]
  >;
} & {
  /** At least one, in the order of `FAMILIES`. */
  readonly families: readonly Family[];
};

/** The settings that are alike in all pods of a workload; the others come from Kubernetes and from Secrets. */
export type ConfiguredSettings = Omit<
  Settings,
  'podIp' | 'podIps' | 'kubeNamespace' | 'encryptedRootPassword' | 'instance' | 'podUid'
>;

/** The settings whose values a construct gives; the others have their defaults. */
export type ConstructSettings = Partial<ConfiguredSettings>;
