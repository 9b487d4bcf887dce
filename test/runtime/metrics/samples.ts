/** The samples of a page in the text format of Prometheus: the values by name and labels, `meshrr_problems{kind="x"}`. */
export function samplesOf(page: string): Record<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}
