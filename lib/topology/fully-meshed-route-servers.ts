import { Construct } from 'constructs';
import { parseDnsLabel } from '../addressing';
import { readProps, reject } from '../registry';
import {
  mapOf,
  mergedProps,
  objectOf,
  optional,
  passThrough,
  passThroughAll,
  selected,
  shapeOf,
  withDefault,
} from '../input';
import { MetalLBAddressPool, MetalLBAddressPoolProps } from '../reachability/metallb-address-pool';
import { AnycastRouteServerPair, AnycastRouteServerPairProps } from './anycast-route-server-pair';
import { Mesh, MeshProps, meshShape } from './mesh';
import { poolNameOf } from './part-workloads';
import { RouterWorkloadProps, workloadShape } from './workload-props';

/** What all pairs have in common; each pair may say otherwise. */
type Shared = Pick<
  AnycastRouteServerPairProps,
  | keyof RouterWorkloadProps
  | 'reachability'
  | 'clientRanges'
  | 'asRanges'
  | 'filters'
  | 'rpki'
  | 'persistence'
  | 'sideLabel'
>;

/** A pair of the mesh. */
export type MeshedPairProps = Omit<AnycastRouteServerPairProps, 'mesh' | 'management' | keyof Shared> & Partial<Shared>;

/** What {@link FullyMeshedRouteServers} takes. */
export interface FullyMeshedRouteServersProps extends Shared, Omit<MeshProps, 'serviceName'> {
  /**
   * The pairs of route servers, by name. The name is that of the pair's objects.
   * @example { ixp: { sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } } } }
   */
  readonly pairs: Readonly<Record<string, MeshedPairProps>>;
  /**
   * Name of the headless Service of the mesh.
   * @default 'meshrr-core'
   */
  readonly meshName?: string;
  /**
   * The pool `routeserver-mgt` for the management addresses of all pods, announced on the nodes' layer 2 network
   * unless it says otherwise.
   * @default - no management addresses
   * @example { addresses: ['203.0.113.16/28'] }
   */
  readonly management?: Omit<MetalLBAddressPoolProps, 'name'>;
}

/** What each pair checks for itself. */
const sharedShape = {
  ...passThroughAll(workloadShape),
  reachability: passThrough,
  clientRanges: passThrough,
  asRanges: passThrough,
  filters: passThrough,
  rpki: passThrough,
  persistence: passThrough,
  sideLabel: passThrough,
};

const checkProps = shapeOf<FullyMeshedRouteServersProps>()({
  ...sharedShape,
  ...passThroughAll(meshShape),
  pairs: mapOf(parseDnsLabel, objectOf<MeshedPairProps>(), 1),
  meshName: withDefault(parseDnsLabel, 'meshrr-core'),
  management: optional(objectOf<Omit<MetalLBAddressPoolProps, 'name'>>()),
});

/**
 * Route servers in one full iBGP mesh: one pair, or a pair for each region.
 *
 * @throws InvalidPropError, from the pair that is wrong
 */
export class FullyMeshedRouteServers extends Construct {
  readonly mesh: Mesh;
  /** The pairs, by name. */
  readonly pairs: ReadonlyMap<string, AnycastRouteServerPair>;

  constructor(scope: Construct, id: string, props: FullyMeshedRouteServersProps) {
    super(scope, id);
    const given = readProps(this, props, checkProps);
    const { meshName, management, pairs } = given;
    // Ids that no pair can have, whose names are in lower case.
    this.mesh = new Mesh(this, 'Mesh', { ...selected(given, meshShape), serviceName: meshName });
    const pool =
      management &&
      new MetalLBAddressPool(this, 'Management', {
        protocol: 'layer2',
        ...management,
        name: poolNameOf(this.mesh, 'routeserver-mgt'),
      });
    for (const [name, pair] of pairs) {
      const own = ['mesh', 'management'].find((prop) => prop in pair);
      if (own) reject(this, `pairs.${name}.${own}`, 'one', 'nothing: it is that of all pairs');
    }
    const shared = selected(given, sharedShape);
    this.pairs = new Map(
      [...pairs].map(([name, pair]) => [
        name,
        new AnycastRouteServerPair(this, name, {
          ...{ name, ...shared, management: pool, ...pair, mesh: this.mesh },
          pod: mergedProps(shared.pod, pair.pod),
        }),
      ]),
    );
  }
}
