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

/** dnsmasq, which answers for the cluster's Services. */
export class Dnsmasq implements NameServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly hosts: string,
  ) {}

  /**
   * @param folder for its file of records
   * @param names all that it will ever have: one without addresses is told from one that does not exist
   */
  static async start(namespace: Namespace, folder: string, names: readonly string[]): Promise<Dnsmasq> {
    const hosts = path.join(folder, 'dns-records');
    fs.writeFileSync(hosts, '');
    const exist = names.map((name) => `--txt-record=${name},service`);
    const local = [...new Set(names.map((name) => name.split('.').slice(2).join('.')))];
    const process = namespace.spawn(
      'dnsmasq',
      [...OPTIONS, `--addn-hosts=${hosts}`, ...local.map((domain) => `--local=/${domain}/`), ...exist],
      { stdio: 'ignore' },
    );
    // Before it listens, a signal would end it.
    await eventually(async () => {
      if (!(await namespace.run('ss', '-Hltn', 'sport', '=', ':53'))) throw new Error('dnsmasq does not listen');
    });
    return new Dnsmasq(process, hosts);
  }

  async publish(records: Records): Promise<void> {
    const lines = [...records].flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}\n`));
    fs.writeFileSync(`${this.hosts}.new`, lines.join(''));
    fs.renameSync(`${this.hosts}.new`, this.hosts);
    this.process.kill('SIGHUP');
  }
}
