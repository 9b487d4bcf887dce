import * as fs from 'fs';
import * as path from 'path';
import { DiscoveredGroup } from '../../../../lib/configuration';
import { CrpdDriver, CrpdDriverOptions } from '../../../../crpd-image/runtime/router/crpd/driver';
import { Command, onBox } from '../../../../crpd-image/runtime/router/crpd/on-box';
import { NetconfSession } from '../../../../crpd-image/runtime/router/crpd/session';
import { Change, RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { StandIn } from '../../../../test-support/crpd/build';
import { connectTo, greeting, replyTo } from './scripted-server';
import { eventually } from '../../../../test-support/eventually';

const KEY = '0123456789abcdef0123456789abcdef';
const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const MESH: DiscoveredGroup = { kind: 'mesh', name: 'MESHRR-MESH', service, key: KEY };
const UPSTREAM: DiscoveredGroup = { kind: 'upstream', name: 'MESHRR-UPSTREAM', service, sessions: 2 };

const CONFIGURATION = `
  groups {
    MESHRR {
      protocols {
        bgp {
          group MESHRR-MESH { type internal; }
          group MESHRR-UPSTREAM { type internal; }
          group MESHRR-CLIENTS { type internal; allow 10.9.0.0/16; }
        }
      }
    }
  }
  apply-groups MESHRR;
  routing-options { autonomous-system 65000; router-id 10.0.0.254; }
  protocols { bgp { group THEIRS { type internal; neighbor 10.0.0.7; } } }`;

const mesh = (address: string) => ({ group: 'MESHRR-MESH', address });
const add = (address: string, group = 'MESHRR-MESH'): Change => ({ action: 'add', group, address });
const remove = (address: string, group = 'MESHRR-MESH'): Change => ({ action: 'remove', group, address });
const addresses = (count: number) => Array.from({ length: count }, (_, i) => `10.1.${i >> 8}.${i & 255}`);

let crpd: StandIn;
let drivers: CrpdDriver[];

function driverOf(options: Partial<CrpdDriverOptions> = {}): CrpdDriver {
  const driver = new CrpdDriver({
    connect: onBox([crpd.command as Command]),
    groups: [MESH, UPSTREAM],
    retryTimes: { firstMilliseconds: 20, maxMilliseconds: 50, deadlineMilliseconds: 10_000 },
    ...options,
  });
  drivers.push(driver);
  return driver;
}

/** How often sessions made this request, of those that `since` does not count. */
const asked = (request: string, since = 0) =>
  crpd
    .requests()
    .slice(since)
    .filter((name) => name === request).length;

/** The processes of sessions, by what the stand-in wrote of them. */
function processes(): number[] {
  const lines = fs.readFileSync(path.join(crpd.state, 'log.jsonl'), 'utf8').split('\n').filter(Boolean);
  return [...new Set(lines.map((line) => (JSON.parse(line) as { pid: number }).pid))];
}

const isRunning = (pid: number) => fs.existsSync(`/proc/${pid}/exe`);

async function unavailable(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'nothing was thrown',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RouterUnavailable);
  return (error as Error).message;
}

beforeEach(() => {
  drivers = [];
  crpd = new StandIn(CONFIGURATION);
});

afterEach(async () => {
  for (const driver of drivers) await driver.close();
  crpd.close();
});

