import * as fc from 'fast-check';

/**
 * The number of cases of a property test of a parser. `FUZZ_RUNS=100000` before `npm test -- test/fuzz` makes a long
 * run.
 *
 * @param short the default
 */
export function fuzzRuns(short: number): number {
  const asked = process.env.FUZZ_RUNS;
  if (asked === undefined) return short;
  if (!/^[1-9]\d{0,8}$/.test(asked)) throw new Error(`FUZZ_RUNS: got ${JSON.stringify(asked)}, want a whole number`);
  return Number(asked);
}

/** The time limit of this many cases, in milliseconds: much more than they need. */
export const fuzzMilliseconds = (runs: number) => 60_000 + 20 * runs;

/** Texts that are a seed with a few changes, or made of pieces only. */
export function brokenText(seeds: readonly string[], pieces: readonly string[]): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(4), fc.nat(), fc.constantFrom(...pieces), fc.integer({ min: 0, max: 0xffff }));
  const changed = fc
    .tuple(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([seed, changes]) =>
      changes.reduce((text, [kind, place, piece, code]) => {
        const at = place % (text.length + 1);
        const [before, after] = [text.slice(0, at), text.slice(at)];
        if (kind === 0) return before + piece + after;
        if (kind === 1) return before + after.slice(code % 30);
        if (kind === 2) return before + String.fromCharCode(code) + after.slice(1);
        if (kind === 3) return before + text.slice(code % (text.length + 1));
        return before;
      }, seed),
    );
  const made = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 30 });
  return fc.oneof(
    { arbitrary: changed, weight: 3 },
    made.map((parts) => parts.join('')),
  );
}

/** Texts of about `length` characters with repeated and nested pieces, which may make a parser backtrack. */
export function longText(seeds: readonly string[], pieces: readonly string[], length: number): fc.Arbitrary<string> {
  const some = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
  const around = fc.tuple(fc.constantFrom('', ...seeds), fc.nat(), fc.constantFrom('', ...seeds));
  return fc.tuple(some, around).map(([piece, [before, place, after]]) => {
    const at = place % (before.length + 1);
    return before.slice(0, at) + piece.repeat(Math.ceil(length / piece.length)) + before.slice(at) + after;
  });
}
