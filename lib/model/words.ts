/** `a`, `a and b`, `a, b and c`, `a, b and 4 more`; or with "or". One name is never counted, as it would be as long. */
export function listed(names: readonly string[], most = Infinity, word: 'and' | 'or' = 'and'): string {
  const shown = names.length > most + 1 ? [...names.slice(0, most), `${thousands(names.length - most)} more`] : names;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1)}`;
}

/** `1 client`, `2 clients`, `12,000 clients`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${thousands(count)} ${count === 1 ? noun : plural}`;

/** `4,000,000`: the same on every machine, whatever its language. */
export const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
