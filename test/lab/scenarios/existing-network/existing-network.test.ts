import { App, Chart } from 'cdk8s';
import { ExternalRouteReflectors, Frr, OutsideRouter, Reachability, RouteReflectorRegion } from '../../../../lib';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { describeLab } from '../../support/describe-lab';

const common = {
  router: new Frr({ image: 'registry.example.com/meshrr/frr:1.0.0' }),
  ...{ autonomousSystem: 64496, podNetworks: ['10.42.0.0/16'] },
};

/** A region with a client, in a namespace of its own. */
function addRegion(app: App, name: string, number: number, upstream: RouteReflectorRegion | ExternalRouteReflectors) {
  const chart = new Chart(app, name, { namespace: name });
  const region = new RouteReflectorRegion(chart, name, {
    ...{ ...common, upstream, clientRanges: [`198.51.100.${number * 16}/28`] },
    reachability: Reachability.hostPorts(),
    sides: { a: { addresses: [`192.0.2.${number}1`] }, b: { addresses: [`192.0.2.${number}2`] } },
  });
  new OutsideRouter(chart, `pe-${name}`, {
    ...{ autonomousSystem: 64496, addresses: [`198.51.100.${number * 16 + 1}`], clientOf: [region] },
    announces: [`203.0.113.${number * 16}/28`],
  });
}

/** Two regions in namespaces of their own, below a core in a third one, which is a client of the network's reflectors. */
function define(app: App): void {
  const chart = new Chart(app, 'backbone', { namespace: 'backbone' });
  const upstream = new ExternalRouteReflectors(chart, 'network', {
    autonomousSystem: 64496,
    routers: { rr1: { address: '203.0.113.1' }, rr2: { address: '203.0.113.2' } },
  });
  const core = new RouteReflectorRegion(chart, 'core', { ...common, upstream });
  addRegion(app, 'east', 1, core);
  addRegion(app, 'west', 2, core);
}

describeLab(
  'regions in three namespaces below route reflectors of the network',
  () => planOfDefinition(define),
  (lab) => {
    test('have every path that the proof expects, also the routers outside', async () => {
      const { paths, differences } = await lab().untilAsExpected(60_000);
      expect(differences).toEqual([]);
      expect(paths).toBeGreaterThan(0);
    }, 90_000);
  },
);
