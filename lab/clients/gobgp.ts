import * as fs from 'fs';
import * as path from 'path';
import { Namespace } from '../network/namespace';
import { Announcement } from './announcement';
import { Client, ClientProps, ClientSession, LearnedRoute } from './client';
import { Daemon } from './daemon';
import { ADDRESS_FAMILY, gobgpChange } from './gobgp-announcement';
import { gobgpConfiguration } from './gobgp-configuration';
import { parseGobgpRoutes } from './gobgp-routes';
import { countGobgpUps, parseGobgpStates } from './gobgp-sessions';
import { OwnAnnouncements } from './own-announcements';

/** Where its command line client looks for it, too. */
const API = '127.0.0.1:50051';

/** GoBGP 3, steered by its command line client. One in a namespace. */
export class GobgpClient implements Client {
  readonly name: string;
  private readonly announcements: OwnAnnouncements;
  private readonly daemon: Daemon;
  private readonly configuration: string;

  constructor(
    private readonly namespace: Namespace,
    folder: string,
    private readonly props: ClientProps,
  ) {
    this.name = props.name;
    this.announcements = new OwnAnnouncements(props);
    this.configuration = path.join(folder, 'gobgpd.toml');
    const args = ['-f', this.configuration, '-t', 'toml', '--api-hosts', API, '--pprof-disable', '--log-plain'];
    this.daemon = new Daemon(namespace, 'gobgpd', args, path.join(folder, 'gobgpd.log'));
  }

  async start(): Promise<void> {
    fs.writeFileSync(this.configuration, gobgpConfiguration(this.props));
    await this.daemon.start(() => this.gobgp('neighbor', '-j'));
    for (const announcement of this.announcements.all) await this.gobgp(...gobgpChange('add', announcement));
  }

  async sessions(): Promise<readonly ClientSession[]> {
    const states = parseGobgpStates(await this.gobgp('neighbor', '-j'));
    const ups = countGobgpUps(this.daemon.log());
    return this.props.neighbors.map(({ address }) => ({
      address,
      state: states.get(address) ?? 'Idle',
      ups: ups.get(address) ?? 0,
    }));
  }

  async learned(): Promise<readonly LearnedRoute[]> {
    const tables = this.props.families.map(async (family) =>
      parseGobgpRoutes(await this.gobgp('global', 'rib', '-a', ADDRESS_FAMILY[family], '-j'), family),
    );
    return (await Promise.all(tables)).flat();
  }

  async announce(announcement: Announcement): Promise<void> {
    const resolved = this.announcements.set(announcement);
    if (this.daemon.running) await this.gobgp(...gobgpChange('add', resolved));
  }

  async withdraw(announcement: Announcement): Promise<void> {
    const known = this.announcements.delete(announcement);
    if (known && this.daemon.running) await this.gobgp(...gobgpChange('del', known));
  }

  stop(): Promise<void> {
    return this.daemon.stop();
  }

  log(): string {
    return this.daemon.log();
  }

  private gobgp(...args: readonly string[]): Promise<string> {
    return this.namespace.run('gobgp', ...args);
  }
}
