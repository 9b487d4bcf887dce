import * as fs from 'fs';
import * as path from 'path';
import { Daemon } from '../../lab/clients/daemon';
import { runVty } from '../../lab/clients/vty';
import { run } from '../../lab/network/command';
import { Namespace } from '../../lab/network/namespace';

/** In the order in which they start: each needs the one before. */
const DAEMONS = ['zebra', 'staticd', 'bgpd'] as const;

/** A router on FRR that forwards packets by what it learns: zebra, staticd and bgpd of this machine. */
export class FrrRouter {
  private readonly daemons: readonly (readonly [string, Daemon])[];

  /** @param folder an existing folder for sockets and logs */
  constructor(
    namespace: Namespace,
    private readonly folder: string,
  ) {
    const at = (name: string) => path.join(folder, name);
    this.daemons = DAEMONS.map((name) => {
      const args = ['-A', '127.0.0.1', '-P', '0', '--log', 'stdout', '--vty_socket', folder];
      const files = ['-z', at('zserv.api'), '-i', at(`${name}.pid`), '-f', at('none.conf')];
      return [name, new Daemon(namespace, `/usr/lib/frr/${name}`, [...args, ...files], at(`${name}.log`))];
    });
  }

  /** Starts it with configurations, which it merges. @throws Error where a line is rejected */
  async start(...configurations: readonly string[]): Promise<void> {
    fs.writeFileSync(path.join(this.folder, 'none.conf'), '');
    // The daemons give up root.
    await run('chown', ['-R', 'frr:frr', this.folder]);
    for (const [name, daemon] of this.daemons) {
      await daemon.start(() => runVty(path.join(this.folder, `${name}.vty`), name, 'show version'));
    }
    for (const [i, text] of configurations.entries()) {
      const file = path.join(this.folder, `${i}.conf`);
      fs.writeFileSync(file, text);
      await run('vtysh', ['--vty_socket', this.folder, '-f', file]);
    }
  }

  /** The output of a command of bgpd. */
  async show(command: string): Promise<string> {
    const [text] = await runVty(path.join(this.folder, 'bgpd.vty'), 'bgpd', command);
    return text;
  }
}
