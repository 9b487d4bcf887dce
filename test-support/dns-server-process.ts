import { ChildProcess } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as readline from 'readline';
import { DnsServer } from './dns-server';
import { NetworkHost } from './network';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { bundle } = require('../scripts/bundle') as { bundle(folder: string, entry: string): string };

/** The part of a host that a DNS server needs. */
export type DnsHost = Pick<NetworkHost, 'addresses' | 'spawn'>;

/** A {@link DnsServer} on a host of a network. It has the methods of that class; each takes effect when it resolves. */
export class DnsServerProcess {
  private readonly waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  private count = 0;

  private constructor(
    private readonly child: ChildProcess,
    /** In the form of resolvers: `10.42.0.1:53`. */
    readonly address: string,
  ) {}

  /** @param address an address of the host */
  static async start(host: DnsHost, address = host.addresses[0], port = 53): Promise<DnsServerProcess> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-dns-'));
    const program = bundle(folder, path.join(__dirname, 'dns-server-program.ts'));
    const child = host.spawn(process.execPath, [program, address, String(port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = readline.createInterface({ input: child.stdout! });
    const started = await new Promise<{ address: string }>((resolve, reject) => {
      lines.once('line', (line) => resolve(JSON.parse(line)));
      child.once('exit', (status) => reject(new Error(`the DNS server ended with status ${status}`)));
    }).finally(() => fs.rmSync(folder, { recursive: true, force: true }));
    const server = new DnsServerProcess(child, started.address);
    lines.on('line', (line) => {
      const { id, result } = JSON.parse(line);
      server.waiting.get(id)?.resolve(result);
      server.waiting.delete(id);
    });
    child.once('exit', () => {
      for (const { reject } of server.waiting.values()) reject(new Error('the DNS server has ended'));
    });
    return server;
  }

  set = (...args: Parameters<DnsServer['set']>) => this.order('set', args);
  setTurns = (...args: Parameters<DnsServer['setTurns']>) => this.order('setTurns', args);
  delete = (...args: Parameters<DnsServer['delete']>) => this.order('delete', args);
  freeze = (...args: Parameters<DnsServer['freeze']>) => this.order('freeze', args);
  fault = (...args: Parameters<DnsServer['fault']>) => this.order('fault', args);

  /** The queries since the last call. */
  takeQuestions(): Promise<readonly string[]> {
    return this.order('takeQuestions', []) as Promise<readonly string[]>;
  }

  /** Kills it, like a crash. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private order(order: string, args: readonly unknown[]): Promise<unknown> {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.stdin!.write(`${JSON.stringify({ id, order, args })}\n`);
    });
  }
}
