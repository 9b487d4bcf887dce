/** Each pod is a dozen short commands. */
const AT_ONCE = 4;

/** Does `work` for each item, a few at a time, and returns the results in order. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
