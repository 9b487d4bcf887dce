import { parseHostAddress } from '../../../lib/addressing';
import { Endpoint } from './discovery';
import { Notice, OnNotice } from './notice';

/** How many unusable addresses are remembered as told. */
const MOST_TOLD = 1000;

/**
 * Brings what a source says into canonical text and a stable order, each address once; leaves out addresses that no
 * host can have, and tells of each once.
 */
export class UsableEndpoints {
  private readonly told = new Set<string>();

  constructor(
    private readonly service: string,
    private readonly onNotice: OnNotice,
  ) {}

  /** @param raw of one address several times, the first counts */
  read(raw: readonly Endpoint[]): readonly Endpoint[] {
    const read = new Map<string, { readonly order: bigint; readonly endpoint: Endpoint }>();
    for (const { address, ...rest } of raw) {
      try {
        const { text, first } = parseHostAddress(address);
        if (!read.has(text)) read.set(text, { order: first, endpoint: { address: text, ...rest } });
      } catch {
        this.tell(address);
      }
    }
    const sorted = [...read.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
    return sorted.map(({ endpoint }) => endpoint);
  }

  private tell(address: string): void {
    const shown = address.slice(0, 60);
    if (this.told.has(shown) || this.told.size >= MOST_TOLD) return;
    this.told.add(shown);
    this.onNotice(unusable(this.service, shown));
  }
}

function unusable(service: string, address: string): Notice {
  return {
    level: 'warn',
    event: 'address-unusable',
    fields: { service, address, reason: 'not the unicast address of a host (loopback, link-local, multicast …)' },
  };
}
