import * as fs from 'fs';
import * as path from 'path';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { bundle } = require('../scripts/bundle') as { bundle(folder: string): string };

const ROOT = path.join(__dirname, '..');

/** Bundles the runtime, with the default templates beside it as in the images, and returns the path of the bundle. */
export function bundleRuntime(): string {
  const folder = path.join(ROOT, 'build', 'runtime');
  fs.cpSync(path.join(ROOT, 'crpd-image', 'templates'), path.join(folder, 'templates'), { recursive: true });
  return bundle(folder);
}
