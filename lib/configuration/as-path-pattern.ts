import { AsRange } from '../addressing';

/**
 * Regular expressions, one for each range (ranges that touch are joined), that match the AS paths whose first AS
 * number lies in the range and no others: `^65(00[1-9]|0[1-9][0-9]|[1-4][0-9]{2}|500)_`. They are what FRR takes in an
 * `as-path access-list`: POSIX extended, with `_` for any boundary. An AS set in the first place matches none of them.
 */
export function firstAsPatterns(ranges: readonly AsRange[]): readonly string[] {
  return joined(ranges).map((range) => `^${numbersIn(range)}_`);
}

/** A regular expression of the same form that matches the AS paths with an AS number of the range in any place. */
export const anyAsPattern = (range: AsRange): string => `_${numbersIn(range)}_`;

const numbersIn = ({ first, last }: AsRange): string =>
  choice(sameLength(first, last).flatMap(([low, high]) => between(String(low), String(high))));

/** The same numbers in as few ranges as possible, in ascending order. */
function joined(ranges: readonly AsRange[]): readonly AsRange[] {
  const result: AsRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (!before || range.first > before.last + 1) result.push(range);
    else result[result.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
  }
  return result;
}

/** The range cut where its numbers get a digit more. */
function sameLength(first: number, last: number): [number, number][] {
  const end = 10 ** String(first).length - 1;
  return last <= end ? [[first, last]] : [[first, end], ...sameLength(end + 1, last)];
}

/** Alternatives that together match the numbers from `low` to `high`, which have the same number of digits. */
function between(low: string, high: string): string[] {
  const rest = low.length - 1;
  if (/^0*$/.test(low) && /^9*$/.test(high)) return [digits(low.length)];
  if (low[0] === high[0]) return [low[0] + choice(between(low.slice(1), high.slice(1)))];
  // The first digit alone decides between the two; at either end the digits after it count as well.
  const lowest = /^0*$/.test(low.slice(1)) ? Number(low[0]) : Number(low[0]) + 1;
  const highest = /^9*$/.test(high.slice(1)) ? Number(high[0]) : Number(high[0]) - 1;
  return [
    ...(lowest > Number(low[0]) ? [low[0] + choice(between(low.slice(1), '9'.repeat(rest)))] : []),
    ...(lowest <= highest ? [digit(String(lowest), String(highest)) + digits(rest)] : []),
    ...(highest < Number(high[0]) ? [high[0] + choice(between('0'.repeat(rest), high.slice(1)))] : []),
  ];
}

function choice(alternatives: readonly string[]): string {
  return alternatives.length === 1 ? alternatives[0] : `(${alternatives.join('|')})`;
}

function digit(from: string, to: string): string {
  return from === to ? from : `[${from}-${to}]`;
}

function digits(count: number): string {
  return count === 0 ? '' : count === 1 ? '[0-9]' : `[0-9]{${count}}`;
}
