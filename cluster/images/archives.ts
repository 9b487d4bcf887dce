import * as crypto from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { run } from '../../lab/network/command';
import { CACHE, Programs } from '../programs/build';
import { PAUSE_IMAGE } from '../nodes/configuration';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const images = require('../../scripts/test-images') as {
  readonly HOME: string;
  buildah(...args: string[]): string;
  singleLayer(image: string, fill: (container: string) => void): string;
  debianBase(): string;
  build(options: {
    readonly context: string;
    readonly dockerfile: string;
    readonly tag: string;
    readonly args: Readonly<Record<string, string>>;
  }): string;
};

const SCRIPT = path.join(__dirname, '..', '..', 'scripts', 'test-images.js');
/** The longest that the build of a router's image may take, in milliseconds: it downloads packages. */
const BUILD_MS = 30 * 60_000;

/** An image for containerd: a file, and the name that manifests have for it. */
export interface ImageArchive {
  readonly name: string;
  readonly file: string;
}

export const COREDNS_IMAGE = 'localhost/meshrr-cluster/coredns:1';

/** The images of the cluster itself. @param metallb the names in the manifests of MetalLB */
export function clusterImages(programs: Programs, metallb: readonly string[]): readonly ImageArchive[] {
  const at = (folder: string, ...names: readonly string[]) => names.map((name) => path.join(folder, name));
  return [
    programImage(PAUSE_IMAGE, at(programs.pause, 'pause')),
    programImage(COREDNS_IMAGE, at(programs.coredns, 'coredns')),
    ...metallb.map((name) => {
      if (name.includes('/controller:')) return programImage(name, at(programs.metallb, 'controller'));
      if (!name.includes('/speaker:')) return frrK8sImage(programs, name);
      return programImage(name, at(programs.metallb, 'speaker', 'cp-tool', 'frr-metrics'));
    }),
  ];
}

/** An image of static programs, the first of which is its entry point. */
function programImage(name: string, files: readonly string[]): ImageArchive {
  return {
    name,
    file: archiveOf(name, files.join(' '), (temporary) =>
      images.singleLayer(temporary, (container) => {
        images.buildah('copy', '--quiet', container, ...files, '/');
        images.buildah('config', '--entrypoint', JSON.stringify([`/${path.basename(files[0])}`]), container);
      }),
    ),
  };
}

/** What the containers of frr-k8s run: FRR, and the programs of frr-k8s. */
const FRR_K8S = path.join(__dirname, 'frr-k8s');

function frrK8sImage(programs: Programs, name: string): ImageArchive {
  const recipe = fs.readFileSync(path.join(FRR_K8S, 'Dockerfile'), 'utf8');
  return {
    name,
    file: archiveOf(name, `${programs['frr-k8s']} ${recipe}`, (tag) => {
      const context = fs.mkdtempSync(path.join(images.HOME, 'frr-k8s-'));
      try {
        fs.cpSync(FRR_K8S, context, { recursive: true });
        fs.cpSync(programs['frr-k8s'], path.join(context, 'programs'), { recursive: true });
        const args = { BASE_IMAGE: images.debianBase() };
        images.build({ context, dockerfile: path.join(context, 'Dockerfile'), tag, args });
        return tag;
      } finally {
        fs.rmSync(context, { recursive: true, force: true });
      }
    }),
  };
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
