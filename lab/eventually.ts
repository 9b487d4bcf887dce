/**
 * Waits until `check` no longer throws, and returns what it returns; after `milliseconds`, throws what it threw last.
 */
export async function eventually<T>(check: () => T | Promise<T>, milliseconds = 30_000, every = 50): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
