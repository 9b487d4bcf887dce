import { BgpTopology } from '../../lib';
import { prove } from '../../lib/proof';
import { evaluate } from '../../lib/proof/evaluation';
import { findingsOf } from '../../lib/proof/findings/findings';
import { whyOscillating } from '../../lib/proof/findings/reasons';
import { atRest } from './at-rest';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

type Parts = Readonly<Record<string, PartShape>>;
type Clients = Readonly<Record<string, ClientShape>>;

const rr = (home: string | string[], ...announces: ClientShape['announces'] & object): ClientShape => ({
  ...{ homes: [home].flat(), announces },
});
const routeOf = (number: number) => `203.0.113.${number}/32`;
const below = (part: string, more: PartShape = {}): PartShape => ({ sides: [1, 1], above: [{ part }], ...more });

const findingsIn = (parts: Parts, clients: Clients, change = (topology: BgpTopology) => topology) => {
  const findings = atRest(prove(change(topologyOfParts(parts, clients))).findings);
  // To jest a list of nothing but undefined is an empty one.
  for (const { parts: about, ...more } of findings) {
    for (const name of [about, more.failures, more.clients, more.groups].flat()) expect(typeof name).toBe('string');
  }
  return findings;
};
const ofKind = (kind: string, ...args: Parameters<typeof findingsIn>) =>
  findingsIn(...args).filter((finding) => finding.kind === kind);
const told = (kind: string, ...args: Parameters<typeof findingsIn>) =>
  ofKind(kind, ...args).map(({ message }) => message);

/** Lets these routers find nobody to peer with. */
const withoutSessions =
  (...ids: string[]) =>
  (topology: BgpTopology): BgpTopology => ({
    ...topology,
    choices: topology.choices.map((choice) => (ids.includes(choice.from) ? { ...choice, candidates: [] } : choice)),
  });

const assuming =
  (...ids: string[]) =>
  (topology: BgpTopology): BgpTopology => ({
    ...topology,
    outside: topology.outside.map((router) => ({ ...router, assumed: ids.includes(router.id) })),
  });

