import * as fs from 'fs';
import * as path from 'path';
import { run } from '../network/command';
import { Namespace } from '../network/namespace';
import { Announcement, Resolved, UnicastAnnouncement } from './announcement';
import { birdConfiguration, protocolName, ROUTE_TABLE, unicastFamilies } from './bird-configuration';
import { parseBirdRoutes } from './bird-routes';
import { countBirdUps, parseBirdStates } from './bird-sessions';
import { Client, ClientProps, ClientSession, LearnedRoute } from './client';
import { Daemon } from './daemon';
import { OwnAnnouncements } from './own-announcements';

/** BIRD 2.0, steered by its control socket. */
export class BirdClient implements Client {
  readonly name: string;
  private readonly announcements: OwnAnnouncements;
  private readonly daemon: Daemon;
  private readonly configuration: string;
  private readonly socket: string;

  constructor(
    namespace: Namespace,
    folder: string,
    private readonly props: ClientProps,
  ) {
    unicastFamilies(props);
    this.name = props.name;
    this.announcements = new OwnAnnouncements(props);
    this.configuration = path.join(folder, 'bird.conf');
    this.socket = path.join(folder, 'bird.ctl');
    const args = ['-f', '-c', this.configuration, '-s', this.socket];
    this.daemon = new Daemon(namespace, 'bird', args, path.join(folder, 'bird.log'));
  }

  async start(): Promise<void> {
    this.write();
    await this.daemon.start(() => this.birdc('show', 'status'));
  }

  async sessions(): Promise<readonly ClientSession[]> {
    const states = parseBirdStates(await this.birdc('show', 'protocols', 'all'));
    const ups = countBirdUps(this.daemon.log());
    return this.props.neighbors.map(({ address }, i) => {
      const name = protocolName(i);
      return { address, state: states.get(name) ?? 'Idle', ups: ups.get(name) ?? 0 };
    });
  }

  async learned(): Promise<readonly LearnedRoute[]> {
    const neighbors = new Map(this.props.neighbors.map(({ address }, i) => [protocolName(i), address]));
    const tables = unicastFamilies(this.props).map(async (family) => {
      const text = await this.birdc('show', 'route', 'all', 'table', ROUTE_TABLE[family]);
      return parseBirdRoutes(text, family, neighbors);
    });
    return (await Promise.all(tables)).flat();
  }

  async announce(announcement: Announcement): Promise<void> {
    this.announcements.set(announcement);
    await this.configure();
  }

  async withdraw(announcement: Announcement): Promise<void> {
    if (this.announcements.delete(announcement)) await this.configure();
  }

  stop(): Promise<void> {
    return this.daemon.stop();
  }

  log(): string {
    return this.daemon.log();
  }

  private write(): void {
    const announcements = this.announcements.all as readonly Resolved<UnicastAnnouncement>[];
    fs.writeFileSync(this.configuration, birdConfiguration(this.props, announcements));
  }

  private async configure(): Promise<void> {
    this.write();
    if (!this.daemon.running) return;
    const said = await this.birdc('configure');
    // birdc succeeds where the configuration was refused.
    if (!/^Reconfigur(ed|ation)/m.test(said)) throw new Error(`${this.name}: ${said.trim()}`);
  }

  private birdc(...command: readonly string[]): Promise<string> {
    return run('birdc', ['-s', this.socket, ...command]);
  }
}
