import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

/** Where releases are kept between runs. */
const CACHE = path.join(__dirname, '..', 'node_modules', '.cache', 'node-releases');

/** The folder of a `node` of this major release, from the npm package that the package `node` takes it from. */
export function nodeRelease(major: number): string {
  const home = path.join(CACHE, String(major));
  const name = `node-${process.platform}-${process.arch}`;
  const bin = path.join(home, 'node_modules', name, 'bin');
  if (!fs.existsSync(path.join(bin, 'node'))) {
    fs.mkdirSync(home, { recursive: true });
    const args = [
      'install',
      '--prefix',
      home,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `${name}@${major}`,
    ];
    execFileSync('npm', args, { stdio: 'pipe' });
  }
  return bin;
}
