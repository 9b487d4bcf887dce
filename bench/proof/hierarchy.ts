import { App, Chart } from 'cdk8s';
import { BgpTopology, HierarchicalRouteReflectors, Frr, KubernetesNodes, Reachability, topologyOf } from '../../lib';
import { prove } from '../../lib/proof';
import { Bench, median, seconds } from '../figure';

const RUNS = 5;
const CORE = 4;
const COMMUNITIES = { only: '64496:101', preferred: '64496:102' };

/** A hierarchy with two nodes for each side of a region, each of them for the region's pod alone. */
function hierarchy(count: number): BgpTopology {
  const chart = new Chart(new App(), 'bench');
  const numbers = Array.from({ length: count }, (_, i) => i);
  const nodes = [
    ...Array.from({ length: CORE }, (_, i) => [`core${i}`, { meshrr_region_core: 'true' }] as const),
    ...numbers.flatMap((i) =>
      ['a1', 'a2', 'b1', 'b2'].map(
        (name) => [`r${i}-${name}`, { [`meshrr_region_r${i}`]: 'true', side: name[0] }] as const,
      ),
    ),
  ];
  new KubernetesNodes(chart, 'nodes', {
    nodes: Object.fromEntries(nodes.map(([name, labels]) => [name, { labels }])),
  });
  const regionOf = (i: number) => {
    const [high, low] = [i >> 8, i & 255];
    return {
      reachability: Reachability.hostPorts(),
      clientRanges: [`10.${high}.${low}.0/24`],
      communities: COMMUNITIES,
      sides: { a: { addresses: [`198.18.${high}.${low}`] }, b: { addresses: [`198.19.${high}.${low}`] } },
    };
  };
  new HierarchicalRouteReflectors(chart, 'hierarchy', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.240.0.0/12'],
    core: { replicas: CORE },
    regions: Object.fromEntries(numbers.map((i) => [`r${i}`, regionOf(i)])),
  });
  return topologyOf(chart);
}

/** The proof alone, on topologies that are there: it needs no cdk8s. */
export const hierarchyBench: Bench = {
  about: `proof of 100 regions of 4 pods each with all single failures and rollouts, of 200, and of 249 (1,000 pods in all); medians of ${RUNS}`,
  run() {
    const [small, large, thousand] = [hierarchy(100), hierarchy(200), hierarchy(249)];
    const time = (topology: BgpTopology) => seconds(() => prove(topology));
    time(small);
    const runs = Array.from({ length: RUNS }, () => ({
      small: time(small),
      large: time(large),
      thousand: time(thousand),
    }));
    return {
      proofSeconds: median(runs.map((run) => run.small)),
      growth200Over100: median(runs.map((run) => run.large / run.small)),
      proof1000PodsSeconds: median(runs.map((run) => run.thousand)),
    };
  },
};
