import type { Duration } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { parseDnsSubdomain } from '../addressing';
import { Check, duration, flag, integer, list, oneOf, optional, shapeOf, withDefault } from '../input';
import { checkRouter, Router } from '../router/router';
import {
  checkMaximumPrefixes,
  ConstructSettings,
  MaximumPrefixesProps,
  MOST_CLIENTS,
  MOST_PEERS,
  PeerGroupProps,
  parsePeerGroups,
} from '../settings';
import { checkPodNetworks } from './pod-networks';
import { checkNetworkPolicy, NetworkPolicyProps } from './network-policy-props';
import { checkPod, PodProps } from './pod-props';
import { checkTemplate, TemplateProps } from './template';
import { checkToleration } from './tolerations';
import { checkUpdateStrategy, UpdateStrategyProps } from './update-strategy';

/** How the runtime in the router's container works. */
export interface RuntimeProps {
  /**
   * The time between two questions to DNS: a Duration, or milliseconds, 100 to 60000.
   * @default 500
   * @example Duration.millis(250)
   */
  readonly pollInterval?: Duration | number;
  /**
   * How long a session with a router of the mesh or upstream may be down until the pod reports a problem: a Duration,
   * or seconds, 5 to 3600.
   * @default 60
   * @example Duration.minutes(2)
   */
  readonly sessionTimeout?: Duration | number;
  /**
   * The least level of what is logged.
   * @default 'info'
   */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /**
   * The most routers that a mesh takes in, 1 to 4000: DNS that is wrong cannot make a router grow beyond that. Where
   * DNS names more, those whose sessions have been up stay.
   * @default 256
   */
  readonly peerLimit?: number;
  /**
   * The most clients that a router accepts at a time, 1 to 65535; on FRR alone.
   * @default - as many as `resources.memoryLimit` of the router has room for, up to 5000
   */
  readonly clientLimit?: number;
}

