import { Chart } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { IpAddress, parseDnsLabel, parseLabelKey, parseRfc1123Label } from '../addressing';
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
} from '../registry';
import { checkAtSynth } from '../validation';
import { Check, instanceOf, optional, selected, ValidationError, shapeOf } from '../input';
import { FORMS, Part } from '../model';
import { hashedIdentifier, INSTANCE_FIELDS, keyFileOf, PeerGroup, SETTINGS } from '../settings';
import { Clients, clientsOf } from './client-ranges';
import { ExternalRouteReflectors, rejectReflectors } from './external-route-reflectors';
import { admitReaders } from './endpoint-slice-access';
import { addClientsService } from './headless-service';
import { meshSelector, NAMESPACE_LABEL, upstreamLabel, workloadSelector } from './labels';
import { ImportedRegion, RegionServiceProps } from './imported-region';
import { MadeObjects } from '../registry';
import { Mesh, meshShape } from './mesh';
import { identityOf, PartWorkloads } from './part-workloads';
import { rejectUnreachable } from './pod-networks';
import { rejectContradictions } from './region-contradictions';
import { RegionCommunities, regionShape, RouteReflectorRegionProps } from './region-props';
import { Owner } from './router-group';
import { labelsOfSides, LabelsOfSides } from './sides';
import { addDaemonSet, addDeployment, addDisruptionBudget, addNetworkPolicy } from './workloads';

/** A region prop is read as text here and looked up once all regions exist. */
const checkUpstream: Check<RouteReflectorRegion | ImportedRegion | ExternalRouteReflectors | string> = (value) => {
  if (typeof value === 'string') return parseRfc1123Label(value);
  if (value instanceof ExternalRouteReflectors || value instanceof ImportedRegion) return value;
  return instanceOf(RouteReflectorRegion, 'a RouteReflectorRegion, the name of one, or ExternalRouteReflectors')(value);
};

const checkProps = shapeOf<RouteReflectorRegionProps>()({ ...regionShape, upstream: optional(checkUpstream) });

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

/** The regions of other apps that a region refers to. */
const importedBy = ({ upstream, regionsBelow }: Region): readonly ImportedRegion[] => [
  ...(upstream instanceof ImportedRegion ? [upstream] : []),
  ...regionsBelow,
];