describe('changes', () => {
  test('500 neighbors are one load and one commit, and then they are there', async () => {
    const driver = driverOf();
    const all = addresses(500);
    expect(await driver.apply(all.map((address) => add(address)))).toEqual([]);
    expect(await driver.neighbors()).toEqual(all.map(mesh));
    expect(crpd.commits()[0].log).toBe('meshrr: 500 neighbors added, 0 removed');
    expect(crpd.commits()).toHaveLength(2);
    expect(crpd.requests()).toEqual([
      'get-configuration',
      ...['open-configuration', 'load-configuration', 'commit-configuration', 'get-configuration'],
      ...['commit-configuration', 'close-configuration'],
      'get-configuration',
    ]);
  });

  test('that were made are not made again, and a key is not written again', async () => {
    const driver = driverOf();
    await driver.apply([add('10.1.0.1'), add('2001:db8::1')]);
    const before = crpd.running();
    const since = crpd.requests().length;
    expect(await driver.apply([add('10.1.0.1'), add('2001:db8::1'), remove('10.1.0.9')])).toEqual([]);
    expect(crpd.requests().slice(since)).toEqual(['get-configuration']);
    await driver.apply([add('10.1.0.1'), add('10.1.0.2')]);
    const keyOf = (text: string) => /neighbor 10\.1\.0\.1 \{\s*(authentication-key .*)/.exec(text)?.[1];
    expect(keyOf(before)).toBeDefined();
    expect(keyOf(crpd.running())).toBe(keyOf(before));
  });

  test('set a key for a neighbor of a mesh, not for an upstream one', async () => {
    const bgp = 'set groups MESHRR protocols bgp group';
    const before = crpd.runningSet();
    await driverOf().apply([add('10.1.0.1'), add('10.2.0.1', 'MESHRR-UPSTREAM')]);
    expect(crpd.runningSet().filter((line) => !before.includes(line))).toEqual([
      `${bgp} MESHRR-MESH neighbor 10.1.0.1 authentication-key …`,
      `${bgp} MESHRR-UPSTREAM neighbor 10.2.0.1`,
    ]);
  });

  test('leave everything but the neighbors as it was', async () => {
    const before = crpd.runningSet();
    const driver = driverOf();
    await driver.apply([...addresses(5).map((address) => add(address)), add('10.2.0.1', 'MESHRR-UPSTREAM')]);
    await driver.apply([...addresses(5).map((address) => remove(address)), remove('10.2.0.1', 'MESHRR-UPSTREAM')]);
    expect(crpd.runningSet()).toEqual(before);
  });

  test('move an address from group to group in one commit', async () => {
    const driver = driverOf();
    await driver.apply([add('10.1.0.1')]);
    expect(await driver.apply([add('10.1.0.1', 'MESHRR-UPSTREAM'), remove('10.1.0.1')])).toEqual([]);
    expect(await driver.neighbors()).toEqual([{ group: 'MESHRR-UPSTREAM', address: '10.1.0.1' }]);
    expect(crpd.commits()).toHaveLength(3);
  });

  test('of what is not the driver’s, or no address, do not reach the router', async () => {
    const foreign = [add('10.1.0.1', 'THEIRS'), add('10.0.0.1;'), add('127.0.0.1'), add('')];
    const refused = await driverOf().apply(foreign);
    expect(refused.map(({ change }) => change)).toEqual(foreign);
    expect(refused[0].reason).toContain('the runtime does not manage this group');
    expect(refused[1].reason).toContain('not the address of a host');
    expect(crpd.requests()).toEqual([]);
  });

  test.each([
    ['of rpc-error and commit-results', {}],
    ['of ok alone', { commit: 'ok', openWarning: 'with-ok' } as const],
    ['of xnm:error', { errors: 'xnm' } as const],
  ])('work in the dialect %s, whatever warnings there are', async (_, dialect) => {
    crpd.dialect(dialect);
    crpd.faults([{ on: '*', fault: 'warning', message: 'statement not found' }]);
    const driver = driverOf();
    expect(await driver.apply([add('10.1.0.1'), add('10.0.0.7')])).toEqual([
      { change: add('10.0.0.7'), reason: expect.stringContaining('peer already in group') },
    ]);
    expect(await driver.neighbors()).toEqual([mesh('10.1.0.1')]);
  });
});

describe('changes that the router refuses', () => {
  test('are returned, and the others are one commit', async () => {
    const driver = driverOf();
    const good = addresses(20);
    const bad = add('10.0.0.7');
    const changes = [...good.slice(0, 9).map((a) => add(a)), bad, ...good.slice(9).map((a) => add(a))];
    const refused = await driver.apply(changes);
    expect(refused).toEqual([{ change: bad, reason: expect.stringContaining('peer already in group') }]);
    // The caller knows its changes by identity.
    expect(refused[0].change).toBe(bad);
    expect(await driver.neighbors()).toEqual(good.map(mesh));
    expect(crpd.commits()).toHaveLength(2);
  });

  test('are all of them if the router’s own configuration cannot be committed', async () => {
    crpd.faults([
      { on: 'commit-configuration', fault: 'error', message: 'Policy error: Policy X referenced but not defined' },
    ]);
    const changes = addresses(50).map((address) => add(address));
    const refused = await driverOf().apply(changes);
    expect(refused.map(({ change }) => change)).toEqual(changes);
    expect(refused[0].reason).toContain('Policy X');
    expect(asked('commit-configuration')).toBe(2);
    expect(crpd.commits()).toHaveLength(0);
  });

  test('are returned without the key, which the router may repeat', async () => {
    crpd.faults([{ on: 'load-configuration', fault: 'error', message: `invalid value '${KEY}' ($9$abc/DEF-1.)` }]);
    const [{ reason }] = await driverOf().apply([add('10.1.0.1')]);
    expect(reason).toContain("invalid value '(hidden)' ((hidden)");
    expect(reason).not.toContain('DEF');
  });
});

describe('others at work on the configuration', () => {
  test('are waited for while they have it locked', async () => {
    const alice = await NetconfSession.open(await onBox([crpd.command as Command])());
    await alice.rpc('<lock-configuration/>');
    const applied = driverOf().apply([add('10.1.0.1')]);
    await eventually(() => expect(asked('open-configuration')).toBeGreaterThan(2));
    expect(crpd.commits()).toHaveLength(0);
    await alice.rpc('<unlock-configuration/>');
    expect(await applied).toEqual([]);
    expect(crpd.commits()).toHaveLength(2);
    await alice.close();
  });

  test('are waited for while they have changes that are not committed, which stay theirs', async () => {
    const alice = await NetconfSession.open(await onBox([crpd.command as Command])());
    const set = (line: string) =>
      `<load-configuration action="set"><configuration-set>${line}</configuration-set></load-configuration>`;
    await alice.rpc(set('set routing-options router-id 10.0.0.99'));
    const applied = driverOf().apply([add('10.1.0.1')]);
    await eventually(() => expect(asked('open-configuration')).toBeGreaterThan(2));
    await alice.rpc('<commit-configuration/>');
    expect(await applied).toEqual([]);
    expect(crpd.runningSet()).toEqual(expect.arrayContaining(['set routing-options router-id 10.0.0.99']));
    expect(crpd.runningSet().join()).toContain('neighbor 10.1.0.1');
    await alice.close();
  });

  test.each([
    ['a lock at the commit', { on: 'commit-configuration', fault: 'busy', times: 1, after: 1 } as const],
    ['a lock at the check', { on: 'commit-configuration', fault: 'busy', times: 2 } as const],
    ['a change at the load', { on: 'load-configuration', fault: 'modified', times: 2 } as const],
    [
      'a commit that came between',
      { on: 'commit-configuration', fault: 'error', message: 'x', times: 1, after: 1 } as const,
    ],
  ])('are no reason to refuse: %s', async (_, fault) => {
    crpd.faults([fault]);
    expect(await driverOf().apply([add('10.1.0.1')])).toEqual([]);
    expect(crpd.commits()).toHaveLength(2);
    expect(crpd.runningSet().join()).toContain('neighbor 10.1.0.1');
  });

  test('may have made the same change meanwhile', async () => {
    const driver = driverOf();
    crpd.faults([{ on: 'open-configuration', fault: 'slow', ms: 300 }]);
    const applied = driver.apply([add('10.1.0.1'), add('10.1.0.2')]);
    await eventually(() => expect(asked('get-configuration')).toBe(1));
    crpd.commit(['set groups MESHRR protocols bgp group MESHRR-MESH neighbor 10.1.0.1 authentication-key theirs']);
    expect(await applied).toEqual([]);
    expect(await driver.neighbors()).toEqual([mesh('10.1.0.1'), mesh('10.1.0.2')]);
  });

  test('are named when they take too long', async () => {
    crpd.faults([{ on: 'open-configuration', fault: 'busy', user: 'alice' }]);
    const driver = driverOf({ retryTimes: { firstMilliseconds: 10, maxMilliseconds: 20, deadlineMilliseconds: 100 } });
    const reason = expect.stringMatching(/^another user is changing .* locked by: alice/);
    expect(await driver.apply([add('10.1.0.1')])).toEqual([{ change: add('10.1.0.1'), reason }]);
    crpd.faults([]);
    expect(await driver.apply([add('10.1.0.1')])).toEqual([]);
  });

  test('do not prevent closing the driver', async () => {
    crpd.faults([{ on: 'open-configuration', fault: 'busy' }]);
    const driver = driverOf({
      retryTimes: { firstMilliseconds: 60_000, maxMilliseconds: 60_000, deadlineMilliseconds: 600_000 },
    });
    const applied = driver.apply([add('10.1.0.1')]);
    await eventually(() => expect(asked('open-configuration')).toBe(1));
    await driver.close();
    expect(await applied).toHaveLength(1);
  });
});

describe('a session that fails', () => {
  const retryTimes = { session: { rpcMilliseconds: 3_000 }, commitMilliseconds: 3_000 };

  test.each(['die-before', 'truncated', 'malformed', 'huge', 'hang'] as const)(
    'in the middle of a load (%s) leaves nothing behind, and the next call works',
    async (fault) => {
      crpd.faults([{ on: 'load-configuration', fault, times: 1 }]);
      const driver = driverOf(retryTimes);
      await unavailable(driver.apply(addresses(3).map((address) => add(address))));
      expect(crpd.commits()).toHaveLength(0);
      expect(await driver.apply(addresses(3).map((address) => add(address)))).toEqual([]);
      expect(crpd.commits()).toHaveLength(2);
    },
  );

  test.each([
    ['die-before', 0],
    ['die-after', 3],
    ['truncated', 3],
  ] as const)('in the middle of a commit (%s) has committed all or nothing', async (fault, there) => {
    crpd.faults([{ on: 'commit-configuration', fault, times: 1, after: 1 }]);
    const driver = driverOf(retryTimes);
    await unavailable(driver.apply(addresses(3).map((address) => add(address))));
    expect(await driver.neighbors()).toHaveLength(there);
    expect(await driver.apply(addresses(3).map((address) => add(address)))).toEqual([]);
    expect(await driver.neighbors()).toHaveLength(3);
  });

  test('after the commit does not make the change a failure', async () => {
    crpd.faults([{ on: 'close-configuration', fault: 'die-before', times: 1 }]);
    const driver = driverOf();
    expect(await driver.apply([add('10.1.0.1')])).toEqual([]);
    expect(await driver.neighbors()).toEqual([mesh('10.1.0.1')]);
  });

  test('while idle is replaced without an error', async () => {
    const driver = driverOf();
    await driver.neighbors();
    for (const pid of processes()) process.kill(pid, 'SIGKILL');
    await eventually(() => expect(processes().some(isRunning)).toBe(false));
    expect(await driver.apply([add('10.1.0.1')])).toEqual([]);
    expect(processes()).toHaveLength(2);
  });

  test('with a private copy that does not close is given up', async () => {
    crpd.faults([{ on: 'close-configuration', fault: 'error', message: 'no', times: 1 }]);
    const driver = driverOf();
    expect(await driver.apply([add('10.1.0.1')])).toEqual([]);
    expect(await unavailable(driver.apply([add('10.1.0.2')]))).toContain('already open');
    expect(await driver.apply([add('10.1.0.2')])).toEqual([]);
    expect(await driver.neighbors()).toHaveLength(2);
  });

  test.each(['split', 'merged'] as const)('does not: its frames are only %s', async (fault) => {
    crpd.faults([{ on: '*', fault }]);
    const driver = driverOf();
    expect(await driver.apply([add('10.1.0.1')])).toEqual([]);
    expect(await driver.neighbors()).toEqual([mesh('10.1.0.1')]);
  });
});

describe('a router', () => {
  test('that is not there yet is unavailable, and found when it is there', async () => {
    const program = path.join(crpd.state, 'netconf');
    const driver = driverOf({ connect: onBox([[program]]) });
    expect(await unavailable(driver.neighbors())).toContain(`${program} (ENOENT)`);
    fs.writeFileSync(program, `#!/bin/sh\nexec ${crpd.command.join(' ')}\n`, { mode: 0o755 });
    expect(await driver.neighbors()).toEqual([]);
  });

  test('that is no Junos is not driven', async () => {
    crpd.faults([{ on: 'hello', fault: 'no-junos' }]);
    expect(await unavailable(driverOf().ping())).toContain('it is not Junos');
  });

  test('answers a ping, in one session for all calls, which is reported once', async () => {
    const notices: string[] = [];
    const driver = driverOf({ notice: (text) => notices.push(text) });
    await Promise.all([driver.ping(), driver.ping(), driver.neighbors(), driver.sessions()]);
    expect(processes()).toHaveLength(1);
    expect(notices).toEqual([`cRPD is reached by NETCONF through ${process.execPath}`]);
    await driver.close();
    await eventually(() => expect(processes().some(isRunning)).toBe(false));
    expect(await unavailable(driver.ping())).toBe('the driver was closed');
  });

  test('that hangs does not prevent closing the driver', async () => {
    crpd.faults([{ on: 'get-bgp-summary-information', fault: 'hang' }]);
    const driver = driverOf();
    const pinged = unavailable(driver.ping());
    await eventually(() => expect(asked('get-bgp-summary-information')).toBe(1));
    await driver.close();
    await pinged;
    expect(processes().some(isRunning)).toBe(false);
  });

  test('shows its sessions: configured ones, those of operators, and those from ranges', async () => {
    const driver = driverOf();
    await driver.apply([add('10.1.0.1'), add('10.2.0.1', 'MESHRR-UPSTREAM')]);
    crpd.bgp({
      peers: {
        '10.1.0.1': { state: 'Established', seconds: 93_784, received: 12, queued: 7 },
        '10.2.0.1': { state: 'Connect' },
      },
      dynamic: [{ address: '10.9.0.5', group: 'MESHRR-CLIENTS', seconds: 3, received: 1 }],
    });
    const sessions = [...(await driver.sessions())].sort((a, b) => a.address.localeCompare(b.address));
    expect(sessions).toEqual([
      { address: '10.0.0.7', state: 'Active', dynamic: false },
      {
        address: '10.1.0.1',
        state: 'Established',
        dynamic: false,
        establishedSeconds: 93_784,
        prefixesReceived: 12,
        queued: 7,
      },
      { address: '10.2.0.1', state: 'Connect', dynamic: false },
      {
        address: '10.9.0.5',
        state: 'Established',
        dynamic: true,
        establishedSeconds: 3,
        prefixesReceived: 1,
      },
    ]);
  });

  test('that are down are explained by what cRPD says of them', async () => {
    const driver = driverOf();
    await driver.apply(['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4'].map((address) => add(address)));
    crpd.bgp({
      peers: {
        '10.1.0.1': { state: 'Idle', lastEvent: 'Closed', lastError: { name: 'Open Message Error' } },
        '10.1.0.2': { state: 'Active', lastEvent: 'Closed' },
        '10.1.0.3': { state: 'Active', flaps: 2, seconds: 9, lastError: { name: 'Cease', received: true } },
      },
    });
    const neighbors = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4', '10.1.0.99'].map(mesh);
    const plain = { passive: false, closed: false };
    expect(await driver.attempts(neighbors)).toEqual([
      {
        ...plain,
        address: '10.1.0.1',
        state: 'Idle',
        notification: 'sent Open Message Error',
        lastEnd: 'sent Open Message Error',
      },
      { ...plain, address: '10.1.0.2', state: 'Active', closed: true },
      // It was up in between, so the error explains the end of that session only.
      { ...plain, address: '10.1.0.3', state: 'Active', lastEnd: 'received Cease' },
      { ...plain, address: '10.1.0.4', state: 'Active' },
    ]);
    const lost = (await driver.sessions()).filter(({ lostSeconds }) => lostSeconds !== undefined);
    expect(lost).toEqual([{ address: '10.1.0.3', state: 'Active', dynamic: false, lostSeconds: 9 }]);
  });

  test('have sent their tables if they have sent End-of-RIB in each family', async () => {
    const driver = driverOf();
    await driver.apply(['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4'].map((address) => add(address)));
    const families = ['inet-unicast', 'inet-vpn-unicast'];
    crpd.bgp({
      state: 'Established',
      peers: {
        '10.1.0.1': { state: 'Established', families, endOfRib: ['inet-vpn-unicast', 'inet-unicast'] },
        '10.1.0.2': { state: 'Established', families, endOfRib: ['inet-unicast'] },
        '10.1.0.3': { state: 'Established', families, endOfRib: [] },
        '10.1.0.4': { state: 'Established', families, endOfRib: null },
      },
    });
    const asked = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4', '10.1.0.99'];
    expect([...(await driver.endOfRib(asked))]).toEqual([
      ['10.1.0.1', 'received'],
      ['10.1.0.2', 'missing'],
      ['10.1.0.3', 'missing'],
      ['10.1.0.4', 'none'],
    ]);
  });

  test('announces that it is about to go, once, and no longer', async () => {
    const line = 'set groups MESHRR protocols bgp graceful-shutdown sender';
    const driver = driverOf();
    const before = crpd.runningSet();
    expect(await driver.draining()).toBe(false);
    await driver.gracefulShutdown(true);
    expect(await driver.draining()).toBe(true);
    await driver.gracefulShutdown(true);
    expect(crpd.runningSet()).toEqual([...before, line].sort());
    expect(crpd.commits()).toHaveLength(2);
    await driver.gracefulShutdown(false);
    expect(await driver.draining()).toBe(false);
    await driver.gracefulShutdown(false);
    expect(crpd.runningSet()).toEqual(before);
    expect(crpd.commits()).toHaveLength(3);
  });

  test('that refuses the graceful shutdown is reported', async () => {
    crpd.faults([{ on: 'load-configuration', fault: 'error', message: 'syntax error' }]);
    expect(await unavailable(driverOf().gracefulShutdown(true))).toContain('syntax error');
  });

  test('takes a license, and says why it takes one not', async () => {
    const file = path.join(crpd.state, 'junos_sfnt.lic');
    const driver = driverOf({ licenses: [file] });
    expect(await driver.prepare()).toEqual([expect.stringContaining('could not open file')]);
    fs.writeFileSync(file, 'data');
    expect(await driver.prepare()).toEqual([]);
    expect(fs.readdirSync(path.join(crpd.state, 'licenses'))).toEqual(['junos_sfnt.lic']);
  });
});

describe('a router that the stand-in is not', () => {
  /** Answers requests by what they contain; `<ok/>` to all others. */
  const scripted = (answersTo: Record<string, string>) =>
    connectTo(() =>
      greeting((request) => {
        const found = Object.keys(answersTo).find((part) => request.includes(part));
        return replyTo(request, found === undefined ? '<ok/>' : answersTo[found]);
      }),
    );
  const requestsOf = ({ servers }: ReturnType<typeof scripted>) =>
    servers.flatMap(({ requests }) => requests.slice(1)).map((request) => /<rpc [^>]*><([\w-]+)/.exec(request)?.[1]);
  const difference =
    '<configuration-information><configuration-output>+ x</configuration-output></configuration-information>';

  test('counts errors without naming one: the change is refused, and nothing is committed', async () => {
    const connect = scripted({
      '<load-': '<load-configuration-results><load-error-count>1</load-error-count></load-configuration-results>',
    });
    const [{ reason }] = await driverOf({ connect }).apply([add('10.1.0.1')]);
    expect(reason).toBe('1 errors without a message');
    expect(requestsOf(connect).filter((name) => name === 'commit-configuration')).toHaveLength(1);
    expect(connect.servers[0].requests.join()).not.toContain('<log>');
  });

  test('does not confirm a commit: the driver does not assume one', async () => {
    const connect = scripted({ '<log>': '', 'compare=': difference });
    expect(await unavailable(driverOf({ connect }).apply([add('10.1.0.1')]))).toContain('does not confirm the commit');
  });

  test('has no compare: the commit goes on without', async () => {
    const connect = scripted({ 'compare=': '<rpc-error><error-message>syntax error</error-message></rpc-error>' });
    expect(await driverOf({ connect }).apply([add('10.1.0.1')])).toEqual([]);
    expect(connect.servers[0].requests.join()).toContain('<log>meshrr: 1 neighbors added, 0 removed</log>');
  });

  test('finds no difference: nothing is committed', async () => {
    const connect = scripted({ 'compare=': difference.replace('+ x', '\n') });
    expect(await driverOf({ connect }).apply([add('10.1.0.1')])).toEqual([]);
    expect(connect.servers[0].requests.join()).not.toContain('<log>');
  });

  test('hears nothing for an hour in which nothing is asked', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    try {
      const connect = scripted({});
      await driverOf({ connect }).neighbors();
      expect(jest.getTimerCount()).toBe(0);
      jest.advanceTimersByTime(3_600_000);
      expect(requestsOf(connect)).toEqual(['get-configuration']);
    } finally {
      jest.useRealTimers();
    }
  });
});
