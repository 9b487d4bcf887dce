import { spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const SCRIPT = path.join(__dirname, '..', '..', 'scripts', 'test-images.js');
/** From one word about a build to the next, in milliseconds. */
const SAY_EVERY_MS = 15_000;
/** A root that was built before is found sooner. */
const QUICK_MS = 2_000;

/** The bgpd that the pods of a lab run. */
export interface Base {
  /** Root of the system that it is taken from; undefined: this machine. */
  readonly root?: string;
  /** For people: `bgpd of the image`. */
  readonly about: string;
}

/**
 * The root of the FRR image, which is built by the first lab and kept in `build/`. Where that fails, pods run the bgpd of
 * this machine.
 */
export async function baseFor(bgpd: 'image' | 'machine', onProgress: (step: string) => void): Promise<Base> {
  if (bgpd === 'machine') return { about: 'pods run the bgpd of this machine' };
  const missing = ['/usr/bin/buildah', '/usr/sbin/debootstrap'].find((file) => !fs.existsSync(file));
  const built = missing ? { fault: `${path.basename(missing)} is missing` } : await build(onProgress);
  if ('root' in built) return { root: built.root, about: 'pods run the bgpd of the image' };
  return { about: `pods run the bgpd of this machine, not that of the image: ${built.fault}` };
}

function build(onProgress: (step: string) => void): Promise<{ root: string } | { fault: string }> {
  const child = spawn(process.execPath, [SCRIPT, 'root'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const step = 'building the root of the FRR image, once';
  const first = setTimeout(() => onProgress(step), QUICK_MS);
  const further = setInterval(() => onProgress(`still ${step}`), SAY_EVERY_MS);
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  return new Promise((resolve) => {
    child.once('close', (status) => {
      clearTimeout(first);
      clearInterval(further);
      const fault = error.trim().split('\n').at(-1) || `status ${status}`;
      resolve(status === 0 ? { root: out.trim() } : { fault });
    });
  });
}
