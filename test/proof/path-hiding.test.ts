import { prove } from '../../lib/proof';
import { atRest } from './at-rest';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const P = '203.0.113.9/32';
const servers = (...sides: number[]): PartShape => ({ mode: 'route-server', sides });
const ce = (home: string | string[], autonomousSystem: number, ...announces: string[]): ClientShape => ({
  ...{ homes: [home].flat(), autonomousSystem, announces },
});

const proofOf = (parts: Readonly<Record<string, PartShape>>, clients: Readonly<Record<string, ClientShape>>) => {
  const { findings, clients: results } = prove(topologyOfParts(parts, clients));
  return {
    findings: atRest(findings).filter(({ kind }) => kind !== 'lossOnFailure'),
    onFailure: findings.filter(({ kind }) => kind === 'lossOnFailure'),
    learned: Object.fromEntries(results.map(({ id, learned, expected }) => [id, `${learned} of ${expected}`])),
  };
};

describe('a route that clients of two AS numbers announce, to a third client of one of these', () => {
  const parts = { rs: servers(1) };

  test('is hidden where the route server prefers the path of that AS; the finding says why, and what to change', () => {
    const { findings, learned } = proofOf(parts, {
      ce1: ce('rs', 65001, P),
      ce2: ce('rs', 65002, P),
      ce3: ce('rs', 65001),
    });
    expect(learned).toEqual({ ce1: '0 of 0', ce2: '0 of 0', ce3: '0 of 1' });
    expect(findings[0].failures).toStrictEqual([]);
    expect(findings).toEqual([
      {
        ...{ kind: 'pathHiding', severity: 'error', parts: ['test/rs'], failures: [], clients: ['ce3'], groups: [] },
        assumed: false,
        message:
          `1 client of rs does not learn 1 route of rs because of path hiding (RFC 7947, 2.3.1), such as ${P} of ce2, ` +
          'which never reaches ce3: rs-a-0 prefers the path of ce1 (lower BGP identifier) and sends no other, ' +
          'and ce3 drops that path, as its own AS 65001 is in it: give ce3 an AS number that no other origin ' +
          'of the route has, all paths where it is a client of rs-a-0 (addPath), or accept this where AS 65001 learns the route in another way',
      },
    ]);
  });

  test('is learned by a client that gets all paths', () => {
    const clients = { ce1: ce('rs', 65001, P), ce2: ce('rs', 65002, P), ce3: { ...ce('rs', 65001), addPath: true } };
    expect(proofOf(parts, clients)).toMatchObject({ learned: { ce3: '1 of 1' }, findings: [] });
  });

  test('is learned where the other path wins', () => {
    const { findings, learned } = proofOf(parts, {
      ce1: ce('rs', 65002, P),
      ce2: ce('rs', 65001, P),
      ce3: ce('rs', 65001),
      ce4: ce('rs', 65003),
    });
    expect(learned).toEqual({ ce1: '0 of 0', ce2: '0 of 0', ce3: '1 of 1', ce4: '1 of 1' });
    expect(findings).toEqual([]);
  });

  test('is not expected where all paths have its AS number', () => {
    const { findings, learned } = proofOf(parts, {
      ce1: ce('rs', 65001, P),
      ce2: ce('rs', 65001, P),
      ce3: ce('rs', 65001),
      ce4: ce('rs', 65002),
    });
    expect(learned).toEqual({ ce1: '0 of 0', ce2: '0 of 0', ce3: '0 of 0', ce4: '1 of 1' });
    expect(findings).toEqual([]);
  });
});

test('a path is hidden by another route server, too, which sends but one to the others', () => {
  // Server b has a client with the path, and prefers it; server a has the other one alone, and takes that of b.
  const { findings } = proofOf(
    { one: { ...servers(1), meshes: ['two', 'three'] }, two: { ...servers(1), meshes: ['three'] }, three: servers(1) },
    { ce1: ce('two', 65001, P), ce2: ce('two', 65002, P), ce3: ce('one', 65001) },
  );
  expect(findings.map(({ kind, message }) => [kind, message])).toEqual([
    ['pathHiding', expect.stringContaining('ce3: two-a-0 prefers the path of ce1 (lower BGP identifier) and')],
  ]);
});

