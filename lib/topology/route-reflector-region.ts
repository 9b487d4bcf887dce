import { Chart } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import {
  IpAddress,
  IpPrefix,
  parseCommunity,
  parseDnsLabel,
  parseLabelKey,
  parsePrefix,
  parseRfc1123Label,
} from '../addressing';
import {
  clientRoutesOf,
  DeclaredRegion,
  declareName,
  declareReference,
  declareSpan,
  ownClientRoutes,
  readProp,
  readProps,
  registryOf,
  reject,
} from '../registry';
import { checkAtSynth } from '../validation';
import {
  Check,
  flag,
  instanceOf,
  integer,
  list,
  oneOf,
  optional,
  selected,
  withDefault,
  ValidationError,
  shapeOf,
} from '../input';
import { checkAddresses } from '../reachability/load-balanced-address';
import { checkNodeLabels } from '../reachability/metallb-peer';
import {
  checkReachability,
  Reachability,
  referenceOf,
  rejectHostNetwork,
  rejectOutsidePool,
} from '../reachability/reachability';
import { FORMS, Part } from '../model';
import {
  checkRouterId,
  checkRouterIds,
  hashedIdentifier,
  INSTANCE_FIELDS,
  MOST_UPSTREAM_SESSIONS,
  PeerGroup,
  rejectAsRanges,
  SETTINGS,
} from '../settings';
import { Clients, clientsOf } from './client-ranges';
import { ExternalRouteReflectors, rejectReflectors } from './external-route-reflectors';
import { admitReaders, Reader } from './endpoint-slice-access';
import { addClientsService } from './headless-service';
import { NAMESPACE_LABEL, upstreamLabel, workloadSelector } from './labels';
import { MadeObjects } from './made-objects';
import { Mesh, MeshProps, meshShape } from './mesh';
import { identityOf, PartWorkloads } from './part-workloads';
import { rejectAddresses, rejectUnreachable } from './pod-networks';
import { Owner } from './router-group';
import { checkSides, labelsOfSides, LabelsOfSides, SIDE_LABEL, SideProps, sideShape } from './sides';
import { RouterWorkloadProps, workloadShape } from './workload-props';
import { addDaemonSet, addDeployment, addDisruptionBudget, addNetworkPolicy } from './workloads';

/** One side of a region that serves routers outside the cluster. */
export interface RegionSideProps extends SideProps {
  /**
   * The addresses that clients peer with, at most one of each IP family.
   * @default - none; needed with, and only with, `reachability`
   * @example ['192.0.2.1', '2001:db8::1']
   */
  readonly addresses?: readonly string[];
}

/** Communities by which clients say how far their routes go. Both are standard communities (RFC 1997). */
export interface RegionCommunities {
  /**
   * Routes with it stay in the region.
   * @default - none
   */
  readonly only?: string;
  /**
   * Routes with it are sent upstream with local preference 20, so that other regions use them last.
   * @default - none
   */
  readonly preferred?: string;
}

