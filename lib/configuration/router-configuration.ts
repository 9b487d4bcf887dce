import { AsRange, Family, hostPrefix, IpAddress, IpPrefix, parsePrefix } from '../addressing';
import {
  ClientFilters,
  ConfiguredSettings,
  Identifiers,
  keyFileOf,
  MaximumPrefixes,
  Neighbors,
  OWN_GROUPS,
  PeerGroup,
  RtrServer,
} from '../settings';
import { dividedByIpFamily } from './session-families';

/**
 * A BGP group of iBGP neighbors: routers behind a headless Service, `NAME` in the namespace of the pods or `NAME.NAMESPACE`;
 * or routers that are not pods, at their addresses.
 */
export type DialedGroup = Neighbors & {
  /** The name of the group in the router's configuration. */
  readonly name: string;
} & Keyed;

interface Keyed {
  /** The file with the TCP MD5 key of its sessions. Without it, a mesh of pods has a key that follows from public names. */
  readonly keyFile?: string;
}

/** A mesh: all these routers are neighbors. */
export type MeshGroup = DialedGroup & {
  /** The most routers that it takes in. */
  readonly limit: number;
};

/** Of these routers, which are this router's route reflectors, a pod peers with a few. */
export type UpstreamGroup = DialedGroup & {
  /** The most sessions that a pod has with them. */
  readonly sessions: number;
};

/**
 * A BGP group of clients, which dial. They are accepted from ranges, and by the addresses that a headless Service lists.
 * Internal on a route reflector, external on a route server.
 */
export interface ClientGroup extends Keyed {
  readonly name: string;
  /** That Service: `NAME`, or `NAME.NAMESPACE` if it is in another namespace; undefined where there is none. */
  readonly service?: string;
  /** Perhaps none, where there is a Service. */
  readonly ranges: readonly IpPrefix[];
  /** AS numbers that a route server accepts; empty on a route reflector, whose clients have its own. */
  readonly asRanges: readonly AsRange[];
  /** The families of its sessions; undefined: all of the router. */
  readonly families?: readonly Family[];
  /** The hold time that the router offers, in seconds; undefined: that of all sessions. */
  readonly holdSeconds?: number;
  /** How many routes each client may send; undefined: any number. */
  readonly maximumPrefixes?: MaximumPrefixes;
  /** Whether they are declared one by one. The runtime configures these neighbors; in a pod the group has no ranges. */
  readonly members?: true;
  /** Whether they get all paths to a route (RFC 7911), in the families that routers have it for. */
  readonly addPath?: true;
}

/**
 * The configuration of the routers of one workload, in the words of BGP rather than those of Kubernetes or a router. The
 * app and the runtime in each pod derive it from the same settings; each pod adds what it alone knows.
 */
export interface RouterConfiguration {
  readonly router: 'crpd' | 'frr';
  readonly mode: 'route-reflector' | 'route-server';
  readonly autonomousSystem: number;
  /** What the BGP identifiers of the pods follow from. */
  readonly identifiers: Identifiers;
  /** The cluster id that all these route reflectors have (RFC 4456, 7). Undefined: each has its BGP identifier. */
  readonly clusterId?: IpAddress;
  /** At least one, in the order of `FAMILIES`. Groups carry all of them, except clients with families of their own. */
  readonly families: readonly Family[];
  /** Empty in a region without a full mesh. */
  readonly meshes: readonly MeshGroup[];
  /** Whether sessions of a mesh carry TCP MD5 (RFC 2385), by a key that the name of the Service goes into. */
  readonly meshMd5: boolean;
  readonly upstreams: readonly UpstreamGroup[];
  /** Those of the settings, then further ones; each may be divided by IP family. */
  readonly clients: readonly ClientGroup[];
  /** The most clients at a time: from ranges, where the router has such a limit (FRR), and those that a Service lists. */
  readonly clientLimit: number;
  /** Whether routes of clients get the usual local preference, except those that other regions use last. */
  readonly resetsLocalPreference: boolean;
  /** What a route server drops of the routes of its clients beyond those with a foreign AS number; undefined: nothing. */
  readonly clientFilters?: ClientFilters;
  /** By which servers a route server validates the origins of routes, and what happens to invalid ones; undefined: none. */
  readonly rpki?: { readonly servers: readonly RtrServer[]; readonly invalid: 'drop' | 'mark' };
  /** The prefixes that routes of clients of IPv4 and IPv6 must be within; undefined: all are taken. */
  readonly clientRoutes?: readonly IpPrefix[];
  /** Communities of routes that are not sent upstream (`only`), or with a low local preference (`preferred`). */
  readonly communities: { readonly only?: string; readonly preferred?: string };
}

/** The files with the keys of sessions, each once. */
export const keyFilesOf = ({
  meshes,
  upstreams,
  clients,
}: Pick<RouterConfiguration, 'meshes' | 'upstreams' | 'clients'>): readonly string[] => [
  ...new Set([...meshes, ...upstreams, ...clients].flatMap(({ keyFile }) => keyFile ?? [])),
];

/** The families that a session with a client in a group carries. */
export const familiesToward = (
  { families }: Pick<RouterConfiguration, 'families'>,
  clients: Pick<ClientGroup, 'families'>,
): readonly Family[] => clients.families ?? families;

