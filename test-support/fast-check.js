/**
 * fast-check with the same cases in each run, so that a commit passes or fails by what it changes. `FUZZ_RUNS` draws new
 * ones.
 */
const fc = require('../node_modules/fast-check/lib/cjs/fast-check.js');

if (process.env.FUZZ_RUNS === undefined) fc.configureGlobal({ seed: 4271 });
module.exports = fc;
