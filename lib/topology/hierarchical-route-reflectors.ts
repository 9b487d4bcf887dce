import { Construct } from 'constructs';
import { parseRfc1123Label } from '../addressing';
import { readProps, reject } from '../registry';
import { passThrough, mapOf, mergedProps, objectOf, withDefault, ownName, shapeOf } from '../input';
import { RouteReflectorRegionProps } from './region-props';
import { RouteReflectorRegion } from './route-reflector-region';

/** What all regions of a hierarchy have in common; each region may say otherwise. */
type Shared = Pick<
  RouteReflectorRegionProps,
  | 'router'
  | 'autonomousSystem'
  | 'podNetworks'
  | 'addressFamilies'
  | 'sessionFamilies'
  | 'serviceRootDomain'
  | 'discovery'
  | 'authentication'
  | 'sideLabel'
  | 'tolerations'
  | 'priorityClassName'
  | 'interlock'
  | 'runtime'
  | 'pod'
  | 'networkPolicy'
>;

/** A region of a hierarchy. */
export type HierarchyRegionProps = Omit<RouteReflectorRegionProps, 'region' | keyof Shared> & Partial<Shared>;

/** What {@link HierarchicalRouteReflectors} takes. */
export interface HierarchicalRouteReflectorsProps extends Shared {
  /**
   * The client-facing regions, by name. Each has the core upstream unless it names another region.
   * @example { east: { clientRanges: ['198.51.100.0/24'], reachability, sides: { a: { addresses: ['192.0.2.1'] } } } }
   */
  readonly regions: Readonly<Record<string, HierarchyRegionProps>>;
  /**
   * The core region.
   * @default - two replicas
   * @example { replicas: 3 }
   */
  readonly core?: HierarchyRegionProps;
  /**
   * Name of the core region.
   * @default 'core'
   */
  readonly coreRegion?: string;
}

const checkProps = shapeOf<HierarchicalRouteReflectorsProps>()({
  router: passThrough,
  autonomousSystem: passThrough,
  podNetworks: passThrough,
  addressFamilies: passThrough,
  sessionFamilies: passThrough,
  serviceRootDomain: passThrough,
  discovery: passThrough,
  authentication: passThrough,
  sideLabel: passThrough,
  tolerations: passThrough,
  priorityClassName: passThrough,
  interlock: passThrough,
  runtime: passThrough,
  pod: passThrough,
  networkPolicy: passThrough,
  regions: mapOf(parseRfc1123Label, objectOf<HierarchyRegionProps>(), 1),
  core: withDefault(objectOf<Partial<HierarchyRegionProps>>(), {}),
  coreRegion: withDefault((value) => ownName(parseRfc1123Label(value)), 'core'),
});

/**
 * Regions of route reflectors below a core that joins them.
 *
 * @throws InvalidPropError, from the region that is wrong
 */
export class HierarchicalRouteReflectors extends Construct {
  readonly core: RouteReflectorRegion;
  /** The client-facing regions, by name. */
  readonly regions: ReadonlyMap<string, RouteReflectorRegion>;

  constructor(scope: Construct, id: string, props: HierarchicalRouteReflectorsProps) {
    super(scope, id);
    const { regions, core, coreRegion, ...shared } = readProps(this, props, checkProps);
    if (regions.has(coreRegion))
      reject(this, 'regions', coreRegion, `names other than that of the core, ${coreRegion}`);
    this.core = new RouteReflectorRegion(this, coreRegion, {
      ...shared,
      ...core,
      pod: mergedProps(shared.pod, core.pod),
    });
    this.regions = new Map(
      [...regions].map(([name, region]) => [
        name,
        new RouteReflectorRegion(this, name, {
          ...shared,
          upstream: this.core,
          ...region,
          pod: mergedProps(shared.pod, region.pod),
        }),
      ]),
    );
  }
}
