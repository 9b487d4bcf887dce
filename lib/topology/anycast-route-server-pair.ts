import { Chart, type Size } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import {
  AsRange,
  formatAsRange,
  IpAddress,
  parseAsRange,
  parseDnsLabel,
  parseDnsSubdomain,
  parseHostAddress,
  parseLabelKey,
  parseLabelValue,
  parsePrefix,
} from '../addressing';
import { declareName, declareReference, readProp, readProps, reject } from '../registry';
import { checkAtSynth } from '../validation';
import { quantityText, instanceOf, integer, list, optional, withDefault, shapeOf, text } from '../input';
import { addLoadBalancer, checkAddresses, fromMetalLB } from '../reachability/load-balanced-address';
import { MetalLBAddressPool } from '../reachability/metallb-address-pool';
import { FORMS, Part } from '../model';
import { checkReachability, Reachability, referenceOf, rejectOutsidePool } from '../reachability/reachability';
import { CONFIGURATION_VOLUME } from '../router/pod-template';
import {
  actionsRefusal,
  canonicalQuantity,
  CAPABILITIES,
  checkClientFilters,
  familyProblem,
  checkRouterId,
  checkRpki,
  ClientFiltersProps,
  FilterDefaults,
  INSTANCE_FIELDS,
  rejectListedClients,
  rejectServers,
  RpkiProps,
  SETTINGS,
} from '../settings';
import { workloadSelector } from './labels';
import { MadeObjects } from '../registry';
import { Mesh } from './mesh';
import { Clients, clientsOf } from './client-ranges';
import { rejectUncarried } from './client-sessions';
import { rejectAddresses, rejectUnreachable } from './pod-networks';
import { RouterWorkloadProps, workloadShape } from './workload-props';
import { checkSides, labelsOfSides, LabelsOfSides, SIDE_LABEL, SideProps, sideShape } from './sides';
import { addDisruptionBudget, addNetworkPolicy, addStatefulSet } from './workloads';
import { labelsOf, Owner } from './router-group';
import { PartWorkloads } from './part-workloads';

/** One side of a pair. */
export interface RouteServerSideProps extends SideProps {
  /**
   * The addresses that clients peer with, announced as host routes; at most one of each IP family.
   * @example ['192.0.2.1', '2001:db8::1']
   */
  readonly addresses: readonly string[];
  /**
   * Pods behind the addresses. One is the quiet choice: where the set of pods changes, sessions may move and reset.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Addresses out of the `management` pool for SSH and NETCONF, one for each pod.
   * @default - none
   * @example ['203.0.113.17']
   */
  readonly managementAddresses?: readonly string[];
  /**
   * BGP identifiers, written as IPv4 addresses, one for each pod in the order of their numbers.
   * @default - hashes of the names of the pods
   * @example ['192.0.2.11']
   */
  readonly routerIds?: readonly string[];
}

/** The volume of a pod's configuration. */
export interface PersistenceProps {
  /**
   * Size of the volume.
   * @default '1Gi'
   * @example Size.gibibytes(1), or '1Gi'
   */
  readonly size?: string | Size;
  /**
   * Name of the storage class.
   * @default - that of the cluster
   */
  readonly storageClassName?: string;
}

