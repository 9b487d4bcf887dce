'use strict';
// All checks: types, format and the programs that tests talk to, at the same time, then the tests, to which arguments go.
// Where one fails, the run ends with its status.
const { spawn, spawnSync } = require('child_process');
const path = require('path');

const root = path.join(__dirname, '..');
const bin = (...parts) => path.join(root, 'node_modules', ...parts);
const CHECKS = [
  ['Types', [bin('typescript', 'bin', 'tsc'), '-p', '.']],
  ['Format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['Programs that tests talk to', [path.join(__dirname, 'routers.js')]],
];

/** Runs a program of Node to its end, and returns its status and what it printed. */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('close', (status) => resolve({ status, output }));
  });
}

/** Notes that the run has failed, with the status of the first that did. */
function failed(name, status) {
  console.error(`${name} failed`);
  process.exitCode ||= status ?? 1;
}

async function main() {
  const running = CHECKS.map(([name, args]) => [name, run(args)]);
  for (const [name, ended] of running) {
    console.log(`== ${name}`);
    const { status, output } = await ended;
    process.stdout.write(output);
    if (status !== 0) failed(name, status);
  }
  if (process.exitCode) return;
  console.log('== Tests');
  const args = [bin('jest', 'bin', 'jest.js'), ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed('Tests', status);
}

void main();
