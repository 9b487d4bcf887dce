import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { IConstruct } from 'constructs';
import * as fs from 'fs';
import {
  covers,
  firstOverlap,
  IpAddress,
  IpPrefix,
  overlaps,
  parseDataKey,
  parseDnsSubdomain,
  parseLabelKey,
  parseLabelValue,
  parsePrefix,
} from '../addressing';
import { reject } from '../registry/invalid-prop';
import {
  Check,
  flag,
  inside,
  integer,
  list,
  oneOf,
  optional,
  withDefault,
  ValidationError,
  shapeOf,
  text,
} from '../input';
import { checkRouter, Router } from '../router/router';
import { MOST_CLIENTS, MOST_PEERS, PeerGroup, PeerGroupProps, parsePeerGroups } from '../settings';

/** An operator's own template of the router's configuration: a file, or a ConfigMap that exists. */
export interface TemplateProps {
  /**
   * Path of a Jinja2 file, from where the app runs. Its text goes into a ConfigMap of the app.
   * @default - none; either this or `configMapName` is given
   */
  readonly file?: string;
  /**
   * Name of a ConfigMap that exists in the namespace of the pods.
   * @default - none
   */
  readonly configMapName?: string;
  /**
   * The key of the ConfigMap.
   * @default 'config'
   */
  readonly key?: string;
}

/** How the runtime beside the router works. */
export interface RuntimeProps {
  /**
   * The time between two questions to DNS, in milliseconds, 100 to 60000.
   * @default 1000
   */
  readonly pollMilliseconds?: number;
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
  /** The router in the pods: `new Crpd({ … })` or `new Frr({ … })`. */
  readonly router: Router;
  /** The prefixes that the cluster gives its pods addresses from: `['10.42.0.0/16']` on k3s. */
  readonly podNetworks: readonly string[];
  /**
   * Whether every pod of this cluster, whosever it is, may be a client: the pod networks count as client ranges.
   * Otherwise no client range may take them in. Regions below are clients without it.
   * @default false
   */
  readonly podClients?: boolean;
  /**
   * Further BGP groups, beside mesh, clients and upstream.
   * @default - none
   */
  readonly groups?: readonly PeerGroupProps[];
  /**
   * A template of the router's configuration in place of the one in the image.
   * @default - that of the image
   */
  readonly template?: TemplateProps;
  /**
   * Taints of nodes that the pods tolerate.
   * @default - none
   */
  readonly tolerations?: readonly k8s.Toleration[];
  /**
   * Name of the priority class of the pods.
   * @default - that of the cluster
   */
  readonly priorityClassName?: string;
  /** @default { pollMilliseconds: 1000, logLevel: 'info', peerLimit: 256 } */
  readonly runtime?: RuntimeProps;
}

/** A template, read: its text, or where it is. */
export type Template = { readonly file: string; readonly text: string } | { readonly configMapName: string; readonly key: string };

/** The most that the API server stores in one ConfigMap. */
const CONFIG_MAP_BYTES = 1024 * 1024;

const checkTemplate: Check<Template> = (value) => {
  const { file, configMapName, key } = shapeOf<TemplateProps>()({
    file: optional(text(/./, 'the path of a file')),
    configMapName: optional(parseDnsSubdomain),
    key: optional(parseDataKey),
  })(value);
  if ((file === undefined) === (configMapName === undefined)) {
    throw ValidationError.of(value, 'either a file or a configMapName');
  }
  if (configMapName !== undefined) return { configMapName, key: key ?? 'config' };
  if (key !== undefined)
    throw ValidationError.of(key, 'nothing beside file: the app makes the ConfigMap').within('key');
  return inside('file', () => ({ file: file as string, text: readTemplate(file as string) }));
};

function readTemplate(file: string): string {
  if (!fs.existsSync(file) || !fs.statSync(file).isFile())
    throw ValidationError.of(file, 'the path of a file that exists');
  const bytes = fs.readFileSync(file);
  if (bytes.length > CONFIG_MAP_BYTES)
    throw ValidationError.of(file, 'a file of at most 1 MiB, what a ConfigMap holds');
  const content = bytes.toString('utf8');
  if (content.startsWith('\uFEFF') || !Buffer.from(content).equals(bytes)) {
    throw ValidationError.of(file, 'a file in UTF-8 without a byte-order mark');
  }
  // A ConfigMap is no Secret: whoever may read the manifests would read the hash.
  if (/\$6\$[^$\s]+\$/.test(content))
    throw ValidationError.of(file, 'a file without a password hash: {{ ENCRYPTED_ROOT_PW }}');
  return content;
}

