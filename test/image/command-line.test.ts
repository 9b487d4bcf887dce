import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');

/** Runs a script with the only programs that `npm run image` may find: those of this folder. */
function run(script: string, args: readonly string[], programs?: string) {
  const env = programs ? { ...process.env, PATH: programs } : process.env;
  return spawnSync(process.execPath, [path.join(ROOT, 'scripts', script), ...args], { encoding: 'utf8', env });
}

describe('npm run image', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'builders-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** A builder that only says how it was called. */
  function builder(name: string): void {
    fs.writeFileSync(path.join(folder, name), '#!/bin/sh\necho "$0" "$@"\n', { mode: 0o755 });
  }

  test.each([
    [[], 'image: got "", want one router: frr or crpd'],
    [['bird', '--tag', 'x'], 'image: got "bird", want one router: frr or crpd'],
    [['frr', 'crpd', '--tag', 'x'], 'image: got "frr crpd", want one router: frr or crpd'],
    [['frr'], 'image: --tag is missing: '],
    [['crpd', '--tag', 'x'], 'image: --from is missing: '],
    [['frr', '--tag', 'x', '--from', 'crpd:22'], 'image: --from is for crpd; '],
    [['frr', '--tag', 'x', '--builder', 'kaniko'], 'image: --builder: got "kaniko", want docker, podman, buildah'],
    [['frr', '--tag', 'x', '--fast'], "image: Unknown option '--fast'"],
  ])('%j is refused with what is wrong and how it is used', (args, line) => {
    builder('docker');
    const { status, stderr, stdout } = run('image.js', args, folder);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr).toContain('usage: npm run image -- frr --tag NAME');
  });

  test('without a builder it says what to install', () => {
    const { status, stderr } = run('image.js', ['frr', '--tag', 'x'], folder);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'image: docker, podman, buildah not found: install one that builds images\n',
    });
  });

  test('bundles the runtime and calls the builder with the Dockerfile, its arguments and the tag', () => {
    builder('docker');
    const args = ['crpd', '--from', 'crpd:22.4R1.10', '--tag', 'example.com/crpd:1', '--build-arg', 'VERSION=1.0.0'];
    const { status, stdout } = run('image.js', args, folder);
    expect(status).toBe(0);
    const [bundled, called] = stdout.trim().split('\n');
    expect(bundled).toMatch(/^crpd-image\/bundle\/meshrr\.js: \d+ kB$/);
    expect(called).toBe(
      `${folder}/docker build --file ${ROOT}/crpd-image/Dockerfile --build-arg VERSION=1.0.0 ` +
        `--build-arg CRPD_IMAGE=crpd:22.4R1.10 --tag example.com/crpd:1 ${ROOT}`,
    );
  });

  test('names the list of files to buildah, which does not look for it', () => {
    builder('buildah');
    const { stdout } = run('image.js', ['frr', '--tag', 'frr:1'], folder);
    expect(stdout).toContain(`--ignorefile ${ROOT}/crpd-image/Dockerfile.frr.dockerignore --file`);
  });
});

describe('the programs that tests need', () => {
  /** Runs it as a user who is not root. */
  function routers(changes: Record<string, string | undefined>) {
    const asUser = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'user-')), 'user.js');
    fs.writeFileSync(asUser, 'process.getuid = () => 1000;');
    const args = ['--require', asUser, path.join(ROOT, 'scripts', 'routers.js')];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...changes } });
    fs.rmSync(path.dirname(asUser), { recursive: true });
    return run;
  }

  test('where they cannot be installed, what is left out is said, and tests go on', () => {
    const { status, stdout, stderr } = routers({ CI: undefined });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Left out: tests that need root. To have them: run as root\n');
    expect(stdout).not.toContain('Installing');
  });

  test('in CI that is a failure', () => {
    expect(routers({ CI: 'true' }).status).toBe(1);
  });
});

describe('the bundle of the runtime', () => {
  test('is one file and the template engine, with the licenses of what it took in beside them', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { bundle } = require('../../scripts/bundle') as { bundle(folder: string): string };
      const file = bundle(folder);
      expect(fs.readdirSync(folder).sort()).toEqual(['meshrr.js', 'meshrr.js.LEGAL.txt', 'minijinja_js_bg.wasm']);
      expect(execFileSync(process.execPath, [file, 'help'], { cwd: folder, encoding: 'utf8' })).toContain(
        'usage: meshrr',
      );
      expect(fs.readFileSync(`${file}.LEGAL.txt`, 'utf8')).toMatch(
        /^minijinja-js [\d.]+ \(Apache-2.0\)\n-+\n.*common-licenses\/Apache-2.0/m,
      );
      expect(fs.statSync(file).size).toBeLessThan(600_000);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
