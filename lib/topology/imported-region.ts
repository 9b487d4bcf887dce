import type * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  AsNumberLike,
  Family,
  IpPrefix,
  overlaps,
  parseAsNumber,
  parseDnsLabel,
  parseRfc1123Label,
} from '../addressing';
import { flag, optional, shapeOf, withDefault } from '../input';
import { clusterOf, readProps, registryOf, reject } from '../registry';
import { checkSecretKey, CLUSTER_SET_DOMAIN, keyFileOf, SecretKey } from '../settings';
import { checkAtSynth } from '../validation';
import { AddressFamilies, checkFamilies } from './address-families';
import type { Mesh } from './mesh';
import { checkPodNetworks } from './pod-networks';

/** A region of another app: what this app must know of it. */
export interface RegionServiceProps {
  /** The name of its headless Service, which is the prop `name` of the region. */
  readonly service: string;
  /** The namespace of the Service. */
  readonly namespace: string;
  /**
   * Whether it is in another cluster of a cluster set (Multi-Cluster Services API, KEP-1645). The pods then find it by DNS
   * under `svc.clusterset.local`, and the Service of the region that refers to it is exported.
   * @default false
   */
  readonly clusterSet?: boolean;
  /** The AS number, which is that of the regions that refer to it: the sessions are iBGP. */
  readonly autonomousSystem: AsNumberLike;
  /**
   * The address families of its sessions.
   * @default { inet: true }
   */
  readonly addressFamilies?: AddressFamilies;
  /**
   * The prefixes that its pods have their addresses from: the pod networks of the other cluster, or the networks of the
   * nodes if its pods are in these.
   * @default - those of the region that refers to it; needed with `clusterSet`
   * @example ['10.44.0.0/16']
   */
  readonly podNetworks?: readonly string[];
  /**
   * The key of TCP MD5 (RFC 2385) of a region upstream that has `authentication`: a Secret in the namespace of this app
   * with the same key.
   * @default - none
   * @example { secretName: 'core-key', key: 'password' }
   */
  readonly authentication?: SecretKey | kplus.SecretValue;
}

const checkProps = shapeOf<RegionServiceProps>()({
  service: parseDnsLabel,
  namespace: parseRfc1123Label,
  clusterSet: withDefault(flag, false),
  autonomousSystem: parseAsNumber,
  addressFamilies: withDefault(checkFamilies, ['inet']),
  podNetworks: optional(checkPodNetworks),
  authentication: optional(checkSecretKey),
});

/** The region that refers to a region of another app. */
interface Referring {
  readonly construct: Construct;
  readonly mesh: Mesh;
  readonly podNetworks: readonly IpPrefix[];
}

/**
 * A region of another app, in this or another cluster, by the Service that its routers are behind. It makes no objects:
 * the other app has the region, and refers to the region of this app in the same way. `RouteReflectorRegion.fromService`
 * makes it.
 *
 * @throws InvalidPropError
 */
export class ImportedRegion extends Construct {
  readonly service: string;
  readonly namespace: string;
  readonly clusterSet: boolean;
  readonly autonomousSystem: number;
  /** The address families of its sessions. */
  readonly families: readonly Family[];
  /** The networks of its pods, where they are given. */
  readonly podNetworks: readonly IpPrefix[];
  /** The file of the key of sessions with it; undefined if they have none. */
  readonly keyFile?: string;

  constructor(scope: Construct, id: string, props: RegionServiceProps) {
    super(scope, id);
    const region = readProps(this, props, checkProps);
    const { service, namespace, clusterSet, autonomousSystem, addressFamilies, podNetworks, authentication } = region;
    if (clusterSet && !podNetworks) {
      reject(this, 'podNetworks', undefined, 'the pod networks of the other cluster: no selector finds its pods');
    }
    this.service = service;
    this.namespace = namespace;
    this.clusterSet = clusterSet;
    this.autonomousSystem = autonomousSystem;
    this.families = addressFamilies;
    this.podNetworks = podNetworks ?? [];
    this.keyFile = authentication && keyFileOf(authentication);
    checkAtSynth(this);
  }

  /** The Service, as pods of another app refer to it. */
  get reference(): string {
    return [this.service, this.namespace, ...(this.clusterSet ? [CLUSTER_SET_DOMAIN] : [])].join('.');
  }

  /**
   * Declares that a region of this app is a client of this one, or has it for a client.
   *
   * @throws InvalidPropError for a region that could not have sessions with it, or not with all that it carries
   */
  declareUse(use: 'upstream' | 'below', prop: string, { construct, mesh, podNetworks }: Referring): void {
    const { path } = this.node;
    if (mesh.namespace === undefined) reject(construct, prop, path, 'a chart with a namespace: the other app names it');
    if (mesh.autonomousSystem !== this.autonomousSystem) {
      reject(construct, prop, path, `a region in AS ${mesh.autonomousSystem}, not ${this.autonomousSystem}: iBGP`);
    }
    if (use === 'below' && this.keyFile !== undefined) {
      reject(construct, prop, path, 'a region without authentication: clients sign with the key of this region');
    }
    const [lower, upper] = use === 'upstream' ? [mesh, this] : [this, mesh];
    const missing = lower.families.find((family) => !upper.families.includes(family));
    if (missing !== undefined) {
      const allowed =
        use === 'upstream'
          ? `a region with ${missing}, too, as the pods carry it (addressFamilies)`
          : `a region without ${missing}, as the pods do not carry it (addressFamilies)`;
      reject(construct, prop, path, allowed);
    }
    if (mesh.looksInClusterSet && !this.clusterSet) {
      reject(construct, prop, path, 'a region with clusterSet: true, as the pods look for Services in the cluster set');
    }
    const shared = this.podNetworks.find((network) => podNetworks.some((own) => overlaps(own, network)));
    if (shared && this.clusterSet) {
      reject(construct, prop, path, `a region whose pods have addresses of their own, not in ${shared.text}`);
    }
    registryOf(this).add('imported', {
      part: { path, name: `${this.service}.${this.namespace}` },
      ...{ service: this.reference, namespace: this.namespace, cluster: clusterOf(this), clusterSet: this.clusterSet },
      ...{ autonomousSystem: this.autonomousSystem, families: this.families },
      clientOf: use === 'below' ? construct.node.path : undefined,
    });
    if (this.clusterSet) mesh.export();
  }
}
