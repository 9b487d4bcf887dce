'use strict';
// Images for tests, where no registry can be pulled: the bases that the Dockerfiles name are made here, from Debian's
// packages and the npm package of Node. Needs root, debootstrap and buildah. buildah keeps to a store in build/, and
// what is there already is not built again.
//
//   node scripts/test-images.js frr|crpd     builds the image and prints its name
//   node scripts/test-images.js root         builds the image of FRR, lays its root out as a folder and prints that
//   node scripts/test-images.js clean        removes all of it
const { execFileSync, spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { bundle, hasSources } = require('./bundle');

const root = path.join(__dirname, '..');
/** Beside an installed package, an update of it would remove the images. */
const HOME = hasSources
  ? path.join(root, 'build', 'images')
  : path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'cdk8s-meshrr', 'images');
const LOCK = path.join(HOME, 'lock');
/** buildah's notes of what is mounted: they must not outlive a reboot. */
const RUNROOT = `/run/meshrr-images-${digest(root).slice(0, 8)}`;

const DOCKERFILES = { frr: 'crpd-image/Dockerfile.frr', crpd: 'crpd-image/Dockerfile' };
const CRPD_BASE = 'localhost/crpd-stand-in:22.4';
const CRPD_BASE_FILES = 'test/image/crpd-base';

function digest(...texts) {
  return texts.reduce((hash, text) => hash.update(text).update('\0'), crypto.createHash('sha256')).digest('hex');
}

let driver;

/** The options that keep buildah to the store in build/. */
function storeOptions() {
  const options = (name) => ['--root', path.join(HOME, 'store'), '--runroot', RUNROOT, '--storage-driver', name];
  // Overlays do not stack everywhere; plain copies always work.
  driver ??= ['overlay', 'vfs'].find((name) => spawnSync('buildah', [...options(name), 'info']).status === 0);
  if (!driver) throw new Error('buildah can use neither overlay nor vfs here');
  return options(driver);
}

/** Runs buildah on the store in build/ and returns its output. @throws Error with what it said */
function buildah(...args) {
  const run = spawnSync('buildah', [...storeOptions(), ...args], {
    encoding: 'utf8',
    maxBuffer: 64e6,
    // Nothing of the machine's own configuration of registries or mounts has a part in this.
    env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
  });
  if (run.status !== 0) {
    const said = run.error?.message ?? `${run.stdout}${run.stderr}`.trim();
    // A build says where it stands with each step; what went wrong is at the end.
    throw new Error(`buildah ${args[0]} failed: ${said.split('\n').slice(-20).join('\n')}`);
  }
  return run.stdout.trim();
}

function exists(image) {
  return spawnSync('buildah', [...storeOptions(), 'inspect', '--type', 'image', image]).status === 0;
}

/** Makes an image of one layer: `fill` adds its files to a working container. */
function singleLayer(image, fill) {
  if (exists(image)) return image;
  const container = buildah('from', 'scratch');
  try {
    fill(container);
    buildah('commit', '--quiet', container, image);
  } finally {
    buildah('rm', container);
  }
  return image;
}

/** The default of an ARG of a Dockerfile. */
function argument(dockerfile, name) {
  const text = fs.readFileSync(path.join(root, dockerfile), 'utf8');
  const found = new RegExp(`^ARG ${name}=(\\S+)$`, 'm').exec(text);
  if (!found) throw new Error(`${dockerfile} has no ARG ${name} with a default`);
  return found[1];
}

