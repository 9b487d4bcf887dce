export interface Rejected<T> {
  readonly item: T;
  readonly reason: string;
}

/**
 * Finds the rejected items of a set if only sets can be tried. It bisects: `k` rejected ones among `n` items take about
 * `2 k log n` trials.
 *
 * @param trial tries a set without lasting effect; returns why it is refused, or undefined
 */
export async function bisect<T>(
  items: readonly T[],
  trial: (items: readonly T[]) => Promise<string | undefined>,
): Promise<{ readonly accepted: readonly T[]; readonly refused: readonly Rejected<T>[] }> {
  const atFault = await trial([]);
  // Then no item is at fault, and each one alone would be refused, too.
  if (atFault !== undefined) return { accepted: [], refused: items.map((item) => ({ item, reason: atFault })) };
  const refused: Rejected<T>[] = [];
  const add = async (accepted: readonly T[], more: readonly T[]): Promise<readonly T[]> => {
    const why = await trial([...accepted, ...more]);
    if (why === undefined) return [...accepted, ...more];
    if (more.length === 1) {
      refused.push({ item: more[0], reason: why });
      return accepted;
    }
    const half = Math.ceil(more.length / 2);
    return add(await add(accepted, more.slice(0, half)), more.slice(half));
  };
  const accepted = items.length === 0 ? [] : await add([], items);
  return { accepted, refused };
}
