import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { describeWith } from '../../test-support/needs';
import { nodeRelease } from '../../test-support/node-release';

const ROOT = path.join(__dirname, '..', '..');
const { version, peerDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** The first program of the README, and the YAML that it says the program makes. */
const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, block]) => block);
const [quickStart] = blocks('ts');
const [mistake] = blocks('text');
/** What the README has its reader type in the clone, in the folder that this makes, and once the package is published. */
const commandsWith = (word: string) => blocks('bash').find((block) => block.includes(word)) as string;
const packing = commandsWith('npm pack');
const installing = commandsWith('npm init');
const published = commandsWith('npm install cdk8s-meshrr ');
const FILE = `./cdk8s-meshrr-${version}.tgz`;

jest.setTimeout(300_000);

let folder: string;
let tarball: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
  const packed = path.join(folder, 'packed');
  execFileSync('bash', ['-ec', packing.replaceAll('../my-routers', packed)], { cwd: ROOT, stdio: 'pipe' });
  tarball = path.join(packed, FILE);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A folder with the package installed as the README says, and these packages beside it. */
function install(name: string, { add = 'npm install', beside = [] as readonly string[] } = {}): string {
  const app = path.join(folder, name);
  fs.mkdirSync(app);
  fs.copyFileSync(tarball, path.join(app, FILE));
  const script = installing.replace(`npm install ${FILE}`, [add, FILE, ...beside].join(' '));
  // What other package managers keep is theirs for this test.
  const env = {
    ...process.env,
    npm_config_store_dir: path.join(folder, 'pnpm'),
    YARN_CACHE_FOLDER: path.join(folder, 'yarn'),
  };
  execFileSync('bash', ['-ec', script], { cwd: app, env, encoding: 'utf8', stdio: 'pipe' });
  fs.writeFileSync(path.join(app, 'main.ts'), quickStart);
  return app;
}

const tsc = (app: string) =>
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'], {
    cwd: app,
    encoding: 'utf8',
  });

/** Runs the quick start, by a Node of this release where one is named. */
function synth(app: string, release?: number) {
  const node = release === undefined ? process.execPath : path.join(nodeRelease(release), 'node');
  fs.rmSync(path.join(app, 'dist'), { recursive: true, force: true });
  const args = ['-r', 'ts-node/register/transpile-only', 'main.ts'];
  const run = spawnSync(node, args, { cwd: app, encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: 'dist' } });
  const output = path.join(app, 'dist', 'bgp.k8s.yaml');
  return { ...run, yaml: fs.existsSync(output) ? fs.readFileSync(output, 'utf8') : '' };
}

test('the tarball has the compiled library with its types, the compiled lab, the files of the images, and pages', () => {
  const names = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  const isExpected = [
    /^package\/build\/(lib|imports)\/[\w/.-]+\.(js|d\.ts)$/,
    /^package\/build\/(lab|command|crpd-image\/runtime|scripts)\/[\w/.-]+\.js$/,
    /^package\/build\/crpd-image\/(rootfs|bundle)\//,
    /^package\/(apps\/[\w-]+\.ts|docs\/[\w/-]+\.(md|svg))$/,
  ];
  const others = names.filter((name) => !isExpected.some((pattern) => pattern.test(name)));
  const inImage = ['Dockerfile', 'Dockerfile.dockerignore', 'Dockerfile.frr', 'Dockerfile.frr.dockerignore'];
  expect(others.sort()).toEqual(
    [
      ...['LICENSE', 'README.md', 'package.json', 'cluster/README.md', 'crpd-image/README.md'],
      'topology/two-regions-hrr-metallb/topology.svg',
      ...[...inImage, 'templates/frr.conf.j2', 'templates/juniper.conf.j2'].map((name) => `build/crpd-image/${name}`),
    ]
      .map((name) => `package/${name}`)
      .sort(),
  );
  expect(names).toContain('package/build/lib/index.js');
});

test('publint and "are the types wrong" find nothing', () => {
  const said = (...command: string[]) => {
    const { status, stdout } = spawnSync('npx', ['-y', ...command], { cwd: folder, encoding: 'utf8' });
    return { status, stdout: status === 0 ? '' : stdout };
  };
  expect(said('publint@0.3.25', tarball, '--strict')).toEqual({ status: 0, stdout: '' });
  expect(said('@arethetypeswrong/cli@0.18.5', tarball)).toEqual({ status: 0, stdout: '' });
});

test('the README installs the file that was packed, with all that its quick start imports', () => {
  const [line] = published.trim().split('\n');
  expect(installing.split('\n')).toContain(line.replace('cdk8s-meshrr', FILE));
  for (const peer of Object.keys(peerDependencies)) expect(line.split(' ')).toContain(peer);
});

