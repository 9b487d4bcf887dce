'use strict';
// All checks, one after the other; the first that fails ends the run with its status. Arguments go to jest.
const { spawnSync } = require('child_process');
const path = require('path');

const root = path.join(__dirname, '..');
const bin = (...parts) => path.join(root, 'node_modules', ...parts);
const steps = [
  ['Types', [bin('typescript', 'bin', 'tsc'), '-p', '.']],
  ['Format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['Programs that tests talk to', [path.join(__dirname, 'routers.js')]],
  ['Tests', [bin('jest', 'bin', 'jest.js'), ...process.argv.slice(2)]],
];
for (const [name, args] of steps) {
  console.log(`== ${name}`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`${name} failed`);
    process.exit(status ?? 1);
  }
}
