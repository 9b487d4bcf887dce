import { App, Chart, Testing } from 'cdk8s';
import { Mesh, OutsideRouter, RouteReflectorRegion } from '../../lib';
import { lineOf } from '../../lib/registry';
import { problemsOf } from '../../lib/rules';
import { region } from '../../test-support/examples';
import { addPool, facing } from '../bad-input/cases';

const LINES = [
  'test/lb/pool-pool: peers[0]: got "router", want one of routers',
  'test/low: autonomousSystem: got 64497, want 64496, that of test/east upstream: the sessions are iBGP',
  'test/pe1: addresses[0]: got "203.0.113.7", want an address in the client ranges of test/east: 198.51.100.0/24',
];

/** An app with three mistakes, of three kinds. */
const STEPS: readonly ((chart: Chart) => unknown)[] = [
  (chart) => {
    const clientOf = [new RouteReflectorRegion(chart, 'east', { ...region, ...facing })];
    new OutsideRouter(chart, 'pe1', { autonomousSystem: 64496, addresses: ['203.0.113.7'], clientOf });
  },
  (chart) => new RouteReflectorRegion(chart, 'low', { ...region, autonomousSystem: 64497, upstream: 'east' }),
  addPool({ peers: ['router'] }),
];

function appOf(steps: readonly ((chart: Chart) => unknown)[], app = new App()): Chart {
  const chart = new Chart(app, 'test');
  steps.forEach((step) => step(chart));
  return chart;
}

const thrownBy = (act: () => unknown): Error => {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

test('all mistakes are shown, sorted, whatever the order of the constructs', () => {
  for (const steps of [STEPS, [...STEPS].reverse(), [STEPS[1], STEPS[2], STEPS[0]]]) {
    expect(problemsOf(appOf(steps)).map(lineOf)).toEqual(LINES);
  }
});

test('app.synth() and Testing.synth throw them as one error without a stack trace', () => {
  for (const act of [(chart: Chart) => (chart.node.root as App).synth(), (chart: Chart) => Testing.synth(chart)]) {
    const error = thrownBy(() => act(appOf(STEPS)));
    expect([error.name, error.message]).toEqual(['InvalidPropError', LINES.join('\n')]);
    expect(error.stack).toBe(`InvalidPropError: ${LINES.join('\n')}`);
  }
});

test('what is declared after a look is looked at, too', () => {
  const chart = appOf([STEPS[0]]);
  expect(problemsOf(chart)).toHaveLength(1);
  STEPS[1](chart);
  expect(problemsOf(chart)).toHaveLength(2);
});

test('where no topology can be derived, rules about it say nothing', () => {
  const chart = appOf(STEPS);
  for (const id of ['one', 'two']) new Mesh(chart, id, { autonomousSystem: 64496, serviceName: 'mesh' });
  const taken =
    'test/two: serviceName: got "mesh", want a name of its own: test/one makes a Service of that name already';
  expect(problemsOf(chart).map(lineOf)).toEqual([LINES[0], LINES[1], taken]);
});
