import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Dnsmasq } from '../../../lab/dns/dnsmasq';
import { NameServer, Records } from '../../../lab/dns/name-server';
import { Namespace } from '../../../lab/network/namespace';

/** How long an answer may be kept, in seconds, as CoreDNS of kubeadm says. */
export const TIME_TO_LIVE = 30;

const PORTS = { current: 53, behind: 5302, cache: 5303 } as const;

/** Asks the server at a port of this host for the IPv4 addresses of names. */
const ASK = `
const [, port, ...names] = process.argv;
const resolver = new (require('dns').promises.Resolver)();
resolver.setServers(['127.0.0.1:' + port]);
void Promise.all(names.map((name) => resolver.resolve4(name)));
`;

/** Servers behind the address that pods ask. */
type Which = keyof typeof PORTS;

/** The DNS of a lab's cluster by several servers, as the replicas of CoreDNS and the caches in front of them. */
export class DnsServers implements NameServer {
  private records: Records = new Map();
  private further: Records = new Map();

  private constructor(
    private readonly host: Namespace,
    private readonly folder: string,
    private readonly current: Dnsmasq,
    private readonly behind: Dnsmasq,
  ) {}

  /** As the lab starts its name server. */
  static async start(host: Namespace, names: readonly string[], address: string): Promise<DnsServers> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-dns-'));
    const options = { timeToLive: TIME_TO_LIVE };
    const current = await Dnsmasq.start(host, folder, names, { ...options, port: PORTS.current });
    const behind = await Dnsmasq.start(host, folder, names, { ...options, port: PORTS.behind });
    await Dnsmasq.startCache(host, address, PORTS.cache);
    return new DnsServers(host, folder, current, behind);
  }

  /** Tells the server that is not behind. */
  async publish(records: Records): Promise<void> {
    this.records = records;
    const all = [...records].map(([name, own]) => [name, [...own, ...(this.further.get(name) ?? [])]] as const);
    await this.current.publish(new Map(all));
  }

  /** Lists these in a Service, too, from now on. */
  async alsoList(name: string, addresses: readonly string[]): Promise<void> {
    this.further = new Map([[name, addresses]]);
    await this.publish(this.records);
  }

  /** The server that is behind knows what there is now. */
  async catchUp(): Promise<void> {
    await this.behind.publish(this.records);
  }

  /** Has the cache know all names that have addresses, as if a pod had asked for each. */
  async fillCache(): Promise<void> {
    const names = [...this.records].flatMap(([name, addresses]) => (addresses.length > 0 ? [name] : []));
    await this.host.run(process.execPath, '-e', ASK, `${PORTS.cache}`, ...names);
  }

  /** Has these servers answer the questions over UDP, in turn. */
  async answerBy(...servers: readonly Which[]): Promise<void> {
    const ports = servers.map((which) => PORTS[which]);
    const turns = ports.map((port, i) => `${i} : ${port}`).join(', ');
    // Not by connections, which would stay with the server that they began with.
    await this.host.nft(`table ip servers
delete table ip servers
table ip servers {
  chain in {
    type filter hook prerouting priority raw
    iif != lo udp dport 53 udp dport set numgen inc mod ${ports.length} map { ${turns} }
  }
  chain out {
    type filter hook output priority raw
    oif != lo udp sport { ${Object.values(PORTS).join(', ')} } udp sport set 53
  }
}
`);
  }

  /** Whether questions over TCP come through. */
  async admitTcp(on: boolean): Promise<void> {
    const rules = on ? '' : 'type filter hook input priority filter; tcp dport 53 drop';
    await this.host.nft(
      `table inet blocked\ndelete table inet blocked\ntable inet blocked {\n chain in {\n  ${rules}\n }\n}\n`,
    );
  }

  /** Takes its files away. The servers end with the lab. */
  close(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
