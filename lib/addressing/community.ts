import { ValidationError } from '../input/validation-error';

/** A standard community `65000:101` (RFC 1997), each half from 0 to 65535. */
export function parseCommunity(value: unknown): string {
  const halves = typeof value === 'string' ? /^(\d{1,5}):(\d{1,5})$/.exec(value) : null;
  if (!halves || halves.slice(1).some((half) => Number(half) > 0xffff)) {
    throw ValidationError.of(value, 'a standard community such as 65000:101, each half from 0 to 65535');
  }
  return `${Number(halves[1])}:${Number(halves[2])}`;
}

/** A large community as MetalLB writes it, `large:64496:1:2` (RFC 8092). */
export function isLargeCommunity(text: string): boolean {
  const parts = /^large:(\d{1,10}):(\d{1,10}):(\d{1,10})$/.exec(text);
  return parts !== null && parts.slice(1).every((part) => Number(part) <= 0xffffffff);
}
