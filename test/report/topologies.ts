import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AppDefinition,
  BgpTopology,
  FullyMeshedRouteServers,
  HierarchicalRouteReflectors,
  HierarchyRegionProps,
  KubernetesNodes,
  MeshedPairProps,
  MetalLBBgpPeering,
  OutsideRouter,
  Reachability,
} from '../../lib';
import { frr, peering } from '../../test-support/examples';
import { topologyBy } from '../../test-support/topology';

/** A hierarchy of regions, and what is around it. */
export interface Hierarchy {
  readonly core: number;
  readonly regions: number;
  /** Nodes of each side. */
  readonly nodes: number;
  /** Routers outside: the first is a client of all regions, the next of one each. */
  readonly routers: number;
  readonly metallb: boolean;
}

export const hierarchies: fc.Arbitrary<Hierarchy> = fc.record({
  core: fc.integer({ min: 1, max: 6 }),
  regions: fc.integer({ min: 1, max: 9 }),
  nodes: fc.integer({ min: 1, max: 4 }),
  routers: fc.integer({ min: 0, max: 5 }),
  metallb: fc.boolean(),
});

/** Four pods, and forty. */
export const FOUR: Hierarchy = { core: 2, regions: 1, nodes: 1, routers: 2, metallb: false };
export const FORTY: Hierarchy = { core: 4, regions: 9, nodes: 2, routers: 5, metallb: true };

export function hierarchy({ core, regions, nodes, routers, metallb }: Hierarchy): AppDefinition {
  return (app: App) => {
    const chart = new Chart(app, 'bgp', { namespace: 'meshrr' });
    const reachability = metallb
      ? Reachability.metalLB(new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', peering))
      : Reachability.hostPorts();
    const props: Record<string, HierarchyRegionProps> = {};
    for (let i = 0; i < regions; i++) {
      const [a, b] = [`192.0.2.${2 * i + 1}`, `192.0.2.${2 * i + 2}`];
      const sides = { a: { addresses: [a] }, b: { addresses: [b] } };
      props[`region-${i}`] = { clientRanges: ['198.51.100.0/24'], reachability, sides };
    }
    const made = new HierarchicalRouteReflectors(chart, 'bgp', {
      router: frr,
      autonomousSystem: 64496,
      podNetworks: ['10.42.0.0/16'],
      core: { replicas: core },
      regions: props,
    });
    const labels: [string, Record<string, string>][] = [
      ...Array.from({ length: core }, (_, i): [string, Record<string, string>] => [
        `core-${i}.example.net`,
        { meshrr_region_core: 'true', side: 'ab'[i % 2] },
      ]),
      ...Object.keys(props).flatMap((name) =>
        ['a', 'b'].flatMap((side) =>
          Array.from({ length: nodes }, (_, i): [string, Record<string, string>] => [
            `${name}-${side}${i}`,
            { [`meshrr_region_${name}`]: 'true', side },
          ]),
        ),
      ),
    ];
    new KubernetesNodes(chart, 'nodes', {
      nodes: Object.fromEntries(labels.map(([name, own]) => [name, { labels: own }])),
    });
    const all = [...made.regions.values()];
    for (let i = 0; i < routers; i++) {
      new OutsideRouter(chart, `pe${i}`, {
        platform: i % 2 === 0 ? 'junos' : undefined,
        autonomousSystem: 64496,
        addresses: [`198.51.100.${i + 11}`],
        clientOf: i === 0 ? all : [all[i % all.length]],
        nodes: i === 1 ? ['region-0-a0'] : undefined,
        announces: ['203.0.113.0/24'],
        routes: i === 2 ? 900_000 : undefined,
      });
    }
  };
}

export const hierarchyOf = (shape: Hierarchy): BgpTopology => topologyBy(hierarchy(shape));

/** Pairs of route servers in one mesh, with addresses of both IP families, all with the same clients. */
export function routeServers(pairs: number, clients: number): BgpTopology {
  return topologyBy((app) => {
    const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', peering);
    const chart = new Chart(app, 'servers');
    const props: Record<string, MeshedPairProps> = {};
    for (let i = 0; i < pairs; i++) {
      const [a, b] = [2 * i + 1, 2 * i + 2];
      props[`pair-${i}`] = {
        sides: {
          a: { addresses: [`192.0.2.${a}`, `2001:db8::${a}`] },
          b: { addresses: [`192.0.2.${b}`, `2001:db8::${b}`] },
        },
      };
    }
    const made = new FullyMeshedRouteServers(chart, 'servers', {
      ...{ router: frr, reachability: Reachability.metalLB(metallb), autonomousSystem: 64496, sessionFamilies: 'all' },
      addressFamilies: { inet: false, evpn: true },
      ...{ asRanges: ['64500-64599'], clientRanges: ['198.51.100.0/24', '2001:db8:c::/64'] },
      ...{ podNetworks: ['10.42.0.0/16', 'fd00:42::/64'], pairs: props },
    });
    for (let i = 0; i < clients; i++) {
      new OutsideRouter(chart, `dc${i}`, {
        ...{ platform: 'eos', autonomousSystem: 64500 + i, addresses: [`198.51.100.${i + 11}`] },
        ...{ clientOf: [...made.pairs.values()], announces: [{ evpn: `leaf ${i}` }] },
      });
    }
  });
}
