import * as fs from 'fs';
import * as path from 'path';
import { Daemon } from '../../lab/clients/daemon';
import { run } from '../../lab/network/command';
import { Namespace } from '../../lab/network/namespace';

/** What many clients have in common. */
export interface Receiving {
  readonly autonomousSystem: number;
  /** One from each of its addresses, each to another address of the route reflector: BIRD has one session to each. */
  readonly sessions: readonly { readonly localAddress: string; readonly address: string }[];
}

/** What one of them has got so far. */
export interface Received {
  readonly established: boolean;
  /** Prefixes announced to it. */
  readonly updates: number;
}

/** Many clients in one process: BIRD, which counts what it is sent and keeps nothing of it. */
export class Receiver {
  readonly daemon: Daemon;
  private readonly configuration: string;
  private readonly socket: string;

  /** @param folder for its files; there is no other receiver's */
  constructor(
    namespace: Namespace,
    folder: string,
    private readonly receiving: Receiving,
  ) {
    this.configuration = path.join(folder, 'bird.conf');
    this.socket = path.join(folder, 'bird.ctl');
    const args = ['-f', '-c', this.configuration, '-s', this.socket];
    this.daemon = new Daemon(namespace, 'bird', args, path.join(folder, 'bird.log'));
  }

  async start(): Promise<void> {
    fs.writeFileSync(this.configuration, configurationOf(this.receiving));
    await this.daemon.start(() => this.received());
  }

  async received(): Promise<readonly Received[]> {
    return parseReceived(await run('birdc', ['-s', this.socket, 'show', 'protocols', 'all']));
  }
}

function configurationOf({ autonomousSystem, sessions }: Receiving): string {
  const protocols = sessions.map(
    ({ localAddress, address }) => `protocol bgp {
  router id ${localAddress};
  local ${localAddress} as ${autonomousSystem};
  neighbor ${address} as ${autonomousSystem};
  multihop;
  connect delay time 1;
  connect retry time 2;
  error wait time 1, 2;
  ipv4 { import none; export none; };
}
`,
  );
  return `log stderr all;\nrouter id ${sessions[0].localAddress};\nprotocol device {}\n${protocols.join('')}`;
}

/** Reads `show protocols all`, session by session. */
function parseReceived(text: string): Received[] {
  const sessions = text.split(/^(?=\S+ +BGP )/m).slice(1);
  return sessions.map((session) => ({
    established: /^ {2}BGP state: +Established$/m.test(session),
    updates: Number(/^ +Import updates: +(\d+)/m.exec(session)?.[1] ?? 0),
  }));
}