/** What {@link RouteReflectorRegion} takes. */
export interface RouteReflectorRegionProps extends RouterWorkloadProps, Omit<MeshProps, 'serviceName'> {
  /**
   * Name of the region. Nodes of the region have the label `meshrr_region_NAME: "true"`.
   * @default - the id of the construct
   */
  readonly region?: string;
  /**
   * Name of the region's headless Service and beginning of the names of all its objects.
   * @default 'meshrr-' and the name of the region
   */
  readonly name?: string;
  /**
   * Pods of a core region, one on a host, spread over the sides.
   * @default 2, unless `sides` are given
   */
  readonly replicas?: number;
  /**
   * The sides of a client-facing region, by name: one or more, usually `a` and `b`. A pod runs on each node of the region
   * and side.
   * @default - none: a core region
   * @example { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } }
   */
  readonly sides?: Readonly<Record<string, RegionSideProps>>;
  /**
   * How clients outside the cluster reach the sides.
   * @default - only from inside the cluster
   * @example Reachability.hostPorts()
   */
  readonly reachability?: Reachability;
  /**
   * The prefixes that clients outside the cluster peer from.
   * @default - none: only the routers of the regions below are clients; needed with `reachability`, and only with `sides`
   * @example ['198.51.100.0/24', '2001:db8:1::/64']
   */
  readonly clientRanges?: readonly string[];
  /**
   * Whether the region's routers peer with each other. Without it they need an upstream.
   * @default true
   */
  readonly fullMesh?: boolean;
  /**
   * The route reflectors of this region's routers: another region, or its name within the chart; or reflectors that the
   * network has already.
   * @default - none
   * @example core, or 'core'
   */
  readonly upstream?: RouteReflectorRegion | ExternalRouteReflectors | string;
  /**
   * The most sessions that a router holds toward the upstream region, 1 to 64.
   * @default 2
   */
  readonly upstreamSessions?: number;
  /**
   * The routes that clients of the region may announce, of IPv4 and IPv6; others are dropped. Prefixes, which take in
   * all longer ones; or `'declared'`: what routers announce that the app declares as clients of the region, or of regions
   * below it. EVPN is not looked at.
   * @default - all
   * @example ['203.0.113.0/24'], or 'declared'
   */
  readonly clientRoutes?: readonly string[] | 'declared';
  /**
   * Whether routes of clients get local preference 100 (`reset`), so that none can outbid another, or keep what they
   * have. Lower ones that mean something stay: 20 (`communities.preferred`) and 0 (RFC 8326).
   * @default - 'reset' where clients are routers of other regions or other pods, else 'keep'
   */
  readonly clientLocalPreference?: 'keep' | 'reset';
  /**
   * BGP identifiers, written as IPv4 addresses, by the names of the nodes. A pod on any other node does not start.
   * @default - hashes of the names of workload and node
   * @example { n1: '192.0.2.11', n2: '192.0.2.12' }
   */
  readonly routerIds?: Readonly<Record<string, string>>;
  /**
   * The cluster id (RFC 4456): each pod has its BGP identifier (`pod`), or all have the same one, which is a hash of the
   * region's name (`region`) or is given as an IPv4 address. With one cluster id, a route reflector drops routes that another
   * one of the region has reflected: each client must peer with all of them.
   * @default 'pod'
   * @example 'region'
   */
  readonly clusterId?: string;
  /**
   * Communities by which clients say how far their routes go.
   * @default - none
   * @example { only: '64496:100', preferred: '64496:200' }
   */
  readonly communities?: RegionCommunities;
  /**
   * Labels that the region's nodes have.
   * @default { meshrr_region_NAME: 'true' }
   * @example { 'topology.kubernetes.io/region': 'east' }
   */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /**
   * Node label whose values are the sides. A core spreads its pods over them.
   * @default 'side'
   */
  readonly sideLabel?: string;
}

/** A region prop is read as text here and looked up once all regions exist. */
const checkUpstream: Check<RouteReflectorRegion | ExternalRouteReflectors | string> = (value) => {
  if (typeof value === 'string') return parseRfc1123Label(value);
  if (value instanceof ExternalRouteReflectors) return value;
  return instanceOf(RouteReflectorRegion, 'a RouteReflectorRegion, the name of one, or ExternalRouteReflectors')(value);
};

const checkClusterId: Check<'pod' | 'region' | IpAddress> = (value) => {
  if (value === 'pod' || value === 'region') return value;
  const isAddress = typeof value === 'string' && /^[\d.]+$/.test(value);
  if (!isAddress) throw ValidationError.of(value, '"pod", "region" or an IPv4 address other than 0.0.0.0');
  return checkRouterId(value);
};

const checkCommunities: Check<RegionCommunities> = (value) => {
  const communities = shapeOf<RegionCommunities>()({
    only: optional(parseCommunity),
    preferred: optional(parseCommunity),
  })(value);
  if (communities.only !== undefined && communities.only === communities.preferred) {
    throw ValidationError.of(communities.preferred, 'a community other than that of "only"').within('preferred');
  }
  return communities;
};

