import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { nodeRelease } from '../../test-support/node-release';

const ROOT = path.join(__dirname, '..', '..');
const PARTS = ['apps', 'lib', 'imports', 'node_modules', 'cdk8s.yaml', 'package.json', 'tsconfig.json'];
const CLI = path.join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');

/** The oldest and the newest release that the package supports. */
test.each([20, 26])(
  'cdk8s synth writes the same on Node %i',
  (release) => {
    const folder = nodeRelease(release);
    // A working directory of its own, which takes what is written there: topology/.
    const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'node-'));
    for (const part of PARTS) fs.symlinkSync(path.join(ROOT, part), path.join(cwd, part));
    const out = path.join(cwd, 'dist');
    const env = { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` };
    execFileSync(path.join(folder, 'node'), [CLI, 'synth', '--check-upgrade=false', '--output', out], {
      cwd,
      env,
    });
    const read = (root: string) =>
      (fs.readdirSync(root, { recursive: true }) as string[])
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => [name, fs.readFileSync(path.join(root, name), 'utf8')]);
    expect(read(out)).toEqual(read(path.join(ROOT, 'dist')));
    fs.rmSync(cwd, { recursive: true });
  },
  300_000,
);
