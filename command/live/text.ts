/** The most columns of a line. */
export const COLUMNS = 100;

/** The order of people: n2 before n10. */
export const natural = new Intl.Collator('en', { numeric: true }).compare;

/** A text as lines of words, each with at most this many columns unless one word has more. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A text that ends in an ellipsis where it has more columns. */
export const cut = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;

/**
 * Rows in columns, of at most {@link COLUMNS} in all: the widest columns are cut.
 *
 * @param rows the headings first
 */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const gaps = 2 * (widths.length - 1);
  while (widths.reduce((sum, one) => sum + one, gaps) > COLUMNS) widths[widths.indexOf(Math.max(...widths))]--;
  return rows.map((row) =>
    row
      .map((cell, i) => cut(cell, widths[i]).padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
}