const checkClientRoutes: Check<readonly IpPrefix[] | 'declared'> = (value) =>
  value === 'declared' ? value : list(parsePrefix, 1)(value);

const checkProps = shapeOf<RouteReflectorRegionProps>()({
  ...workloadShape,
  ...meshShape,
  region: optional(parseRfc1123Label),
  name: optional(parseDnsLabel),
  replicas: optional(integer(1, 1000)),
  sides: optional(checkSides(shapeOf<RegionSideProps>()({ ...sideShape, addresses: optional(checkAddresses) }))),
  reachability: optional(checkReachability),
  clientRanges: optional(list(parsePrefix, 1)),
  fullMesh: withDefault(flag, true),
  upstream: optional(checkUpstream),
  upstreamSessions: optional(integer(1, MOST_UPSTREAM_SESSIONS)),
  clientRoutes: optional(checkClientRoutes),
  clientLocalPreference: optional(oneOf('keep', 'reset')),
  routerIds: optional(checkRouterIds),
  clusterId: withDefault(checkClusterId, 'pod'),
  communities: optional(checkCommunities),
  nodeLabels: optional(checkNodeLabels),
  sideLabel: withDefault(parseLabelKey, SIDE_LABEL),
});

type Region = ReturnType<typeof checkProps>;

/** The id of a construct whose region has no name of its own. */
const checkId: Check<string> = (value) => {
  try {
    return parseRfc1123Label(value);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw ValidationError.of(value, `${error.allowed}; or set the prop region`);
  }
};

/**
 * A region of route reflectors (RFC 4456) in full iBGP mesh over a headless Service.
 *
 * A core region is a Deployment whose clients are the routers of the regions below: it finds them behind a Service that
 * lists the pods with its label. A client-facing region has a DaemonSet for each side, on the nodes of the region and side,
 * and is reached by host ports or through MetalLB.
 *
 * @throws InvalidPropError; what concerns the upstream region is checked when the app is written
 */
export class RouteReflectorRegion extends Construct {
  /** Name of the region. */
  readonly region: string;
  /** The beginning of the names of its objects, and the name of its Service. */
  readonly name: string;
  /** The objects that it has made. */
  readonly objects = new MadeObjects(this);
  /** The mesh of the region's routers; regions below find them by its Service. */
  readonly mesh: Mesh;
  /** Where the region's clients are. */
  readonly clients: Clients;
  /** The region in the model of the topology. */
  readonly part: Part;
  /** The communities by which clients say how far their routes go. */
  readonly communities: RegionCommunities;
  private readonly sideLabels: LabelsOfSides;
  /** The Service that lists clients in pods; none where only routers outside are clients, or every pod is one. */
  private clientService?: string;
  /**
   * The namespaces of regions below that are not its own, with the Service that lists their pods, and
   * their ServiceAccounts.
   */
  private readonly namespacesBelow = new Map<string, { readonly service?: string; readonly readers: Reader[] }>();
  /** Whether clients are routers of regions below, or other pods. */
  private hasPods = false;
  private readonly declared: DeclaredRegion;

