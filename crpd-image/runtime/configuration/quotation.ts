/**
 * Where a quotation ends that begins with the quote at `start`: behind the next quote that no backslash escapes. Not by
 * a regular expression, whose stack megabytes of quoted text exceed.
 *
 * @returns -1 where it does not end
 */
export function quotationEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return -1;
}
