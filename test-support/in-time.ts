/**
 * What a promise gives. It must do so before a timer of so many milliseconds fires, which starts now.
 *
 * For what keeps a time limit by a timer of this process, too: on a busy machine both fire late, but in their order, so
 * that this does not depend on how busy it is. What depends on other processes needs a limit with room to spare.
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
