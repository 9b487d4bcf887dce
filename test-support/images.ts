import { execFileSync } from 'child_process';
import * as path from 'path';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const images = require('../scripts/test-images') as {
  buildah(...args: string[]): string;
  buildRouter(router: 'frr' | 'crpd', options?: { tag?: string; args?: Record<string, string> }): string;
  singleLayer(image: string, fill: (container: string) => void): string;
  CRPD_BASE: string;
};

export const { buildah, buildRouter, singleLayer, CRPD_BASE } = images;

const SCRIPT = path.join(__dirname, '..', 'scripts', 'test-images.js');

/** Per worker, so that all tests of a file use one image, even if the sources change meanwhile. */
const built: { frr?: string; crpd?: string } = {};
let frrRoot: string | undefined;
let mounts = 0;

/** The time limit of tests that call {@link image}: the first build on a slow machine takes long. */
export const BUILD_MILLISECONDS = 600_000;

/**
 * The name of a router's image in the store of the tests, built from the current sources. Only one worker builds it;
 * the others wait. Needs root, debootstrap and buildah.
 */
export function image(router: 'frr' | 'crpd'): string {
  return (built[router] ??= outputOf(router));
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
 * A folder with the root of the FRR image (FRR 10.3), for `chroot`. All users share it, so use unique file names in it.
 */
export function frr10Rootfs(): string {
  return (frrRoot ??= outputOf('root'));
}

const outputOf = (what: string) =>
  execFileSync(process.execPath, [SCRIPT, what], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
