const os = require('os');

/** @type {import('jest').Config} */
module.exports = {
  // Most tests wait for routers more than they compute: two at a time, also where jest would take one core for itself.
  maxWorkers: Math.max(2, os.availableParallelism() - 1),
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Compiled copies and unpacked tarballs carry the package's name too.
  modulePathIgnorePatterns: ['<rootDir>/build/'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
};
