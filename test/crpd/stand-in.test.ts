import { execFile, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { promisify } from 'util';
import { all, messages, RawSession } from './raw-session';
import { parseXml } from '../../test-support/crpd/stand-in/netconf/xml';
import { buildStandIn, StandIn } from '../../test-support/crpd/build';

const CONFIGURATION = `
groups { MESHRR {
  routing-options { autonomous-system 64496; }
  protocols { bgp { group G { type internal; neighbor 10.0.0.1; } } }
} }
apply-groups MESHRR;`;

const set = (...commands: string[]): string =>
  `<load-configuration action="set" format="text"><configuration-set>${commands.join('\n')}</configuration-set></load-configuration>`;
const neighbor = (address: string): string => `set groups MESHRR protocols bgp group G neighbor ${address}`;
const PRIVATE = '<open-configuration><private/></open-configuration>';
const COMPARE = '<get-configuration compare="rollback" rollback="0" format="text"/>';
const COMMIT = '<commit-configuration/>';

const run = promisify(execFile);

let standIn: StandIn;
const sessions: RawSession[] = [];

beforeEach(() => {
  standIn = new StandIn(CONFIGURATION);
});
afterEach(async () => {
  for (const session of sessions) session.close();
  await Promise.all(sessions.splice(0).map(({ ended }) => ended));
  standIn.close();
});

/** A session that has heard the greeting. */
async function open(command = standIn.command): Promise<RawSession> {
  const session = new RawSession(command);
  sessions.push(session);
  await session.next();
  return session;
}

const neighborsRunning = (): string[] =>
  standIn.runningSet().flatMap((line) => / neighbor (\S+)/.exec(line)?.[1] ?? []);

describe('a session', () => {
  test('is greeted first, with comments, capabilities and an id', async () => {
    const session = new RawSession(standIn.command);
    sessions.push(session);
    const text = await session.next();
    expect(text).toMatch(/^<!-- .* -->\n<!-- .* -->\n<hello /);
    const hello = parseXml(text);
    expect(all(hello, 'capability').map((each) => each.text)).toEqual(
      expect.arrayContaining(['urn:ietf:params:netconf:base:1.0', 'http://xml.juniper.net/netconf/junos/1.0']),
    );
    expect(all(hello, 'session-id')[0].text).toBe(String(session.child.pid));
    session.write('<hello><capabilities/></hello>]]>]]>');
    expect(await session.ask('<close-session/>')).toContain('<ok/>');
    expect(await session.ended).toBe(0);
  });

  test('ends with its input', async () => {
    const session = await open();
    session.child.stdin?.end();
    expect(await session.ended).toBe(0);
  });

  test('hears requests in pieces and several at once, and gives back their attributes', async () => {
    const session = await open();
    session.write('<rpc message-id="a&quot;1" x="y"><get-bgp-summary-information/></r');
    session.write('pc>]]>');
    session.write(']]>\n<rpc message-id="2"><close-session/></rpc>]]>]]>');
    expect(parseXml(await session.next()).attributes).toEqual(
      new Map([
        ['xmlns', 'urn:ietf:params:xml:ns:netconf:base:1.0'],
        ['xmlns:junos', 'http://xml.juniper.net/junos/22.4R1/junos'],
        ['message-id', 'a"1'],
        ['x', 'y'],
      ]),
    );
    expect(parseXml(await session.next()).attributes.get('message-id')).toBe('2');
  });

  test.each(['<rpc', '<rpc><a></rpc>', '<rpc>&nothing;</rpc>', '<rpc/>', '<rpc><constructor/></rpc>', '', 'text'])(
    'answers %j with an error and goes on',
    async (text) => {
      const session = await open();
      session.write(`${text}]]>]]>`);
      expect(messages(parseXml(await session.next()))[0]).toContain('syntax error');
      expect(await session.ask('<get-system-information/>')).toContain('<os-name>junos</os-name>');
    },
  );

  test('is the same through cli', async () => {
    const program = path.join(path.dirname(standIn.command[1]), 'cli');
    const session = await open([
      standIn.command[0],
      program,
      '--state',
      standIn.state,
      'xml-mode',
      'netconf',
      'need-trailer',
    ]);
    expect(await session.ask('<close-session/>')).toContain('<ok/>');
  });

  test('does not begin on a configuration that is wrong', () => {
    fs.rmSync(path.join(standIn.state, 'state.json'));
    fs.writeFileSync(path.join(standIn.state, 'juniper.conf'), 'protocols { bgp { type internal; } }');
    const { status, stderr, stdout } = spawnSync(standIn.command[0], standIn.command.slice(1), { encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe('netconf: [edit protocols bgp] type: syntax error\n');
  });
});

describe('private copies', () => {
  test('are committed with a log, and leave a trace', async () => {
    const session = await open();
    expect(messages(await session.tell(PRIVATE))).toEqual(['uncommitted changes will be discarded on exit']);
    expect(await session.ask(set(neighbor('10.0.0.2')))).toContain('<ok/>');
    expect(neighborsRunning()).toEqual(['10.0.0.1']);
    expect(await session.ask(COMPARE)).toContain('+       neighbor 10.0.0.2;');
    expect(await session.ask('<commit-configuration><check/></commit-configuration>')).toContain(
      '<commit-check-success/>',
    );
    expect(neighborsRunning()).toEqual(['10.0.0.1']);
    expect(await session.ask('<commit-configuration><log>why &amp; what</log></commit-configuration>')).toContain(
      '<ok/>',
    );
    expect(neighborsRunning()).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(standIn.commits()[0]).toMatchObject({ id: 1, log: 'why & what', client: 'netconf' });
    expect(all(await session.tell(COMPARE), 'configuration-output')[0].text).toBe('\n');
    expect(fs.readFileSync(path.join(standIn.state, 'juniper.conf'), 'utf8')).toBe(standIn.running());
  });

  test('warn when they are closed with changes in them', async () => {
    const session = await open();
    await session.ask(PRIVATE);
    await session.ask(set(neighbor('10.0.0.2')));
    const closed = await session.tell('<close-configuration/>');
    expect(messages(closed)).toEqual(['uncommitted changes will be discarded on exit']);
    expect(all(closed, 'ok')).toHaveLength(1);
    await session.ask(PRIVATE);
    expect(messages(await session.tell('<close-configuration/>'))).toEqual([]);
    expect(neighborsRunning()).toEqual(['10.0.0.1']);
  });

  test('conflict where another commit has set the same leaf', async () => {
    const session = await open();
    await session.ask(PRIVATE);
    await session.ask(set('set system host-name mine'));
    standIn.commit(['set system host-name theirs']);
    expect(messages(await session.tell(COMMIT))[0]).toContain("'theirs' != ''");
    expect(standIn.runningSet()).toContain('set system host-name theirs');
  });

  test('cannot be confirmed later', async () => {
    const session = await open();
    await session.ask(PRIVATE);
    const reply = await session.tell('<commit-configuration><confirmed/></commit-configuration>');
    expect(messages(reply)).toEqual(['commit confirmed is not supported in private mode']);
  });

  test('of many sessions at once are all committed', async () => {
    const several = await Promise.all(Array.from({ length: 4 }, () => open()));
    await Promise.all(
      several.map(async (session, i) => {
        await session.ask(PRIVATE);
        for (let round = 0; round < 5; round++) {
          await session.ask(set(neighbor(`10.0.${i + 1}.${round}`)));
          expect(await session.ask(COMMIT)).toContain('<commit-success/>');
        }
      }),
    );
    expect(neighborsRunning()).toHaveLength(21);
    expect(standIn.commits().map(({ id }) => id)).toEqual(Array.from({ length: 21 }, (_, i) => 20 - i));
  });
});

describe('locks', () => {
  test('keep others out until they are given up, and discard what was not committed', async () => {
    const [one, two] = [await open(), await open()];
    expect(await one.ask('<lock-configuration/>')).toContain('<ok/>');
    await one.ask(set(neighbor('10.0.0.2')));
    for (const request of [PRIVATE, '<lock-configuration/>', set(neighbor('10.0.0.3')), COMMIT]) {
      expect(messages(await two.tell(request))[0]).toMatch(
        new RegExp(
          `^configuration database locked by:\n  .* terminal \\(pid ${one.child.pid}\\) on since .*\n      exclusive$`,
        ),
      );
    }
    expect(messages(await two.tell('<unlock-configuration/>'))).toEqual(['Configuration database is not open']);
    await one.ask('<unlock-configuration/>');
    expect(await two.ask(PRIVATE)).not.toContain('locked');
    expect(await two.ask(COMPARE)).not.toContain('10.0.0.2');
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('go with a session that ends by %s', async (signal) => {
    const [one, two] = [await open(), await open()];
    await one.ask('<open-configuration><exclusive/></open-configuration>');
    await one.ask(set(neighbor('10.0.0.2')));
    one.child.kill(signal);
    await one.ended;
    expect(messages(await two.tell(PRIVATE))).toEqual(['uncommitted changes will be discarded on exit']);
    expect(await two.ask(COMPARE)).not.toContain('10.0.0.2');
  });

  test('of a process that was killed while it wrote are taken over', async () => {
    fs.writeFileSync(path.join(standIn.state, 'lock'), '999999999 1');
    expect(await (await open()).ask(COMPARE)).toContain('<configuration-output>');
  });
});

describe('the shared candidate', () => {
  test('is seen by all, keeps private copies out, and is discarded', async () => {
    const [one, two] = [await open(), await open()];
    await one.ask(set(neighbor('10.0.0.2')));
    expect(await two.ask(COMPARE)).toContain('10.0.0.2');
    expect(messages(await two.tell(PRIVATE))).toEqual(['shared configuration database modified']);
    expect(await two.ask('<discard-changes/>')).toContain('<ok/>');
    expect(await one.ask(COMPARE)).not.toContain('10.0.0.2');
  });

  test('takes back older commits', async () => {
    standIn.commit([neighbor('10.0.0.2')]);
    standIn.commit([neighbor('10.0.0.3')]);
    const session = await open();
    await session.ask('<load-configuration compare="rollback" rollback="2"/>');
    await session.ask(COMMIT);
    expect(neighborsRunning()).toEqual(['10.0.0.1']);
    expect(messages(await session.tell('<load-configuration rollback="40"/>'))).toEqual(['rollback 40 is not there']);
  });

  test('is replaced as a whole, or not at all', async () => {
    const session = await open();
    const load = (action: string, text: string): Promise<string> =>
      session.ask(
        `<load-configuration action="${action}" format="text"><configuration-text>${text}</configuration-text></load-configuration>`,
      );
    expect(await load('override', 'system { host-name x; } foo')).toContain('<load-error-count>1</load-error-count>');
    expect(all(await session.tell(COMPARE), 'configuration-output')[0].text).toBe('\n');
    expect(await load('override', 'system { host-name x; }')).toContain('<ok/>');
    await session.ask(COMMIT);
    expect(standIn.runningSet()).toEqual(['set system host-name x']);
  });

  test('is edited in the standard way', async () => {
    const session = await open();
    const edit = (config: string): Promise<string> =>
      session.ask(
        `<edit-config><target><candidate/></target><config><configuration>${config}</configuration></config></edit-config>`,
      );
    await session.ask('<lock><target><candidate/></target></lock>');
    expect(await edit('<system><host-name>x</host-name></system>')).toMatch(/<rpc-reply[^>]*>\n<ok\/>\n/);
    expect(await session.ask('<validate><source><candidate/></source></validate>')).toContain('<ok/>');
    expect(await session.ask('<commit/>')).toContain('<ok/>');
    await edit(
      '<system xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"><host-name nc:operation="delete"/></system>',
    );
    const running = await session.ask('<get-config><source><running/></source></get-config>');
    expect(running).toContain('<host-name>x</host-name>');
    expect(await session.ask('<get-config><source><candidate/></source></get-config>')).not.toContain('host-name');
    await session.ask('<unlock><target><candidate/></target></unlock>');
  });
});

describe('operation', () => {
  test('shows sessions as the file says, those from ranges too', async () => {
    standIn.bgp({
      state: 'Established',
      peers: { '10.0.0.1': { state: 'Idle' } },
      dynamic: [{ address: '10.9.9.9', group: 'G', seconds: 90061, received: 5 }],
    });
    const session = await open();
    const peers = all(await session.tell('<get-bgp-neighbor-information/>'), 'bgp-peer');
    const text = (name: string): string[] => peers.map((peer) => all(peer, name)[0].text);
    expect(text('peer-address')).toEqual(['10.0.0.1', '10.9.9.9+179']);
    expect(text('peer-state')).toEqual(['Idle', 'Established']);
    expect(text('peer-type')).toEqual(['Internal', 'Internal']);
    const summary = await session.ask('<get-bgp-summary-information/>');
    expect(summary).toContain('<elapsed-time junos:seconds="90061">1d 1:01:01</elapsed-time>');
    expect(summary).toContain('<received-prefix-count>5</received-prefix-count>');
  });

  test('adds licenses', async () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'license-')), 'x.lic');
    fs.writeFileSync(file, 'JUNOS');
    try {
      const session = await open();
      const add = (name: string): Promise<string> =>
        session.ask(`<request-license-add><filename>${name}</filename></request-license-add>`);
      expect(await add(file)).toContain('no errors');
      expect(fs.readdirSync(path.join(standIn.state, 'licenses'))).toEqual(['x.lic']);
      expect(await add('/nowhere')).toContain('could not open');
      expect(standIn.cli(`request system license add ${file}`)).toContain('no errors');
    } finally {
      fs.rmSync(path.dirname(file), { recursive: true });
    }
  });

  test('shows the configuration in each form, with and without groups', async () => {
    const session = await open();
    const get = (attributes: string, filter = ''): Promise<string> =>
      session.ask(`<get-configuration ${attributes}>${filter}</get-configuration>`);
    expect(await get('format="text" database="committed"')).toContain('                    neighbor 10.0.0.1;\n');
    expect(await get('format="set"')).toContain('set groups MESHRR protocols bgp group G neighbor 10.0.0.1\n');
    const bgp = '<configuration><protocols><bgp/></protocols></configuration>';
    expect(all(parseXml(await get('', bgp)), 'neighbor')).toHaveLength(0);
    expect(all(parseXml(await get('inherit="inherit"', bgp)), 'neighbor')).toHaveLength(1);
    expect(messages(parseXml(await get('format="json"')))[0]).toContain('no format json');
    expect(standIn.cli('show configuration protocols')).toBe('');
    expect(standIn.cli('show configuration groups MESHRR routing-options')).toBe('autonomous-system 64496;\n');
  });
});

describe('faults', () => {
  const prepared = async (): Promise<RawSession> => {
    const session = await open();
    await session.ask(PRIVATE);
    await session.ask(set(neighbor('10.0.0.2')));
    return session;
  };

  test.each([
    ['die-before', ['10.0.0.1']],
    ['die-after', ['10.0.0.1', '10.0.0.2']],
  ] as const)('%s: the commit has no reply', async (fault, left) => {
    standIn.faults([{ on: 'commit-configuration', fault, times: 1 }]);
    const session = await prepared();
    await expect(session.ask(COMMIT)).rejects.toThrow('the session is over');
    expect(await session.ended).toBe(1);
    expect(neighborsRunning()).toEqual(left);
    const next = await prepared();
    expect(await next.ask(COMMIT)).toContain('<commit-success/>');
  });

  test('truncated: half a reply', async () => {
    standIn.faults([{ on: 'commit-configuration', fault: 'truncated' }]);
    const session = await prepared();
    await expect(session.ask(COMMIT)).rejects.toThrow('the session is over');
    expect(Buffer.concat(session.chunks).toString()).toMatch(/<rpc-reply[^>]*>\n<commit-re$/);
  });

  test('busy: refused so many times, counted over all sessions', async () => {
    standIn.faults([{ on: 'open-configuration', fault: 'busy', times: 2, user: 'bob' }]);
    for (const _ of [1, 2]) expect(messages(await (await open()).tell(PRIVATE))[0]).toContain('bob terminal');
    expect(messages(await (await open()).tell(PRIVATE))).toEqual(['uncommitted changes will be discarded on exit']);
  });

  test('after: the first requests pass', async () => {
    standIn.faults([{ on: 'get-system-information', fault: 'error', after: 1, times: 1, message: 'no more' }]);
    const session = await open();
    const replies = [];
    for (const _ of [1, 2, 3]) replies.push(messages(await session.tell('<get-system-information/>')));
    expect(replies).toEqual([[], ['no more'], []]);
  });

  test('warning: beside what else there is', async () => {
    standIn.faults([{ on: 'commit-configuration', fault: 'warning', message: 'bgp needs a license' }]);
    const reply = await (await prepared()).tell(COMMIT);
    expect(messages(reply)).toEqual(['bgp needs a license']);
    expect(all(reply, 'error-severity')[0].text).toBe('warning');
    expect(all(reply, 'ok')).toHaveLength(1);
  });

  test('error-count: a load that failed without a word', async () => {
    standIn.faults([{ on: 'load-configuration', fault: 'error-count' }]);
    const reply = await (await open()).tell(set('set nothing'));
    expect([all(reply, 'rpc-error').length, all(reply, 'load-error-count')[0].text]).toEqual([0, '1']);
  });

  test('split and merged: the same bytes', async () => {
    const usual = await open();
    const start = usual.chunks.length;
    const whole = await usual.ask('<get-system-information/>');
    const inOne = usual.chunks.length - start;
    standIn.faults([{ on: 'get-system-information', fault: 'split', times: 1 }]);
    const split = await open();
    const before = split.chunks.length;
    expect(await split.ask('<get-system-information/>')).toBe(whole);
    // On a busy machine several parts are read as one.
    expect(split.chunks.length - before).toBeGreaterThan(inOne);
    standIn.faults([{ on: 'get-system-information', fault: 'merged', ms: 100 }]);
    const merged = await open();
    const hello = merged.chunks.length;
    merged.write('<rpc message-id="1"><get-system-information/></rpc>]]>]]>'.repeat(3));
    expect([await merged.next(), await merged.next(), await merged.next()]).toEqual([whole, whole, whole]);
    expect(merged.chunks.length - hello).toBe(1);
  });

  test('malformed, huge and slow replies', async () => {
    standIn.faults([
      { on: 'get-system-information', fault: 'malformed' },
      { on: 'get-bgp-summary-information', fault: 'huge', bytes: 3_000_000 },
      { on: 'get-software-information', fault: 'slow', ms: 300 },
    ]);
    const session = await open();
    const malformed = await session.ask('<get-system-information/>');
    expect(() => parseXml(malformed)).toThrow();
    expect((await session.ask('<get-bgp-summary-information/>')).length).toBeGreaterThan(3_000_000);
    const start = performance.now();
    expect(await session.ask('<get-software-information/>')).toContain('22.4');
    expect(performance.now() - start).toBeGreaterThan(290);
  });

  test('hang: no reply, and it ends with its input', async () => {
    standIn.faults([{ on: '*', fault: 'hang' }]);
    const session = new RawSession(standIn.command);
    sessions.push(session);
    session.write('<rpc><get-system-information/></rpc>]]>]]>');
    session.child.stdin?.end();
    expect(await session.ended).toBe(0);
    expect(session.chunks).toEqual([]);
  });

  test('no-junos: another kind of router', async () => {
    standIn.faults([{ on: 'hello', fault: 'no-junos' }]);
    const session = new RawSession(standIn.command);
    sessions.push(session);
    expect(await session.next()).not.toContain('netconf/junos/1.0');
  });

  test('other dialects', async () => {
    standIn.dialect({ commit: 'ok', openWarning: 'with-ok', errors: 'xnm' });
    const session = await open();
    const opened = await session.tell(PRIVATE);
    expect([all(opened, 'warning').length, all(opened, 'ok').length]).toEqual([1, 1]);
    const refused = await session.ask(set('set nothing'));
    expect(refused).toContain('<xnm:error xmlns="http://xml.juniper.net/xnm/1.1/xnm"');
    expect(refused).toContain('<token>nothing</token>');
    await session.ask(set(neighbor('10.0.0.2')));
    expect(await session.ask(COMMIT)).toMatch(/<rpc-reply[^>]*>\n<ok\/>\n<\/rpc-reply>/);
  });
});

describe('the program', () => {
  test('is bundled once, though several ask for it at the same moment', async () => {
    const into = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
    const script = `console.log(require(${JSON.stringify(require.resolve('../../test-support/crpd/build'))}).buildStandIn(${JSON.stringify(into)}))`;
    try {
      const folders = await Promise.all(
        [1, 2, 3].map(async () =>
          (await run(process.execPath, ['-r', 'ts-node/register', '-e', script])).stdout.trim(),
        ),
      );
      expect(new Set(folders)).toEqual(new Set([path.join(into, path.basename(buildStandIn()))]));
      expect(fs.readdirSync(into)).toEqual([path.basename(folders[0])]);
      expect(fs.readdirSync(folders[0]).sort()).toEqual(['cli', 'netconf']);
    } finally {
      fs.rmSync(into, { recursive: true });
    }
  });

  test('commits 500 neighbors at once', async () => {
    const session = await open();
    await session.ask(PRIVATE);
    const commands = Array.from({ length: 500 }, (_, i) => neighbor(`10.1.${i >> 8}.${i & 255}`));
    expect(await session.ask(set(...commands))).toContain('<ok/>');
    expect(await session.ask(COMMIT)).toContain('<commit-success/>');
    expect(neighborsRunning()).toHaveLength(501);
  });
});
