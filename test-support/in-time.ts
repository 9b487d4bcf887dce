/**
 * Returns the result of a promise, which must resolve before a timer of this many milliseconds, which starts now.
 *
 * Use it for code whose own time limit is a timer of this process: on a busy machine both timers are late, but in
 * order. Code that depends on other processes needs a generous limit.
 */
export async function inTime<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has taken more than ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
