import * as fc from 'fast-check';
import { DisjointSpans, firstOverlap, IpSpan, overlaps, parseSpan } from '../../lib/addressing';

/** Spans of both families so close together that many overlap, touch or contain each other. */
const anySpan: fc.Arbitrary<IpSpan> = fc
  .record({ family: fc.constantFrom<4 | 6>(4, 6), start: fc.nat(120), more: fc.oneof(fc.nat(3), fc.nat(40)) })
  .map(({ family, start, more }) => ({
    family,
    first: BigInt(start),
    last: BigInt(start + more),
    text: `IPv${family} ${start}+${more}`,
  }));

/** The same, remembered as a plain list of single addresses. */
class EveryAddress {
  private readonly owners = new Map<string, string>();

  ownersIn(span: IpSpan): string[] {
    return this.addressesOf(span).flatMap((address) => this.owners.get(address) ?? []);
  }

  add(span: IpSpan, owner: string): void {
    this.addressesOf(span).forEach((address) => this.owners.set(address, owner));
  }

  private addressesOf({ family, first, last }: IpSpan): string[] {
    return Array.from({ length: Number(last - first) + 1 }, (_, i) => `${family}/${first + BigInt(i)}`);
  }
}

describe('DisjointSpans', () => {
  test('gives a free span to whoever claims it', () => {
    const spans = new DisjointSpans<string>();
    expect(spans.claim(parseSpan('192.0.2.0/24'), 'one')).toBeUndefined();
  });

  test('names the owner of a span that overlaps the claimed one', () => {
    const spans = new DisjointSpans<string>();
    spans.claim(parseSpan('192.0.2.0/24'), 'one');
    expect(spans.claim(parseSpan('192.0.2.200-192.0.3.10'), 'two')).toBe('one');
  });

  test('forgets a claim that it turned down', () => {
    const spans = new DisjointSpans<string>();
    spans.claim(parseSpan('192.0.2.0/24'), 'one');
    spans.claim(parseSpan('192.0.2.200-192.0.3.10'), 'two');
    expect(spans.overlapping(parseSpan('192.0.3.0/24'))).toBeUndefined();
  });

  test('claims nothing by asking', () => {
    const spans = new DisjointSpans<string>();
    spans.overlapping(parseSpan('192.0.2.0/24'));
    expect(spans.claim(parseSpan('192.0.2.0/24'), 'one')).toBeUndefined();
  });

  test('takes spans that touch for disjoint', () => {
    const spans = new DisjointSpans<string>();
    spans.claim(parseSpan('192.0.2.128/25'), 'upper');
    expect(spans.claim(parseSpan('192.0.2.0/25'), 'lower')).toBeUndefined();
  });

  test('finds the small span inside a large one that starts before it', () => {
    const spans = new DisjointSpans<string>();
    spans.claim(parseSpan('192.0.2.77/32'), 'small');
    expect(spans.claim(parseSpan('192.0.0.0/16'), 'large')).toBe('small');
  });

  test('keeps the families apart, although their numbers are the same', () => {
    const spans = new DisjointSpans<string>();
    spans.claim(parseSpan('0.0.0.0/0'), 'IPv4');
    expect(spans.claim(parseSpan('::/96'), 'IPv6')).toBeUndefined();
  });

  test('agrees with a list of single addresses, whatever is claimed in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 40 }), (claims) => {
        const [spans, model] = [new DisjointSpans<string>(), new EveryAddress()];
        claims.forEach((span, i) => {
          const owner = `#${i}`;
          const possible = model.ownersIn(span);
          // Of several owners any may be named.
          if (possible.length === 0) model.add(span, owner);
          expect(possible.length === 0 ? [undefined] : possible).toContain(spans.claim(span, owner));
        });
      }),
      { numRuns: 200 },
    );
  });

  test('answers for any span as a list of single addresses does', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 20 }), anySpan, (claims, asked) => {
        const [spans, model] = [new DisjointSpans<string>(), new EveryAddress()];
        claims.forEach((span, i) => {
          if (spans.claim(span, `#${i}`) === undefined) model.add(span, `#${i}`);
        });
        const possible = model.ownersIn(asked);
        expect(possible.length === 0 ? [undefined] : possible).toContain(spans.overlapping(asked));
      }),
    );
  });
});

describe('firstOverlap', () => {
  test('finds the span that a comparison of each with all earlier ones finds first, and one that it overlaps', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 12 }), (spans) => {
        const naive = spans.findIndex((span, i) => spans.slice(0, i).some((earlier) => overlaps(earlier, span)));
        const found = firstOverlap(spans);
        expect(found?.index ?? -1).toBe(naive);
        if (!found) return;
        expect(found.earlier).toBeLessThan(found.index);
        expect(overlaps(spans[found.earlier], spans[found.index])).toBe(true);
      }),
    );
  });

  test('looks at each span a few times, however many there are', () => {
    let reads = 0;
    const counted = (i: number): IpSpan => ({
      family: 4,
      get first() {
        reads++;
        return BigInt(i);
      },
      last: BigInt(i),
      text: '',
    });
    // In an order in which each goes somewhere else.
    const spans = Array.from({ length: 4096 }, (_, i) => counted((i * 2741) % 4096));
    expect(firstOverlap(spans)).toBeUndefined();
    expect(reads).toBeLessThan(4096 * 40);
  });
});
