import { Chart } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import {
  AsNumberLike,
  Family,
  parseAsNumber,
  parseDnsLabel,
  parseRfc1123Label,
  parseServiceDomain,
} from '../addressing';
import { declareName, readProp, readProps, reject } from '../registry';
import { checkAtSynth } from '../validation';
import { flag, instanceOf, oneOf, optional, withDefault, shapeOf } from '../input';
import {
  checkSecretKey,
  CLUSTER_SET_DOMAIN,
  ConstructSettings,
  keyFileOf,
  PeerGroup,
  SecretKey,
  SETTINGS,
} from '../settings';
import { AddressFamilies, checkFamilies } from './address-families';
import { addEndpointSliceAccess } from './endpoint-slice-access';
import { ExternalRouteReflectors, rejectReflectors } from './external-route-reflectors';
import { addMeshService, addServiceExport } from './headless-service';
import { APP_NAME, LABEL } from './labels';
import { MadeObjects } from '../registry';

/** What {@link Mesh} takes. */
export interface MeshProps {
  /**
   * AS number of all routers of the mesh: the sessions between them are iBGP.
   * @example 64496, or '1.10'
   */
  readonly autonomousSystem: AsNumberLike;
  /**
   * The address families of all sessions.
   * @default { inet: true }
   * @example { inet: true, inet6: true }
   */
  readonly addressFamilies?: AddressFamilies;
  /**
   * Name of the headless Service by which the routers find each other.
   * @default - the id of the construct
   */
  readonly serviceName?: string;
  /**
   * Whether the mesh spans clusters: the Service is exported to the cluster set (Multi-Cluster Services API,
   * KEP-1645), and the routers find each other under `svc.clusterset.local`. The clusters need an implementation of
   * that API, the same namespace, and pod networks that reach each other without translation.
   * @default false
   */
  readonly clusterSet?: boolean;
  /**
   * The domain of the cluster's Services.
   * @default 'svc.cluster.local', or 'svc.clusterset.local' in a cluster set
   */
  readonly serviceRootDomain?: string;
  /**
   * Whether sessions of the mesh carry TCP MD5 (RFC 2385), under a key that the runtime derives from public names. It
   * guards no secret: it keeps a router of the mesh that dials first from being accepted as a client. `false` is for
   * kernels (FIPS mode, no CONFIG_TCP_MD5SIG) and networks (translated pod addresses) that cannot carry it. Route reflectors then find
   * clients in pods by their labels only: `podClients` is refused.
   * @default true
   */
  readonly md5?: boolean;
  /**
   * The key of a Secret with the TCP MD5 key of the mesh. The routers of a region also have it on sessions with clients in
   * pods: the routers of the regions below, and pods that have the label of a client. Their namespaces have a Secret of
   * the same name and value. A pod reads it when it starts.
   * @default - none: sessions of the mesh have a key that guards no secret, those with clients have none
   * @example { secretName: 'bgp-keys', key: 'core' }, or { secret: kplus.Secret.fromSecretName(chart, 's', 'bgp-keys'), key: 'core' }
   */
  readonly authentication?: SecretKey | kplus.SecretValue;
  /**
   * How the routers find each other: by a watch of EndpointSlices with DNS as its fallback, or by a query to DNS each
   * second. The watch shows a change at once, whatever caches DNS has; it makes a ServiceAccount, a Role that reads
   * EndpointSlices, and a RoleBinding. DNS needs no right in the cluster.
   * @default 'endpointslice', or 'dns' in a cluster set: EndpointSlices list the pods of one cluster alone
   */
  readonly discovery?: 'dns' | 'endpointslice';
  /**
   * Route reflectors that the network has already, and that are members of the mesh: each router of the mesh dials them.
   * @default - none
   */
  readonly externalMembers?: ExternalRouteReflectors;
}

/** The checks of {@link MeshProps}, for constructs that make their own mesh. */
export const meshShape = {
  autonomousSystem: parseAsNumber,
  addressFamilies: withDefault(checkFamilies, ['inet']),
  clusterSet: withDefault(flag, false),
  serviceRootDomain: optional(parseServiceDomain),
  md5: withDefault(flag, SETTINGS.meshMd5.default),
  authentication: optional(checkSecretKey),
  discovery: optional(oneOf('dns', 'endpointslice')),
  externalMembers: optional(instanceOf(ExternalRouteReflectors, 'ExternalRouteReflectors')),
};

const checkProps = shapeOf<MeshProps>()({ ...meshShape, serviceName: optional(parseDnsLabel) });

/**
 * Routers that peer with each other over iBGP, each with all, and find each other by a headless Service.
 *
 * @throws InvalidPropError
 */
