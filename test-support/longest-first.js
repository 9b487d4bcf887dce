'use strict';
// Starts the test files that take longest first, so that no worker is left with one of them in the end. What a file took
// the last time is known to jest; on a fresh clone it is guessed from where the file is.
const path = require('path');
const { default: Sequencer } = require('@jest/test-sequencer');

const root = path.join(__dirname, '..', 'test');

/**
 * Seconds that files are guessed to take, by the beginning of their path below test/; the first that fits counts. The
 * images come first, as tests with FRR 10.3 wait for them, wherever they are.
 */
const GUESSES = [
  ['image/crpd.test.ts', 300],
  ['lab/scenarios/', 120],
  ['lab/command/', 80],
  ['package/', 80],
  ['runtime/end-to-end/', 60],
  ['lab/', 15],
  ['image/', 15],
  ['neighbors/frr.test.ts', 15],
  ['runtime/router/', 10],
  ['app/synthesize.test.ts', 10],
  ['', 1],
];

/** What a test takes, in seconds. */
function secondsOf({ path: file, duration }) {
  if (duration !== undefined) return duration / 1000;
  const name = path.relative(root, file).split(path.sep).join('/');
  return GUESSES.find(([beginning]) => name.startsWith(beginning))[1];
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    // Those that failed the last time come first, and the larger of two of which nothing else is known.
    const sorted = super.sort(tests);
    const rank = new Map(sorted.map((test) => [test, [this.hasFailed(test) ? 1 : 0, secondsOf(test)]]));
    return [...sorted].sort((one, other) => {
      const [failed, seconds] = rank.get(one);
      const [otherFailed, otherSeconds] = rank.get(other);
      return otherFailed - failed || otherSeconds - seconds;
    });
  }
};
