'use strict';
// Builds an image of a router with the companion runtime: npm run image -- frr|crpd --tag NAME [OPTION…]
// In the package it is `npx cdk8s-meshrr image`.
const { spawnSync } = require('child_process');
const path = require('path');
const { parseArgs } = require('util');
const { hasSources } = require('./bundle');

const root = path.join(__dirname, '..');

const COMMAND = hasSources ? 'npm run image --' : 'npx cdk8s-meshrr image';
const USAGE = `usage: ${COMMAND} frr --tag NAME [--build-arg NAME=VALUE]…
       ${COMMAND} crpd --from CRPD_IMAGE --tag NAME [--build-arg NAME=VALUE]…
  --builder PROGRAM   docker, podman or buildah; default: the first of these that is installed
  --build-arg         an ARG of the Dockerfile, such as NODE_IMAGE, BASE_IMAGE, FRR_VERSION or VERSION`;

const DOCKERFILES = { frr: 'Dockerfile.frr', crpd: 'Dockerfile' };
const BUILDERS = ['docker', 'podman', 'buildah'];

/** The arguments of a builder that builds `router` as `tag`, with the context's list of files for those that need it. */
function buildArguments(builder, router, tag, buildArgs) {
  const dockerfile = path.join(root, 'crpd-image', DOCKERFILES[router]);
  return [
    'build',
    // Docker finds the file by itself.
    ...(builder === 'docker' ? [] : ['--format', 'oci', '--ignorefile', `${dockerfile}.dockerignore`]),
    '--file',
    dockerfile,
    ...buildArgs.flatMap((value) => ['--build-arg', value]),
    '--tag',
    tag,
    root,
  ];
}

/** What the command line asks for. @throws Error with one line that says what is wrong with it */
function readArguments(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      tag: { type: 'string' },
      from: { type: 'string' },
      builder: { type: 'string' },
      'build-arg': { type: 'string', multiple: true, default: [] },
    },
  });
  const { tag, from, builder, 'build-arg': buildArgs } = values;
  const [router] = positionals;
  if (positionals.length !== 1 || !Object.hasOwn(DOCKERFILES, router)) {
    throw new Error(`got ${JSON.stringify(positionals.join(' '))}, want one router: frr or crpd`);
  }
  if (!tag) throw new Error('--tag is missing: the name of the image, such as registry.example.com/meshrr/frr:1.0.0');
  if (router === 'crpd' && !from) throw new Error('--from is missing: the image of cRPD, such as crpd:22.4R1.10');
  if (router === 'frr' && from) throw new Error('--from is for crpd; the base of frr is --build-arg BASE_IMAGE=NAME');
  if (builder && !BUILDERS.includes(builder)) {
    throw new Error(`--builder: got ${JSON.stringify(builder)}, want ${BUILDERS.join(', ')}`);
  }
  return { router, tag, builder, buildArgs: from ? [...buildArgs, `CRPD_IMAGE=${from}`] : buildArgs };
}

/** Returns the exit status. */
function main(args) {
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  let wanted;
  try {
    wanted = readArguments(args);
  } catch (error) {
    console.error(`image: ${error.message}\n${USAGE}`);
    return 2;
  }
  const installed = (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
  const builder = (wanted.builder ? [wanted.builder] : BUILDERS).find(installed);
  if (!builder) {
    console.error(`image: ${wanted.builder ?? BUILDERS.join(', ')} not found: install one that builds images`);
    return 1;
  }
  if (hasSources) {
    const { status } = spawnSync(process.execPath, [path.join(__dirname, 'bundle.js')], { stdio: 'inherit' });
    if (status !== 0) return status ?? 1;
  }
  const command = buildArguments(builder, wanted.router, wanted.tag, wanted.buildArgs);
  return spawnSync(builder, command, { stdio: 'inherit' }).status ?? 1;
}

module.exports = { buildArguments, main, readArguments };

if (require.main === module) process.exitCode = main(process.argv.slice(2));
