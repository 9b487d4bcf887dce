import * as fs from 'fs';
import * as path from 'path';
import { parseSessions } from '../../crpd-image/runtime/router/frr/sessions';
import { Family } from '../../lib/addressing';
import { run } from '../network/command';
import { Namespace } from '../network/namespace';
import { Resolved } from './announcement';
import { Client, ClientProps, LearnedRoute, SessionReport } from './client';
import { Daemon } from './daemon';
import { announcementLines, FrrAnnouncement, frrConfiguration } from './frr-configuration';
import { frrRoutes } from './frr-routes';
import { runVty } from './vty';

const CONFIGURATION = 'bgpd.conf';
const ZEBRA_CONFIGURATION = 'zebra.conf';

/** The bgpd of FRR with the configuration that the library writes for its operator. */
export class FrrClient extends Client {
  private readonly zebra: Daemon;

  /** @throws Error without a configuration, with an AS path, and for EVPN routes that bgpd does not originate without zebra */
  constructor(
    namespace: Namespace,
    private readonly folder: string,
    props: ClientProps,
  ) {
    if (props.configuration === undefined) throw new Error(`${props.name}: a client on FRR needs its configuration`);
    if (props.announcements.some((one) => one.family === 'evpn' && one.type !== 5)) {
      throw new Error(`${props.name}: got an EVPN route of another type, want type 5: bgpd originates no other`);
    }
    if (props.announcements.some((one) => 'asPath' in one)) throw new Error(`${props.name}: FRR sends no asPath`);
    const at = (name: string) => path.join(folder, name);
    const common = ['-A', '127.0.0.1', '-P', '0', '--log', 'stdout', '--vty_socket', folder];
    const daemon = (name: string, ...args: readonly string[]) =>
      new Daemon(namespace, `/usr/lib/frr/${name}`, [...common, '-i', at(`${name}.pid`), ...args], at(`${name}.log`));
    const socket = ['-z', at('zserv.api')];
    const bgpd = ['-n', '-S', '-f', at(CONFIGURATION), ...(props.zebra === undefined ? ['-Z'] : socket)];
    super(namespace, props, daemon('bgpd', ...bgpd));
    this.zebra = daemon('zebra', '-f', at(ZEBRA_CONFIGURATION), ...socket);
  }

  async start(): Promise<void> {
    const own = this.announcements as readonly Resolved<FrrAnnouncement>[];
    const text = frrConfiguration(this.props, this.props.configuration as string, own);
    fs.writeFileSync(path.join(this.folder, CONFIGURATION), text);
    if (this.props.zebra !== undefined) await this.startZebra(this.props.zebra);
    await this.daemon.start(() => this.vty('show version'));
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.zebra.stop();
  }

  private async startZebra(configuration: string): Promise<void> {
    fs.writeFileSync(path.join(this.folder, ZEBRA_CONFIGURATION), `${configuration}\n`);
    // It gives up root before it creates its sockets.
    await run('chown', ['-R', 'frr:frr', this.folder]);
    await this.zebra.start(() => runVty(path.join(this.folder, 'zebra.vty'), this.name, 'show version'));
  }

  protected async reported(): Promise<ReadonlyMap<string, SessionReport>> {
    const [summary] = await this.vty('show bgp summary json');
    const [detail] = await this.vty('show bgp neighbors json');
    const neighbors = JSON.parse(detail);
    return new Map(
      parseSessions(summary).map(({ address, state }) => [
        address,
        { state, ups: neighbors[address]?.connectionsEstablished ?? 0 },
      ]),
    );
  }

  protected async routesOf(family: Family): Promise<readonly LearnedRoute[]> {
    return frrRoutes(async (command) => (await this.vty(command))[0], family);
  }

  protected async update(announcement: Resolved, isWithdrawn: boolean): Promise<void> {
    const own = announcement as Resolved<FrrAnnouncement>;
    const lines = announcementLines(this.props.autonomousSystem, own, isWithdrawn);
    await this.vty('configure terminal', ...lines, 'end');
  }

  private vty(...lines: readonly string[]): Promise<string[]> {
    return runVty(path.join(this.folder, 'bgpd.vty'), this.name, ...lines);
  }
}
