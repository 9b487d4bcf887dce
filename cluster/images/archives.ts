import * as crypto from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { run } from '../../lab/network/command';
import { CACHE, Programs } from '../programs/build';
import { PAUSE_IMAGE } from '../nodes/configuration';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const images = require('../../scripts/test-images') as {
  buildah(...args: string[]): string;
  singleLayer(image: string, fill: (container: string) => void): string;
};

const SCRIPT = path.join(__dirname, '..', '..', 'scripts', 'test-images.js');
/** The longest that the build of a router's image may take, in milliseconds: it downloads packages. */
const BUILD_MS = 30 * 60_000;

/** An image for containerd: a file, and the name that manifests have for it. */
export interface ImageArchive {
  readonly name: string;
  readonly file: string;
}

/** An image of static programs, the first of which is its entry point. */
interface ProgramImage {
  readonly name: string;
  readonly files: readonly string[];
}

export const COREDNS_IMAGE = 'localhost/meshrr-cluster/coredns:1';

/** The images of the cluster itself. @param metallb the version in the manifests of MetalLB */
export function clusterImages(programs: Programs, metallb: string): readonly ImageArchive[] {
  const at = (folder: string, ...names: readonly string[]) => names.map((name) => path.join(folder, name));
  const all: readonly ProgramImage[] = [
    { name: PAUSE_IMAGE, files: at(programs.pause, 'pause') },
    { name: COREDNS_IMAGE, files: at(programs.coredns, 'coredns') },
    { name: `quay.io/metallb/controller:${metallb}`, files: at(programs.metallb, 'controller') },
    {
      name: `quay.io/metallb/speaker:${metallb}`,
      files: at(programs.metallb, 'speaker', 'cp-tool', 'frr-metrics'),
    },
  ];
  return all.map(({ name, files }) => ({
    name,
    file: archiveOf(name, files.join(' '), (temporary) => {
      const local = images.singleLayer(temporary, (container) => {
        images.buildah('copy', '--quiet', container, ...files, '/');
        images.buildah('config', '--entrypoint', JSON.stringify([`/${path.basename(files[0])}`]), container);
      });
      return local;
    }),
  }));
}

/** The image of a router, built from this repository as its users build it, under the name that manifests have. */
export async function routerImage(router: 'frr' | 'crpd', name: string): Promise<ImageArchive> {
  const built = (await run(process.execPath, [SCRIPT, router], { timeoutMs: BUILD_MS })).trim();
  return { name, file: archiveOf(name, built, () => built) };
}

/** The file of an image in the cache. @param key changes with the contents of the image */
function archiveOf(name: string, key: string, build: (temporary: string) => string): string {
  const digest = crypto.createHash('sha256').update(`${name} ${key}`).digest('hex').slice(0, 16);
  const file = path.join(CACHE, `image-${digest}.tar`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(CACHE, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  images.buildah(
    'push',
    '--quiet',
    build(`localhost/meshrr-cluster-${digest}:1`),
    `docker-archive:${unfinished}:${name}`,
  );
  fs.renameSync(unfinished, file);
  return file;
}
