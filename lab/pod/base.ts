import * as fs from 'fs';
import * as path from 'path';
import { attempt } from '../network/command';

const SCRIPT = path.join(__dirname, '..', '..', 'scripts', 'test-images.js');
/** From one progress line of a build to the next, in milliseconds. */
const PROGRESS_MS = 15_000;
/** A root that was built before is found sooner. */
const QUICK_MS = 2_000;
/** The longest that a build may take, in milliseconds: it downloads packages. */
const BUILD_MS = 30 * 60_000;
/** The programs that a build needs. */
const BUILDERS = ['buildah', 'debootstrap'];

/** The bgpd that the pods of a lab run. */
export interface Base {
  /** Root of the file system that has it. @default this machine */
  readonly root?: string;
  /** For people: `bgpd of the image`. */
  readonly about: string;
}

/**
 * The root of the FRR image. The first lab builds it in `build/`. Where that is not possible, pods run the bgpd of this
 * machine.
 */
export async function baseFor(bgpd: 'image' | 'machine', onProgress: (step: string) => void): Promise<Base> {
  if (bgpd === 'machine') return { about: 'pods run the bgpd of this machine' };
  const missing = BUILDERS.find((name) => !isInstalled(name));
  const built = missing ? { fault: `${missing} is missing` } : await build(onProgress);
  if ('root' in built) return { root: built.root, about: 'pods run the bgpd of the image' };
  return { about: `pods run the bgpd of this machine, not that of the image: ${built.fault}` };
}

function isInstalled(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => fs.existsSync(path.join(folder, program)));
}

async function build(onProgress: (step: string) => void): Promise<{ root: string } | { fault: string }> {
  const step = 'building the root of the FRR image, once';
  const first = setTimeout(() => onProgress(step), QUICK_MS);
  const further = setInterval(() => onProgress(`still ${step}`), PROGRESS_MS);
  const { status, stdout, stderr } = await attempt(process.execPath, [SCRIPT, 'root'], { timeoutMs: BUILD_MS });
  clearTimeout(first);
  clearInterval(further);
  if (status === 0) return { root: stdout.trim() };
  return { fault: stderr.trim().split('\n').at(-1) || `status ${status}` };
}
