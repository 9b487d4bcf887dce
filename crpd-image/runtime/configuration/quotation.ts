/**
 * The end of the quoted string that starts at `start`: the index after the next quote that no backslash escapes. A
 * regular expression would overflow its stack on megabytes of quoted text.
 *
 * @returns -1 if the string is not closed
 */
export function quotationEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return -1;
}