export class Mesh extends Construct {
  readonly autonomousSystem: number;
  readonly serviceName: string;
  /** The objects that it has made: its Service, and the ServiceAccount with its rights. */
  readonly objects = new MadeObjects(this);
  /** The namespace of the chart; undefined where the current context of kubectl decides. */
  readonly namespace?: string;
  /** The address families of all its sessions. */
  readonly families: readonly Family[];
  readonly clusterSet: boolean;
  /** Whether the routers look for Services in the domain of the cluster set. */
  readonly looksInClusterSet: boolean;
  private hasAccount = false;
  private isExported = false;
  /** Members that are not pods, as a BGP group of each router of the mesh; at most one. */
  readonly externalGroups: readonly PeerGroup[];
  /** The settings that every router of the mesh has. */
  readonly settings: ConstructSettings;
  /** The file in its pods with the key of its Secret, if it has one. */
  readonly keyFile?: string;
  /** The ServiceAccounts of pods that have one of the app. */
  private readonly others = new Set<string>();

  constructor(scope: Construct, id: string, props: MeshProps) {
    super(scope, id);
    const { autonomousSystem, addressFamilies, clusterSet, md5, authentication, ...mesh } = readProps(
      this,
      props,
      checkProps,
    );
    const serviceRootDomain = mesh.serviceRootDomain ?? (clusterSet ? CLUSTER_SET_DOMAIN : undefined);
    this.autonomousSystem = autonomousSystem;
    this.families = addressFamilies;
    this.clusterSet = clusterSet;
    this.externalGroups = this.groupsOf(mesh.externalMembers);
    this.looksInClusterSet = serviceRootDomain === CLUSTER_SET_DOMAIN;
    const discovery = mesh.discovery ?? (this.isAcrossClusters ? 'dns' : 'endpointslice');
    this.keyFile = authentication && keyFileOf(authentication);
    if (!md5 && authentication) {
      reject(this, 'authentication', authentication.secretName, 'nothing, as md5 is false');
    }
    const keys = { meshMd5: md5, meshKeyFile: this.keyFile };
    this.settings = { autonomousSystem, families: addressFamilies, serviceRootDomain, ...keys, discovery };
    this.serviceName = mesh.serviceName ?? readProp(this, 'id', id, parseDnsLabel);
    this.namespace = readProp(this, 'namespace', Chart.of(this).namespace, optional(parseRfc1123Label));
    if (clusterSet && this.namespace === undefined) {
      reject(this, 'clusterSet', true, 'a chart with a namespace: it must be the same in all clusters of the set');
    }

    checkAtSynth(this);
    this.isExported = clusterSet;
    addMeshService(this, this);
    if (discovery === 'endpointslice') {
      if (this.isAcrossClusters) {
        const allowed = '"dns" in a cluster set: EndpointSlices of the Service list the pods of one cluster alone';
        reject(this, 'discovery', 'endpointslice', allowed);
      }
      addEndpointSliceAccess(this, this.account(), () => this.subjects());
    }
  }

  /** The ServiceAccount of all pods of the mesh; undefined where they have no use for the API of Kubernetes. */
  get serviceAccountName(): string | undefined {
    return this.hasAccount ? this.serviceName : undefined;
  }

  /** Gives the rights of its pods to another ServiceAccount of the namespace, which an app has for them. */
  admit(serviceAccount: string): void {
    if (serviceAccount !== this.serviceAccountName) this.others.add(serviceAccount);
  }

  /** Whether its Service is exported to the cluster set. */
  get exported(): boolean {
    return this.isExported;
  }

  /** Exports its Service to the cluster set, for routers of other apps. */
  export(): void {
    if (!this.isExported) addServiceExport(this, 'service', this.serviceName, this.serviceName);
    this.isExported = true;
  }

  private groupsOf(members: ExternalRouteReflectors | undefined): readonly PeerGroup[] {
    if (!members) return [];
    rejectReflectors(this, 'externalMembers', members, this);
    return [{ kind: 'mesh', name: 'MESHRR-REFLECTORS', ...members.neighbors }];
  }

  /** All ServiceAccounts of its pods, once all constructs are there. */
  subjects(): k8s.Subject[] {
    // Without a namespace, a subject is in that of its RoleBinding, which kubectl decides.
    const { namespace } = this;
    return [this.serviceName, ...this.others].map((name) => ({ kind: 'ServiceAccount', name, namespace }));
  }

  /** The name of the ServiceAccount, which is created where nobody needed it before. */
  account(): string {
    if (!this.hasAccount) {
      const { serviceName: name } = this;
      if (name === 'default') {
        const allowed =
          'another name, or discovery "dns" without an interlock: all other pods have this ServiceAccount';
        reject(this, 'serviceName', name, allowed);
      }
      declareName(this, 'serviceName', 'ServiceAccount', name);
      const metadata = { name, labels: { [LABEL.name]: APP_NAME, [LABEL.mesh]: name } };
      new k8s.KubeServiceAccount(this, 'service-account', { metadata });
      this.hasAccount = true;
    }
    return this.serviceName;
  }

  /** Whether its Service lists pods of other clusters, too, whose networks are not known here. */
  get isAcrossClusters(): boolean {
    return this.clusterSet || this.looksInClusterSet;
  }
}
