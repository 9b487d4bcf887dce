import { Chart } from 'cdk8s';
import * as fs from 'fs';
import * as path from 'path';
import { AppFiles } from '../../cluster/real-cluster';
import {
  Frr,
  HierarchicalRouteReflectors,
  KubernetesNodes,
  MetalLBBgpPeering,
  OutsideRouter,
  Reachability,
  synthesize,
} from '../../lib';

/** How the pods of an app find each other. */
export type Discovery = 'dns' | 'endpointslice';

/** Two regions below a core of two, each side on a node of its own, and a client on FRR in each region. */
export function writeApp(folder: string, discovery: Discovery): AppFiles {
  const [outdir, topologyDir] = ['dist', 'topology'].map((name) => path.join(folder, name));
  fs.mkdirSync(folder, { recursive: true });
  synthesize(
    (app) => {
      const chart = new Chart(app, 'bench', { namespace: 'bench' });
      const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
        ...{ namespace: 'metallb-system', backend: 'native', myAsn: 64497 },
        peers: { rack: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
      });
      const region = (number: number) => ({
        reachability: Reachability.metalLB(metallb),
        clientRanges: [`198.51.100.${number * 16}/28`],
        sides: { a: { addresses: [`192.0.2.${number}1`] }, b: { addresses: [`192.0.2.${number}2`] } },
      });
      const { regions } = new HierarchicalRouteReflectors(chart, 'routers', {
        router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
        ...{ autonomousSystem: 64496, podNetworks: ['10.42.0.0/16'], discovery },
        core: { replicas: 2 },
        regions: { east: region(1), west: region(2) },
      });
      const labels = (name: string, side: string) => ({
        ...{ meshrr_region_core: 'true', [`meshrr_region_${name}`]: 'true', side },
      });
      new KubernetesNodes(chart, 'nodes', {
        nodes: {
          n1: { labels: labels('east', 'a') },
          n2: { labels: labels('east', 'b') },
          n3: { labels: labels('west', 'a') },
          n4: { labels: labels('west', 'b') },
        },
      });
      new OutsideRouter(chart, 'leaf', {
        ...{ platform: 'frr', autonomousSystem: 64498, addresses: ['192.0.2.250'] },
        nodes: ['n1', 'n2', 'n3', 'n4'],
      });
      for (const [i, name] of (['east', 'west'] as const).entries()) {
        new OutsideRouter(chart, `pe-${name}`, {
          ...{ platform: 'frr', autonomousSystem: 64496, addresses: [`198.51.100.${i * 16 + 17}`] },
          clientOf: [regions.get(name)!],
          announces: [`198.51.100.${i * 16 + 20}/30`],
        });
      }
    },
    { outdir, topologyDir, report: false },
  );
  return { folder: outdir, topologyFile: path.join(topologyDir, 'topology.json') };
}