const checkToleration: Check<k8s.Toleration> = (value) => {
  const toleration = shapeOf<k8s.Toleration>()({
    effect: optional(oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute')),
    key: optional(parseLabelKey),
    operator: optional(oneOf('Equal', 'Exists')),
    tolerationSeconds: optional(integer(0, 0x7fffffff)),
    value: optional(parseLabelValue),
  })(value);
  const { effect, key, operator, tolerationSeconds } = toleration;
  if (key === undefined && operator !== 'Exists')
    throw ValidationError.of(operator, '"Exists" where there is no key').within('operator');
  if (operator === 'Exists' && toleration.value) {
    throw ValidationError.of(toleration.value, 'nothing beside operator "Exists"').within('value');
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    throw ValidationError.of(tolerationSeconds, 'nothing beside an effect other than "NoExecute"').within(
      'tolerationSeconds',
    );
  }
  return toleration;
};

/** More than the address pools of any cluster: each range of clients is held against each of them. */
const MOST_NETWORKS = 100;

/** The networks of the pods: they neither overlap nor take in every address. */
const checkPodNetworks: Check<readonly IpPrefix[]> = (value) => {
  const networks = list(parsePrefix, 1, MOST_NETWORKS)(value);
  const overlap = firstOverlap(networks);
  networks.forEach((network, i) => {
    const other = i === overlap?.index ? networks[overlap.earlier] : undefined;
    const allowed = other ? `a network apart from ${other.text}` : 'the network of the pods, not every address';
    if (other || network.length === 0) throw ValidationError.of(network.text, allowed).within(String(i));
  });
  return networks;
};

/** The checks of {@link RouterWorkloadProps}. */
export const workloadShape = {
  router: checkRouter,
  podNetworks: checkPodNetworks,
  podClients: withDefault(flag, false),
  groups: withDefault(parsePeerGroups, []),
  template: optional(checkTemplate),
  tolerations: optional(list(checkToleration)),
  priorityClassName: optional(parseDnsSubdomain),
  runtime: optional(
    shapeOf<RuntimeProps>()({
      pollMilliseconds: optional(integer(100, 60000)),
      logLevel: optional(oneOf('debug', 'info', 'warn', 'error')),
      peerLimit: optional(integer(1, MOST_PEERS)),
      clientLimit: optional(integer(1, MOST_CLIENTS)),
    }),
  ),
};

/** Where the clients of a workload are. */
export interface Clients {
  /** The ranges of the clients that the variables describe. */
  readonly ranges: readonly IpPrefix[];
  /** The ranges that are given, those of further groups too: without the pod networks, unless a range takes them in. */
  readonly given: readonly IpPrefix[];
  /** Whether every pod of the cluster may be a client. */
  readonly pods: boolean;
}

/**
 * The client ranges of a workload, with the pod networks where pods are clients.
 *
 * @throws InvalidPropError for ranges that overlap, and for one that takes in pods where they are no clients
 */
export function clientsOf(
  construct: IConstruct,
  props: {
    readonly clientRanges?: readonly IpPrefix[];
    readonly podNetworks: readonly IpPrefix[];
    readonly podClients: boolean;
    readonly groups: readonly PeerGroup[];
  },
): Clients {
  const { clientRanges = [], podNetworks, groups } = props;
  const pods = props.podClients;
  const named: [string, IpPrefix][] = clientRanges.map((range, i) => [`clientRanges[${i}]`, range]);
  groups.forEach((group, i) => {
    if (group.kind === 'clients') group.ranges.forEach((range, j) => named.push([`groups[${i}].ranges[${j}]`, range]));
  });
  for (const [prop, range] of named) {
    const network = podNetworks.find((candidate) => overlaps(candidate, range));
    if (network && !pods) {
      reject(construct, prop, range.text, `a range apart from the pod network ${network.text}, or podClients: true`);
    }
    if (network && !covers(range, network)) {
      reject(construct, prop, range.text, `a range that covers the pod network ${network.text}, or is apart from it`);
    }
  }
  const given = named.map(([, range]) => range);
  const added = pods ? podNetworks.filter((network) => !clientRanges.some((range) => covers(range, network))) : [];
  added.forEach((network, i) => named.push([`podNetworks[${i}]`, network]));
  const overlap = firstOverlap(named.map(([, range]) => range));
  if (overlap) {
    const [[prop, range], [otherProp, other]] = [named[overlap.index], named[overlap.earlier]];
    reject(construct, prop, range.text, `a range that does not overlap ${other.text} (${otherProp})`);
  }
  return { ranges: [...clientRanges, ...added], given, pods };
}

/**
 * Refuses pods without IPv4 addresses: the routers take their BGP identifiers (RFC 6286) from them.
 *
 * @param remedy what else would do
 */
export function rejectIPv6Only(construct: IConstruct, podNetworks: readonly IpPrefix[], remedy = ''): void {
  if (podNetworks.some(({ family }) => family === 4)) return;
  const why = 'the BGP identifier of a router is the IPv4 address of its pod';
  reject(construct, 'podNetworks', podNetworks[0].text, `an IPv4 network beside it${remedy}: ${why}`);
}

/** Refuses addresses of a side that its pods could not be behind. */
export function rejectAddresses(
  construct: IConstruct,
  prop: string,
  addresses: readonly IpAddress[],
  podNetworks: readonly IpPrefix[],
): void {
  addresses.forEach((address, i) => {
    if (!podNetworks.some(({ family }) => family === address.family)) {
      const allowed = `an address of an IP family that the pods have: podNetworks has no IPv${address.family} network`;
      reject(construct, `${prop}[${i}]`, address.text, allowed);
    }
    const network = podNetworks.find((candidate) => covers(candidate, address));
    if (network)
      reject(construct, `${prop}[${i}]`, address.text, `an address apart from the pod network ${network.text}`);
  });
}