/** What {@link AnycastRouteServerPair} takes. */
export interface AnycastRouteServerPairProps extends RouterWorkloadProps {
  /**
   * The iBGP mesh of the route servers; several pairs may share it.
   * @example new Mesh(chart, 'meshrr-core', { autonomousSystem: 64496 })
   */
  readonly mesh: Mesh;
  /**
   * How clients reach the addresses: by a load balancer, as pods of a side may move between its nodes.
   * @example Reachability.metalLB(metallb)
   */
  readonly reachability: Reachability;
  /**
   * The sides, by name: one or more, usually `a` and `b`. A pair over two clusters has one side in the chart of each.
   * @example { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } }
   */
  readonly sides: Readonly<Record<string, RouteServerSideProps>>;
  /**
   * The prefixes that clients peer from.
   * @default - none: members alone (`members`)
   * @example ['198.51.100.0/24', '2001:db8:1::/64']
   */
  readonly clientRanges?: readonly string[];
  /**
   * Name of the pair and beginning of the names of its objects.
   * @default 'routeserver', or 'routeserver-' and the region
   * @example 'ixp'
   */
  readonly name?: string;
  /**
   * The region whose nodes the pods prefer, by the node label `region`.
   * @default - none
   */
  readonly region?: string;
  /**
   * AS numbers of the clients: `['65001-65500']`.
   * @default ['65001-65500']
   * @example ['65001-65500', 65600]
   */
  readonly asRanges?: readonly (string | number)[];
  /**
   * What the route servers drop of the routes of their clients. `'exchange'` is safe where clients do not trust each other:
   * private and reserved prefixes and AS numbers, prefixes too short or too long, and long paths are dropped, and next hops
   * become the client's own address. `'house'` checks the first AS number alone, for EVPN in a house. An object is
   * `'exchange'` with other values. A route that does not begin with an AS number of its client is dropped in any case.
   * @default 'house'
   * @example 'exchange', or { ipv6Lengths: '19-48' }
   */
  readonly filters?: FilterDefaults | ClientFiltersProps;
  /**
   * Validates the origins of IPv4 and IPv6 routes by RPKI (RFC 6811). Without a server that answers, all origins count as not
   * found, and routes are accepted. Not with `filters: 'house'`.
   * @default - origins are not validated
   * @example { servers: ['rtr.rpki.svc.cluster.local:3323'] }
   */
  readonly rpki?: RpkiProps;
  /**
   * A volume for each pod, on which an operator's own part of the configuration outlives the pod. What settings and
   * template say is rendered at each start in any case.
   * @default - none
   * @example { size: Size.gibibytes(1), storageClassName: 'fast' }
   */
  readonly persistence?: PersistenceProps;
  /**
   * The pool of the management addresses.
   * @default - none
   */
  readonly management?: MetalLBAddressPool;
  /**
   * Node label whose values are the sides.
   * @default 'side'
   */
  readonly sideLabel?: string;
  /**
   * Node label whose values are the regions.
   * @default 'region'
   */
  readonly regionLabel?: string;
}

const checkVolumeSize = text(/^[1-9]\d*(Mi|Gi|Ti|M|G|T)$/, 'the size of a volume such as 1Gi');

const checkProps = shapeOf<AnycastRouteServerPairProps>()({
  ...workloadShape,
  mesh: instanceOf(Mesh, 'a Mesh'),
  reachability: checkReachability,
  sides: checkSides(
    shapeOf<RouteServerSideProps>()({
      ...sideShape,
      addresses: checkAddresses,
      replicas: withDefault(integer(1, 100), 1),
      managementAddresses: optional(list(parseHostAddress, 1)),
      routerIds: optional(list(checkRouterId, 1)),
    }),
  ),
  clientRanges: optional(list(parsePrefix, 1)),
  name: optional(parseDnsLabel),
  region: optional(parseLabelValue),
  asRanges: withDefault(list(parseAsRange, 1), SETTINGS.asRanges.default),
  filters: checkClientFilters,
  rpki: optional(checkRpki),
  persistence: optional(
    shapeOf<PersistenceProps>()({
      size: withDefault((value) => checkVolumeSize(quantityText(value)), '1Gi'),
      storageClassName: optional(parseDnsSubdomain),
    }),
  ),
  management: optional(instanceOf(MetalLBAddressPool, 'a MetalLBAddressPool')),
  sideLabel: withDefault(parseLabelKey, SIDE_LABEL),
  regionLabel: withDefault(parseLabelKey, 'region'),
});

type Pair = ReturnType<typeof checkProps>;
type PairSide = Pair['sides'] extends ReadonlyMap<string, infer S> ? S : never;

/**
 * Route servers (RFC 7947) on two or more sides, each side a StatefulSet behind an address of its own.
 * A client peers with the addresses of all sides, so any one of them may fail. The route servers are one iBGP mesh, which several pairs
 * may share.
 *
 * @throws InvalidPropError
 */
export class AnycastRouteServerPair extends Construct {
  /** The beginning of the names of its objects. */
  readonly name: string;
  /** The objects that it has made. */
  readonly objects = new MadeObjects(this);
  readonly mesh: Mesh;
  /** Where the clients are. */
  readonly clients: Clients;
  /** The pair in the model of the topology. */
  readonly part: Part;
  private readonly sideLabels: LabelsOfSides;

