import { spawn } from 'child_process';
import * as os from 'os';
import * as path from 'path';
import { describeWith } from '../../test-support/needs';
import { SshServer } from './ssh-server';
import { StandIn } from '../../test-support/crpd/build';

const CONFIGURATION = `
groups {
    MESHRR {
        routing-options { autonomous-system 64496; router-id 10.42.0.7; }
        protocols { bgp { group G { type internal; family inet { unicast; } neighbor 10.42.0.1; neighbor 10.42.0.2; } } }
    }
}
apply-groups MESHRR;
`;

/** Debian's interpreter, whose packages these are; the one on the path may be another. */
const PYTHON = '/usr/bin/python3';

describeWith(['pyez', 'sshd', 'root'], "Juniper's client library against the stand-in", () => {
  let standIn: StandIn;
  let server: SshServer;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  let results: Record<string, any>;

  beforeAll(async () => {
    standIn = new StandIn(CONFIGURATION);
    standIn.bgp({ state: 'Active', peers: { '10.42.0.2': { state: 'Established', seconds: 61 } } });
    server = await SshServer.start(standIn.command);
    const script = path.join(__dirname, 'pyez-scenarios.py');
    const child = spawn(PYTHON, [script, String(server.port), server.key], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, errors] = ['', ''];
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (errors += data));
    await new Promise((resolve) => child.once('close', resolve));
    try {
      results = JSON.parse(out);
    } catch {
      throw new Error(`PyEZ ended with ${child.exitCode}: ${out}\n${errors}`);
    }
  });

  afterAll(async () => {
    await server?.close();
    standIn?.close();
  });

  test('learns what it talks to', () => {
    expect(results.facts).toEqual({ model: 'CRPD', version: '22.4R1.10', hostname: os.hostname() });
  });

  test('does what the first meshrr did each minute', () => {
    expect(results.seed).toEqual({
      before: ['10.42.0.1', '10.42.0.2'],
      diff: [
        '',
        '[edit groups MESHRR protocols bgp group G]',
        '-       neighbor 10.42.0.1;',
        '+       neighbor 10.42.0.3;',
        '',
      ].join('\n'),
      done: true,
      left: null,
      after: ['10.42.0.2', '10.42.0.3'],
      log: 'peers follow DNS',
    });
  });

  test('loads text and XML, replaces and rolls back', () => {
    const { text, empty, xml, replaced, end } = results.formats;
    expect(text).toContain('+       neighbor 10.42.0.9 {\n+           passive;\n+       }');
    expect(empty).toBeNull();
    expect(xml).toContain('+       neighbor 10.42.0.8;');
    expect(xml).toContain('-       neighbor 10.42.0.2;');
    expect(replaced).toEqual([]);
    expect(end).toEqual(['10.42.0.2', '10.42.0.3']);
  });

  test('is told why a commit is refused, and where', () => {
    const refused = expect.objectContaining({
      path: '[edit protocols bgp group G]',
      element: 'export',
      severity: 'error',
      message: expect.stringContaining('Policy NONE referenced but not defined'),
    });
    expect(results.commits).toEqual({ right: true, check: refused, commit: refused, diff: null });
  });

  test('is told what a load does not take', () => {
    expect(results.loads).toEqual({
      syntax: { message: 'error: syntax error', path: '[edit protocols bgp]', element: 'grup', severity: 'error' },
      text: {
        message: "error: syntax error, expecting ';'",
        path: '[edit protocols bgp group G]',
        element: '}',
        severity: 'error',
      },
      value: expect.objectContaining({ element: '10.42.0.256', severity: 'error' }),
      absent: expect.objectContaining({ message: 'warning: statement not found', severity: 'warning' }),
      ignored: 'load-configuration-results',
    });
  });

  test('is refused where another has the lock or has changed the candidate', () => {
    const locked = expect.objectContaining({ message: expect.stringContaining('configuration database locked by:') });
    expect(results.locks).toEqual({
      first: true,
      second: locked,
      private: locked,
      load: locked,
      unlock: true,
      again: expect.objectContaining({ message: 'Configuration database is not open' }),
      modified: expect.objectContaining({ message: 'configuration database modified' }),
      shared: expect.objectContaining({ message: expect.stringContaining('shared configuration database modified') }),
      edits: expect.objectContaining({ message: expect.stringContaining('private edits in use') }),
      free: true,
    });
  });

  test('keeps the changes of two private copies', () => {
    const all = ['10.42.0.2', '10.42.0.3', '10.42.1.1', '10.42.1.2'];
    expect(results.copies.end.sort()).toEqual(all);
    // The first copy was brought up to date by its own commit only.
    expect(results.copies.seen.sort()).toEqual(all.slice(0, 3));
  });

  test('loses a private copy that is not committed', () => {
    expect(results.lost.end).not.toContain('10.42.9.9');
  });

  test('cannot read a key back', () => {
    expect(results.secrets).toEqual({ encoded: ['$9$', '$9$'], differ: true });
  });

  test('sees sessions and other formats', () => {
    const { peers, down, set, text, unknown } = results.shows;
    expect(peers).toContainEqual(['10.42.0.2+179', 'G', 'Established']);
    expect(peers).toContainEqual(['10.42.0.3', 'G', 'Active']);
    expect(down).toBe(String(peers.length - 1));
    expect(set.trim()).toBe('set apply-groups MESHRR');
    expect(text.trim()).toBe('apply-groups MESHRR;');
    expect(unknown).toEqual(expect.objectContaining({ message: 'syntax error', element: 'get-nothing-at-all' }));
  });

  test('left nothing open', () => {
    expect(standIn.commits()[0].user).toBe(os.userInfo().username);
    expect(() => standIn.commit(['set system host-name free'])).not.toThrow();
  });
});