  constructor(scope: Construct, id: string, props: RouteReflectorRegionProps) {
    super(scope, id);
    const region = readProps(this, props, checkProps);
    this.region = region.region ?? readProp(this, 'id', id, checkId);
    this.name = region.name ?? readProp(this, 'region', `meshrr-${this.region}`, parseDnsLabel);
    this.part = { path: this.node.path, kind: 'region', name: this.region };
    this.communities = region.communities ?? {};
    this.clients = clientsOf(this, region);
    this.sideLabels = labelsOfSides(this, region.sideLabel, region.sides);
    this.rejectContradictions(region);
    const registry = registryOf(this);
    const [{ path }, chart, { region: name }] = [this.node, Chart.of(this).node.path, this];
    registry.add('names', { path, prop: 'region', kind: 'region', space: chart, name });
    declareName(this, 'name', 'part', this.name);

    this.mesh = new Mesh(this, 'mesh', { ...selected(props, meshShape), serviceName: this.name });
    if (!region.clientRanges) this.takeClients();
    this.declared = this.declare(region);
    if (region.upstream instanceof RouteReflectorRegion) region.upstream.serveFrom(this);
    const groups = [...region.groups, ...this.mesh.externalGroups, ...this.externalUpstream(region)];
    rejectUnreachable(this, groups, region.podNetworks);
    const owner: Owner = {
      ...{ part: this.part, name: this.name, mesh: this.mesh, clients: this.clients, props: { ...region, groups } },
      component: 'route-reflector',
      announceable: () => clientRoutesOf(registry, this.declared),
      settings: {
        meshServiceName: region.fullMesh ? this.mesh.serviceName : undefined,
        upstreamSessions: region.upstreamSessions,
        routerIds: region.routerIds,
        clusterId: this.clusterId(region),
        inRegionOnly: this.communities.only,
        inRegionPreferred: this.communities.preferred,
      },
      lateSettings: () => ({
        upstreamServiceName: this.upstreamReference(),
        clientServices: this.clientServices(),
        clientLocalPreference: region.clientLocalPreference ?? (this.hasPods ? 'reset' : 'keep'),
        clientRoutes: ownClientRoutes(registry, this.declared),
      }),
    };
    const workloads = new PartWorkloads(this, owner);
    if (region.sides) this.addSides(region, region.sides, workloads);
    else this.addCore(region, workloads, owner);
    addNetworkPolicy(this, owner, [], () => this.clientPods());
  }

  private rejectContradictions(region: Region): void {
    if (!region.fullMesh && region.upstream === undefined) {
      reject(this, 'fullMesh', false, 'true, or an upstream: a router without both has no peers');
    }
    const meshed = region.fullMesh || region.groups.some(({ kind }) => kind === 'mesh');
    if (!region.md5 && this.clients.pods && meshed) {
      const remedy = 'or no podClients: routers below, and pods with the label of a client, are found without it';
      const allowed = `true, ${remedy}. With both, a router of the mesh that dials first would become a client`;
      reject(this, 'md5', false, allowed);
    }
    if (region.sides && region.disruptionBudget !== undefined) {
      const allowed = 'nothing, as sides are given: a drain leaves the pods of DaemonSets';
      reject(this, 'disruptionBudget', region.disruptionBudget, allowed);
    }
    if (region.sides && region.replicas !== undefined) {
      reject(this, 'replicas', region.replicas, 'nothing, as sides are given: they have a pod on each of their nodes');
    }
    if (!region.sides && region.reachability) {
      reject(this, 'reachability', region.reachability.reachedBy, 'nothing without sides, which have the addresses');
    }
    if (region.clientRanges && !region.sides && !region.podClients) {
      const texts = region.clientRanges.map(({ text }) => text);
      reject(this, 'clientRanges', texts, 'nothing without sides, which have the addresses that clients peer with');
    }
    if (region.reachability && !region.clientRanges) {
      reject(this, 'clientRanges', undefined, 'the ranges that clients peer from, as reachability is given');
    }
    const reference = region.reachability && referenceOf(region.reachability);
    if (reference) declareReference(this, 'reachability', reference);
    if (region.reachability) rejectHostNetwork(this, region.reachability, region);
    readProp(this, 'groups', region.groups, rejectAsRanges);
    if (region.upstream === undefined && (region.upstreamSessions !== undefined || region.communities)) {
      const prop = region.communities ? 'communities' : 'upstreamSessions';
      reject(this, prop, region[prop], 'nothing without an upstream');
    }
    for (const [side, { addresses }] of region.sides ?? []) {
      const given = this.nodeLabels(region)[region.sideLabel];
      if (given !== undefined && given !== this.sideLabels.get(side)?.[region.sideLabel]) {
        const allowed = `a label other than those of the region's nodes, where it is "${given}": no node has two values of it`;
        reject(this, 'sideLabel', region.sideLabel, allowed);
      }
      const prop = `sides.${side}.addresses`;
      rejectAddresses(this, prop, addresses ?? [], region.podNetworks);
      if (region.reachability) rejectOutsidePool(this, prop, region.reachability, addresses ?? []);
      if (region.reachability && !addresses) {
        reject(this, prop, undefined, 'an address that clients peer with, as reachability is given');
      }
      if (!region.reachability && addresses) reject(this, prop, addresses[0].text, 'nothing without reachability');
    }
  }

