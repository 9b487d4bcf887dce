import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');
const TS_NODE = path.join(ROOT, 'node_modules', 'ts-node', 'register');
const ENVIRONMENT = { ...process.env, TS_NODE_CWD: ROOT, TS_NODE_PROJECT: path.join(ROOT, 'tsconfig.json') };

/** Runs an app as `cdk8s synth` does, in a process of its own. */
function run(source: string, outdir: string) {
  const app = path.join(folder, 'app.ts');
  fs.writeFileSync(app, source.replaceAll('LIB', `'${ROOT}/lib'`).replaceAll('CDK8S', `'${ROOT}/node_modules/cdk8s'`));
  return spawnSync(process.execPath, ['-r', TS_NODE, app], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...ENVIRONMENT, CDK8S_OUTDIR: outdir },
  });
}

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synthesize-'))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** The paths of the files in a folder of the working directory. */
function filesIn(name: string): string[] {
  const place = path.join(folder, name);
  if (!fs.existsSync(place)) return [];
  const names = fs.readdirSync(place, { recursive: true, encoding: 'utf8' });
  return names.filter((one) => fs.statSync(path.join(place, one)).isFile()).sort();
}

const IMPORTS = `import { Chart } from CDK8S;
import { Frr, Mesh, RouteReflectorRegion, synthesize } from LIB;
const mesh = (as: number) => (app: any) => new Mesh(new Chart(app, 'mesh'), 'core', { autonomousSystem: as });
const region = { router: new Frr({ image: 'x/y:1' }), autonomousSystem: 64496, podNetworks: ['10.42.0.0/16'] };
`;

test('writes an app into the folder that cdk8s names', () => {
  const { status } = run(`${IMPORTS} synthesize(mesh(64496));`, path.join(folder, 'out'));
  expect(status).toBe(0);
  expect(fs.readFileSync(path.join(folder, 'out', 'mesh.k8s.yaml'), 'utf8')).toContain('kind: Service');
});

test('writes several apps, each into a folder of its own', () => {
  run(`${IMPORTS} synthesize({ one: mesh(64496), two: mesh(64500) });`, path.join(folder, 'out'));
  expect(fs.readdirSync(path.join(folder, 'out')).sort()).toEqual(['one', 'two']);
});

/** What the pods of the one workload run. */
const ROUTER = 'routers/meshrr-core.frr.conf';

describe('a report', () => {
  const region = `(app: any) => new RouteReflectorRegion(new Chart(app, 'c'), 'core', region)`;
  const written = (source: string) => {
    run(`${IMPORTS} ${source}`, path.join(folder, 'out'));
    return { out: filesIn('out'), topology: filesIn('topology') };
  };
  const pageOf = (name: string) => fs.readFileSync(path.join(folder, name, 'report.html'), 'utf8');

  test('is written apart from the manifests, for each app that has routers, under the name of its folder', () => {
    expect(written(`synthesize({ one: mesh(64496), two: ${region} });`)).toEqual({
      out: ['one/mesh.k8s.yaml', 'two/c.k8s.yaml'],
      topology: ['report.html', ROUTER, 'topology.json', 'topology.svg'].map((name) => `two/${name}`),
    });
    expect(pageOf('topology/two')).toContain('<h1>two</h1>');
  });

  test('is named after its charts where there is one app', () => {
    const files = { out: ['c.k8s.yaml'], topology: ['report.html', ROUTER, 'topology.json', 'topology.svg'] };
    expect(written(`synthesize(${region});`)).toEqual(files);
    expect(pageOf('topology')).toContain('<h1>c</h1>');
  });

  test('goes where the app says', () => {
    expect(written(`synthesize(${region}, { topologyDir: 'about/bgp' });`).topology).toEqual([]);
    expect(filesIn('about/bgp')).toEqual(['report.html', ROUTER, 'topology.json', 'topology.svg']);
  });

  test('is left out where it is not wanted', () => {
    expect(written(`synthesize(${region}, { report: false });`)).toEqual({
      out: ['c.k8s.yaml'],
      topology: [ROUTER, 'topology.json'],
    });
  });

  test('is never in the output, whatever the form of the manifests', () => {
    const form = `import { YamlOutputType } from CDK8S; synthesize(${region}, {
      yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE, outputFileExtension: '.yml' });`;
    const { out } = written(form);
    expect(out.length).toBeGreaterThan(1);
    for (const name of out) expect(name).toMatch(/^c\/.*\.yml$/);
  });
});

