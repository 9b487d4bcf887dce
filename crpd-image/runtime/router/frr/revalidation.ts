import { RtrServer, rtrServers } from '../../../../lib/settings';
import { OriginData } from '../driver';
import { Terminal } from './terminal';

/**
 * Reads the data of RTR servers, and validates the routes of clients again when it has changed. bgpd does so for each record,
 * but not for the first data after its start, and only for one of several records that come together (8.4 to 10.3).
 */
export class Revalidation {
  /** The data by which this bgpd has validated all routes. */
  private known?: string;

  constructor(
    private readonly servers: readonly RtrServer[],
    /** Those of IP, in bgpd's words: `ipv4 unicast`. */
    private readonly families: readonly string[],
  ) {}

  /** Call it for each new connection: bgpd may have restarted, and have validated nothing. */
  forget(): void {
    this.known = undefined;
  }

  /** Never fails: with an operator's own template, bgpd may not know the commands. It then has no data. */
  async observe(terminal: Terminal): Promise<OriginData> {
    let [connections, counts] = ['', ''];
    try {
      connections = await terminal.show('show rpki cache-connection');
      counts = await terminal.show('show rpki prefix-count');
      const data = `${connections}${counts}`;
      if (data !== this.known) {
        for (const family of this.families) await terminal.show(`clear bgp ${family} external soft in`);
        this.known = data;
      }
    } catch {
      // The next look tries again.
    }
    return parseOriginData(this.servers, connections, counts);
  }
}

/**
 * @param connections `rpki tcp cache 192.0.2.53 3323 pref 1 (connected)`; FRR 8.4 has the same words
 * @param counts `Number of IPv4 Prefixes: 2`, and another line for IPv6
 */
export function parseOriginData(servers: readonly RtrServer[], connections: string, counts: string): OriginData {
  const connected = [...connections.matchAll(/^rpki tcp cache (\S+) (\d+) .*\(connected\)/gm)];
  return {
    servers: servers.map((server) => ({
      server: rtrServers.format([server]),
      isConnected: connected.some(([, host, port]) => host === server.host && Number(port) === server.port),
    })),
    prefixes: [...counts.matchAll(/^Number of IPv[46] Prefixes: (\d+)/gm)].reduce((sum, [, n]) => sum + Number(n), 0),
  };
}