  constructor(scope: Construct, id: string, props: AnycastRouteServerPairProps) {
    super(scope, id);
    const pair = readProps(this, props, checkProps);
    const { mesh, region, router } = pair;
    this.mesh = mesh;
    this.name =
      pair.name ??
      (region === undefined ? 'routeserver' : readProp(this, 'region', `routeserver-${region}`, parseDnsLabel));
    this.part = { path: this.node.path, kind: 'pair', name: this.name };
    declareName(this, 'name', 'part', this.name);
    this.clients = clientsOf(this, pair);
    this.sideLabels = labelsOfSides(this, pair.sideLabel, pair.sides);
    this.rejectContradictions(pair);
    checkAtSynth(this);
    declareReference(this, 'mesh', mesh);
    const reference = referenceOf(pair.reachability);
    if (reference) declareReference(this, 'reachability', reference);

    const groups = [...pair.groups, ...mesh.externalGroups];
    rejectUnreachable(this, groups, pair.podNetworks);
    const owner: Owner = {
      ...{ part: this.part, name: this.name, mesh, clients: this.clients, props: { ...pair, groups } },
      component: 'route-server',
      settings: {
        meshServiceName: mesh.serviceName,
        mode: 'routeserver',
        asRanges: pair.asRanges,
        clientFilters: pair.filters,
        rpkiServers: pair.rpki?.servers,
        rpkiInvalid: pair.rpki?.invalid,
      },
    };
    const workloads = new PartWorkloads(this, owner);
    pair.sides.forEach((side, key) => this.addSide(pair, key, side, owner, workloads));
    const pods = [...pair.sides.values()].reduce((sum, { replicas }) => sum + replicas, 0);
    addDisruptionBudget(this, owner, pods);
    addNetworkPolicy(this, owner, pair.management && Object.values(router.managementPorts));
  }

  private rejectContradictions(pair: Pair): void {
    const { mesh, management, router, reachability } = pair;
    if (FORMS[reachability.reachedBy].isOnNodes) {
      const allowed =
        'a load balancer such as metalLB: pods of a side move between its nodes, and addresses of nodes do not follow';
      reject(this, 'reachability', reachability.reachedBy, allowed);
    }
    if (!pair.clientRanges && !pair.members) {
      reject(this, 'clientRanges', undefined, 'the ranges that clients peer from, or members: true');
    }
    const { namespace } = Chart.of(this);
    if (mesh.namespace !== namespace) {
      const allowed = `a mesh in the namespace of the pair, ${namespace ?? "kubectl's"}; ${mesh.node.path} is in ${mesh.namespace ?? "kubectl's"}`;
      reject(this, 'mesh', mesh.serviceName, allowed);
    }
    // Here pods may be clients even where the mesh has no TCP MD5, unlike in a region of route reflectors: sessions with
    // clients are external, and both FRR and Junos refuse a router of the mesh among them by its AS number.
    rejectUncarried(this, reachability, { ...pair, clientSessions: {} });
    this.rejectOwnAs('asRanges', pair.asRanges);
    const refused = familyProblem({ router: router.kind, mode: 'routeserver', families: mesh.families });
    if (refused !== undefined) reject(this, 'mesh', mesh.families, refused);
    readProp(this, 'groups', pair.groups, rejectListedClients);
    if (pair.rpki && !pair.filters)
      reject(this, 'rpki', { invalid: pair.rpki.invalid }, 'nothing with filters "house", which trusts all clients');
    const noActions = actionsRefusal(pair.filters, {
      ...{ families: mesh.families, clientRanges: pair.clientRanges },
      ...{ hasMembers: pair.members, groups: pair.groups },
    });
    if (noActions !== undefined) reject(this, 'filters.actions', true, noActions);
    readProp(this, 'rpki', pair.rpki?.servers, (servers) => rejectServers(servers, router.kind));
    pair.groups.forEach((group, i) => {
      if (group.kind === 'clients') this.rejectOwnAs(`groups[${i}].asRanges`, group.asRanges ?? []);
    });
    if (management && !CAPABILITIES[router.kind].management) {
      reject(this, 'management', management, `nothing: ${router.kind} has no SSH or NETCONF (use kubectl exec)`);
    }
    for (const [key, side] of pair.sides) {
      const onNodes = this.sideLabels.get(key)?.[pair.regionLabel];
      if (pair.region !== undefined && onNodes !== undefined && onNodes !== pair.region) {
        const allowed = `a label other than sideLabel: nodes of side ${key} cannot be in region "${pair.region}" by the same label`;
        reject(this, 'regionLabel', pair.regionLabel, allowed);
      }
      rejectAddresses(this, `sides.${key}.addresses`, side.addresses, pair.podNetworks);
      rejectOutsidePool(this, `sides.${key}.addresses`, reachability, side.addresses);
      if (side.routerIds && side.routerIds.length !== side.replicas) {
        const texts = side.routerIds.map(({ text }) => text);
        reject(this, `sides.${key}.routerIds`, texts, `one identifier for each of ${side.replicas} pods`);
      }
      const addresses = side.managementAddresses;
      if (!addresses) continue;
      const rejected = (value: unknown, allowed: string) =>
        reject(this, `sides.${key}.managementAddresses`, value, allowed);
      if (!management) rejected(addresses[0].text, 'nothing without a management pool');
      if (addresses.length !== side.replicas) {
        const texts = addresses.map(({ text }) => text);
        rejected(texts, `one address for each of ${side.replicas} pods`);
      }
      const stranger = addresses.find((address) => !management?.holds(address));
      if (stranger && management) {
        const pool = management.addresses.map(({ text }) => text).join(', ');
        rejected(stranger.text, `addresses of the pool ${management.name}: ${pool}`);
      }
    }
  }

