import * as fs from 'fs';
import * as path from 'path';
import { parseSessions } from '../../crpd-image/runtime/router/frr/sessions';
import { Namespace } from '../network/namespace';
import { Announcement, Resolved } from './announcement';
import { Client, ClientProps, ClientSession, LearnedRoute } from './client';
import { Daemon } from './daemon';
import { announcementLines, FrrAnnouncement, frrConfiguration } from './frr-configuration';
import { parseFrrRoutes, SHOW_PATHS } from './frr-routes';
import { OwnAnnouncements } from './own-announcements';
import { runVty } from './vty';

/** The bgpd of FRR, set up by the configuration that is written for its operator. */
export class FrrClient implements Client {
  readonly name: string;
  private readonly announcements: OwnAnnouncements;
  private readonly daemon: Daemon;

  /** @throws Error without a configuration, and for announcements of EVPN that bgpd alone does not originate */
  constructor(
    namespace: Namespace,
    private readonly folder: string,
    private readonly props: ClientProps,
  ) {
    this.name = props.name;
    if (props.configuration === undefined) throw new Error(`${props.name}: a client on FRR needs its configuration`);
    if (props.announcements.some((one) => one.family === 'evpn' && one.type !== 5)) {
      throw new Error(`${props.name}: got an announcement of EVPN, want type 5, which bgpd alone originates`);
    }
    this.announcements = new OwnAnnouncements(props);
    const at = (name: string) => path.join(folder, name);
    const args = [
      ...['-n', '-Z', '-S', '-A', '127.0.0.1', '-P', '0', '--log', 'stdout'],
      ...['--vty_socket', folder, '-i', at('bgpd.pid'), '-f', at('bgpd.conf')],
    ];
    this.daemon = new Daemon(namespace, '/usr/lib/frr/bgpd', args, at('bgpd.log'));
  }

  async start(): Promise<void> {
    const own = this.announcements.all as readonly Resolved<FrrAnnouncement>[];
    const text = frrConfiguration(this.props, this.props.configuration as string, own);
    fs.writeFileSync(path.join(this.folder, 'bgpd.conf'), text);
    await this.daemon.start(() => this.show('show version'));
  }

  async sessions(): Promise<readonly ClientSession[]> {
    const states = new Map(
      parseSessions(await this.show('show bgp summary json')).map(({ address, state }) => [address, state]),
    );
    const neighbors = JSON.parse(await this.show('show bgp neighbors json'));
    return this.props.neighbors.map(({ address }) => ({
      address,
      state: states.get(address) ?? 'Idle',
      ups: neighbors[address]?.connectionsEstablished ?? 0,
    }));
  }

  async learned(): Promise<readonly LearnedRoute[]> {
    const tables = this.props.families.map(async (family) =>
      parseFrrRoutes(await this.show(SHOW_PATHS[family]), family),
    );
    return (await Promise.all(tables)).flat();
  }

  async announce(announcement: Announcement): Promise<void> {
    const own = this.announcements.set(announcement) as Resolved<FrrAnnouncement>;
    if (this.daemon.running) await this.configure(announcementLines(this.props.autonomousSystem, own));
  }

  async withdraw(announcement: Announcement): Promise<void> {
    const own = this.announcements.delete(announcement) as Resolved<FrrAnnouncement> | undefined;
    if (own && this.daemon.running) await this.configure(announcementLines(this.props.autonomousSystem, own, true));
  }

  stop(): Promise<void> {
    return this.daemon.stop();
  }

  log(): string {
    return this.daemon.log();
  }

  private async show(command: string): Promise<string> {
    const [text] = await runVty(this.vty, this.name, command);
    return text;
  }

  private async configure(lines: readonly string[]): Promise<void> {
    await runVty(this.vty, this.name, 'configure terminal', ...lines, 'end');
  }

  private get vty(): string {
    return path.join(this.folder, 'bgpd.vty');
  }
}
