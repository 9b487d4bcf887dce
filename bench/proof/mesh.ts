import { App, Chart } from 'cdk8s';
import { BgpTopology, Frr, HierarchicalRouteReflectors, Reachability, topologyOf } from '../../lib';
import { prove } from '../../lib/proof';
import { Bench, median, seconds } from '../figure';

const RUNS = 5;
const PODS = 1000;

/** The largest core that there may be, in one full mesh of half a million sessions, and two regions below it. */
function largestCore(): BgpTopology {
  const chart = new Chart(new App(), 'bench');
  const regionOf = (i: number) => ({
    reachability: Reachability.hostPorts(),
    clientRanges: [`10.1.${i}.0/24`],
    sides: { a: { addresses: [`198.18.0.${i}`] }, b: { addresses: [`198.19.0.${i}`] } },
  });
  new HierarchicalRouteReflectors(chart, 'hierarchy', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.240.0.0/12'],
    core: { replicas: PODS },
    regions: { east: regionOf(1), west: regionOf(2) },
  });
  return topologyOf(chart);
}

/** The proof of many sessions, which are counted under the failure of each pod and node. */
export const proofOfMeshBench: Bench = {
  about: `proof of a core of ${PODS} pods in full mesh, with all single failures and rollouts; median of ${RUNS}`,
  run() {
    const topology = largestCore();
    return { mesh1000Seconds: median(Array.from({ length: RUNS }, () => seconds(() => prove(topology)))) };
  },
};