describe('a route that is lost with all in order', () => {
  test('is told with the client that has no session', () => {
    const clients = { e1: rr('east'), e2: rr('east', routeOf(2)), e3: rr('east') };
    expect(ofKind('loss', { east: { sides: [1, 1] } }, clients, withoutSessions('e1'))).toEqual([
      {
        ...{ kind: 'loss', severity: 'error', parts: ['test/east'], clients: ['e1'] },
        ...{ groups: [], failures: [], assumed: false },
        message:
          '1 client of east does not learn 1 route of east, such as 203.0.113.2/32 of e2, which never reaches e1: ' +
          'e1 has no session: see that pods are behind the addresses of its region, and accept its own',
      },
    ]);
  });

  test('is told with the router that announces it and has no session', () => {
    const clients = { e1: rr('east'), e2: rr('east', routeOf(2), routeOf(3)), e3: rr('east') };
    expect(told('loss', { east: { sides: [1, 1] } }, clients, withoutSessions('e2'))).toEqual([
      '2 clients of east do not learn 2 routes of east, such as 203.0.113.2/32 of e2, which never reaches e1: ' +
        'e2 has no session: see that pods are behind the addresses of its region, and accept its own',
    ]);
  });

  test('is told of a router that nobody serves', () => {
    const nobody = (topology: BgpTopology): BgpTopology => ({
      ...topology,
      choices: topology.choices.filter(({ from }) => from !== 'e2'),
    });
    const clients = { e1: rr('east'), e2: rr('east', routeOf(2)) };
    expect(told('loss', { east: { sides: [1, 1] } }, clients, nobody)).toEqual([
      expect.stringMatching(/203\.0\.113\.2\/32 of e2, which never reaches e1: e2 has no session: see that /),
    ]);
  });

  test('says that no session leads there, where one router that announces it has sessions and another has none', () => {
    // North and east are joined by the client of both, whose sessions lead on for nobody else.
    const parts = { east: { sides: [1, 1] }, north: { sides: [1, 1] } };
    const clients = {
      e1: rr('east', routeOf(1)),
      n1: rr('north', routeOf(1)),
      n2: rr('north'),
      both: rr(['east', 'north']),
    };
    const message = told('loss', parts, clients, withoutSessions('n1'))[0];
    expect(message).toMatch(
      /203\.0\.113\.1\/32 of e1 and n1, which never reaches n2: no sessions lead there: join the routers /,
    );
  });

  test('says which router has it and does not send it on, by which rule, and what to change', () => {
    // North and south each have a mesh with east, and none with each other.
    const parts = { east: {}, north: { meshes: ['east'] }, south: { meshes: ['east'] } };
    const clients = { n1: rr('north', routeOf(1)), s1: rr('south') };
    expect(told('loss', parts, clients)).toEqual([
      '1 client of south does not learn 1 route of north, such as 203.0.113.1/32 of n1, which never reaches s1: ' +
        'east-a-0 has it from a router that is not its client, and sends such a path to clients only, not to south-a-0 ' +
        '(RFC 4456, 6): make south-a-0 its client, or join south-a-0 in a mesh with the routers whose clients announce it',
    ]);
    // With a path of a client of its own, which it would send on, and does not prefer.
    const both = { n1: rr('north', routeOf(1)), e1: rr('east', routeOf(1)), s1: rr('south') };
    expect(told('loss', parts, both)[0]).toMatch(
      / s1: east-a-0 has it from a router that is not its client \(it prefers the path of north-a-0 to that of e1: lower BGP identifier\), and sends/,
    );
  });

  test('says which session does not carry the family', () => {
    const evpn = (...announces: string[]) =>
      rr('north', ...announces.map((route) => ({ family: 'evpn' as const, route })));
    const parts = { north: { families: ['inet', 'evpn'] as const }, south: { families: ['inet', 'evpn'] as const } };
    const clients = { n1: evpn('type 5'), s1: { ...rr('south'), homes: ['south'] } };
    const joined = { ...parts, south: { ...parts.south, meshes: ['north'] } };
    expect(told('loss', joined, clients)).toEqual([]);
    const narrow = (topology: BgpTopology): BgpTopology => ({
      ...topology,
      sessions: topology.sessions.map((session) => ({ ...session, families: ['inet'] })),
    });
    expect(told('loss', joined, clients, narrow)[0]).toMatch(
      / s1: the session of north-a-0 with south-a-0 does not carry evpn: let both ends carry it$/,
    );
  });

  test('names regions that share a name by their paths', () => {
    const clients = { e1: rr('east'), e2: rr('east', routeOf(2)), n1: rr('north') };
    const parts = { east: { sides: [1, 1], meshes: ['north'] }, north: { sides: [1, 1] } };
    const renamed = (topology: BgpTopology): BgpTopology => {
      const named = (name: string) => ({ kind: 'region', name, path: 'other/east' }) as const;
      const groups = topology.groups.map((group) =>
        group.part.name === 'north' ? { ...group, part: named('east') } : group,
      );
      const groupOf = new Map(groups.map((group) => [group.id, group]));
      const outside = topology.outside.map((router) =>
        router.id === 'n1' ? { ...router, clientOf: ['other/east'] } : router,
      );
      const speakers = topology.speakers.map((pod) => ({ ...pod, group: groupOf.get(pod.group.id)! }));
      return { ...withoutSessions('n1')(topology), groups, outside, speakers };
    };
    expect(told('loss', parts, clients, renamed)[0]).toMatch(
      /^1 client of other\/east does not learn 1 route of test\/east, such as /,
    );
  });
});

describe('what is assumed is said', () => {
  const parts = { east: { sides: [1, 1] } };
  const clients = { e1: rr('east'), e2: rr('east', routeOf(2)) };
  const lossesWith = (...assumed: string[]) =>
    ofKind('loss', parts, clients, (topology) => assuming(...assumed)(withoutSessions('e1')(topology))).map(
      ({ assumed: is, message }) => [is, / \((.*)\)$/.exec(message)?.[1]],
    );

  test('of a client that loses a route, and of one that announces it', () => {
    expect(lossesWith()).toEqual([[false, undefined]]);
    expect(lossesWith('e1')).toEqual([[true, 'clients are assumed']]);
    expect(lossesWith('e2')).toEqual([[true, 'clients are assumed']]);
  });

  test('of a node that fails, and not of a node on which a pod fails', () => {
    const nodes = (topology: BgpTopology): BgpTopology => ({
      ...topology,
      nodes: topology.nodes.map((node) => ({ ...node, assumed: true })),
    });
    const one = { core: {}, east: below('core'), west: below('core') };
    const pe = { e1: rr('east', routeOf(1)), w1: rr('west') };
    // The pod of the core fails, or its node: this is one finding about both.
    const [finding] = ofKind('lossOnFailure', one, pe, nodes);
    expect(finding.assumed).toBe(true);
    expect(finding.message).toMatch(
      / 1 client of west loses 1 route of east: give core a second side \(nodes are assumed\)$/,
    );
    expect(ofKind('lossOnFailure', one, pe)[0]).toMatchObject({ assumed: false });
    // An address has no node.
    const [address] = ofKind('lossOnFailure', { east: { sides: [2] } }, clients, nodes);
    expect(address).toMatchObject({ failures: ['address 192.0.2.0', 'side east-a'], assumed: false });
    // Nor has a side, whatever a node is called.
    const namesake = (topology: BgpTopology): BgpTopology => ({
      ...topology,
      nodes: [...topology.nodes, { ...topology.nodes[0], id: 'east-a', assumed: true }],
    });
    expect(ofKind('lossOnFailure', { east: { sides: [2] } }, clients, namesake)).toMatchObject([{ assumed: false }]);
  });
});

