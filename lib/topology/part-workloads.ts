import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { hostPrefix, IpAddress } from '../addressing';
import { idleIpVersion, ofBothIpVersions, rangesOutside } from '../configuration';
import { mergedProps } from '../input';
import { clusterOf, readProp, reject } from '../registry';
import { addLoadBalancer, fromMetalLB } from '../reachability/load-balanced-address';
import { MetalLBAddressPool } from '../reachability/metallb-address-pool';
import { ReadReachability } from '../reachability/reachability';
import { ConfigFile } from '../router/pod-template';
import { BGP_PORT, ConstructSettings, GRACE_SECONDS } from '../settings';
import { workloadSelector } from './labels';
import { addLease } from './lease';
import { Mesh } from './mesh';
import { addedVariables } from './pod-additions';
import type { PodAdditions } from './pod-props';
import { labelsOf, membersOf, Owner, Workload } from './router-group';
import { addGroups, addMembers, addTemplate } from './workloads';

/** Makes the workloads of a region or pair from what they have in common, and the ConfigMaps that all of them mount. */
export class PartWorkloads {
  private readonly template?: ConfigFile;
  private readonly groups?: ConfigFile;
  private readonly members?: ConfigFile;
  private readonly lease?: string;

  constructor(
    private readonly scope: Construct,
    private readonly owner: Owner,
  ) {
    this.template = addTemplate(scope, owner.name, owner.props.template);
    this.groups = addGroups(scope, owner.name, owner.props.groups);
    if (owner.props.members) this.members = addMembers(scope, owner.name, () => membersOf(owner));
    if (owner.props.interlock) this.lease = addLease(scope, owner.name, owner.mesh);
  }

  /**
   * A workload with what is its own.
   *
   * @param addedToSide what the app adds to the pods of the side, beside what it adds to those of the region or pair
   * @throws InvalidPropError for an addition that the topology contradicts
   */
  workload(name: string, { pod, ...own }: OwnWorkload, addedToSide?: PodAdditions): Workload {
    const { owner, template, groups, members, lease } = this;
    const { mesh, clients, props, settings, lateSettings } = owner;
    const { router, tolerations, priorityClassName, podNetworks, runtime } = props;
    const added = {
      prop: addedToSide === undefined ? 'pod' : `sides.${own.side}.pod`,
      pod: mergedProps(props.pod, addedToSide ?? {}),
    };
    if (added.pod.serviceAccount !== undefined) mesh.admit(added.pod.serviceAccount);
    return {
      ...{ ...own, name, owner, added },
      pod: {
        ...{ router, tolerations, priorityClassName, template, groups, members, lateSettings },
        serviceAccountName: mesh.serviceAccountName,
        ...pod,
        variables: addedVariables(added.pod),
        nodeSelector: this.nodeSelector(pod.nodeSelector, added),
        settings: {
          ...{ ...mesh.settings, ...runtime, lease },
          graceSeconds:
            added.pod.terminationGracePeriod ?? GRACE_SECONDS[lease === undefined ? 'alone' : 'withInterlock'],
          identity: identityOf(this.scope, name),
          clientRanges: clients.ranges.length > 0 ? clients.ranges : undefined,
          maximumPrefixes: props.maximumPrefixes,
          podNetworks: mesh.isAcrossClusters ? undefined : [...podNetworks, ...(owner.otherNetworks ?? [])],
          sessionFamilies: this.sessionFamilies(own.addresses),
          addPath: props.addPath,
          ...{ ...settings, ...pod.settings },
        },
      },
    };
  }

  /** The labels that nodes must have: the app may ask for more, and for no other value of one that the topology needs. */
  private nodeSelector(
    own: Readonly<Record<string, string>>,
    { prop, pod }: Workload['added'],
  ): Record<string, string> {
    for (const [key, value] of Object.entries(pod.nodeSelector ?? {})) {
      if (key in own && own[key] !== value) {
        reject(this.scope, `${prop}.nodeSelector.${key}`, value, `"${own[key]}", by which the topology chooses nodes`);
      }
    }
    return { ...own, ...pod.nodeSelector };
  }

  /**
   * Whether sessions with clients carry the families of their own addresses only; undefined if clients have sessions of one
   * IP family, which carry all.
   */
  private sessionFamilies(addresses: readonly IpAddress[]): ConstructSettings['sessionFamilies'] {
    const { mesh, clients, props } = this.owner;
    const ranges = rangesOutside(clients.given, props.podNetworks);
    // Members are declared later.
    const isOfBoth = props.members || ofBothIpVersions(ranges);
    if (props.sessionFamilies === 'all' || !ofBothIpVersions(addresses) || !isOfBoth) return undefined;
    const refuse = (others: string) => reject(this.scope, 'sessionFamilies', 'own', `"all", ${others}`);
    const idle = idleIpVersion(mesh.families);
    if (idle !== undefined) {
      const [family, other] = idle === 6 ? ['inet6', 4] : ['inet', 6];
      const families = mesh.families.join(' and ');
      refuse(`address family ${family}, or IPv${other} alone: IPv${idle} sessions would carry nothing of ${families}`);
    }
    if (clients.pods && mesh.isAcrossClusters) {
      refuse('or no podClients: the pods do not know which clients are pods of other clusters, with one session each');
    }
    return 'own';
  }

  /** Makes the Service that a load balancer announces the addresses of a side for, and a pool where MetalLB has none. */
  announce(side: string, addresses: readonly IpAddress[], { metallb, advertisement, request }: ReadReachability): void {
    const { scope, owner } = this;
    if (!metallb && !request) return;
    const name = `${owner.name}-${side}`;
    const poolName = poolNameOf(owner.mesh, name);
    const asked = request
      ? readProp(scope, 'reachability.annotations', side, (key) => request(key, addresses))
      : fromMetalLB(poolName, addresses);
    addLoadBalancer(scope, `address-${side}`, {
      name,
      prop: `sides.${side}.addresses`,
      addresses,
      request: asked,
      selector: workloadSelector(name),
      labels: labelsOf({ name, side, owner }),
      ports: { bgp: BGP_PORT },
    });
    if (!metallb) return;
    const pool = { metallb, name: poolName, addresses: addresses.map(hostPrefix) };
    new MetalLBAddressPool(scope, `pool-${side}`, { ...advertisement, ...pool });
  }
}

/** The name of a workload or region that no other one of the app has. */
export const identityOf = (scope: Construct, name: string): string =>
  [clusterOf(scope), Chart.of(scope).namespace, name].filter((part) => part !== undefined && part !== '').join('/');

/** The name of a pool: pools of all namespaces share the namespace of MetalLB. */
export const poolNameOf = ({ namespace }: Mesh, name: string): string =>
  namespace === undefined ? name : `${namespace}-${name}`;

/** What one workload alone has. */
type OwnWorkload = Omit<Workload, 'name' | 'owner' | 'pod' | 'added'> & {
  readonly pod: Pick<Workload['pod'], 'nodeSelector' | 'instance'> & Partial<Workload['pod']>;
};
