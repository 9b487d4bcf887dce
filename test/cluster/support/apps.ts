import * as fs from 'fs';
import * as path from 'path';
import { AppFiles } from '../../../cluster/real-cluster';

const ROOT = path.join(__dirname, '..', '..', '..');

/** The apps of dist/. */
export const APPS = fs.readdirSync(path.join(ROOT, 'dist')).sort();

export function appFiles(name: string): AppFiles {
  return { folder: path.join(ROOT, 'dist', name), topologyFile: path.join(ROOT, 'topology', name, 'topology.json') };
}
