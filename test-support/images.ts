import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const images = require('../scripts/test-images') as {
  buildah(...args: string[]): string;
  buildRouter(router: 'frr' | 'crpd', options?: { tag?: string; args?: Record<string, string> }): string;
  singleLayer(image: string, fill: (container: string) => void): string;
  CRPD_BASE: string;
  HOME: string;
};

export const { buildah, buildRouter, singleLayer, CRPD_BASE } = images;

const SCRIPT = path.join(__dirname, '..', 'scripts', 'test-images.js');

/** Per worker, so that all tests of a file see one image, even where the sources change meanwhile. */
const built: { frr?: string; crpd?: string } = {};
let mounts = 0;

/** Time that the first build may take on a slow machine; use it as the time limit of what calls {@link image}. */
export const BUILD_MILLISECONDS = 600_000;

/**
 * The name of a router's image in the store of the tests, built from the repository as it stands. It is built once:
 * workers that ask at the same time wait for one of them. Needs root, debootstrap and buildah.
 */
export function image(router: 'frr' | 'crpd'): string {
  built[router] ??= execFileSync(process.execPath, [SCRIPT, router], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
  return built[router];
}

/** A writable copy-on-write root of an image, mounted on this machine until it is closed. */
export class MountedImage {
  readonly container: string;
  readonly root: string;

  constructor(name: string) {
    this.container = buildah('from', '--pull-never', '--name', `meshrr-test-${process.pid}-${mounts++}`, name);
    this.root = buildah('mount', this.container);
  }

  close(): void {
    buildah('umount', this.container);
    buildah('rm', this.container);
  }
}

/**
 * A folder with the FRR image's root, so FRR 10.3, for `chroot` (or MESHRR_FRR10_ROOTFS, where that names one). It is a
 * plain copy without Node, made once for each image; whoever uses it keeps to files of their own in it.
 */
export function frr10Rootfs(): string {
  if (process.env.MESHRR_FRR10_ROOTFS) return process.env.MESHRR_FRR10_ROOTFS;
  const name = image('frr');
  const folder = path.join(images.HOME, `frr10-rootfs-${name.split(':')[1]}`);
  if (fs.existsSync(folder)) return folder;
  const mounted = new MountedImage(name);
  const unfinished = fs.mkdtempSync(path.join(images.HOME, 'frr10-'));
  try {
    execFileSync('tar', ['-C', unfinished, '-x'], {
      input: execFileSync('tar', ['-C', mounted.root, '--exclude=./usr/local/bin/node', '-c', '.'], { maxBuffer: 1e9 }),
    });
    fs.chmodSync(unfinished, 0o755);
    try {
      fs.renameSync(unfinished, folder);
    } catch (error) {
      // Another worker was first, with the same.
      if (!fs.existsSync(folder)) throw error;
    }
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
    mounted.close();
  }
  return folder;
}