/**
 * Derives the configuration from the settings of a workload and its further groups.
 *
 * @param members the addresses of declared clients, where they are known: a pod gets them in a file
 * @throws SettingError for sessions that would carry nothing
 */
export function routerConfiguration(
  settings: ConfiguredSettings,
  further: readonly PeerGroup[],
  members: readonly IpAddress[] = [],
): RouterConfiguration {
  const { meshServiceName, upstreamServiceName, inRegionOnly, inRegionPreferred } = settings;
  const { routerId, routerIds, identity } = settings;
  const isServer = settings.mode === 'routeserver';
  const asRanges = isServer ? settings.asRanges : [];
  const meshes: MeshGroup[] = [];
  const upstreams: UpstreamGroup[] = [];
  const clients = ownClients(settings, asRanges, members);
  if (meshServiceName !== undefined) {
    const { peerLimit: limit, meshKeyFile: keyFile } = settings;
    meshes.push({ name: OWN_GROUPS.mesh, service: meshServiceName, limit, ...(keyFile !== undefined && { keyFile }) });
  }
  if (upstreamServiceName !== undefined) {
    const { upstreamSessions: sessions, upstreamKeyFile: keyFile } = settings;
    const service = upstreamServiceName;
    upstreams.push({ name: OWN_GROUPS.upstream, service, sessions, ...(keyFile !== undefined && { keyFile }) });
  }
  for (const group of further) {
    const { name } = group;
    const key = group.authentication && { keyFile: keyFileOf(group.authentication) };
    if (group.kind !== 'clients') {
      const neighbors = group.addresses ? { addresses: group.addresses } : { service: group.service };
      if (group.kind === 'mesh')
        meshes.push({ name, ...neighbors, limit: group.peerLimit ?? settings.peerLimit, ...key });
      else upstreams.push({ name, ...neighbors, sessions: group.sessions, ...key });
    } else {
      const { service, ranges, addPath = settings.addPath && service === undefined, holdTime } = group;
      const maximum = { maximumPrefixes: group.maximumPrefixes ?? settings.maximumPrefixes };
      clients.push({
        name,
        service,
        ranges,
        asRanges: isServer ? (group.asRanges ?? asRanges) : [],
        ...maximum,
        ...key,
        ...(holdTime !== undefined && { holdSeconds: holdTime }),
        ...(addPath && { addPath }),
      });
    }
  }
  return {
    router: settings.router,
    mode: isServer ? 'route-server' : 'route-reflector',
    autonomousSystem: settings.autonomousSystem,
    identifiers: { routerId, routerIds, identity },
    clusterId: settings.clusterId,
    families: settings.families,
    meshes,
    meshMd5: settings.meshMd5,
    upstreams,
    clients: dividedByIpFamily(clients, settings),
    clientLimit: settings.clientLimit,
    resetsLocalPreference: settings.clientLocalPreference === 'reset',
    clientFilters: settings.clientFilters,
    rpki: settings.rpkiServers && { servers: settings.rpkiServers, invalid: settings.rpkiInvalid },
    clientRoutes: settings.clientRoutes,
    communities: {
      ...(inRegionOnly !== undefined && { only: inRegionOnly }),
      ...(inRegionPreferred !== undefined && { preferred: inRegionPreferred }),
    },
  };
}

/**
 * The groups of the clients that the variables describe. A group has one key in FRR, so clients of Services are in other
 * groups than those of the ranges, if the sessions of either have something of their own.
 */
function ownClients(
  settings: ConfiguredSettings,
  asRanges: readonly AsRange[],
  members: readonly IpAddress[],
): ClientGroup[] {
  const {
    clientServices = [],
    clientRanges = [],
    clientKeyFile,
    rangeKeyFile,
    rangeHoldSeconds,
    maximumPrefixes,
    membersFile,
    addPath,
  } = settings;
  const ofRanges = {
    ...(addPath && { addPath }),
    ...(rangeKeyFile !== undefined && { keyFile: rangeKeyFile }),
    ...(rangeHoldSeconds !== undefined && { holdSeconds: rangeHoldSeconds }),
  };
  const ofServices = clientKeyFile === undefined ? {} : { keyFile: clientKeyFile };
  const ranges: ClientGroup = {
    name: OWN_GROUPS.clients,
    ranges: clientRanges,
    asRanges,
    maximumPrefixes,
    ...ofRanges,
  };
  // First, as a member may have an address in a range.
  const declared: ClientGroup[] =
    membersFile === undefined
      ? []
      : [
          {
            name: OWN_GROUPS.members,
            ranges: members.map(hostRange),
            asRanges: [],
            maximumPrefixes,
            members: true,
            ...ofRanges,
          },
        ];
  if (clientServices.length === 0) {
    return declared.length > 0 && clientRanges.length === 0 ? declared : [...declared, ranges];
  }
  const isApart = clientRanges.length > 0 && Object.keys({ ...ofRanges, ...ofServices }).length > 0;
  const listed = clientServices.map((service, i): ClientGroup => {
    const name = i === 0 && !isApart ? OWN_GROUPS.clients : `${OWN_GROUPS.clients}-${i + 1}`;
    return { name, service, ranges: i === 0 && !isApart ? clientRanges : [], asRanges, maximumPrefixes, ...ofServices };
  });
  return isApart ? [...declared, ranges, ...listed] : [...declared, ...listed];
}

const hostRange = (address: IpAddress): IpPrefix => parsePrefix(hostPrefix(address));
