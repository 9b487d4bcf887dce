import * as fs from 'fs';
import * as path from 'path';
import { Family } from '../../lib/addressing';
import { run } from '../network/command';
import { Namespace } from '../network/namespace';
import { Resolved, UnicastAnnouncement } from './announcement';
import { birdConfiguration, protocolName, ROUTE_TABLE, unicastFamilies } from './bird-configuration';
import { parseBirdRoutes } from './bird-routes';
import { countBirdUps, parseBirdStates } from './bird-sessions';
import { Client, ClientProps, LearnedRoute, SessionReport } from './client';
import { Daemon } from './daemon';

const CONFIGURATION = 'bird.conf';
const SOCKET = 'bird.ctl';

/** BIRD 2.0, which is controlled by its socket. */
export class BirdClient extends Client {
  /** Addresses of neighbors by the names of their protocols. */
  private readonly neighbors: ReadonlyMap<string, string>;

  constructor(
    namespace: Namespace,
    private readonly folder: string,
    props: ClientProps,
  ) {
    unicastFamilies(props);
    const args = ['-f', '-c', path.join(folder, CONFIGURATION), '-s', path.join(folder, SOCKET)];
    super(namespace, props, new Daemon(namespace, 'bird', args, path.join(folder, 'bird.log')));
    this.neighbors = new Map(props.neighbors.map(({ address }, i) => [protocolName(i), address]));
  }

  async start(): Promise<void> {
    this.write();
    await this.daemon.start(() => this.birdc('show', 'status'));
  }

  protected async reported(): Promise<ReadonlyMap<string, SessionReport>> {
    const states = parseBirdStates(await this.birdc('show', 'protocols', 'all'));
    const ups = countBirdUps(this.log());
    return new Map(
      [...this.neighbors].map(([name, address]) => [
        address,
        { state: states.get(name) ?? 'Idle', ups: ups.get(name) ?? 0 },
      ]),
    );
  }

  protected async routesOf(family: Family): Promise<readonly LearnedRoute[]> {
    const unicast = family as UnicastAnnouncement['family'];
    const text = await this.birdc('show', 'route', 'all', 'table', ROUTE_TABLE[unicast]);
    return parseBirdRoutes(text, unicast, this.neighbors);
  }

  protected async update(): Promise<void> {
    this.write();
    const reply = await this.birdc('configure');
    // birdc succeeds where BIRD has rejected the configuration.
    if (!/^Reconfigur(ed|ation)/m.test(reply)) throw new Error(`${this.name}: ${reply.trim()}`);
  }

  private write(): void {
    const announcements = this.announcements as readonly Resolved<UnicastAnnouncement>[];
    fs.writeFileSync(path.join(this.folder, CONFIGURATION), birdConfiguration(this.props, announcements));
  }

  private birdc(...command: readonly string[]): Promise<string> {
    return run('birdc', ['-s', path.join(this.folder, SOCKET), ...command]);
  }
}