describe('a region of one pod, with regions above and below', () => {
  const parts = { core: { sides: [1, 1] }, mid: below('core', { sides: [1] }), low: below('mid', { sides: [1] }) };
  const clients = { m2: rr('mid', routeOf(2)), m1: rr('mid', routeOf(1)), c1: rr('core', routeOf(3)), l1: rr('low') };

  test('costs others routes, too, when the pod fails: the example is of another router than the one that loses it', () => {
    const [finding] = findingsIn(parts, clients);
    expect(finding).toEqual({
      ...{ kind: 'lossOnFailure', severity: 'warning', groups: [], assumed: false },
      parts: ['test/core', 'test/low', 'test/mid'],
      clients: ['c1', 'l1', 'm1', 'm2'],
      failures: ['pod mid-a-0', 'side mid-a', 'node mid-a-0'],
      message:
        '203.0.113.1/32 of m1 reaches m2 only through mid-a-0: if it, side mid-a or node mid-a-0 fails, ' +
        '4 clients of core, low and mid lose 3 routes of core and mid: give mid a second side',
    });
  });

  test('has clients that are cut off with its address', () => {
    expect(findingsIn(parts, clients).slice(1)).toMatchObject([
      {
        ...{ parts: ['test/low'], clients: ['l1'] },
        message:
          'l1 of low has sessions only with low-a-0: if it, address 192.0.2.4, side low-a or node low-a-0 fails, ' +
          '1 client of low loses 3 routes of core and mid: give low a second side',
      },
      {
        ...{ parts: ['test/mid'], clients: ['m1', 'm2'], failures: ['address 192.0.2.2'] },
        message:
          'm2 and m1 of mid have sessions only with address 192.0.2.2: ' +
          'if it fails, 4 clients of core, low and mid lose 3 routes of core and mid: give mid a second side',
      },
    ]);
  });
});

test('a route that somebody else announces, too, is not lost for a router that is cut off', () => {
  const parts = { core: { sides: [1, 1] }, mid: below('core', { sides: [1] }), low: below('mid', { sides: [1, 1] }) };
  const clients = { m1: rr('mid', routeOf(1)), c1: rr('core', routeOf(1)), l1: rr('low') };
  expect(told('lossOnFailure', parts, clients)).toEqual([
    '203.0.113.1/32 of m1 and c1 reaches l1 only through mid-a-0: if it, side mid-a or node mid-a-0 fails, ' +
      '1 client of low loses 1 route of core and mid: give mid a second side',
  ]);
});

test('losses by failures of the same kinds are told in one sentence, where there are many', () => {
  const three = [1, 2, 3];
  const parts = Object.fromEntries(
    three.flatMap((i) => [
      [`core${i}`, {}],
      [`e${i}`, below(`core${i}`)],
      [`w${i}`, below(`core${i}`)],
    ]),
  );
  const clients = Object.fromEntries(
    three.flatMap((i) => [
      [`c${i}`, rr(`e${i}`, routeOf(i))],
      [`d${i}`, rr(`w${i}`)],
    ]),
  );
  expect(findingsIn(parts, clients)).toMatchObject([
    {
      ...{ parts: ['test/w1', 'test/w2', 'test/w3'], clients: ['d1', 'd2', 'd3'] },
      failures: three.flatMap((i) => [`pod core${i}-a-0`, `side core${i}-a`, `node core${i}-a-0`]),
      message:
        '203.0.113.1/32 of c1 reaches d1 only through core1-a-0: if it, side core1-a or node core1-a-0 fails, ' +
        '1 client of w1 loses 1 route of e1: give core1 a second side; the same holds for 2 more: pod core2-a-0 and pod core3-a-0',
    },
  ]);
});