/** What the workloads of route reflectors and of route servers both take. */
export interface RouterWorkloadProps {
  /**
   * The router in the pods: `new Crpd({ … })` or `new Frr({ … })`.
   * @example new Frr({ image: 'registry.example.com/meshrr/frr:1.0.0' })
   */
  readonly router: Router;
  /**
   * The prefixes that the cluster gives its pods addresses from: `['10.42.0.0/16']` on k3s.
   * @example ['10.42.0.0/16', 'fd00:42::/56']
   */
  readonly podNetworks: readonly string[];
  /**
   * Whether every pod of this cluster, whosever it is, may be a client: the pod networks count as client ranges.
   * Otherwise no client range may take them in. Regions below are clients without it.
   * @default false
   */
  readonly podClients?: boolean;
  /**
   * What a session with a client outside the cluster carries, if sides have addresses of both IP families and client
   * ranges are of both, too. `own`: the families of its own addresses, that is, IPv4 and EVPN over IPv4, IPv6 over IPv6.
   * A filter on one session is then the only way in, and each path arrives once. `all`: all address families on both
   * sessions, for clients that have one IP family but routes of the other one. On Junos, such routes have a next hop that
   * is made from the address of the session (`::ffff:192.0.2.1`) and that no router has, unless a policy sets another
   * one. If clients have sessions of one IP family only, these carry all families. So do sessions between pods.
   * @default 'own'
   */
  readonly sessionFamilies?: 'own' | 'all';
  /**
   * Whether clients from ranges get all paths to a route, not only the best one (ADD-PATH, RFC 7911): they need not
   * wait for another path when one fails, and no path at their route server hides another one. In all families but EVPN and
   * route targets; of cRPD up to 64 paths. Routers in pods get the best path. Groups of clients may have their own value.
   * @default false
   */
  readonly addPath?: boolean;
  /**
   * Further BGP groups, in addition to mesh, clients and upstream.
   * @default - none
   * @example [{ name: 'LAB', kind: 'mesh', service: 'lab-routers' }]
   */
  readonly groups?: readonly PeerGroupProps[];
  /**
   * How many routes each client may send, and what happens when it sends more. Groups of clients may have their own.
   * @default - any number
   * @example { maximum: { inet: 10_000, inet6: 5_000 }, excess: 'restart', restartMinutes: 5 }
   */
  readonly maximumPrefixes?: MaximumPrefixesProps;
  /**
   * Whether the routers that are declared as clients (`OutsideRouter` with `clientOf`) are members: the pods accept each from
   * its own addresses and with its own AS number alone, with the limits and prefixes of its `member`. Without `clientRanges`
   * they accept no other client from outside of the cluster. A change of a member reaches the running pods in the time that
   * the kubelet takes to update a ConfigMap, about a minute, and touches the sessions of no other member.
   * @default false
   */
  readonly members?: boolean;
  /**
   * A template of the router's configuration in place of the one in the image.
   * @default - that of the image
   * @example { file: 'templates/east.conf.j2' }
   */
  readonly template?: TemplateProps;
  /**
   * Taints of nodes that the pods tolerate.
   * @default - none
   * @example [{ key: 'dedicated', operator: 'Equal', value: 'routers' }]
   */
  readonly tolerations?: readonly k8s.Toleration[];
  /**
   * Name of the priority class of the pods.
   * @default - that of the cluster
   * @example 'system-cluster-critical'
   */
  readonly priorityClassName?: string;
  /**
   * Whether the pods of a region or pair end one after the other, whoever replaces them: a rollout, a drain of a node, or
   * `kubectl delete`. A pod that is to end takes the Lease of its region or pair first, and waits while another pod's clients
   * are not back. It waits for its grace period at most. The pods get a token of the API for this one Lease.
   * @default true
   */
  readonly interlock?: boolean;
  /**
   * What the app adds to the pods.
   * @default - nothing
   * @example { annotations: { 'prometheus.io/scrape': 'false' }, hostAliases: [{ ip: '192.0.2.53', hostnames: ['ns'] }] }
   */
  readonly pod?: PodProps;
  /**
   * Who may connect to the pods beside routers and clients; `false` for no policy, where those of the cluster's owner are
   * enough.
   * @default - routers of the mesh and clients reach BGP, and anybody the management ports
   * @example { ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/28' } }], ports: [9100] }] }
   */
  readonly networkPolicy?: false | NetworkPolicyProps;
  /**
   * How many pods a drain of nodes may take at a time, fewer than there are; `false` for no PodDisruptionBudget. A region
   * with sides has none: a drain leaves the pods of DaemonSets.
   * @default 1
   * @example 2
   */
  readonly disruptionBudget?: number | false;
  /**
   * How an update replaces the pods; `'OnDelete'` replaces those of sides only as somebody deletes them.
   * @default - one at a time; where no port of a node is in the way, the new pod is there before the old one ends
   * @example { maxUnavailable: 1 }
   */
  readonly updateStrategy?: 'OnDelete' | UpdateStrategyProps;
  /**
   * How the runtime in the router's container works.
   * @default { pollInterval: 500, sessionTimeout: 60, logLevel: 'info', peerLimit: 256 }
   * @example { pollInterval: Duration.millis(500), logLevel: 'debug' }
   */
  readonly runtime?: RuntimeProps;
}

const checkRuntimeProps = shapeOf<RuntimeProps>()({
  pollInterval: optional(duration('milliseconds', 100, 60000)),
  sessionTimeout: optional(duration('seconds', 5, 3600)),
  logLevel: optional(oneOf('debug', 'info', 'warn', 'error')),
  peerLimit: optional(integer(1, MOST_PEERS)),
  clientLimit: optional(integer(1, MOST_CLIENTS)),
});

/** Reads {@link RuntimeProps} as settings of the pods. */
const checkRuntime: Check<ConstructSettings> = (value) => {
  const { pollInterval: pollMilliseconds, sessionTimeout: sessionSeconds, ...others } = checkRuntimeProps(value);
  return { pollMilliseconds, sessionSeconds, ...others };
};

/** The checks of {@link RouterWorkloadProps}. */
export const workloadShape = {
  router: checkRouter,
  podNetworks: checkPodNetworks,
  podClients: withDefault(flag, false),
  sessionFamilies: withDefault(oneOf('own', 'all'), 'own'),
  addPath: withDefault(flag, false),
  groups: withDefault(parsePeerGroups, []),
  maximumPrefixes: optional(checkMaximumPrefixes),
  members: withDefault(flag, false),
  template: optional(checkTemplate),
  tolerations: optional(list(checkToleration)),
  priorityClassName: optional(parseDnsSubdomain),
  interlock: withDefault(flag, true),
  pod: withDefault(checkPod, {}),
  networkPolicy: withDefault(checkNetworkPolicy, { ingress: undefined }),
  disruptionBudget: optional((value): number | false => (value === false ? value : integer(1, 1000)(value))),
  updateStrategy: optional(checkUpdateStrategy),
  runtime: optional(checkRuntime),
};
