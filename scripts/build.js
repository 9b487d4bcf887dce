'use strict';
// Compiles the library into build/, from nothing, so that what was deleted from lib/ is not published.
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..');
for (const folder of ['lib', 'imports', 'crpd-image']) {
  fs.rmSync(path.join(root, 'build', folder), { recursive: true, force: true });
}
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
// Where lib/configuration looks for them, seen from build/lib.
const templates = path.join('crpd-image', 'templates');
fs.cpSync(path.join(root, templates), path.join(root, 'build', templates), { recursive: true });
process.exit(status ?? 1);
