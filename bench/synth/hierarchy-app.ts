import { App, Chart } from 'cdk8s';
import {
  Frr,
  HierarchicalRouteReflectors,
  HierarchyRegionProps,
  MetalLBBgpPeering,
  Reachability,
  synthesize,
} from '../../lib';

/** A hierarchy of as many regions as the first argument says, reached as the second one says. */
const [count, reached] = process.argv.slice(2);

const metalLB = (app: App) =>
  Reachability.metalLB(
    new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
      myAsn: 64497,
      peers: { routers: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
    }),
  );

const define = (app: App) => {
  const reachability = reached === 'metallb' ? metalLB(app) : Reachability.hostPorts();
  const regions: Record<string, HierarchyRegionProps> = {};
  for (let i = 0; i < Number(count); i++) {
    const [high, low] = [i >> 8, i & 255];
    regions[`r${i}`] = {
      reachability,
      clientRanges: [`10.${high}.${low}.0/24`],
      sides: { a: { addresses: [`198.18.${high}.${low}`] }, b: { addresses: [`198.19.${high}.${low}`] } },
    };
  }
  new HierarchicalRouteReflectors(new Chart(app, 'regions'), 'regions', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.240.0.0/12'],
    regions,
  });
};
synthesize(define, { topologyDir: process.env.CDK8S_OUTDIR });