describe('losses by failures of different kinds are told each by itself, however many there are', () => {
  test('of clients that are cut off', () => {
    // Of mid only the address cuts clients off: with the pod others lose routes, too.
    const low = below('mid', { sides: [1] });
    const parts = { core: { sides: [1, 1] }, mid: below('core', { sides: [1] }), low, lower: low };
    const clients = { c1: rr('core', routeOf(3)), m1: rr('mid', routeOf(1)), l1: rr('low'), l2: rr('lower') };
    const cutOff = told('lossOnFailure', parts, clients).filter((message) => message.includes('sessions only'));
    expect(cutOff.map((message) => message.split(' ')[0])).toEqual(['l1', 'l2', 'm1']);
  });

  test('of clients that are cut off by as many failures', () => {
    const mid = below('core', { sides: [1] });
    const parts = {
      ...{ core: { sides: [1, 1] }, mid1: mid, mid2: mid, far: below('core') },
      ...{ low1: below('mid1'), low2: below('mid2') },
    };
    const clients: Clients = {
      ...{ c1: rr('core', routeOf(1)), m1: rr('mid1'), m2: rr('mid2'), f1: rr('far') },
      ...{ l1: rr('low1'), l2: rr('low2'), tor: { homes: [], beside: ['far-a-0', 'far-b-0'] } },
    };
    const cutOff = told('lossOnFailure', parts, clients).filter((message) => message.includes('sessions only'));
    expect(cutOff.map((message) => / only with (\w+) /.exec(message)?.[1])).toEqual(['address', 'address', 'router']);
  });

  test('of others', () => {
    const nets = [1, 2, 3];
    const parts = Object.fromEntries(
      nets.flatMap((i) => [
        [`core${i}`, {}],
        [`e${i}`, below(`core${i}`)],
        [`w${i}`, below(`core${i}`)],
      ]),
    );
    const clients: Clients = {
      ...Object.fromEntries(
        nets.flatMap((i) => [
          [`c${i}`, rr(`e${i}`, routeOf(i))],
          [`d${i}`, rr(`w${i}`)],
        ]),
      ),
      tor: { homes: [], beside: ['core3-a-0'] },
    };
    expect(told('lossOnFailure', parts, clients).map((message) => / through (\S+):/.exec(message)?.[1])).toEqual(
      nets.map((i) => `core${i}-a-0`),
    );
  });

  test('with the regions in order', () => {
    const low = below('core', { sides: [1] });
    const parts = { core: { sides: [1, 1] }, west: low, east: low };
    const clients: Clients = {
      ...{ both: rr(['west', 'east']), c1: rr('core', routeOf(1)) },
      tor: { homes: [], beside: ['west-a-0', 'east-a-0'] },
    };
    expect(
      ofKind('lossOnFailure', parts, clients).map(({ failures, parts: about }) => [failures[0], about]),
    ).toContainEqual(['router tor', ['test/east', 'test/west']]);
  });
});

describe('an assumed client that a failure cuts off', () => {
  const parts = { east: { sides: [1] } };
  const clients = { e1: rr('east', routeOf(1)), e2: rr('east') };
  const exported = (topology: BgpTopology): BgpTopology => ({
    ...topology,
    groups: topology.groups.map((group) => ({ ...group, exported: true })),
  });

  test('may have sessions in another cluster, where its region has routers there', () => {
    expect(findingsIn(parts, clients, (topology) => assuming('e1', 'e2')(exported(topology)))).toEqual([]);
    expect(told('lossOnFailure', parts, clients, assuming('e1', 'e2'))).toHaveLength(1);
  });

  test('has none there, if it is declared', () => {
    expect(told('lossOnFailure', parts, clients, exported)).toHaveLength(1);
    expect(told('lossOnFailure', parts, clients, (topology) => assuming('e1')(exported(topology)))).toHaveLength(1);
  });

  test('has none there, if one of its regions is in this cluster only', () => {
    const both = { east: {}, west: {} };
    const some = (topology: BgpTopology) => {
      const groups = topology.groups.map((group) => ({ ...group, exported: group.part.name === 'east' }));
      const choices = topology.choices.filter(({ candidates }) => !candidates[0].startsWith('west'));
      return assuming('e1', 'e2')({ ...topology, groups, choices });
    };
    const pe = { e1: rr(['east', 'west'], routeOf(1)), e2: rr(['east', 'west']) };
    expect(told('lossOnFailure', both, pe, some)).toHaveLength(1);
  });
});

