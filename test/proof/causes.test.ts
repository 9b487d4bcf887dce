import { BgpTopology } from '../../lib';
import { causesOf } from '../../lib/proof/findings/causes';
import { evaluate, Evaluated } from '../../lib/proof/evaluation';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const route = (number: number) => `203.0.113.${number}/32`;
const causesIn = (parts: Readonly<Record<string, PartShape>>, clients: Readonly<Record<string, ClientShape>>) =>
  named(costly(topologyOfParts(parts, clients)));
const costly = (topology: BgpTopology) =>
  evaluate(topology).evaluated.filter(({ outcome }) => outcome.losses.length > 0);
const named = (evaluated: readonly Evaluated[]) =>
  causesOf(evaluated).map((cause) => cause.map(({ failure }) => failure.id));

test('failures that cost the same are one cause', () => {
  const clients = { e1: { homes: ['east'], announces: [route(1)] }, e2: { homes: ['east'] } };
  expect(causesIn({ east: {} }, clients)).toEqual([
    ['pod east-a-0', 'address 192.0.2.0', 'side east-a', 'node east-a-0'],
  ]);
});

test('failures that cost as many routes, but other ones, are two causes', () => {
  const parts = { core: { sides: [1, 1] }, east: { above: [{ part: 'core' }] }, west: { above: [{ part: 'core' }] } };
  const clients = { e1: { homes: ['east'], announces: [route(1)] }, w1: { homes: ['west'], announces: [route(2)] } };
  const [first, ...rest] = causesIn(parts, clients);
  // Each of the two loses the route of the other one, whichever of them is cut off.
  expect(rest).toEqual([]);
  expect(first).toEqual(expect.arrayContaining(['pod east-a-0', 'pod west-a-0']));
  const third = { ...clients, c1: { homes: ['core'], announces: [route(3)] } };
  expect(causesIn(parts, third).map(([id]) => id)).toEqual(['pod east-a-0', 'pod west-a-0']);
});

describe('a router that fails with pods behind it', () => {
  const parts = { east: { sides: [1, 1] }, west: { sides: [1, 1], meshes: ['east'] } };
  const pe = (home: string, number: number, beside: readonly string[] = []): ClientShape => ({
    ...{ homes: [home], announces: [route(number)], beside },
  });

  test('is no cause of its own where it costs no more than one of its pods', () => {
    const clients = { e1: pe('east', 1), e2: pe('east', 2), tor: { homes: [], beside: ['one-a-0', 'two-a-0'] } };
    const one = { one: {}, two: {}, east: { sides: [1, 1], meshes: ['one', 'two'] } };
    const more = { ...clients, o1: pe('one', 3), t1: pe('two', 4) };
    // Each pod cuts off its own client, and the router both: each pair is lost with one of the pods already.
    expect(causesIn(one, more)).toEqual([
      expect.arrayContaining(['pod one-a-0']),
      expect.arrayContaining(['pod two-a-0']),
    ]);
    expect(causesIn(one, more).flat()).not.toContain('router tor');
  });

  test('is one where it costs what none of them costs alone', () => {
    const clients = { e1: pe('east', 1), w1: pe('west', 2), tor: { homes: [], beside: ['east-a-0', 'east-b-0'] } };
    expect(causesIn(parts, clients)).toEqual([['router tor']]);
  });
});

test('what is lost by more clients and routes than are compared is the same where each client loses as many', () => {
  const topology = topologyOfParts(
    { east: {} },
    { e1: { homes: ['east'], announces: [route(1)] }, e2: { homes: ['east'] } },
  );
  const [{ failure, outcome }] = costly(topology);
  const [loss] = outcome.losses;
  const large = (count: number, clients: number, ...failed: readonly string[]): Evaluated => {
    const losses = [{ ...loss, clients: Array(clients).fill(loss.clients[0]), count }];
    return { failure: { ...failure, id: failed.join(), failed }, outcome: { ...outcome, losses } };
  };
  expect(named([large(9, 2001, 'a'), large(9, 2001, 'b'), large(8, 2001, 'c'), large(9, 2002, 'd')])).toEqual([
    ['a', 'b'],
    ['c'],
    ['d'],
  ]);
  // As many as are compared differ in whom and what they are, and not in how often.
  expect(named([large(9, 2000, 'a'), large(8, 2000, 'b')])).toEqual([['a', 'b']]);
  // What is not compared is not taken for explained by a smaller failure, nor for one that explains another.
  expect(named([large(9, 2001, 'a'), large(9, 1, 'a', 'x')])).toEqual([['a'], ['a,x']]);
  expect(named([large(9, 1, 'a'), large(9, 2001, 'a', 'x')])).toEqual([['a']]);
});

describe('of failures of several things', () => {
  const topology = topologyOfParts(
    { east: {} },
    { e1: { homes: ['east'], announces: [route(1), route(2)] }, e2: { homes: ['east'], announces: [route(3)] } },
  );
  const [{ failure, outcome }] = costly(topology);
  const ends = new Map(outcome.losses.flatMap(({ clients }) => clients.map((client) => [client.id, client])));
  const [{ classes }] = outcome.losses;
  const [one, two] = ['e1', 'e2'].map((id) => ends.get(id)!);
  const costing = (clients: readonly (typeof one)[], ...failed: readonly string[]): Evaluated => {
    const losses = [{ clients, classes: [classes[0]], count: clients.length }];
    return { failure: { ...failure, id: failed.join(), failed }, outcome: { ...outcome, losses } };
  };

  test('one that costs more than a smaller one within it is a cause of its own', () => {
    expect(named([costing([one], 'a'), costing([one, two], 'a', 'x')])).toEqual([['a'], ['a,x']]);
    expect(named([costing([one, two], 'a'), costing([one], 'a', 'x')])).toEqual([['a']]);
  });

  test('none explains another, as neither is within it', () => {
    expect(named([costing([one, two], 'a', 'x'), costing([one], 'a', 'y')])).toEqual([['a,x'], ['a,y']]);
  });

  test('one that costs too much to be compared is a cause where nothing smaller costs anything', () => {
    expect(named([costing(Array(2001).fill(one), 'a', 'x')])).toEqual([['a,x']]);
  });

  test('how much there is to compare are the routes of each client', () => {
    const large = (count: number, id: string): Evaluated => {
      const losses = [{ clients: Array(1001).fill(one), classes: [classes[0], classes[0]], count }];
      return { failure: { ...failure, id, failed: [id] }, outcome: { ...outcome, losses } };
    };
    expect(named([large(9, 'a'), large(8, 'b')])).toEqual([['a'], ['b']]);
  });
});
