import { parseHostAddress } from '../../../lib/addressing';
import { Endpoint } from './discovery';
import { Notice, OnNotice } from './notice';

/** How many unusable addresses are named; of the others it is told how many they are. */
const MAX_NAMED = 10;

/**
 * Brings what a source says into canonical text and a stable order, each address once; leaves out addresses that no
 * host can have, and tells of the first ones, each once, and of how many others an answer has.
 */
export class UsableEndpoints {
  private readonly named = new Set<string>();
  /** The most others that were told of. */
  private others = 0;

  constructor(
    private readonly service: string,
    private readonly onNotice: OnNotice,
  ) {}

  /** @param raw of one address several times, the first counts */
  read(raw: readonly Endpoint[]): readonly Endpoint[] {
    const read = new Map<string, { readonly order: bigint; readonly endpoint: Endpoint }>();
    let others = 0;
    for (const { address, ...rest } of raw) {
      try {
        const { text, first } = parseHostAddress(address);
        if (!read.has(text)) read.set(text, { order: first, endpoint: { address: text, ...rest } });
      } catch {
        if (!this.name(address)) others++;
      }
    }
    // Told again only where there are far more, so that an answer that grows does not fill the log.
    if (others > 2 * this.others) {
      this.others = others;
      this.onNotice(unusable(this.service, { others }));
    }
    const sorted = [...read.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
    return sorted.map(({ endpoint }) => endpoint);
  }

  /** Tells of an unusable address. @returns false where enough others were named before */
  private name(address: string): boolean {
    const shown = address.slice(0, 60);
    if (this.named.has(shown)) return true;
    if (this.named.size >= MAX_NAMED) return false;
    this.named.add(shown);
    this.onNotice(unusable(this.service, { address: shown }));
    return true;
  }
}

function unusable(service: string, which: { readonly address: string } | { readonly others: number }): Notice {
  const reason = 'not the unicast address of a host (loopback, link-local, multicast …)';
  return { level: 'warn', event: 'address-unusable', fields: { service, ...which, reason } };
}
