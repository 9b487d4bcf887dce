/**
 * Milliseconds of a clock that never jumps, since some moment. Not performance.now(), which is the same: Node loads a
 * megabyte for that one, of the fifty that the runtime may have.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
