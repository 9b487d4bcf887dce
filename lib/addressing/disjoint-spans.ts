import { IpSpan } from './ip';

interface Entry<T> {
  readonly span: IpSpan;
  readonly owner: T;
}

/** Spans of addresses of which no two overlap, each with its owner. Adding and asking take O(log n). */
export class DisjointSpans<T> {
  private readonly entries: Record<4 | 6, Entry<T>[]> = { 4: [], 6: [] };

  /** The owner of a span that overlaps this one. */
  overlapping(span: IpSpan): T | undefined {
    const entries = this.entries[span.family];
    // Disjoint and sorted by their first address: only the last one that starts at or before our end can reach us.
    const candidate = entries[this.after(span.family, span.last) - 1];
    return candidate && candidate.span.last >= span.first ? candidate.owner : undefined;
  }

  /** Adds the span, or returns the owner of one that it overlaps and adds nothing. */
  claim(span: IpSpan, owner: T): T | undefined {
    const other = this.overlapping(span);
    if (other !== undefined) return other;
    this.entries[span.family].splice(this.after(span.family, span.first), 0, { span, owner });
    return undefined;
  }

  /** How many entries start at or before this address. */
  private after(family: 4 | 6, address: bigint): number {
    const entries = this.entries[family];
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle].span.first <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * The first span, in the order of the list, that overlaps an earlier one, and that one. Takes O(n log n): lists of ranges
 * come from people, and from programs.
 */
export function firstOverlap<S extends IpSpan>(
  spans: readonly S[],
): { readonly index: number; readonly earlier: number } | undefined {
  const seen = new DisjointSpans<number>();
  for (const [index, span] of spans.entries()) {
    const earlier = seen.claim(span, index);
    if (earlier !== undefined) return { index, earlier };
  }
  return undefined;
}
