const os = require('os');

const cores = os.availableParallelism();

/** @type {import('jest').Config} */
module.exports = {
  // Most tests wait for routers more than they compute: on a few cores, two files for each of them at a time.
  maxWorkers: Math.max(cores - 1, Math.min(2 * cores, 8)),
  // Longer than anything takes on a machine that is busy with other things: what waits, waits for a state.
  testTimeout: 300_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // See jest.cluster.config.js.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/'],
  testSequencer: '<rootDir>/test-support/longest-first.js',
  // Compiled copies and unpacked tarballs carry the package's name too.
  modulePathIgnorePatterns: ['<rootDir>/build/'],
  moduleNameMapper: { '^fast-check$': '<rootDir>/test-support/fast-check.js' },
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
};