test('a path over the mesh is hidden by that of an eBGP neighbor', () => {
  const { findings } = proofOf(
    { one: { ...servers(1), meshes: ['two'] }, two: servers(1) },
    { ce1: ce('two', 65002, P), ce2: ce('one', 65001, P), ce3: ce('one', 65001) },
  );
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/of ce1, .*: one-a-0 prefers the path of ce2 \(eBGP over iBGP\)/),
  ]);
});

test('the router that is named is one that the client has a session with, where that has to choose', () => {
  // Servers one and two both have to choose; the client is one of server two, which has the other path from three.
  const { findings } = proofOf(
    { one: { ...servers(1), meshes: ['two'] }, two: { ...servers(1), meshes: ['three'] }, three: servers(1) },
    {
      ...{ ce1: ce('one', 65001, P), ce2: ce('one', 65002, P), ce3: ce('two', 65001, P) },
      ...{ ce4: ce('two', 65001), ce5: ce('three', 65003, P) },
    },
  );
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringContaining('two-a-0 prefers the path of ce3 ('),
  ]);
});

test('of several paths that the client would take, the best one is named', () => {
  const { findings } = proofOf(
    { one: { ...servers(1), meshes: ['two'] }, two: servers(1) },
    { ce1: ce('two', 65002, P), ce2: ce('one', 65001, P), ce3: ce('one', 65003, P), ce4: ce('one', 65001) },
  );
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/such as \S+ of ce3, .* path of ce2 \(lower BGP identifier\) and sends no other/),
  ]);
});

test('a path that does not reach the servers of the client is not hidden: no session passes it on', () => {
  const chain = {
    one: { ...servers(1), meshes: ['two'] },
    two: { ...servers(1), meshes: ['three'] },
    three: servers(1),
  };
  const { findings } = proofOf(chain, {
    ce1: ce('one', 65002, P),
    ce2: ce('three', 65001, P),
    ce3: ce('three', 65001),
  });
  expect(findings.map(({ kind }) => kind)).toEqual(['loss']);
});

test('a path that is hidden only once something has failed is lost on that failure', () => {
  // Server one has the path of ce2 from it; server two prefers that of ce1, and has the only session that is left.
  const { findings, onFailure, learned } = proofOf(
    { one: { ...servers(1), meshes: ['two'] }, two: servers(1) },
    { ce1: ce('two', 65001, P), ce2: ce(['one', 'two'], 65002, P), ce3: ce(['one', 'two'], 65001) },
  );
  expect(findings).toEqual([]);
  expect(learned.ce3).toBe('1 of 1');
  expect(onFailure.map(({ message }) => message)).toEqual([
    `${P} of ce1 and ce2 reaches ce3 only through one-a-0: if it, address 192.0.2.0, side one-a or node one-a-0 fails, ` +
      '1 client of one and two loses 1 route of one and two, as ce3 drops what it has from two-a-0 ' +
      '(two-a-0 prefers the path of ce1 to that of ce2: lower BGP identifier), as its own AS number is in the path ' +
      '(RFC 4271, 9.1.2): give ce3 an AS number that is in no path of the route',
  ]);
});

test('once its router has failed, no path is left that the client would take: it loses nothing', () => {
  const topology = topologyOfParts(
    { rs: servers(1, 1) },
    {
      ce1: { ...ce('rs', 65002, P), beside: ['rs-a-0'] },
      ce2: ce('rs', 65001, P),
      ce3: ce('rs', 65001),
      ce4: ce('rs', 65003),
      tor: { homes: [], beside: ['rs-a-0', 'rs-b-0'] },
    },
  );
  const { clients, failures, findings } = prove(topology);
  expect(atRest(findings).filter(({ kind }) => kind !== 'lossOnFailure')).toEqual([]);
  expect(failures.find(({ failure }) => failure.id === 'router ce1')).toMatchObject({ lost: 0, clients: [] });
  const least = clients.flatMap(({ id, paths }) => (paths ? [[id, paths.least, paths.leastOnFailure]] : []));
  expect(least).toEqual([
    ['ce3', 2, 1],
    ['ce4', 2, 1],
  ]);
});

