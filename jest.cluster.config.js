const base = require('./jest.config');

/** Tests on a real Kubernetes: `npm run test:cluster`. One cluster at a time is up on a machine. */
/** @type {import('jest').Config} */
module.exports = {
  ...base,
  maxWorkers: 1,
  // Starting a cluster is a part of the first test of a file, and a first build takes 15 minutes.
  testTimeout: 1_800_000,
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testPathIgnorePatterns: [],
};
