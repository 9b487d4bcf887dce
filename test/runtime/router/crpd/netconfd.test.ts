import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { JUNOS_CAPABILITY, tag } from '../../../../crpd-image/runtime/router/crpd/messages';
import { onBox } from '../../../../crpd-image/runtime/router/crpd/on-box';
import { NetconfSession } from '../../../../crpd-image/runtime/router/crpd/session';
import { elementsAt } from '../../../../crpd-image/runtime/router/crpd/xml';
import { eventually } from '../../../../test-support/eventually';
import { describeWith } from '../../../../test-support/needs';

/** A NETCONF server that others wrote. */
describeWith(['netconfd', 'root'], 'Debian’s netconfd', () => {
  let folder: string;
  let server: ChildProcess;
  const sessions: NetconfSession[] = [];

  const open = async (requiredCapability?: string) => {
    // Its subsystem takes user and port from what sshd tells it.
    const environment = ['SSH_CONNECTION=127.0.0.1 40000 127.0.0.1 830', 'USER=root'];
    const subsystem = ['/usr/sbin/netconf-subsystem', `--ncxserver-sockname=830@${path.join(folder, 'socket')}`];
    const transport = await onBox([['env', ...environment, ...subsystem]])();
    const session = await NetconfSession.open(transport, { requiredCapability });
    sessions.push(session);
    return session;
  };

  const running = tag('get-config', tag('source', tag('running')));
  /**
   * A session that has answered. On a busy machine netconfd reads the first request together with the greeting, and
   * leaves it until more comes.
   */
  const openAnswering = (requiredCapability?: string) =>
    eventually(async () => {
      const session = await open(requiredCapability);
      await session.rpc(running, 5_000);
      return session;
    }, 120_000);

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netconfd-'));
    const args = ['--no-startup', '--superuser=root', `--ncxserver-sockname=${path.join(folder, 'socket')}`];
    server = spawn('/usr/sbin/netconfd', args, { stdio: 'ignore', env: { ...process.env, HOME: folder }, cwd: folder });
    await eventually(() => fs.accessSync(path.join(folder, 'socket')));
  });

  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.close();
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('answers one request after the other, in frames of base:1.0 although it knows 1.1', async () => {
    const session = await openAnswering('urn:ietf:params:netconf:base:1.1');
    const all = await session.rpc(tag('get'));
    expect(all.issues).toEqual([]);
    // Tens of kilobytes, which come in several chunks.
    const modules = elementsAt(all.element, 'data', 'modules-state', 'module', 'name').map(({ text }) => text);
    expect(modules).toContain('ietf-netconf-monitoring');
    expect(elementsAt((await session.rpc(running)).element, 'data')).toHaveLength(1);
  });

  test('is no Junos', async () => {
    await expect(open(JUNOS_CAPABILITY)).rejects.toThrow('it is not Junos');
  });

  test('does not know the requests of Junos, and the session goes on', async () => {
    const session = await openAnswering();
    const [issue] = (await session.rpc(tag('get-bgp-summary-information'))).issues;
    expect(issue).toMatchObject({ severity: 'error', busy: false });
    expect(issue.message).not.toBe('');
    expect((await session.rpc(running)).issues).toEqual([]);
  });

  test('reports a lock by another user as busy, until it is released', async () => {
    const [first, second] = [await openAnswering(), await openAnswering()];
    const lock = tag('lock', tag('target', tag('candidate')));
    expect((await first.rpc(lock)).issues).toEqual([]);
    expect((await second.rpc(lock)).issues).toEqual([expect.objectContaining({ busy: true })]);
    await first.close();
    await eventually(async () => expect((await second.rpc(lock)).issues).toEqual([]));
  });
});
