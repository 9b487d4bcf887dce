import { ValidationError } from '../input/validation-error';

const LARGEST = 0xffffffff;

const WANTED =
  'an AS number from 1 to 4294967295, plain or asdot, that IANA has not reserved (not 23456, 65535, 65552-131071 or 4294967295)';

/** An AS number as a prop takes it: `64496`, `'64496'` or asdot `'1.10'` (RFC 5396). */
export type AsNumberLike = number | string;

/** AS numbers that no router may use as its own: RFC 7607, RFC 6793 (AS_TRANS), RFC 7300, IANA's registry. */
function isReserved(as: number): boolean {
  return as === 0 || as === 23456 || as === 65535 || as === LARGEST || (as >= 65552 && as <= 131071);
}

/** Whether a router may use this number from 1 to 4294967295 as its own. */
export const usableAsNumber = (as: number): boolean => !isReserved(as);

/** Reads plain or asdot text into a number from 1 to 4294967295, or returns undefined. */
function readAsNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 1 && value <= LARGEST ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const found = /^(?:(0|[1-9]\d{0,4})\.)?(0|[1-9]\d{0,9})$/.exec(value);
  if (!found) return undefined;
  const [high, low] = [Number(found[1] ?? 0), Number(found[2])];
  if (found[1] !== undefined && low > 0xffff) return undefined;
  const as = high * 0x10000 + low;
  return as >= 1 && as <= LARGEST ? as : undefined;
}

/**
 * Reads the AS number of a router.
 *
 * @returns the plain number (RFC 6793), which every router reads; FRR 8 knows no asdot.
 * @throws ValidationError for anything that is not an AS number a router may use
 */
export function parseAsNumber(value: unknown): number {
  const as = readAsNumber(value);
  if (as === undefined || isReserved(as)) throw ValidationError.of(value, WANTED);
  return as;
}

/** A range of AS numbers, both ends included. */
export interface AsRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads `65001-65500`, or a single AS number. The ends may be reserved numbers: a range only says which neighbors
 * are accepted, and `65001-65535` is in wide use.
 *
 * @throws ValidationError for text that is no range, and where the first number is larger than the last
 */
export function parseAsRange(value: unknown): AsRange {
  const wanted = 'a range of AS numbers such as 65001-65500, the smaller number first, or a single one';
  const ends = typeof value === 'string' ? value.split('-') : [value];
  const first = readAsNumber(ends[0]);
  const last = readAsNumber(ends[ends.length - 1]);
  if (ends.length > 2 || first === undefined || last === undefined || first > last)
    throw ValidationError.of(value, wanted);
  return { first, last };
}

/** The text that {@link parseAsRange} reads. */
export function formatAsRange({ first, last }: AsRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}
