import { createHash } from 'crypto';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import { RouterUnavailable } from '../driver';
import { inBrief } from '../../../../lib/input';
import { Connect, Ending, Transport } from './transport';

/** NETCONF's own port (RFC 6242), then that of SSH, where Junos has the subsystem, too. */
const PORTS = [830, 22];

/** Where and as whom to speak NETCONF over SSH (RFC 6242). */
export interface SshOptions {
  readonly host: string;
  /**
   * Ports to try in this order.
   * @default [830, 22]
   */
  readonly ports?: readonly number[];
  readonly username: string;
  /** @default - none; one of `password` and `privateKey` is needed */
  readonly password?: string;
  /** The text of a private key. */
  readonly privateKey?: string;
  /** What the private key is encrypted with, if it is. */
  readonly passphrase?: string;
  /**
   * The keys that the router may have, as `ssh-keygen -l` shows them: `SHA256:…`. `any` leaves the router unchecked,
   * and then whoever sits between can have the password.
   */
  readonly hostKeys: readonly string[] | 'any';
  /**
   * How long the connection may take on each port, in milliseconds.
   * @default 10000
   */
  readonly connectMilliseconds?: number;
}

/** Speaks to the subsystem `netconf` of an SSH server. The library is loaded when the first connection is made. */
export function overSsh(options: SshOptions): Connect {
  return async () => {
    const failures: string[] = [];
    for (const port of options.ports ?? PORTS) {
      try {
        return await connect(options, port);
      } catch (error) {
        const why = `port ${port}: ${inBrief((error as Error).message)}`;
        // Only what listens there may differ from port to port; a key or a password does not.
        if (error instanceof NotTrusted) throw new RouterUnavailable(`SSH to ${options.host}, ${why}`);
        failures.push(why);
      }
    }
    throw new RouterUnavailable(`no NETCONF over SSH at ${options.host}: ${failures.join('; ')}`);
  };
}

/** The server is not who it should be, or does not let this side in. */
class NotTrusted extends Error {}

function connect(options: SshOptions, port: number): Promise<Transport> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const ssh2 = require('ssh2') as typeof import('ssh2');
  const client = new ssh2.Client();
  return new Promise<Transport>((resolve, reject) => {
    let shown: string | undefined;
    const fail = (error: Error & { level?: string }) => {
      client.destroy();
      if (shown !== undefined) reject(new NotTrusted(`the host key is ${shown}, which is none of those allowed`));
      else if (error.level === 'client-authentication') reject(new NotTrusted('the login was refused'));
      else reject(error);
    };
    const config: ConnectConfig = {
      host: options.host,
      port,
      username: options.username,
      password: options.password,
      privateKey: options.privateKey,
      passphrase: options.passphrase,
      readyTimeout: options.connectMilliseconds ?? 10_000,
      hostVerifier: (key: Buffer) => {
        if (options.hostKeys === 'any') return true;
        const fingerprint = fingerprintOf(key);
        if (options.hostKeys.includes(fingerprint)) return true;
        shown = fingerprint;
        return false;
      },
    };
    client.on('error', fail);
    client.once('close', () => fail(new Error('the connection was closed')));
    client.once('ready', () =>
      client.subsys('netconf', (error, channel) => {
        if (error) return fail(error);
        resolve(new SshTransport(client, channel, `SSH to ${options.host} port ${port}`));
      }),
    );
    try {
      // A key that cannot be read is told here.
      client.connect(config);
    } catch (error) {
      fail(new NotTrusted((error as Error).message));
    }
  });
}

/** As `ssh-keygen -l` shows it. @param key in the form that SSH sends it */
function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

class SshTransport implements Transport {
  private readonly ending = new Ending();

  constructor(
    private readonly client: Client,
    private readonly channel: ClientChannel,
    readonly name: string,
  ) {
    client.removeAllListeners('close');
    client.on('error', (error) => this.ending.end(`${name}: ${inBrief(error.message)}`));
    client.on('close', () => this.ending.end(`${name}: the connection was closed`));
    channel.on('error', () => undefined);
    channel.stderr.resume();
    channel.on('close', () => this.ending.end(`${name}: the session was closed`));
  }

  write(text: string): void {
    if (!this.ending.over) this.channel.write(text);
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.channel.on('data', listener);
  }

  onClose(listener: (why: string) => void): void {
    this.ending.onEnd(listener);
  }

  async close(): Promise<void> {
    this.ending.end(`${this.name} was closed`);
    this.channel.removeAllListeners('data');
    this.channel.resume();
    this.client.end();
    this.client.destroy();
  }
}
