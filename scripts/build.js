'use strict';
// Compiles what the package has into build/: the library, the lab, and the command. In build/ everything is where it is
// in the repository, so that it finds its templates and files in the same places. Starts from nothing, so that what was
// deleted is not published.
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { bundle } = require('./bundle');

const root = path.join(__dirname, '..');
const COMPILED = ['lib', 'imports', 'lab', 'command', 'crpd-image'];
/** What is no TypeScript: the files of the images, and the programs that build them. */
const COPIED = [
  'crpd-image/rootfs',
  'crpd-image/templates',
  ...['Dockerfile', 'Dockerfile.frr'].flatMap((name) => [`crpd-image/${name}`, `crpd-image/${name}.dockerignore`]),
  ...['bundle', 'image', 'real-parts', 'test-images'].map((name) => `scripts/${name}.js`),
];

for (const folder of [...COMPILED, 'scripts']) {
  fs.rmSync(path.join(root, 'build', folder), { recursive: true, force: true });
}
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
for (const name of COPIED) fs.cpSync(path.join(root, name), path.join(root, 'build', name), { recursive: true });
bundle(path.join(root, 'build', 'crpd-image', 'bundle'));
process.exit(status ?? 1);
