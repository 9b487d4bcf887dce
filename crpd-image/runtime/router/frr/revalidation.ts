import { monotonicMs } from '../../clock';
import { Terminal } from './terminal';

/** The time between two looks at the data of the RTR servers, in milliseconds. */
const LOOK_MS = 10_000;

/**
 * Validates the routes of clients again when the data of RTR servers has changed. bgpd does so for each record, but not for
 * the first data after its start, and only for one of several records that come together (8.4 to 10.3).
 */
export class Revalidation {
  private known?: string;
  private next = -Infinity;

  /** @param families those of IP, in bgpd's words: `ipv4 unicast` */
  constructor(private readonly families: readonly string[]) {}

  /** Never fails: an operator's own template may validate nothing. */
  async observe(terminal: Terminal): Promise<void> {
    if (monotonicMs() < this.next) return;
    this.next = monotonicMs() + LOOK_MS;
    try {
      const servers = await terminal.show('show rpki cache-connection');
      const data = `${servers}${await terminal.show('show rpki prefix-count')}`;
      if (data === this.known) return;
      for (const family of this.families) await terminal.show(`clear bgp ${family} external soft in`);
      this.known = data;
    } catch {
      // The next look tries again.
    }
  }
}
