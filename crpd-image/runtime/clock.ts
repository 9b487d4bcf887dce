/**
 * Milliseconds of a monotonic clock with an arbitrary start. performance.now() would do the same, but loading it costs
 * a megabyte, and the runtime may have fifty.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