// They give an app no package that it does not ask for, unlike npm.
test.each([
  ['pnpm', 'npx -y pnpm@9.15.9 add'],
  ['Yarn', 'npx -y yarn@1.22.22 add'],
])('the quick start works with %s, too', (name, add) => {
  const app = install(name, { add });
  const { status, stderr } = spawnSync('npx', ['ts-node', 'main.ts'], { cwd: app, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(fs.readFileSync(path.join(app, 'dist', 'bgp.k8s.yaml'), 'utf8')).toContain(blocks('yaml')[0]);
});

describe('in an empty folder', () => {
  let app: string;
  beforeAll(() => (app = install('newest')));

  test("the README's quick start passes the type check", () => {
    expect(tsc(app)).toMatchObject({ status: 0, stdout: '' });
  });

  test('and writes the YAML that the README shows', () => {
    const { yaml, stderr } = synth(app);
    expect(stderr).toBe('');
    const shown = blocks('yaml');
    expect(shown.length).toBeGreaterThan(0);
    for (const block of shown) expect(yaml).toContain(block);
  });

  test('and what its pods will run', () => {
    const routers = path.join(app, 'topology', 'routers');
    expect(fs.readdirSync(routers)).toEqual(
      ['meshrr-core', 'meshrr-east-a', 'meshrr-east-b'].map((name) => `${name}.frr.conf`),
    );
    expect(fs.readFileSync(path.join(routers, 'meshrr-core.frr.conf'), 'utf8')).toContain('router bgp 64496\n');
  });

  test('without an error of a type of ours where optional properties are exact and libraries are checked', () => {
    const strict = ['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false'];
    const { stdout } = spawnSync('npx', ['tsc', '--noEmit', '-p', '.', ...strict], { cwd: app, encoding: 'utf8' });
    // cdk8s-plus-28 has errors of its own.
    expect(stdout.split('\n').filter((line) => line && !/^( |node_modules\/cdk8s-plus-28\/)/.test(line))).toEqual([]);
  });

  test('with a README whose links lead to files of the package', () => {
    const installed = path.join(app, 'node_modules', 'cdk8s-meshrr');
    const links = [...readme.matchAll(/(?:\]\(|src=")(?!https?:)([^)#"]+)/g)].map(([, target]) => target);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((target) => !fs.existsSync(path.join(installed, target)))).toEqual([]);
  });

  test("and refuses the README's mistake with the README's message", () => {
    fs.writeFileSync(path.join(app, 'main.ts'), quickStart.replace("'192.0.2.2'", "'192.0.2.1'"));
    expect(synth(app)).toMatchObject({ status: 1, stderr: mistake, yaml: '' });
    fs.writeFileSync(path.join(app, 'main.ts'), quickStart);
  });

  test('the settings and the generated MetalLB classes can be imported by their own names', () => {
    const source = `import { SETTINGS } from 'cdk8s-meshrr/settings'; import { BgpPeerV1Beta2 } from 'cdk8s-meshrr/metallb';
      import { synthesize } from 'cdk8s-meshrr'; process.stdout.write([SETTINGS.podIp.variable, typeof BgpPeerV1Beta2, typeof synthesize].join(' '));`;
    fs.writeFileSync(path.join(app, 'subpaths.mjs'), source);
    fs.writeFileSync(path.join(app, 'subpaths.ts'), source);
    expect(tsc(app)).toMatchObject({ status: 0, stdout: '' });
    fs.rmSync(path.join(app, 'subpaths.ts'));
    expect(execFileSync(process.execPath, ['subpaths.mjs'], { cwd: app, encoding: 'utf8' })).toBe(
      'POD_IP function function',
    );
  });

  test.each([20, 22, 24, 26])('it works on Node %i', (release) => {
    const { yaml, stderr, status } = synth(app, release);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(yaml).toContain('name: meshrr-east-a');
  });
});

describe('the command of the package', () => {
  let app: string;
  beforeAll(() => {
    app = install('command');
    synth(app);
  });
  const command = (args: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
    spawnSync('npx', ['cdk8s-meshrr', ...args], { cwd: app, encoding: 'utf8', env });

  test('lists its programs', () => {
    expect(command([]).stdout).toMatch(/^usage: npx cdk8s-meshrr image[^]* lab [^]* config /);
    expect(command(['imge']).status).toBe(2);
  });

  test('builds images from the Dockerfiles and the bundled runtime of the package', () => {
    const programs = path.join(app, 'programs');
    fs.mkdirSync(programs);
    fs.writeFileSync(path.join(programs, 'docker'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const env = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
    const context = path.join(app, 'node_modules', 'cdk8s-meshrr', 'build');
    expect(command(['image', 'frr', '--tag', 'frr:1'], env).stdout).toBe(
      `build --file ${context}/crpd-image/Dockerfile.frr --tag frr:1 ${context}\n`,
    );
    const dockerfile = fs.readFileSync(path.join(context, 'crpd-image', 'Dockerfile.frr'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) => sources.split(' '));
    expect(copied.filter((source) => !fs.existsSync(path.join(context, source)))).toEqual([]);
    const runtime = path.join(context, 'crpd-image', 'bundle', 'meshrr.js');
    expect(execFileSync(process.execPath, [runtime, 'help'], { encoding: 'utf8' })).toContain('usage: meshrr');
    const start = path.join(context, 'crpd-image', 'rootfs', 'frr', 'usr', 'local', 'sbin', 'meshrr-start');
    expect(fs.statSync(start).mode & 0o111).toBe(0o111);
  });

  test('prints the configuration of pods that the synth wrote, and the template of a router', () => {
    const written = fs.readFileSync(path.join(app, 'topology', 'routers', 'meshrr-core.frr.conf'), 'utf8');
    expect(command(['config', 'dist', '--workload', 'meshrr-core'])).toMatchObject({ status: 0, stdout: written });
    const template = path.join(ROOT, 'crpd-image', 'templates', 'juniper.conf.j2');
    expect(command(['config', '--template', 'crpd']).stdout).toBe(fs.readFileSync(template, 'utf8'));
  });

  describeWith(['root', 'bgpd', 'dnsmasq', 'ip', 'nft', 'bird', 'gobgpd', 'openssl'], 'as root', () => {
    test('runs the quick start in the lab', () => {
      const { status, stdout, stderr } = command(['lab', 'dist', '--bgpd', 'machine']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('every router has what the proof expects');
    });
  });
});

test('it works with the oldest peers that it names', () => {
  const oldest = Object.entries(peerDependencies as Record<string, string>).map(
    ([name, range]) => `${name}@${range.slice(1)}`,
  );
  const app = install('oldest', { beside: oldest });
  expect(tsc(app)).toMatchObject({ status: 0, stdout: '' });
  expect(synth(app).yaml).toContain('name: meshrr-east-a');
});