/** Debian of the release that the FRR image is built on, as small as debootstrap makes it. */
function debianBase() {
  const image = argument(DOCKERFILES.frr, 'BASE_IMAGE');
  const [, release] = /debian:([a-z]+)-/.exec(image);
  return singleLayer(image, (container) => {
    const folder = fs.mkdtempSync(path.join(HOME, 'debootstrap-'));
    try {
      execFileSync('debootstrap', ['--variant=minbase', release, folder], { stdio: 'pipe', maxBuffer: 64e6 });
      // As Debian's own slim images are.
      for (const name of ['doc', 'info', 'locale', 'man']) remove(folder, 'usr/share', name);
      for (const name of ['cache/apt', 'lib/apt/lists']) remove(folder, 'var', name);
      buildah('add', '--quiet', container, folder, '/');
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
}

function remove(...names) {
  fs.rmSync(path.join(...names), { recursive: true, force: true });
}

/** The very release of Node that the Dockerfiles name, and nothing beside it. */
function nodeBase() {
  const image = argument(DOCKERFILES.frr, 'NODE_IMAGE');
  if (image !== argument(DOCKERFILES.crpd, 'NODE_IMAGE')) throw new Error('the Dockerfiles name two releases of Node');
  const [, version] = /node:([\d.]+)-/.exec(image);
  return singleLayer(image, (container) => {
    const name = `node-linux-${os.arch()}`;
    const folder = fs.mkdtempSync(path.join(HOME, 'node-'));
    try {
      const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
      execFileSync('npm', ['install', '--prefix', folder, ...options, `${name}@${version}`], { stdio: 'pipe' });
      const binary = path.join(folder, 'node_modules', name, 'bin', 'node');
      buildah('copy', '--quiet', '--chmod', '755', container, binary, '/usr/local/bin/node');
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Debian with runit and the stand-in for cRPD, laid out as cRPD is. */
function crpdBase(base) {
  const context = fs.mkdtempSync(path.join(HOME, 'crpd-base-'));
  try {
    fs.cpSync(path.join(root, CRPD_BASE_FILES), context, { recursive: true, verbatimSymlinks: true });
    const standIn = path.join(context, 'rootfs', 'usr', 'bin');
    fs.mkdirSync(standIn, { recursive: true });
    copyStandIn(standIn);
    build({ context, dockerfile: path.join(context, 'Dockerfile'), tag: CRPD_BASE, args: { BASE_IMAGE: base } });
  } finally {
    fs.rmSync(context, { recursive: true, force: true });
  }
  return CRPD_BASE;
}

/** Bundles the stand-in's programs, for the Node that the image to be built brings. */
function copyStandIn(folder) {
  const script = "console.log(require('./test-support/crpd/build').buildStandIn())";
  const args = ['-r', 'ts-node/register/transpile-only', '-e', script];
  const built = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim();
  for (const name of ['netconf', 'cli']) fs.copyFileSync(path.join(built, name), path.join(folder, name));
}

/**
 * Builds a Dockerfile with buildah; steps that were built before are taken from the store.
 *
 * @throws Error with the last of what buildah said
 */
function build({ context = root, dockerfile, tag, args = {}, ignoreFile }) {
  return buildah(
    'bud',
    '--pull-never',
    '--layers',
    '--force-rm',
    '--isolation=chroot',
    '--network=host',
    ...(ignoreFile ? ['--ignorefile', ignoreFile] : []),
    '--file',
    dockerfile,
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    '--tag',
    tag,
    context,
  );
}

/** Builds a router's image from the repository as it stands, as a user would with scripts/image.js. */
function buildRouter(router, { tag, args } = {}) {
  const dockerfile = path.join(root, DOCKERFILES[router]);
  return build({ dockerfile, tag, args, ignoreFile: `${dockerfile}.dockerignore` });
}

/** What a router's image is made of, as one hash. */
function contents(router) {
  const files = [DOCKERFILES[router], `${DOCKERFILES[router]}.dockerignore`, 'crpd-image/bundle/meshrr.js'];
  const folders = ['crpd-image/templates', 'crpd-image/rootfs/common', `crpd-image/rootfs/${router}`];
  const crpd = router === 'crpd' ? [CRPD_BASE_FILES, 'test-support/crpd/stand-in'] : [];
  return digest(...[...files, ...folders, ...crpd].flatMap((name) => describe(path.join(root, name))));
}

function describe(file) {
  if (!fs.existsSync(file)) return [`${file} is not there`];
  const stat = fs.lstatSync(file);
  const name = path.relative(root, file);
  if (stat.isSymbolicLink()) return [name, fs.readlinkSync(file)];
  if (stat.isDirectory()) {
    return fs
      .readdirSync(file)
      .sort()
      .flatMap((entry) => describe(path.join(file, entry)));
  }
  return [name, String(stat.mode & 0o111), digest(fs.readFileSync(file))];
}

/** The name of a router's image, which is built where these contents have not been before. */
function ensure(router) {
  bundle();
  const repository = `localhost/meshrr-${router}-test`;
  const tag = `${repository}:${contents(router).slice(0, 16)}`;
  if (exists(tag)) return tag;
  const args = {};
  const base = debianBase();
  nodeBase();
  if (router === 'crpd') args.CRPD_IMAGE = crpdBase(base);
  buildRouter(router, { tag, args });
  removeOld(router, repository, tag);
  return tag;
}

/** Removes what is of no use any more: containers of tests that were killed, and images of what the sources were. */
function removeOld(router, repository, tag) {
  for (const { containername: name } of JSON.parse(buildah('containers', '--json')) ?? []) {
    const [, owner] = /^meshrr-test-(\d+)-/.exec(name) ?? [];
    if (owner && !fs.existsSync(`/proc/${owner}`)) buildah('rm', name);
  }
  for (const old of (JSON.parse(buildah('images', '--json')) ?? []).flatMap(({ names }) => names ?? [])) {
    if (!old.startsWith(`${repository}:`) || old === tag) continue;
    // One that is in use stays, until the next time.
    spawnSync('buildah', [...storeOptions(), 'rmi', old]);
  }
}

/**
 * A folder with the root of the FRR image, for `chroot` or an overlay: a plain copy without Node, made once for each
 * version of the Dockerfile. The runtime in it may be an older one.
 */
function frrRoot() {
  if (process.env.MESHRR_FRR10_ROOTFS) return process.env.MESHRR_FRR10_ROOTFS;
  const name = `frr-root-${digest(...describe(path.join(root, DOCKERFILES.frr))).slice(0, 16)}`;
  const folder = path.join(HOME, name);
  if (fs.existsSync(folder)) return folder;
  const container = buildah('from', '--pull-never', ensure('frr'));
  const unfinished = fs.mkdtempSync(path.join(HOME, 'unfinished-'));
  try {
    const packed = ['-C', buildah('mount', container), '--exclude=./usr/local/bin/node', '-c', '.'];
    execFileSync('tar', ['-C', unfinished, '-x'], { input: execFileSync('tar', packed, { maxBuffer: 1e9 }) });
    fs.chmodSync(unfinished, 0o755);
    fs.renameSync(unfinished, folder);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
    buildah('umount', container);
    buildah('rm', container);
  }
  for (const old of fs.readdirSync(HOME)) if (old.startsWith('frr-root-') && old !== name) remove(HOME, old);
  return folder;
}

function clean() {
  if (fs.existsSync(path.join(HOME, 'store'))) {
    buildah('rm', '--all');
    buildah('rmi', '--all', '--force');
  }
  fs.rmSync(HOME, { recursive: true, force: true });
  fs.rmSync(RUNROOT, { recursive: true, force: true });
}

module.exports = { build, buildah, buildRouter, debianBase, CRPD_BASE, HOME, LOCK, singleLayer };

if (require.main === module) {
  const [, , what, locked] = process.argv;
  if (what === 'clean') clean();
  else if (!['frr', 'crpd', 'root'].includes(what)) {
    console.error('usage: node scripts/test-images.js frr|crpd|root|clean');
    process.exitCode = 2;
  } else if (locked !== 'locked') {
    // Of several at once, one builds and the others wait.
    fs.mkdirSync(HOME, { recursive: true });
    const run = spawnSync('flock', [LOCK, process.execPath, __filename, what, 'locked'], { stdio: 'inherit' });
    process.exitCode = run.status ?? 1;
  } else {
    try {
      console.log(what === 'root' ? frrRoot() : ensure(what));
    } catch (error) {
      console.error(error.message);
      process.exitCode = 1;
    }
  }
}
