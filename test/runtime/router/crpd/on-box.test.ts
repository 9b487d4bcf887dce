import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { onBox } from '../../../../crpd-image/runtime/router/crpd/on-box';
import { NetconfSession } from '../../../../crpd-image/runtime/router/crpd/session';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { eventually } from '../../../../test-support/eventually';
import { HELLO } from './scripted-server';

const greet = `process.stdout.write(${JSON.stringify(HELLO)});`;

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'on-box-'))));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Runs a server in a process of its own, and leaves its process id in a file. */
function serve(program: string) {
  const pidFile = path.join(folder, `${Math.random()}.pid`);
  const writePid = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`;
  return {
    connect: onBox([[process.execPath, '-e', `${writePid}${program}`]]),
    isRunning: () => fs.existsSync(`/proc/${fs.readFileSync(pidFile, 'utf8')}`),
  };
}

describe('a NETCONF server on the same host', () => {
  test('is the first program that is there', async () => {
    const missing = path.join(folder, 'netconf');
    const transport = await onBox([[missing], ['cat']])();
    expect(transport.name).toBe('cat');
    await transport.close();
    await expect(onBox([[missing], [folder]])()).rejects.toThrow(
      new RouterUnavailable(`no NETCONF server can be started: ${missing} (ENOENT), ${folder} (EACCES)`),
    );
  });

  test('is spoken to over its standard input and output, and is gone when the session is closed', async () => {
    const answer = '<rpc-reply message-id="1"><ok/></rpc-reply>]]>]]>';
    const { connect, isRunning } = serve(
      `${greet} let all = ''; process.stdin.on('data', (d) => { all += d; if (/<get.*]]>]]>/s.test(all)) { all = ''; process.stdout.write(${JSON.stringify(answer)}); } });`,
    );
    const session = await NetconfSession.open(await connect());
    expect((await session.rpc('<get/>')).element.children[0].name).toBe('ok');
    expect(isRunning()).toBe(true);
    await session.close();
    expect(isRunning()).toBe(false);
  });

  test('that dies says how, and what it complained of', async () => {
    const { connect } = serve(
      `${greet} process.stdin.on('data', (d) => { if (/<get/.test(d)) { console.error('mgd: no\\nspace'); process.exit(3); } });`,
    );
    const session = await NetconfSession.open(await connect());
    await expect(session.rpc('<get/>')).rejects.toThrow(
      new RouterUnavailable(`${process.execPath} ended with status 3: mgd: no space`),
    );
    await session.close();
  });

  test('that dies before it greets is unavailable', async () => {
    const { connect } = serve('process.kill(process.pid, "SIGKILL")');
    await expect(NetconfSession.open(await connect())).rejects.toThrow(`${process.execPath} ended by SIGKILL`);
  });

  test('that does not end by itself is ended', async () => {
    const { connect, isRunning } = serve(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); ${greet}`);
    const session = await NetconfSession.open(await connect());
    await session.close();
    expect(isRunning()).toBe(false);
  });

  test('that sends 100 MB ends the session, and is ended', async () => {
    const { connect, isRunning } = serve(
      `${greet} process.stdin.on('data', (d) => { if (/<get/.test(d)) { const chunk = Buffer.alloc(1 << 20, 'x'); for (let i = 0; i < 100; i++) process.stdout.write(chunk); } });`,
    );
    const session = await NetconfSession.open(await connect(), { maxMessageBytes: 4 * 1024 * 1024 });
    const before = process.memoryUsage().arrayBuffers;
    await expect(session.rpc('<get/>')).rejects.toThrow('a message of more than 4194304 bytes');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
    await eventually(() => expect(isRunning()).toBe(false));
    await session.close();
  });
});
