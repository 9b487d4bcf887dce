import { Chart } from 'cdk8s';
import { AnycastRouteServerPair, MetalLBBgpPeering, Reachability, RouteReflectorRegion } from '../../lib';
import { pair, peering, region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';
import { addPair, addRegion, Case, describeRefusals, facing } from '../bad-input/cases';

const specOf = (kind: string, name: string, define: (chart: Chart) => unknown) =>
  synthChart((chart) => void define(chart)).get(kind, name).spec;

const core = (updateStrategy?: unknown) =>
  specOf('Deployment', 'meshrr-core', (chart) => {
    new RouteReflectorRegion(chart, 'core', { ...region, updateStrategy: updateStrategy as 'OnDelete' });
  }).strategy;

/** The strategy of a side, behind MetalLB unless it has host ports. */
const side = (updateStrategy?: unknown, changes: object = {}) =>
  specOf('DaemonSet', 'meshrr-east-a', (chart) => {
    const reachability = Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering));
    const props = { ...region, ...facing, reachability, updateStrategy: updateStrategy as 'OnDelete', ...changes };
    new RouteReflectorRegion(chart, 'east', props);
  }).updateStrategy;

const onHosts = { reachability: Reachability.hostPorts() };
const rolling = (rollingUpdate: object) => ({ type: 'RollingUpdate', rollingUpdate });

test('the constructs replace one pod at a time, and start the new one first where nothing is in its way', () => {
  expect(core()).toEqual(rolling({ maxSurge: 0, maxUnavailable: 1 }));
  expect(side()).toEqual(rolling({ maxSurge: 1, maxUnavailable: 0 }));
  expect(side(undefined, onHosts)).toEqual(rolling({ maxUnavailable: 1 }));
});

test('an app chooses how many pods come first or are away', () => {
  expect(core({ maxSurge: 1 })).toEqual(rolling({ maxSurge: 1, maxUnavailable: 0 }));
  expect(core({ maxUnavailable: 0 })).toEqual(rolling({ maxSurge: 1, maxUnavailable: 0 }));
  expect(core({ maxSurge: 1, maxUnavailable: 2 })).toEqual(rolling({ maxSurge: 1, maxUnavailable: 2 }));
  expect(side({ maxUnavailable: 1 })).toEqual(rolling({ maxUnavailable: 1 }));
  expect(side({})).toEqual(rolling({ maxUnavailable: 1 }));
  expect(side({ maxSurge: 2 })).toEqual(rolling({ maxSurge: 2, maxUnavailable: 0 }));
  expect(side({ maxUnavailable: 3 }, onHosts)).toEqual(rolling({ maxUnavailable: 3 }));
});

test('pods of sides are replaced only as somebody deletes them', () => {
  expect(side('OnDelete')).toEqual({ type: 'OnDelete' });
  const servers = (updateStrategy?: 'OnDelete') =>
    specOf('StatefulSet', 'routeserver-a', (chart) => {
      new AnycastRouteServerPair(chart, 'rs', pair(chart, { updateStrategy }));
    }).updateStrategy;
  expect(servers('OnDelete')).toEqual({ type: 'OnDelete' });
  expect(servers()).toEqual(rolling({}));
});

const onSides = (updateStrategy: unknown, more: object = {}) => addRegion({ ...facing, updateStrategy, ...more });

const refusals: Case[] = [
  [
    'OnDelete for a core',
    addRegion({ updateStrategy: 'OnDelete' }),
    'test/east: updateStrategy: got "OnDelete", want maxUnavailable or maxSurge: a Deployment has no OnDelete',
  ],
  ['numbers for a StatefulSet', addPair({ updateStrategy: { maxUnavailable: 1 } }), 'test/rs: updateStrategy: got {'],
  [
    'an update that never ends',
    addRegion({ updateStrategy: { maxSurge: 0, maxUnavailable: 0 } }),
    'updateStrategy: got {"maxUnavailable":0,"maxSurge":0}, want maxUnavailable or maxSurge above 0',
  ],
  [
    'both for a DaemonSet',
    onSides({ maxSurge: 1, maxUnavailable: 1 }),
    'want either maxUnavailable or maxSurge for the DaemonSets of sides',
  ],
  [
    'a surge on host ports',
    onSides({ maxSurge: 1 }),
    'test/east: updateStrategy.maxSurge: got 1, want 0: the new pod would wait for the port',
  ],
  [
    'several pods away at once without an interlock',
    onSides({ maxUnavailable: 2 }, { interlock: false }),
    'test/east: updateStrategy.maxUnavailable: got 2, want 1, or an interlock',
  ],
  ['a strategy that there is not', onSides('Recreate'), 'updateStrategy: got "Recreate", want an object'],
  [
    'a number that is none',
    onSides({ maxUnavailable: '50%' }),
    'updateStrategy.maxUnavailable: got "50%", want a whole',
  ],
];

describeRefusals('update strategies', refusals);
