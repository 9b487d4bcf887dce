import { NameServer, Records } from '../../../lab/dns/name-server';
import { Namespace } from '../../../lab/network/namespace';
import { Fault } from '../../../test-support/dns-server';
import { DnsServerProcess } from '../../../test-support/dns-server-process';

/** What is told of a name, in place of the addresses that it has: lists that take turns, with each question the next. */
export type Lie = (name: string, addresses: readonly string[]) => readonly (readonly string[])[];

const truth: Lie = (_, addresses) => [addresses];

/** The DNS of a lab's cluster, with the faults that a test asks for. */
export class FaultyNameServer implements NameServer {
  private server!: DnsServerProcess;
  private running = false;
  private lie = truth;

  private constructor(
    private readonly host: Namespace,
    private readonly address: string,
    private records: Records,
  ) {}

  /** As the lab starts its name server. */
  static async start(host: Namespace, names: readonly string[], address: string): Promise<FaultyNameServer> {
    const dns = new FaultyNameServer(host, address, new Map(names.map((name) => [name, []])));
    await dns.restart();
    return dns;
  }

  async publish(records: Records): Promise<void> {
    this.records = records;
    await this.tell();
  }

  /** What is wrong with all of its answers from now on. */
  async fault(fault: Fault): Promise<void> {
    await this.server.fault(fault);
  }

  /** Tells this in place of the truth from now on, also of what is published later. */
  async tellInstead(lie: Lie): Promise<void> {
    this.lie = lie;
    await this.tell();
  }

  tellTheTruth(): Promise<void> {
    return this.tellInstead(truth);
  }

  /** Ends it at once, as a crash would. */
  kill(): void {
    this.running = false;
    this.server.kill();
  }

  async restart(): Promise<void> {
    const { host, address } = this;
    this.server = await DnsServerProcess.start({
      addresses: [address],
      spawn: (command, args, options) => host.spawn(command, args, options),
    });
    this.running = true;
    await this.tell();
  }

  private async tell(): Promise<void> {
    if (!this.running) return;
    const told = [...this.records].map(([name, addresses]) => this.server.setTurns(name, this.lie(name, addresses)));
    await Promise.all(told);
  }
}
