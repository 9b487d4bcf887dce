import * as fs from 'fs';
import * as path from 'path';
import { Family, traitsOf } from '../../lib/addressing';
import { Namespace } from '../network/namespace';
import { Resolved } from './announcement';
import { Client, ClientProps, LearnedRoute, SessionReport } from './client';
import { Daemon } from './daemon';
import { gobgpChange } from './gobgp-announcement';
import { gobgpConfiguration } from './gobgp-configuration';
import { parseGobgpRoutes } from './gobgp-routes';
import { countGobgpUps, parseGobgpStates } from './gobgp-sessions';

/** The default of its command line client, too. */
const API = '127.0.0.1:50051';
const CONFIGURATION = 'gobgpd.toml';

/** GoBGP 3, which is controlled by its command line client. A namespace has one at most. */
export class GobgpClient extends Client {
  constructor(
    namespace: Namespace,
    private readonly folder: string,
    props: ClientProps,
  ) {
    const args = ['-f', path.join(folder, CONFIGURATION), '-t', 'toml', '--api-hosts', API];
    const log = path.join(folder, 'gobgpd.log');
    super(namespace, props, new Daemon(namespace, 'gobgpd', [...args, '--pprof-disable', '--log-plain'], log));
  }

  async start(): Promise<void> {
    fs.writeFileSync(path.join(this.folder, CONFIGURATION), gobgpConfiguration(this.props));
    await this.daemon.start(() => this.gobgp('neighbor', '-j'));
    for (const announcement of this.announcements) await this.update(announcement, false);
  }

  protected async reported(): Promise<ReadonlyMap<string, SessionReport>> {
    const states = parseGobgpStates(await this.gobgp('neighbor', '-j'));
    const ups = countGobgpUps(this.log());
    return new Map([...states].map(([address, state]) => [address, { state, ups: ups.get(address) ?? 0 }]));
  }

  protected async routesOf(family: Family): Promise<readonly LearnedRoute[]> {
    return parseGobgpRoutes(await this.gobgp('global', 'rib', '-a', traitsOf(family).gobgp[0], '-j'), family);
  }

  protected async update(announcement: Resolved, isWithdrawn: boolean): Promise<void> {
    await this.gobgp(...gobgpChange(isWithdrawn ? 'del' : 'add', announcement));
  }

  private gobgp(...args: readonly string[]): Promise<string> {
    return this.namespace.run('gobgp', ...args);
  }
}
