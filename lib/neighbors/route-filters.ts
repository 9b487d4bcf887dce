import { bitsOf, IpAddress, IpPrefix, prefixAround } from '../addressing';
import { RouteFilter } from './configuration';

export const exactly = (prefix: IpPrefix): RouteFilter => ({ prefix, length: prefix.length });

/** The route to an address alone. */
export const hostRoute = (address: IpAddress): RouteFilter => exactly(prefixAround(address, bitsOf(address.family)));

/** A prefix and all of its parts. */
export const within = (prefix: IpPrefix): RouteFilter => ({
  prefix,
  length: prefix.length,
  upTo: bitsOf(prefix.family),
});

/** Items with different keys. */
export function unique<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
