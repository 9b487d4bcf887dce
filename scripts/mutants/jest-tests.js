'use strict';
// Lets mocha run tests that are written for jest, with jest's own `expect` and `test.each`. mocha switches a mutant on in
// a process that has loaded everything, where jest would load all of it again for each mutant.
const Mocha = require('mocha');
const { expect } = require('expect');
const { bind } = require('jest-each');

require('ts-node').register({ transpileOnly: true, swc: true });

/** The most examples that a property is tried with, and always the same ones: what survives must not depend on luck. */
const MOST_EXAMPLES = Number(process.env.MUTANTS_EXAMPLES);
const fc = require('fast-check');
const { assert } = fc;
Object.assign(fc, {
  assert: (property, options) =>
    assert(property, { ...options, ...limits(options), seed: 1, endOnFailure: true, verbose: 0 }),
});

function limits({ numRuns = 100 } = {}) {
  return { numRuns: Math.min(numRuns, MOST_EXAMPLES) };
}

/** Registers tests without their arity: mocha reads a parameter as a callback, which no test here has. */
function adapted(register) {
  const adaptedRegister = (title, run) => register(title, run && (() => run()));
  adaptedRegister.each = bind(adaptedRegister, false);
  adaptedRegister.skip = register.skip;
  return adaptedRegister;
}

const { bdd } = Mocha.interfaces;
Mocha.interfaces.bdd = (suite) => {
  bdd(suite);
  suite.on('pre-require', (context) => {
    const { describe, it, before, after } = context;
    describe.each = bind((title, define) => describe(title, () => void define()), false);
    const test = adapted(it);
    Object.assign(context, { expect, test, it: test, beforeAll: before, afterAll: after, jest: { setTimeout() {} } });
  });
};
