import { execFileSync } from 'child_process';
import * as fs from 'fs';
import { createServer, Server } from 'net';
import * as os from 'os';
import * as path from 'path';
import { NetconfSession } from '../../../../crpd-image/runtime/router/crpd/session';
import { overSsh, SshOptions } from '../../../../crpd-image/runtime/router/crpd/ssh';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { SshServer } from '../../../crpd/ssh-server';
import { eventually } from '../../../../test-support/eventually';
import { describeWith } from '../../../../test-support/needs';
import { HELLO } from './scripted-server';

/** Greets, and answers each request with what it got as its standard input ends or goes on. */
const SUBSYSTEM = `
  process.stdout.write(${JSON.stringify(HELLO)});
  let all = '';
  process.stdin.on('data', (data) => {
    all += data;
    if (/<die/.test(all)) process.exit(1);
    for (let found; (found = /<rpc [^>]*message-id="(.)"[^]*?]]>]]>/.exec(all)); ) {
      all = '';
      process.stdout.write('<rpc-reply message-id="' + found[1] + '"><data>' + process.pid + '</data></rpc-reply>]]>]]>');
    }
  });
  process.stdin.on('end', () => process.exit());`;

describeWith(['sshd', 'root'], 'NETCONF over SSH', () => {
  let server: SshServer;
  let script: string;
  let fingerprint: string;
  let closed: Server;
  const options = (changes: Partial<SshOptions> = {}): SshOptions => ({
    host: server.host,
    ports: [server.port],
    username: 'root',
    privateKey: fs.readFileSync(server.key, 'utf8'),
    hostKeys: [fingerprint],
    connectMilliseconds: 30_000,
    ...changes,
  });

  beforeAll(async () => {
    script = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'ssh-test-')), 'subsystem.js');
    fs.writeFileSync(script, SUBSYSTEM);
    server = await SshServer.start([process.execPath, script]);
    const key = execFileSync('ssh-keyscan', ['-t', 'ed25519', '-p', String(server.port), server.host], {
      stdio: 'pipe',
    });
    fingerprint = execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: key, encoding: 'utf8' }).split(' ')[1];
    closed = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await server.close();
    await new Promise((resolve) => closed.close(resolve));
    fs.rmSync(path.dirname(script), { recursive: true });
  });

  test('runs to the subsystem, and nothing is left of it afterwards', async () => {
    const transport = await overSsh(options())();
    expect(transport.name).toBe(`SSH to 127.0.0.1 port ${server.port}`);
    const session = await NetconfSession.open(transport);
    const pid = (await session.rpc('<get/>')).element.children[0].text;
    expect(fs.existsSync(`/proc/${pid}`)).toBe(true);
    await session.close();
    await eventually(() => expect(fs.existsSync(`/proc/${pid}`)).toBe(false));
  });

  test('takes the next port where there is no SSH on the first', async () => {
    const { port } = closed.address() as { port: number };
    const session = await NetconfSession.open(await overSsh(options({ ports: [1, port, server.port] }))());
    expect(session.isOpen).toBe(true);
    await session.close();
  });

  test('tells of each port where there is SSH on none', async () => {
    const { port } = closed.address() as { port: number };
    const error = await overSsh(options({ ports: [1, port] }))().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RouterUnavailable);
    expect((error as Error).message).toMatch(
      /^no NETCONF over SSH at 127\.0\.0\.1: port 1: .*ECONNREFUSED.*; port \d+: /,
    );
  });

  test('a router that dies in the middle of a request is unavailable', async () => {
    const session = await NetconfSession.open(await overSsh(options())());
    await expect(session.rpc('<die/>')).rejects.toThrow(RouterUnavailable);
    await session.close();
  });

  test('a router with another host key gets no login', async () => {
    await expect(overSsh(options({ hostKeys: ['SHA256:AAAA'] }))()).rejects.toThrow(
      new RouterUnavailable(
        `SSH to 127.0.0.1, port ${server.port}: the host key is ${fingerprint}, which is none of those allowed`,
      ),
    );
  });

  test('a router may be left unchecked', async () => {
    const transport = await overSsh(options({ hostKeys: 'any' }))();
    await transport.close();
  });

  test('a login that is refused is told without the password', async () => {
    const refused = await overSsh(options({ privateKey: undefined, password: 's3cret' }))().catch((e: unknown) => e);
    expect(refused).toEqual(new RouterUnavailable(`SSH to 127.0.0.1, port ${server.port}: the login was refused`));
  });

  test('a key that cannot be read is told without the key', async () => {
    const refused = await overSsh(options({ privateKey: 'no key at all' }))().catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(RouterUnavailable);
    expect((refused as Error).message).not.toContain('no key at all');
  });
});

describeWith(['sshd', 'root'], 'an SSH server without the subsystem', () => {
  test('is no NETCONF server', async () => {
    const server = await SshServer.start(['/nowhere/netconf']);
    try {
      const connect = overSsh({
        host: server.host,
        ports: [server.port],
        username: 'root',
        privateKey: fs.readFileSync(server.key, 'utf8'),
        hostKeys: 'any',
      });
      const opened = connect().then((transport) => NetconfSession.open(transport, { helloMilliseconds: 30_000 }));
      await expect(opened).rejects.toThrow(RouterUnavailable);
    } finally {
      await server.close();
    }
  });
});