const networksOf = (regions: readonly ImportedRegion[]) => regions.flatMap(({ podNetworks }) => podNetworks);

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
   * the meshes whose pods read EndpointSlices here.
   */
  private readonly namespacesBelow = new Map<string, { readonly service?: string; readonly readers: Mesh[] }>();
  /** Whether clients are routers of regions below, or other pods. */
  private hasPods = false;
  private readonly declared: DeclaredRegion;

  /**
   * A region that another app makes, in this or another cluster, by its headless Service: to be `upstream`, or among
   * `regionsBelow`.
   *
   * @throws InvalidPropError
   */
  static fromService(scope: Construct, id: string, props: RegionServiceProps): ImportedRegion {
    return new ImportedRegion(scope, id, props);
  }

  constructor(scope: Construct, id: string, props: RouteReflectorRegionProps) {
    super(scope, id);
    const region = readProps(this, props, checkProps);
    this.region = region.region ?? readProp(this, 'id', id, checkId);
    this.name = region.name ?? readProp(this, 'region', `meshrr-${this.region}`, parseDnsLabel);
    this.part = { path: this.node.path, kind: 'region', name: this.region };
    this.communities = region.communities ?? {};
    this.clients = clientsOf(this, region);
    this.sideLabels = labelsOfSides(this, region.sideLabel, region.sides);
    rejectContradictions(this, region, {
      pods: this.clients.pods,
      nodes: this.nodeLabels(region),
      sides: this.sideLabels,
    });
    const registry = registryOf(this);
    const [{ path }, chart, { region: name }] = [this.node, Chart.of(this).node.path, this];
    registry.add('names', { path, prop: 'region', kind: 'region', space: chart, name });
    declareName(this, 'name', 'part', this.name);

    // bgpd with several addresses to listen on sets keys on one of them alone, the first one as a text.
    const keyless = region.reachability?.reachedBy === 'host-network' && { md5: false };
    this.mesh = new Mesh(this, 'mesh', { ...selected(props, meshShape), ...keyless, serviceName: this.name });
    if (region.regionsBelow.length > 0) this.hasPods = true;
    else if (!region.clientRanges && !region.members) this.takeClients();
    this.declared = this.declare(region);
    if (region.upstream instanceof RouteReflectorRegion) region.upstream.serveFrom(this);
    this.refer(region);
    const groups = [...region.groups, ...this.mesh.externalGroups, ...this.externalUpstream(region)];
    rejectUnreachable(this, groups, region.podNetworks);
    const owner: Owner = {
      ...{ part: this.part, name: this.name, mesh: this.mesh, clients: this.clients, props: { ...region, groups } },
      component: 'route-reflector',
      otherNetworks: networksOf(importedBy(region)),
      announceable: () => clientRoutesOf(registry, this.declared),
      settings: {
        meshServiceName: region.fullMesh ? this.mesh.serviceName : undefined,
        upstreamSessions: region.upstreamSessions,
        rangeKeyFile: region.clientSessions.authentication && keyFileOf(region.clientSessions.authentication),
        rangeHoldSeconds: region.clientSessions.holdTime,
        routerIds: region.routerIds,
        clusterId: this.clusterId(region),
        inRegionOnly: this.communities.only,
        inRegionPreferred: this.communities.preferred,
      },
      lateSettings: () => ({
        upstreamServiceName: this.upstreamReference(region),
        clientServices: this.clientServices(region),
        upstreamKeyFile:
          region.upstream instanceof ImportedRegion
            ? region.upstream.keyFile
            : registryOf(this).upstreamOf(this.declared)?.keyFile,
        clientKeyFile: this.clientServices(region) && this.mesh.keyFile,
        clientLocalPreference: region.clientLocalPreference ?? (this.hasPods ? 'reset' : 'keep'),
        clientRoutes: ownClientRoutes(registry, this.declared),
      }),
    };
    const workloads = new PartWorkloads(this, owner);
    if (region.sides) this.addSides(region, region.sides, workloads);
    else this.addCore(region, workloads, owner);
    addNetworkPolicy(this, owner, [], () => this.clientPods(region));
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
      keyFile: mesh.keyFile,
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
    const reads = ({ mesh }: RouteReflectorRegion) => mesh.settings.discovery === 'endpointslice';
    const reference = `${name}.${here}`;
    let known = this.namespacesBelow.get(namespace);
    if (!known) {
      known = { service: this.clients.pods ? undefined : addClientsService(below, this.mesh, reference), readers: [] };
      this.namespacesBelow.set(namespace, known);
      const { service } = known;
      if (reads(this) && service !== undefined) {
        admitReaders(below, `readers-${reference}`, service, name, () => this.mesh.subjects());
      }
    }
    const { readers } = known;
    if (!reads(below)) return;
    readers.push(below.mesh);
    if (readers.length > 1) return;
    const subjects = () => readers.flatMap((mesh) => mesh.subjects());
    admitReaders(this, `readers-${namespace}`, `${name}-from-${namespace}`, name, subjects);
  }

  /** Declares the regions of other apps, and lets those of this cluster read the EndpointSlices here. */
  private refer(region: Region): void {
    const { mesh } = this;
    const referring = { construct: this, mesh, podNetworks: region.podNetworks };
    if (region.upstream instanceof ImportedRegion) region.upstream.declareUse('upstream', 'upstream', referring);
    region.regionsBelow.forEach((below, i) => {
      declareReference(this, `regionsBelow[${i}]`, below);
      below.declareUse('below', `regionsBelow[${i}]`, referring);
    });
    const readers = importedBy(region).flatMap(({ clusterSet, service: name, namespace }) =>
      clusterSet || namespace === mesh.namespace ? [] : [{ kind: 'ServiceAccount', name, namespace }],
    );
    if (readers.length > 0) admitReaders(this, 'readers', `${this.name}-readers`, mesh.serviceName, () => readers);
  }

  /** The Services that list clients in pods; undefined if there are none. */
  private clientServices({ regionsBelow }: Region): readonly string[] | undefined {
    const elsewhere = [...this.namespacesBelow].flatMap(([at, { service }]) => (service ? `${service}.${at}` : []));
    const ofOtherApps = regionsBelow.map(({ reference }) => reference);
    const services = [...(this.clientService === undefined ? [] : [this.clientService]), ...elsewhere, ...ofOtherApps];
    return services.length > 0 ? services : undefined;
  }

  /** What a NetworkPolicy admits of clients in pods. */
  private clientPods({ regionsBelow }: Region): readonly k8s.NetworkPolicyPeer[] {
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
      ...regionsBelow.flatMap(({ service, namespace: theirs, podNetworks }): k8s.NetworkPolicyPeer[] =>
        podNetworks.length > 0
          ? podNetworks.map(({ text: cidr }) => ({ ipBlock: { cidr } }))
          : [
              {
                namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: theirs } },
                podSelector: { matchLabels: meshSelector(service) },
              },
            ],
      ),
      ...[...nodes].map((cidr) => ({ ipBlock: { cidr } })),
    ];
  }

  /** The Service of the region upstream, with its namespace if it is another one. */
  private upstreamReference({ upstream: given }: Region): string | undefined {
    if (given instanceof ImportedRegion) return given.reference;
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
      const { reachedBy, announcer, nodeNetworks } = reachability ?? { reachedBy: 'none' };
      const at = { instance: INSTANCE_FIELDS.node, nodeSelector };
      const pod = hostNetwork
        ? { ...at, hostNetwork, settings: { listenAddresses: onNodes } }
        : { ...at, hostAddresses: onNodes };
      const workload = workloads.workload(name, { side, reachedBy, nodeNetworks, announcer, addresses, pod }, added);
      addDaemonSet(this, `side-${side}`, workload);
      if (reachability) workloads.announce(side, addresses, reachability);
    }
  }
}
