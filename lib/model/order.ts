/** The order of code units: the same on every machine, whatever its language. */
export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Items in the order of a text of theirs. */
export function sorted<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...items].sort((one, other) => compare(key(one), key(other)));
}