  /** The BGP group of route reflectors outside that are upstream, if there are any. */
  private externalUpstream({ upstream, upstreamSessions }: Region): readonly PeerGroup[] {
    if (!(upstream instanceof ExternalRouteReflectors)) return [];
    rejectReflectors(this, 'upstream', upstream, this.mesh);
    const sessions = upstreamSessions ?? SETTINGS.upstreamSessions.default;
    return [{ kind: 'upstream', name: 'MESHRR-REFLECTORS-UPSTREAM', ...upstream.neighbors, sessions }];
  }

  private declare({ upstream, podNetworks, clientRoutes, reachability }: Region): DeclaredRegion {
    const [{ mesh, region: name }, { path }] = [this, this.node];
    const chart = Chart.of(this).node.path;
    const isNear = upstream instanceof RouteReflectorRegion && upstream.node.root === this.node.root;
    const region = {
      ...{ path, chart, name, podNetworks, clientRoutes },
      upstream: typeof upstream === 'string' ? { name: upstream } : isNear ? { path: upstream.node.path } : undefined,
      service: mesh.serviceName,
      autonomousSystem: mesh.autonomousSystem,
      namespace: mesh.namespace,
      families: mesh.families,
      serviceRootDomain: mesh.settings.serviceRootDomain ?? SETTINGS.serviceRootDomain.default,
      isAcrossClusters: mesh.isAcrossClusters,
      nodeNetworks: reachability?.nodeNetworks,
      takeClients: (below?: DeclaredRegion) => this.takeClients(below),
    };
    checkAtSynth(this);
    if (upstream instanceof Construct) declareReference(this, 'upstream', upstream);
    registryOf(this).addRegion(region);
    return region;
  }

  /** Finds clients in pods from now on; where every pod may be one, there is nobody to be found. */
  private takeClients(below?: DeclaredRegion): void {
    this.hasPods = true;
    const isElsewhere = below !== undefined && below.namespace !== this.mesh.namespace;
    if (!this.clients.pods && !isElsewhere) this.clientService ??= addClientsService(this, this.mesh);
  }

  /**
   * Finds the pods of a region below that is in another namespace: by a Service there, which the first of the regions in
   * that namespace has. Both sides may read the EndpointSlices of the other one.
   */
  private serveFrom(below: RouteReflectorRegion): void {
    const { namespace } = below.mesh;
    const here = this.mesh.namespace;
    if (namespace === here || namespace === undefined || here === undefined || this.node.root !== below.node.root)
      return;
    const { serviceName: name } = this.mesh;
    const readerOf = ({ mesh }: RouteReflectorRegion) =>
      mesh.settings.discovery === 'endpointslice' ? mesh.serviceAccountName : undefined;
    const own = readerOf(this);
    const reference = `${name}.${here}`;
    let known = this.namespacesBelow.get(namespace);
    if (!known) {
      known = { service: this.clients.pods ? undefined : addClientsService(below, this.mesh, reference), readers: [] };
      this.namespacesBelow.set(namespace, known);
      const { service } = known;
      if (own !== undefined && service !== undefined) {
        admitReaders(below, `readers-${reference}`, service, name, [{ name: own, namespace: here }]);
      }
    }
    const { readers } = known;
    const reader = readerOf(below);
    if (reader === undefined) return;
    readers.push({ name: reader, namespace });
    if (readers.length === 1) admitReaders(this, `readers-${namespace}`, `${name}-from-${namespace}`, name, readers);
  }

  /** The Services that list clients in pods; undefined if there are none. */
  private clientServices(): readonly string[] | undefined {
    const elsewhere = [...this.namespacesBelow].flatMap(([at, { service }]) => (service ? `${service}.${at}` : []));
    const services = [...(this.clientService === undefined ? [] : [this.clientService]), ...elsewhere];
    return services.length > 0 ? services : undefined;
  }

