import { ChildProcess, execFileSync, spawn } from 'child_process';
import * as fs from 'fs';
import { createServer } from 'net';
import * as os from 'os';
import * as path from 'path';
import { eventually } from '../../test-support/eventually';

/**
 * An sshd on the loopback with a subsystem `netconf`, for root with a key of its own. Needs root and openssh-server.
 */
export class SshServer {
  readonly host = '127.0.0.1';
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sshd-'));
  /** The file of the key that is let in. */
  readonly key = path.join(this.folder, 'client');
  private log = '';

  private constructor(
    readonly port: number,
    subsystem: readonly string[],
  ) {
    for (const name of ['client', 'host']) {
      const type = name === 'client' ? ['-t', 'rsa', '-b', '2048', '-m', 'PEM'] : ['-t', 'ed25519'];
      execFileSync('ssh-keygen', ['-q', ...type, '-N', '', '-f', path.join(this.folder, name)]);
    }
    const settings = [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${path.join(this.folder, 'host')}`,
      `AuthorizedKeysFile ${this.key}.pub`,
      `Subsystem netconf ${subsystem.join(' ')}`,
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
    ];
    fs.writeFileSync(path.join(this.folder, 'config'), settings.join('\n') + '\n');
    // Older releases insist on it.
    fs.mkdirSync('/run/sshd', { recursive: true });
    this.child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', path.join(this.folder, 'config')], { stdio: 'pipe' });
    this.child.stderr?.on('data', (data) => (this.log += data));
  }

  private readonly child: ChildProcess;

  /** Starts one and waits until it listens. */
  static async start(subsystem: readonly string[]): Promise<SshServer> {
    const server = new SshServer(await freePort(), subsystem);
    try {
      await eventually(() => {
        if (!server.log.includes('Server listening')) throw new Error(`sshd does not listen: ${server.log}`);
      });
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGTERM');
      await ended;
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
