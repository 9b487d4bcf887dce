import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { nodeRelease } from '../../test-support/node-release';

const ROOT = path.join(__dirname, '..', '..');
const { version, peerDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** The first program of the README, and the YAML that it says the program makes. */
const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}(?: warning)?\n([^]*?)\`\`\``, 'g'))].map(([, block]) => block);
const [quickStart] = blocks('ts');
const [warning, mistake] = blocks('text');
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

test('the tarball holds the compiled library, its types, the default templates, and nothing else', () => {
  const names = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  const others = names.filter((name) => !/^package\/build\/(lib|imports)\/[\w/.-]+\.(js|d\.ts)$/.test(name));
  const templates = ['frr', 'juniper'].map((name) => `package/build/crpd-image/templates/${name}.conf.j2`);
  expect(others.sort()).toEqual(['package/LICENSE', 'package/README.md', ...templates, 'package/package.json']);
  expect(names).toContain('package/build/lib/index.js');
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
  expect({ status, stderr }).toEqual({ status: 0, stderr: warning });
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
    expect(stderr).toBe(warning);
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

  test("and refuses the README's mistake with the README's message", () => {
    fs.writeFileSync(path.join(app, 'main.ts'), quickStart.replace('192.0.2.2', '192.0.2.1'));
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
    expect({ stderr, status }).toEqual({ stderr: warning, status: 0 });
    expect(yaml).toContain('name: meshrr-east-a');
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
