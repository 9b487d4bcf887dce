import { Namespace } from '../network/namespace';
import { Dnsmasq } from './dnsmasq';
import { NameServer, Records } from './name-server';

/** How long answers of DNS are kept on their way to a pod. */
export interface DnsCaches {
  /** The TTL of records, for which each server keeps its answers, in seconds. */
  readonly seconds: number;
  /** Whether each node has a cache of its own in front of the servers. @default false */
  readonly onNodes?: boolean;
}

/** Ports behind the address of the servers. */
const RECORDS = 5301;
const SERVERS = [5302, 5303];
/** The least time for which a cache keeps an answer, in seconds, as CoreDNS does. */
const LEAST_SECONDS = 5;

/**
 * DNS as clusters have it: two servers behind one address, each with a cache of its own, so that their answers differ
 * for a while after a change. Questions are shared out at random, as kube-proxy does.
 */
export class CachedNameServer implements NameServer {
  private constructor(
    private readonly records: Dnsmasq,
    private readonly address: string,
    private readonly caches: DnsCaches,
  ) {}

  /** @param address of `host` */
  static async start(
    host: Namespace,
    folder: string,
    names: readonly string[],
    address: string,
    caches: DnsCaches,
  ): Promise<CachedNameServer> {
    const records = await Dnsmasq.start(host, folder, names, { port: RECORDS, timeToLive: caches.seconds });
    const server = new CachedNameServer(records, address, caches);
    for (const port of SERVERS) await Dnsmasq.startCache(host, `${address}#${RECORDS}`, port, server.cacheTimes);
    const turns = SERVERS.map((port, i) => `${i} : ${port}`).join(', ');
    await host.nft(`table inet servers {
  chain in {
    type nat hook prerouting priority dstnat
    iif != lo meta l4proto { tcp, udp } th dport 53 redirect to :numgen random mod ${SERVERS.length} map { ${turns} }
  }
}
`);
    return server;
  }

  /** Starts the cache of a node, where nodes have one. */
  async addNode(node: Namespace): Promise<void> {
    if (this.caches.onNodes) await Dnsmasq.startCache(node, this.address, 53, this.cacheTimes);
  }

  publish(records: Records): Promise<void> {
    return this.records.publish(records);
  }

  private get cacheTimes() {
    return { least: LEAST_SECONDS, empty: this.caches.seconds };
  }
}