  /** What a NetworkPolicy admits of clients in pods. */
  private clientPods(): readonly k8s.NetworkPolicyPeer[] {
    const { serviceName, namespace } = this.mesh;
    const registry = registryOf(this);
    const below = registry.declared.regions.filter((one) => registry.upstreamOf(one) === this.declared);
    // No selector finds pods in the network of their nodes.
    const nodes = new Set(below.flatMap(({ nodeNetworks = [] }) => nodeNetworks.map(({ text }) => text)));
    const pods = (reference: string) => ({ podSelector: { matchLabels: upstreamLabel(reference) } });
    return [
      ...(this.clientService === undefined ? [] : [pods(serviceName)]),
      ...[...this.namespacesBelow.keys()].map((below) => ({
        namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: below } },
        ...pods(`${serviceName}.${namespace}`),
      })),
      ...[...nodes].map((cidr) => ({ ipBlock: { cidr } })),
    ];
  }

  /** The Service of the region upstream, with its namespace if it is another one. */
  private upstreamReference(): string | undefined {
    const upstream = registryOf(this).upstreamOf(this.declared);
    if (!upstream || upstream.namespace === this.mesh.namespace) return upstream?.service;
    return `${upstream.service}.${upstream.namespace}`;
  }

  private nodeLabels(region: Region): Readonly<Record<string, string>> {
    return region.nodeLabels ?? { [readProp(this, 'region', `meshrr_region_${this.region}`, parseLabelKey)]: 'true' };
  }

  private clusterId({ clusterId }: Region): IpAddress | undefined {
    if (clusterId !== 'region') return clusterId === 'pod' ? undefined : clusterId;
    return hashedIdentifier(identityOf(this, this.name));
  }

  private addCore(region: Region, workloads: PartWorkloads, owner: Owner): void {
    const labelSelector = { matchLabels: workloadSelector(this.name) };
    const apart = [{ labelSelector, topologyKey: 'kubernetes.io/hostname' }];
    const [topologyKey, whenUnsatisfiable] = [region.sideLabel, 'ScheduleAnyway'];
    const replicas = region.replicas ?? 2;
    const core = workloads.workload(this.name, {
      reachedBy: 'none',
      addresses: [],
      replicas,
      pod: {
        instance: INSTANCE_FIELDS.node,
        settings: { leaseSuccessor: 'any' },
        nodeSelector: this.nodeLabels(region),
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apart } },
        topologySpreadConstraints: [{ labelSelector, maxSkew: 1, topologyKey, whenUnsatisfiable }],
      },
    });
    addDeployment(this, 'core', core);
    addDisruptionBudget(this, owner, replicas);
  }

  private addSides(region: Region, sides: NonNullable<Region['sides']>, workloads: PartWorkloads): void {
    const { reachability } = region;
    const { isOnNodes = false, isHostNetwork: hostNetwork = false } = reachability ? FORMS[reachability.reachedBy] : {};
    for (const [side, { addresses = [], pod: added }] of sides) {
      const name = readProp(this, 'name', `${this.name}-${side}`, parseDnsLabel);
      const onNodes = isOnNodes ? addresses : [];
      onNodes.forEach((address) => declareSpan(this, `sides.${side}.addresses`, 'host', address));
      const nodeSelector = { ...this.nodeLabels(region), ...this.sideLabels.get(side) };
      const { reachedBy, announcer } = reachability ?? { reachedBy: 'none' };
      const at = { instance: INSTANCE_FIELDS.node, nodeSelector };
      const pod = hostNetwork
        ? { ...at, hostNetwork, settings: { listenAddresses: onNodes } }
        : { ...at, hostAddresses: onNodes };
      const workload = workloads.workload(name, { side, reachedBy, announcer, addresses, pod }, added);
      addDaemonSet(this, `side-${side}`, workload);
      if (reachability) workloads.announce(side, addresses, reachability);
    }
  }
}