describe('a route of one region only', () => {
  const only = '64496:1';
  const kept = (number: number) => ({ route: routeOf(number), communities: [only] });
  const parts = {
    ...{ core: { sides: [1, 1], meshes: ['north'] }, low: below('core') },
    north: { sides: [1, 1], communities: { only } },
  };

  test('is told once, and how many more there are', () => {
    const leaks = ofKind('leak', parts, { north1: rr('north', kept(8), kept(7)), north2: rr('north', kept(6)) });
    expect(leaks).toEqual([
      {
        ...{ kind: 'leak', severity: 'error', parts: ['test/north'], clients: ['north1'], failures: [], groups: [] },
        assumed: false,
        message:
          '203.0.113.8/32 of north1 is for clients of north only, and core-a-0 has it, ' +
          'as north-a-0 sends it to core-a-0, and communities.only filters sessions upstream only: remove that session; the same holds for 2 more routes',
      },
    ]);
    expect(told('leak', parts, { north1: rr('north', kept(8)) })).toEqual([
      '203.0.113.8/32 of north1 is for clients of north only, and core-a-0 has it, ' +
        'as north-a-0 sends it to core-a-0, and communities.only filters sessions upstream only: remove that session',
    ]);
  });

  test('may leave it once a router has failed that announced it for all', () => {
    const beside = ['core-a-0', 'north-a-0'];
    const clients = {
      north1: rr('north', kept(9), kept(8)),
      north2: { ...rr('north', routeOf(9)), beside },
      north3: { ...rr('north', routeOf(8)), beside },
    };
    // Of two such failures the first is told.
    expect(ofKind('leak', parts, clients)).toMatchObject([
      {
        ...{ parts: ['test/north'], clients: ['north1', 'north2'], failures: ['router north2'] },
        message:
          '203.0.113.9/32 of north1 and north2 is for clients of north only, and core-a-0 has it when router north2 fails, ' +
          'as north-a-0 sends it to core-a-0, and communities.only filters sessions upstream only: remove that session',
      },
    ]);
    // Where a route leaks anyway, that is told alone.
    expect(told('leak', parts, { ...clients, north4: rr('north', kept(7)) })).toEqual([
      '203.0.113.7/32 of north4 is for clients of north only, and core-a-0 has it, ' +
        'as north-a-0 sends it to core-a-0, and communities.only filters sessions upstream only: remove that session',
    ]);
  });

  test('leaves it by a pod upstream that does not heed its community', () => {
    const one = { core: {}, east: below('core', { communities: { only } }) };
    const careless = (topology: BgpTopology): BgpTopology => {
      const forget = (group: BgpTopology['groups'][number]) =>
        group.id === 'east-b' ? { ...group, communities: {} } : group;
      const speakers = topology.speakers.map((pod) => ({ ...pod, group: forget(pod.group) }));
      return { ...topology, groups: topology.groups.map(forget), speakers };
    };
    const clients = { e1: rr('east', kept(9)) };
    expect(told('leak', one, clients)).toEqual([]);
    expect(told('leak', one, clients, careless)).toEqual([
      '203.0.113.9/32 of e1 is for clients of east only, and core-a-0 has it, ' +
        'as east-b-0 sends it upstream to core-a-0 without a filter: give it the communities.only of its region',
    ]);
  });

  test('that two routers keep there is for the regions of both', () => {
    const two = { ...parts, south: { sides: [1, 1], communities: { only } } };
    const clients = { north1: rr('north', kept(9)), both: rr(['north', 'south'], kept(9)) };
    expect(told('leak', two, clients)).toEqual([
      '203.0.113.9/32 of north1 and both is for clients of north and south only, and core-a-0 has it, ' +
        'as north-a-0 sends it to core-a-0, and communities.only filters sessions upstream only: remove that session',
    ]);
  });
});

