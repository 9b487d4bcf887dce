import { ChildProcess } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Namespace } from '../network/namespace';
import { eventually } from '../eventually';
import { NameServer, Records } from './name-server';

const OPTIONS = [
  '--keep-in-foreground',
  '--user=root',
  '--conf-file=/dev/null',
  '--pid-file=',
  '--no-resolv',
  '--no-hosts',
];

export interface DnsmasqOptions {
  /** @default 53 */
  readonly port?: number;
  /** The TTL of answers, in seconds. @default 0 */
  readonly timeToLive?: number;
}

/** How long a cache keeps answers, in seconds. */
export interface CacheTimes {
  /** The least time, also for a shorter TTL. @default 0 */
  readonly least?: number;
  /** The time for answers without an address. @default 0 */
  readonly empty?: number;
}

/** dnsmasq with the records of the cluster's Services. */
export class Dnsmasq implements NameServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly hosts: string,
  ) {}

  /**
   * @param folder gets its file of records
   * @param names all names: a name without addresses exists, too (NODATA, not NXDOMAIN)
   */
  static async start(
    namespace: Namespace,
    folder: string,
    names: readonly string[],
    { port = 53, timeToLive = 0 }: DnsmasqOptions = {},
  ): Promise<Dnsmasq> {
    const hosts = path.join(folder, `dns-records-${port}`);
    fs.writeFileSync(hosts, '');
    const exist = names.map((name) => `--txt-record=${name},service`);
    const local = [...new Set(names.map((name) => name.split('.').slice(2).join('.')))];
    const own = [`--port=${port}`, `--local-ttl=${timeToLive}`, `--addn-hosts=${hosts}`];
    const process = await launch(namespace, port, [...own, ...local.map((domain) => `--local=/${domain}/`), ...exist]);
    return new Dnsmasq(process, hosts);
  }

  /** A cache in front of the server at `address`, which may have a port: `192.0.2.1#5301`. */
  static async startCache(
    namespace: Namespace,
    address: string,
    port: number,
    { least = 0, empty = 0 }: CacheTimes = {},
  ): Promise<void> {
    const times = [`--min-cache-ttl=${least}`, `--neg-ttl=${empty}`];
    await launch(namespace, port, [`--port=${port}`, `--server=${address}`, ...times]);
  }

  async publish(records: Records): Promise<void> {
    const lines = [...records].flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}\n`));
    fs.writeFileSync(`${this.hosts}.new`, lines.join(''));
    fs.renameSync(`${this.hosts}.new`, this.hosts);
    this.process.kill('SIGHUP');
  }
}

async function launch(namespace: Namespace, port: number, args: readonly string[]): Promise<ChildProcess> {
  const process = namespace.spawn('dnsmasq', [...OPTIONS, ...args], { stdio: 'ignore' });
  // Before it listens, SIGHUP ends it.
  await eventually(async () => {
    if (!(await namespace.run('ss', '-Hltn', 'sport', '=', `:${port}`))) throw new Error('dnsmasq does not listen');
  });
  return process;
}
