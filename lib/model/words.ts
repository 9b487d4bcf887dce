/** How many names a sentence lists before it counts the rest. */
const NAMED = 3;

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`; or with "or". */
export function listed(names: readonly string[], word: 'and' | 'or' = 'and'): string {
  const shown = names.length > NAMED + 1 ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1)}`;
}

/** `1 client`, `2 clients`. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `4,000,000`: the same on every machine. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