describe('routes that oscillate', () => {
  // No topology of this model does so: what is looked at says it here.
  const clients = { e1: rr('east', routeOf(1)), w1: rr('west', routeOf(2)) };
  const topology = topologyOfParts({ east: { meshes: ['west'] }, west: {} }, clients);
  /** What is told where they do so with all in order, or under the failures at these places. */
  const oscillations = ({ usually = false, under = [] as readonly number[] }) => {
    const evaluation = evaluate(topology);
    const unsettled = evaluation.reach.classes;
    const usual = { ...evaluation.reach.usual, unsettled: usually ? unsettled : [] };
    const reach = Object.assign(Object.create(evaluation.reach), { usual });
    const evaluated = evaluation.evaluated.map((each, i) =>
      under.includes(i) ? { ...each, outcome: { ...each.outcome, unsettled } } : each,
    );
    return findingsOf(topology, { ...evaluation, reach, evaluated })
      .filter(({ kind }) => kind === 'oscillation')
      .map(({ toMessage, parts, clients, failures }) => {
        for (const id of failures) expect(typeof id).toBe('string');
        return { message: toMessage(), parts, clients, failures };
      });
  };

  test('are told of with the first route', () => {
    expect(oscillations({})).toEqual([]);
    expect(oscillations({ usually: true })).toEqual([
      {
        message: '203.0.113.1/32 of e1 oscillates: the routers never converge on a best path',
        ...{ parts: ['test/east', 'test/west'], clients: ['e1', 'w1'], failures: [] },
      },
    ]);
  });

  test('are told of with the first failure that makes them, unless they do so anyway', () => {
    expect(oscillations({ under: [1, 2] })).toEqual([
      {
        message:
          '203.0.113.1/32 of e1 oscillates once pod west-a-0 has failed: the routers never converge on a best path',
        ...{ parts: ['test/east', 'test/west'], clients: ['e1', 'w1'], failures: ['pod west-a-0'] },
      },
    ]);
    expect(oscillations({ usually: true, under: [1, 2] })).toHaveLength(1);
  });

  test('are told of with the router that last took a better path, and the step of the decision', () => {
    // The core has the path of c1 first, and prefers that of e1, with the lower identifier, once it comes.
    const parts = { core: {}, east: below('core', { sides: [1] }) };
    const evaluation = evaluate(
      topologyOfParts(parts, {
        c1: { ...rr('core', routeOf(1)), host: 9 },
        e1: { ...rr('east', routeOf(1)), host: 2 },
      }),
    );
    const [routes] = evaluation.reach.classes;
    expect(whyOscillating(evaluation.reach, routes)).toBe(
      ', as core-a-0 prefers the path of east-a-0 to that of c1 (lower BGP identifier), ' +
        'and by sending it takes it away from east-a-0: remove a session from the ring that the paths come through',
    );
  });
});

test('a group that finds no router is told with its region and routers', () => {
  const idle = [{ routers: 'west-a', group: 'OTHER', service: 'elsewhere' }];
  expect(ofKind('idleGroup', { east: {}, west: {} }, {}, (topology) => ({ ...topology, idle }))).toEqual([
    {
      ...{ kind: 'idleGroup', severity: 'warning', parts: ['test/west'], groups: ['west-a'] },
      ...{ clients: [], failures: [], assumed: false },
      message:
        'west-a finds no router for its group OTHER: no pod of the app behind the Service elsewhere would peer with it: ' +
        'correct the name, or accept this where another app has the pods',
    },
  ]);
});

test('what is not proven is told with how many failures there are in all', () => {
  const topology = topologyOfParts({ east: { sides: [1, 1] } }, { e1: rr('east', routeOf(1)), e2: rr('east') });
  const evaluation = evaluate(topology);
  const [first, second, ...rest] = evaluation.evaluated;
  const leftOut = [first, second].map(({ failure }) => failure);
  const unproven = findingsOf(topology, { ...evaluation, evaluated: rest, leftOut }).filter(
    ({ kind }) => kind === 'unproven',
  );
  expect(unproven.map(({ toMessage }) => toMessage())).toEqual([
    '2 of 8 single failures are not proven, as the topology is too large: pod east-a-0 and pod east-b-0; ' +
      'make some regions an app of their own',
  ]);
  for (const { parts, clients, groups } of unproven) expect([parts, clients, groups].flat()).toStrictEqual([]);
  expect(unproven).toMatchObject([{ parts: [], clients: [], groups: [], failures: ['pod east-a-0', 'pod east-b-0'] }]);
  expect(findingsOf(topology, evaluation).filter(({ kind }) => kind === 'unproven')).toEqual([]);
});

test('a path that is hidden is told without a failure, as it is so with all in order', () => {
  const peer = (autonomousSystem: number, ...announces: readonly string[]): ClientShape => ({
    ...{ homes: ['pair'], autonomousSystem, announces },
  });
  const clients = { x1: peer(65001, routeOf(1)), x2: peer(65002, routeOf(1)), x3: peer(65001) };
  expect(ofKind('pathHiding', { pair: { mode: 'route-server' } }, clients)).toMatchObject([
    { clients: ['x3'], failures: [] },
  ]);
});
