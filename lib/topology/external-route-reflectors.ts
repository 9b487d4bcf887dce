import type * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  AsNumberLike,
  Family,
  IpAddress,
  parseAsNumber,
  parseDnsSubdomain,
  parseHostAddress,
  parsePrefix,
} from '../addressing';
import { inside, list, mapOf, oneOf, optional, shapeOf, withDefault } from '../input';
import { clusterOf, declareSpan, readProps, registryOf, reject } from '../registry';
import { checkRouterId, checkSecretKey, Neighbors, SecretKey } from '../settings';
import { checkAtSynth } from '../validation';
import { AddressFamilies, checkFamilies } from './address-families';

/** One of the route reflectors. */
export interface ExternalRouteReflectorProps {
  /** The address that the pods dial. */
  readonly address: string;
  /**
   * The cluster id (RFC 4456), written as an IPv4 address. Reflectors with the same one do not take each other's routes
   * of clients.
   * @default - the BGP identifier of the router, here its IPv4 address
   */
  readonly clusterId?: string;
  /**
   * The software of the router.
   * @default - none: what is written for it is for any
   */
  readonly platform?: 'junos' | 'iosxr' | 'frr' | 'eos';
}

/** What {@link ExternalRouteReflectors} takes. */
export interface ExternalRouteReflectorsProps {
  /**
   * Name of the reflectors in messages and in the report.
   * @default - the id of the construct
   */
  readonly name?: string;
  /** The AS number of the reflectors, and of the pods that are their clients or members of one mesh with them. */
  readonly autonomousSystem: AsNumberLike;
  /**
   * The reflectors, by name. No other router of the app has the name. They have iBGP sessions with each other.
   * @example { rr1: { address: '192.0.2.11' }, rr2: { address: '192.0.2.12' } }
   */
  readonly routers: Readonly<Record<string, ExternalRouteReflectorProps>>;
  /**
   * The address families of the sessions.
   * @default { inet: true }
   */
  readonly addressFamilies?: AddressFamilies;
  /**
   * The prefixes that the pods' connections come from, if the cluster translates their addresses (SNAT): those of the nodes.
   * No two pods of a node may then have sessions with a reflector, as both would have one address.
   * @default - the pod networks
   * @example ['203.0.113.0/24']
   */
  readonly podsFrom?: readonly string[];
  /**
   * The key of a Secret with the TCP MD5 key of the sessions with pods. The Secret is in the namespaces of the pods. Not
   * with `podsFrom`: TCP MD5 signs the addresses.
   * @default - none: the sessions carry no TCP MD5
   * @example { secretName: 'bgp-keys', key: 'reflectors' }
   */
  readonly authentication?: SecretKey | kplus.SecretValue;
}

const checkProps = shapeOf<ExternalRouteReflectorsProps>()({
  name: optional(parseDnsSubdomain),
  autonomousSystem: parseAsNumber,
  routers: mapOf(
    parseDnsSubdomain,
    shapeOf<ExternalRouteReflectorProps>()({
      address: parseHostAddress,
      clusterId: optional(checkRouterId),
      platform: optional(oneOf('junos', 'iosxr', 'frr', 'eos')),
    }),
    1,
  ),
  addressFamilies: withDefault(checkFamilies, ['inet']),
  podsFrom: optional(list(parsePrefix, 1)),
  authentication: optional(checkSecretKey),
});

/**
 * Refuses route reflectors with which pods could not have a session, or not one with all that the pods carry.
 *
 * @throws InvalidPropError
 */
export function rejectReflectors(
  construct: Construct,
  prop: string,
  reflectors: ExternalRouteReflectors,
  pods: { readonly autonomousSystem: number; readonly families: readonly Family[] },
): void {
  const { path } = reflectors.node;
  if (reflectors.autonomousSystem !== pods.autonomousSystem) {
    reject(
      construct,
      prop,
      path,
      `reflectors in AS ${pods.autonomousSystem}, not ${reflectors.autonomousSystem}: iBGP`,
    );
  }
  const missing = pods.families.find((family) => !reflectors.families.includes(family));
  if (missing) reject(construct, prop, path, `reflectors with ${missing}, too, as the pods carry it (addressFamilies)`);
}

/**
 * Route reflectors that a network has already. A region can have them upstream, and a mesh can have them as members. The
 * pods dial them; it makes no objects. The proof assumes that they have two clients of their own.
 *
 * @throws InvalidPropError
 */
export class ExternalRouteReflectors extends Construct {
  /** Name of the reflectors. */
  readonly name: string;
  readonly autonomousSystem: number;
  /** The address families of their sessions. */
  readonly families: readonly Family[];
  /** The addresses that pods dial. */
  readonly addresses: readonly IpAddress[];
  private readonly authentication?: SecretKey;

  constructor(scope: Construct, id: string, props: ExternalRouteReflectorsProps) {
    super(scope, id);
    const { name, autonomousSystem, routers, addressFamilies: families, ...own } = readProps(this, props, checkProps);
    const { podsFrom, authentication } = own;
    this.authentication = authentication;
    if (podsFrom && authentication) {
      const allowed = 'nothing with podsFrom: TCP MD5 signs the addresses of a session, which the cluster translates';
      reject(this, 'authentication', authentication.secretName, allowed);
    }
    this.name = name ?? readProps(this, id, (value) => inside('id', () => parseDnsSubdomain(value)));
    this.autonomousSystem = autonomousSystem;
    this.families = families;
    this.addresses = [...routers.values()].map(({ address }) => address);
    const { path } = this.node;
    for (const [router, { address, clusterId, platform = 'generic' }] of routers) {
      if (address.family === 6 && !clusterId) {
        reject(this, `routers.${router}.clusterId`, undefined, 'a cluster id, as the router has no IPv4 address here');
      }
      const reflects = { part: { path, name: this.name }, clusterId, families, podsFrom, authentication };
      registryOf(this).add('names', { path, prop: `routers.${router}`, kind: 'router', space: '', name: router });
      declareSpan(this, `routers.${router}.address`, 'router', address);
      registryOf(this).add('outside', {
        ...{ path, cluster: clusterOf(this) },
        router: {
          ...{ id: router, path, assumed: false, platform, autonomousSystem, addresses: [address], reflects },
          ...{ clientOf: [], nodes: [], announces: [], routes: 0 },
        },
      });
    }
    checkAtSynth(this);
  }

  /** Where they are and the key of their sessions, for a BGP group of the pods. */
  get neighbors(): Neighbors & { readonly authentication?: SecretKey } {
    return { addresses: this.addresses, authentication: this.authentication };
  }
}