test('a chart of Helm has nothing but manifests', () => {
  const app = path.join(folder, 'app.ts');
  const core = `synthesize((app: any) => void new RouteReflectorRegion(new Chart(app, 'c'), 'core', region));`;
  fs.writeFileSync(
    app,
    (IMPORTS + core).replaceAll('LIB', `'${ROOT}/lib'`).replaceAll('CDK8S', `'${ROOT}/node_modules/cdk8s'`),
  );
  const cli = path.join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  const format = ['--format', 'helm', '--chart-api-version', 'v2', '--chart-version', '1.0.0', '--check-upgrade=false'];
  const command = ['--output', 'chart', '--app', `${process.execPath} -r ${TS_NODE} app.ts`];
  execFileSync(process.execPath, [cli, 'synth', ...format, ...command], { cwd: folder, env: ENVIRONMENT });
  expect(filesIn('chart/templates')).toEqual(['c.k8s.yaml']);
  expect(filesIn('topology')).toContain('report.html');
});

describe('configurations of routers outside', () => {
  const east = `const define = (app: any) => void new RouteReflectorRegion(new Chart(app, 'bgp'), 'east', {
    ...region, clientRanges: ['198.51.100.0/24'], reachability: Reachability.hostPorts(),
    sides: { a: { addresses: ['192.0.2.1'] } },
  });`;
  const imports = IMPORTS.replace(
    'RouteReflectorRegion,',
    'RouteReflectorRegion, Reachability, neighborConfigurations,',
  );
  const ends = ['eos', 'frr', 'iosxr', 'junos'].map((platform) => `${platform}.conf`);
  const pods = 'routers/meshrr-east-a.frr.conf';
  const configurations = ['client-east', 'rack'].flatMap((router) => ends.map((end) => `neighbors/${router}.${end}`));

  test('go into the folder of the report, which links to them', () => {
    const { stderr, status } = run(`${imports} ${east} synthesize(define);`, path.join(folder, 'out'));
    expect({ errors: stderr.match(/^error: .*/gm), status }).toEqual({ errors: null, status: 0 });
    expect(filesIn('out')).toEqual(['bgp.k8s.yaml']);
    expect(filesIn('topology')).toEqual([...configurations, 'report.html', pods, 'topology.json', 'topology.svg']);
    const links = fs
      .readFileSync(path.join(folder, 'topology', 'report.html'), 'utf8')
      .matchAll(/href="([^"#][^"]*)"/g);
    expect([...links].map(([, link]) => link).sort()).toEqual([...configurations, 'topology.svg']);
  });

  test('take the place of those of routers that are gone, and of nothing else', () => {
    const place = path.join(folder, 'topology');
    fs.mkdirSync(path.join(place, 'neighbors'), { recursive: true });
    const others = ['neighbors/gone.frr.conf', 'neighbors/notes.txt', 'named.conf'];
    for (const name of others) fs.writeFileSync(path.join(place, name), '');
    run(`${imports} ${east} synthesize(define, { report: false });`, path.join(folder, 'out'));
    expect(filesIn('topology')).toEqual(
      ['named.conf', ...configurations, 'neighbors/notes.txt', pods, 'topology.json'].sort(),
    );
  });

  test('are left out where they are not wanted', () => {
    run(`${imports} ${east} synthesize(define, { neighbors: false });`, path.join(folder, 'out'));
    expect(fs.readFileSync(path.join(folder, 'topology', 'report.html'), 'utf8')).not.toContain('href="neighbors/');
    expect(filesIn('topology')).toEqual(['report.html', pods, 'topology.json', 'topology.svg']);
  });

  test('can be had as text, for an app that cdk8s alone writes', () => {
    const plain = `import { App } from CDK8S; ${imports} ${east} const app = new App(); define(app);
      process.stdout.write(neighborConfigurations(app).map(({ name }) => name).join());`;
    const { stdout } = run(plain, path.join(folder, 'out'));
    expect(stdout.split(',').slice(0, 2)).toEqual(['rack.junos.conf', 'rack.iosxr.conf']);
  });
});

describe('a mistake', () => {
  const wrong = `${IMPORTS} synthesize({ one: mesh(64496), two: mesh(0) });`;

  test('is one line on standard error and exit status 1', () => {
    const { status, stderr, stdout } = run(wrong, path.join(folder, 'out'));
    expect(stderr).toMatch(/^error: mesh\/core: autonomousSystem: got 0, want an AS number [^\n]*\n$/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test('in the second app leaves the first one unwritten', () => {
    run(wrong, path.join(folder, 'out'));
    expect(fs.existsSync(path.join(folder, 'out'))).toBe(false);
  });

  test('between constructs of the second app leaves the first one unwritten', () => {
    const late = `(app: any) => new RouteReflectorRegion(new Chart(app, 'c'), 'east', { ...region, upstream: 'core' })`;
    const { status, stderr } = run(
      `${IMPORTS} synthesize({ one: mesh(64496), two: ${late} });`,
      path.join(folder, 'out'),
    );
    expect(stderr).toBe('error: c/east: upstream: got "core", want a region of the chart, which has no other\n');
    expect(status).toBe(1);
    expect(fs.existsSync(path.join(folder, 'out'))).toBe(false);
  });

  test('in an app that cdk8s alone writes is an error without a trace of the library', () => {
    const plain = `import { App } from CDK8S; ${IMPORTS} const app = new App(); mesh(0)(app); app.synth();`;
    const { status, stderr } = run(plain, path.join(folder, 'out'));
    expect(status).toBe(1);
    expect(stderr).toContain('InvalidPropError: mesh/core: autonomousSystem: got 0, want');
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('a topology that does not work', () => {
  const LOST = `
const unmeshed = (severity?: any) => (app: any) => {
  const chart = new Chart(app, 'c');
  const sides = { a: { addresses: ['192.0.2.1'] } };
  new RouteReflectorRegion(chart, 'east', {
    ...region, sides, clientRanges: ['198.51.100.0/24'], reachability: Reachability.hostPorts(),
  });
  if (severity) new Proof(chart, 'proof', { findings: { lossOnFailure: severity } });
};
`;
  const start = IMPORTS.replace('import { Frr,', 'import { Frr, Proof, Reachability,') + LOST;
  const SENTENCE = 'client-east-1 and client-east-2 of east have sessions only with meshrr-east-a@n1: ';

  test('is warned of, one line each, where that is all, and written', () => {
    const { status, stderr } = run(`${start} synthesize({ one: unmeshed() });`, path.join(folder, 'out'));
    expect(stderr).toMatch(new RegExp(`^warning: one: ${SENTENCE}[^\\n]*\\n$`));
    expect(status).toBe(0);
    expect(fs.readdirSync(path.join(folder, 'out'))).toEqual(['one']);
  });

  test('is not warned of where somebody has accepted it', () => {
    const accepted = `unmeshed({ accept: 'a laboratory', parts: ['east'] })`;
    const { status, stderr } = run(`${start} synthesize(${accepted});`, path.join(folder, 'out'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('fails where that is asked for, and nothing is written of any app', () => {
    const apps = `{ one: mesh(64496), two: unmeshed('error') }`;
    const { status, stderr } = run(`${start} synthesize(${apps});`, path.join(folder, 'out'));
    expect(stderr).toMatch(new RegExp(`^error: two: ${SENTENCE}[^\\n]*\\n$`));
    expect(status).toBe(1);
    expect(fs.existsSync(path.join(folder, 'out'))).toBe(false);
  });

  describe('in an app that cdk8s alone writes', () => {
    const plain = (severity: string, rest = 'app.synth();') =>
      run(
        `import { App, Testing } from CDK8S; ${start} const app = new App(); unmeshed(${severity})(app); ${rest}`,
        path.join(folder, 'out'),
      );

    test('is warned of in the same words, once, and written', () => {
      const words = run(`${start} synthesize(unmeshed());`, path.join(folder, 'other')).stderr;
      expect(words).toMatch(new RegExp(`^warning: ${SENTENCE}[^\\n]*\\n$`));
      expect(plain('')).toMatchObject({ status: 0, stderr: words });
      expect(filesIn('out')).toEqual(['c.k8s.yaml']);
    });

    test('is warned of where the app is written as text, too', () => {
      expect(plain('', 'app.synthYaml();').stderr).toMatch(new RegExp(`^warning: ${SENTENCE}`));
    });

    test('is not warned of where a chart is tested', () => {
      expect(plain('', 'app.charts.forEach((chart) => Testing.synth(chart));')).toMatchObject({
        status: 0,
        stderr: '',
      });
    });

    test.each(['app.synth();', 'Testing.synth(app.charts[0]);', 'app.synthYaml();'])(
      'fails %s in the same words, without a stack trace, and nothing is written',
      (act) => {
        const { status, stderr } = plain(`'error'`, act);
        expect(status).toBe(1);
        expect(stderr).toMatch(new RegExp(`^\\[?.*ProofError\\]?: ${SENTENCE}`, 'm'));
        expect(stderr).not.toMatch(/^ {4}at /m);
        expect(fs.existsSync(path.join(folder, 'out'))).toBe(false);
      },
    );

    test('has the files about its topology from writeTopology', () => {
      run(`${start} synthesize(unmeshed());`, path.join(folder, 'out'));
      const wanted = filesIn('topology');
      expect(wanted).toContain('report.html');
      run(
        `import { App } from CDK8S; ${start.replace('Proof,', 'Proof, writeTopology,')} const app = new App();
          unmeshed()(app); app.synth(); writeTopology(app, { topologyDir: 'own' });`,
        path.join(folder, 'out'),
      );
      expect(filesIn('own')).toEqual(wanted);
      for (const name of wanted) {
        const [one, other] = ['own', 'topology'].map((place) =>
          fs.readFileSync(path.join(folder, place, name), 'utf8'),
        );
        expect(one).toBe(other);
      }
    });
  });
});

test('an error that is not the user’s is thrown as it is', () => {
  const { status, stderr } = run(
    `${IMPORTS} synthesize(() => { throw new TypeError('a bug'); });`,
    path.join(folder, 'out'),
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/TypeError: a bug\n {4}at /);
});

describe('npm run synth', () => {
  /** The project as a newcomer has it, with an app that can be broken. */
  function project(): string {
    const copy = path.join(folder, 'project');
    fs.mkdirSync(copy);
    for (const part of [
      'apps',
      'lib',
      'imports',
      'crpd-image/templates',
      'scripts',
      'cdk8s.yaml',
      'tsconfig.json',
      'package.json',
    ]) {
      fs.cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    }
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    fs.mkdirSync(path.join(copy, 'dist'));
    fs.writeFileSync(path.join(copy, 'dist', 'old.yaml'), 'old');
    return copy;
  }
  const synth = (cwd: string) =>
    spawnSync(process.execPath, ['scripts/synth.js'], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, CDK8S_OUTDIR: undefined },
    });

  test('replaces dist/ as a whole', () => {
    const copy = project();
    expect(synth(copy).status).toBe(0);
    expect(fs.existsSync(path.join(copy, 'dist', 'old.yaml'))).toBe(false);
    expect(fs.readdirSync(path.join(copy, 'dist'))).toContain('two-regions-hrr-metallb');
  });

  test.each([
    [
      'a wrong value',
      (source: string) => source.replace('autonomousSystem: 64496', 'autonomousSystem: 0'),
      'autonomousSystem: got 0, want',
    ],
    ['an app that does not compile', (source: string) => `${source} ))`, 'Expression expected'],
  ])('leaves the old dist/ where it fails on %s', (_, breakIt, message) => {
    const copy = project();
    const app = path.join(copy, 'apps', 'two-regions-hrr.ts');
    fs.writeFileSync(app, breakIt(fs.readFileSync(app, 'utf8')));
    const { status, stderr } = synth(copy);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(fs.readdirSync(path.join(copy, 'dist'))).toEqual(['old.yaml']);
  });

  test('shows a mistake without any stack trace', () => {
    const copy = project();
    const app = path.join(copy, 'apps', 'two-regions-hrr.ts');
    fs.writeFileSync(app, fs.readFileSync(app, 'utf8').replace('autonomousSystem: 64496', 'autonomousSystem: 0'));
    expect(synth(copy).stderr).not.toMatch(/^ {4}at /m);
  });
});

test('one app can be chosen by its name', () => {
  const outdir = path.join(folder, 'out');
  const args = ['-r', TS_NODE, path.join(ROOT, 'apps', 'main.ts'), 'two-regions-hrr-metallb-frr'];
  execFileSync(process.execPath, args, { cwd: folder, env: { ...ENVIRONMENT, CDK8S_OUTDIR: outdir } });
  expect(fs.readdirSync(outdir)).toEqual(['two-regions-hrr-metallb-frr']);
});