  /** The sessions with clients are eBGP, which a client in the AS of the route servers could not have. */
  private rejectOwnAs(prop: string, ranges: readonly AsRange[]): void {
    const own = this.mesh.autonomousSystem;
    const index = ranges.findIndex(({ first, last }) => first <= own && own <= last);
    if (index < 0) return;
    const allowed = `AS numbers other than ${own}, that of the route servers: the sessions with clients are eBGP`;
    reject(this, `${prop}[${index}]`, formatAsRange(ranges[index]), allowed);
  }

  private addSide(pair: Pair, key: string, side: PairSide, owner: Owner, workloads: PartWorkloads): void {
    const name = `${this.name}-${key}`;
    const labelSelector = { matchLabels: workloadSelector(name) };
    const [topologyKey, whenUnsatisfiable] = ['kubernetes.io/hostname', 'ScheduleAnyway'];
    const workload = workloads.workload(
      name,
      {
        side: key,
        reachedBy: pair.reachability.reachedBy,
        announcer: pair.reachability.announcer,
        addresses: side.addresses,
        preferredNodes: pair.region === undefined ? {} : { [pair.regionLabel]: pair.region },
        replicas: side.replicas,
        pod: {
          persistent: pair.persistence !== undefined,
          affinity: pair.region === undefined ? undefined : preferRegion(pair.regionLabel, pair.region),
          instance: INSTANCE_FIELDS.pod,
          settings: { routerIds: byPod(name, side.routerIds) },
          nodeSelector: { ...this.sideLabels.get(key) },
          topologySpreadConstraints: [{ labelSelector, maxSkew: 1, topologyKey, whenUnsatisfiable }],
        },
      },
      side.pod,
    );
    addStatefulSet(this, `side-${key}`, workload, pair.persistence && claim(pair.persistence));
    workloads.announce(key, side.addresses, pair.reachability);
    side.managementAddresses?.forEach((address, i) => {
      addLoadBalancer(this, `management-${key}-${i}`, {
        name: `${name}-${i}-mgt`,
        prop: `sides.${key}.managementAddresses[${i}]`,
        addresses: [address],
        request: fromMetalLB((pair.management as MetalLBAddressPool).name, [address]),
        selector: { 'statefulset.kubernetes.io/pod-name': `${name}-${i}` },
        labels: labelsOf({ name, side: key, owner }),
        ports: pair.router.managementPorts,
        // A router that is not ready is the one that an operator wants to reach.
        publishNotReadyAddresses: true,
      });
    });
  }
}

/** What the pods of a StatefulSet have, by their names. */
const byPod = (name: string, ids: readonly IpAddress[] | undefined) =>
  ids && Object.fromEntries(ids.map((id, i) => [`${name}-${i}`, id]));

function preferRegion(key: string, region: string): k8s.Affinity {
  const preference = { matchExpressions: [{ key, operator: 'In', values: [region] }] };
  return { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] } };
}

function claim({ size, storageClassName }: NonNullable<Pair['persistence']>): k8s.KubePersistentVolumeClaimProps {
  return {
    metadata: { name: CONFIGURATION_VOLUME },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName,
      resources: { requests: { storage: k8s.Quantity.fromString(canonicalQuantity(size)) } },
    },
  };
}