describe('routes that differ in which of their routers has the lower identifier', () => {
  test('are not taken for alike', () => {
    // All have the same sessions. Of P the path of AS 65001 wins; of Q that of AS 65002.
    const Q = '203.0.113.10/32';
    const { learned, findings } = proofOf(
      { rs: servers(1) },
      {
        ce1: ce('rs', 65001, P),
        ce2: ce('rs', 65002, P),
        ce3: { ...ce('rs', 65001, Q), host: 4 },
        ce4: { ...ce('rs', 65002, Q), host: 3 },
        ce5: ce('rs', 65001),
      },
    );
    expect(learned).toEqual({ ce1: '1 of 1', ce2: '0 of 1', ce3: '0 of 1', ce4: '1 of 1', ce5: '1 of 2' });
    expect(findings).toMatchObject([{ kind: 'pathHiding', clients: ['ce2', 'ce3', 'ce5'] }]);
  });

  test('spread another way, also among route reflectors', () => {
    // East has the path of its own client, or that of its neighbor of the mesh; only the first goes upstream.
    const parts: Record<string, PartShape> = {
      core: {},
      east: { above: [{ part: 'core' }] },
      meshed: { meshes: ['east'] },
      west: { above: [{ part: 'core' }] },
    };
    const rr = (home: string, ...announces: string[]): ClientShape => ({ homes: [home], announces });
    const { learned } = proofOf(parts, {
      m1: rr('meshed', '203.0.113.1/32'),
      e1: rr('east', '203.0.113.1/32'),
      e2: rr('east', '203.0.113.2/32'),
      m2: rr('meshed', '203.0.113.2/32'),
      w1: rr('west'),
    });
    expect(learned.w1).toBe('1 of 2');
  });
});

test('the example is a route that the client does not announce itself, where that is one of several alike', () => {
  // Both routes are of AS 65001, by a router with a lower identifier, and of ce3. The client announces the first one.
  const Q = '203.0.113.10/32';
  const { findings, learned } = proofOf(
    { rs: servers(1) },
    { ce1: ce('rs', 65001, P), ce2: ce('rs', 65001, Q), ce3: ce('rs', 65002, P, Q) },
  );
  expect(learned).toEqual({ ce1: '0 of 1', ce2: '0 of 1', ce3: '0 of 0' });
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^2 clients of rs do not learn 2 routes .* such as 203\.0\.113\.10\/32 of ce3, which never reaches ce1: rs-a-0 prefers the path of ce2 /,
    ),
  ]);
});

test('of several paths that the client would take, the best one is named in whatever order they came', () => {
  const named = (...hosts: readonly number[]) => {
    const { findings } = proofOf(
      { rs: servers(1) },
      {
        ...{ ce1: ce('rs', 65001, P), ce2: { ...ce('rs', 65002, P), host: hosts[0] } },
        ...{ ce3: { ...ce('rs', 65003, P), host: hosts[1] }, ce4: ce('rs', 65001) },
      },
    );
    return findings.map(({ message }) => / of (\S+), which never/.exec(message)?.[1]);
  };
  expect(named(2, 3)).toEqual(['ce2']);
  expect(named(3, 2)).toEqual(['ce3']);
});

test('a router outside that has both paths hides none: it sends on nothing', () => {
  const { findings } = proofOf(
    { one: servers(1), two: servers(1) },
    {
      ...{ ce1: ce('one', 65001, P), ce2: ce('two', 65002, P) },
      ...{ ce3: ce('one', 65001), ce4: ce(['one', 'two'], 65003) },
    },
  );
  expect(findings.map(({ kind, clients }) => [kind, clients])).toEqual([['loss', ['ce3']]]);
});
