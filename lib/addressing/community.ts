import { ValidationError } from '../input/validation-error';

/** A standard community `65000:101` (RFC 1997), each half from 0 to 65535. */
export function parseStandardCommunity(value: unknown): string {
  const halves = typeof value === 'string' ? /^(\d{1,5}):(\d{1,5})$/.exec(value) : null;
  if (!halves || halves.slice(1).some((half) => Number(half) > 0xffff)) {
    throw ValidationError.of(value, 'a standard community such as 65000:101, each half from 0 to 65535');
  }
  return `${Number(halves[1])}:${Number(halves[2])}`;
}

/** A standard community `65000:101`, or a large one `64496:1:2` (RFC 8092), each part from 0 to 4294967295. */
export function parseCommunity(value: unknown): string {
  if (typeof value !== 'string' || !isLarge(value)) {
    try {
      return parseStandardCommunity(value);
    } catch {
      throw ValidationError.of(value, 'a community such as 65000:101, or a large one such as 64496:1:2');
    }
  }
  const parts = value.split(':').map((part) => (/^\d{1,10}$/.test(part) ? Number(part) : NaN));
  if (!parts.every((part) => part <= 0xffffffff)) {
    throw ValidationError.of(value, 'a large community such as 64496:1:2, each part from 0 to 4294967295');
  }
  return parts.join(':');
}

/** Whether a community that {@link parseCommunity} has read is a large one. */
export const isLarge = (community: string): boolean => community.split(':').length === 3;

/** The standard and the large ones of some communities, each in the order of their numbers, in which FRR shows them. */
export function byKind(communities: readonly string[]): Readonly<Record<'standard' | 'large', readonly string[]>> {
  const sorted = [...communities].sort((one, other) => {
    const [these, those] = [one, other].map((community) => community.split(':').map(Number));
    const differences = these.map((part, i) => part - (those[i] ?? 0));
    return differences.find((difference) => difference !== 0) ?? 0;
  });
  return { standard: sorted.filter((each) => !isLarge(each)), large: sorted.filter(isLarge) };
}

/** A large community as MetalLB writes it, `large:64496:1:2` (RFC 8092). */
export function isLargeCommunity(text: string): boolean {
  const parts = /^large:(\d{1,10}):(\d{1,10}):(\d{1,10})$/.exec(text);
  return parts !== null && parts.slice(1).every((part) => Number(part) <= 0xffffffff);
}
