'use strict';
// `cdk8s synth` with a safety: the CLI empties its output folder before it starts, so it gets a folder of its own, and
// only a complete result takes the place of dist/.
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..');
const dist = path.join(root, 'dist');
const fresh = path.join('build', 'dist-new');
const old = path.join(root, 'build', 'dist-old');

fs.mkdirSync(path.join(root, 'build'), { recursive: true });
fs.rmSync(old, { recursive: true, force: true });

const cli = path.join(root, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
const run = spawnSync(process.execPath, [cli, 'synth', '--output', fresh, '--check-upgrade=false'], {
  cwd: root,
  stdio: ['inherit', 'pipe', 'inherit'],
  encoding: 'utf8',
});
process.stdout.write(run.stdout.replaceAll(fresh, 'dist'));

const complete =
  run.status === 0 && fs.existsSync(path.join(root, fresh)) && fs.readdirSync(path.join(root, fresh)).length > 0;
if (!complete) {
  fs.rmSync(path.join(root, fresh), { recursive: true, force: true });
  console.error('dist/ is left as it was');
  process.exit(run.status || 1);
}
if (fs.existsSync(dist)) fs.renameSync(dist, old);
try {
  fs.renameSync(path.join(root, fresh), dist);
} catch (error) {
  if (fs.existsSync(old)) fs.renameSync(old, dist);
  throw error;
}
fs.rmSync(old, { recursive: true, force: true });
