import { parseHostAddress } from '../../../lib/addressing';
import { Endpoint } from './discovery';
import { Notice, OnNotice } from './notice';

/** How many unusable addresses are reported by address; the others are only counted. */
const MAX_NAMED = 10;

/**
 * Normalizes the endpoints of a source: canonical text, sorted, without duplicates. It leaves out addresses that no
 * host can have, and reports the first of them once each, and the number of others.
 */
export class UsableEndpoints {
  private readonly named = new Set<string>();
  /** The largest reported number of others. */
  private others = 0;

  constructor(
    private readonly service: string,
    private readonly onNotice: OnNotice,
  ) {}

  /** @param raw if an address is there several times, the first one counts */
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
    // Reported again only if the number has doubled, so that a growing answer does not fill the log.
    if (others > 2 * this.others) {
      this.others = others;
      this.onNotice(unusable(this.service, { others }));
    }
    const sorted = [...read.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
    return sorted.map(({ endpoint }) => endpoint);
  }

  /** Reports an unusable address. @returns false if {@link MAX_NAMED} others were reported before */
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
