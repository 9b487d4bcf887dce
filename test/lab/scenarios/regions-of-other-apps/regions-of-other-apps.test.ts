import { App, Chart } from 'cdk8s';
import { OutsideRouter, Reachability, RouteReflectorRegion } from '../../../../lib';
import { region } from '../../../../test-support/examples';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { describeLab } from '../../support/describe-lab';

// Two apps with their manifests as each alone writes them: each names the other's region by its Service only. In one
// cdk8s app, as the lab compares with one topology.
const autonomousSystem = 64496;

function backbone(app: App): void {
  const chart = new Chart(app, 'backbone', { namespace: 'backbone' });
  const regionsBelow = ['east', 'west'].map((name) =>
    RouteReflectorRegion.fromService(chart, name, { service: `meshrr-${name}`, namespace: name, autonomousSystem }),
  );
  new RouteReflectorRegion(chart, 'core', { ...region, regionsBelow });
}

const edge = (name: string, number: number) => (app: App) => {
  const chart = new Chart(app, name, { namespace: name });
  const core = { service: 'meshrr-core', namespace: 'backbone', autonomousSystem };
  const own = new RouteReflectorRegion(chart, 'own', {
    ...{ ...region, region: name, upstream: RouteReflectorRegion.fromService(chart, 'core', core) },
    clientRanges: [`198.51.100.${number * 16}/28`],
    reachability: Reachability.hostPorts(),
    sides: { a: { addresses: [`192.0.2.${number}1`] }, b: { addresses: [`192.0.2.${number}2`] } },
  });
  new OutsideRouter(chart, `pe-${name}`, {
    ...{ autonomousSystem, addresses: [`198.51.100.${number * 16 + 1}`], clientOf: [own] },
    announces: [`203.0.113.${number * 16}/28`],
  });
};

const apps = [backbone, edge('east', 1), edge('west', 2)];

describeLab(
  'regions that refer to each other by Services of other apps',
  () => planOfDefinition((app) => apps.forEach((define) => define(app))),
  (lab) => {
    test('every router has the paths that the proof expects', async () => {
      const { paths, differences } = await lab().untilAsExpected(60_000);
      expect(differences).toEqual([]);
      expect(paths).toBeGreaterThan(0);
    });

    test('each finds the other in EndpointSlices, which it may read in the namespace of the other app', () => {
      const answers = lab().cluster.pods.flatMap((pod) =>
        (pod.status()?.groups ?? []).map(({ name, lastAnswer }) => `${pod.name} ${name}: ${lastAnswer}`),
      );
      expect(answers.filter((answer) => !/found \d+ by endpointslice$/.test(answer))).toEqual([]);
      expect(answers.filter((answer) => /MESHRR-CLIENTS(-2)?: found 2/.test(answer))).toHaveLength(4);
      expect(answers.filter((answer) => /MESHRR-UPSTREAM: found 2/.test(answer))).toHaveLength(4);
    });
  },
);
