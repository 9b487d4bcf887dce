import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { kubectls, readApp } from '../../../command/live/app';
import { Kubectl } from '../../../command/live/kubectl';
import { main } from '../../../command/live/main';

const ROOT = path.join(__dirname, '..', '..', '..');
const APP = path.join(ROOT, 'dist', 'two-regions-hrr-metallb-frr');

let home: string;
let written: string;
const before = process.env.PATH;

/** A kubectl that does what this script says. */
function kubectlIs(script: string): void {
  fs.writeFileSync(path.join(home, 'kubectl'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env.PATH = `${home}:${before}`;
}

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'kubectl-'));
  written = '';
  const keep = (text: string | Uint8Array) => ((written += String(text)), true);
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env.PATH = before;
  fs.rmSync(home, { recursive: true, force: true });
});

test.each([
  ['doctor', [], 'doctor: got 0 words, want: doctor APP'],
  ['doctor', [APP, '--watch'], 'doctor: got --watch, which doctor does not take'],
  ['routes', ['198.51.100.0/24'], 'routes: got 1 words, want: routes PREFIX APP'],
  ['status', ['no/such/folder'], 'status: got no/such/folder, want a folder of manifests'],
  ['drain', ['n1', '--topology', 'x'], 'drain: got --topology, which drain does not take'],
  ['doctor', [APP, '--context', 'a', '--context', 'b'], 'doctor: --context: got 2, want one: the app has one cluster'],
  ['serve', [APP, '--port', '65536'], 'serve: --port: got 65536, want a number from 0 to 65535; 0 is any free port'],
  ['serve', [APP, '--json'], 'serve: got --json, which serve does not take'],
  ['status', [APP, '--watch', '--json'], 'status: got --watch and --json, want one of them'],
  ['status', [APP, '--nothing'], "status: Unknown option '--nothing'"],
])('%s %j is a mistake of the user: %s', async (name, args, text) => {
  kubectlIs('exit 1');
  expect(await main(name, args)).toBe(1);
  expect(written.replaceAll(ROOT, '')).toContain(text);
});

test('the help fits a terminal, and names each verb', async () => {
  expect(await main('doctor', ['--help'])).toBe(0);
  expect(Math.max(...written.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  for (const verb of ['doctor', 'status', 'routes', 'compare', 'rollout', 'serve', 'drain', 'undrain']) {
    expect(written).toContain(`npx cdk8s-meshrr ${verb} `);
  }
});

test.each([
  [
    'echo "W1 memcache.go: noise" >&2; echo "Error from server (Forbidden): pods is forbidden" >&2; exit 1',
    'status: pods is forbidden',
  ],
  [
    `for kind in pods.  services.; do echo "Error from server (Forbidden): x is forbidden: User \\"u\\" cannot list resource \\"\${kind%.}\\" in API group \\"\\" in the namespace \\"bgp\\"" >&2; done; exit 1`,
    'status: no right to list pods in the namespace bgp; no right to list services in the namespace bgp',
  ],
  ['echo "The connection to the server was refused" >&2; exit 1', 'status: The connection to the server was refused'],
  ['exit 3', 'status: kubectl failed: 3'],
])('what kubectl says is the reason: %s', async (script, text) => {
  kubectlIs(script);
  expect(await main('status', [APP])).toBe(1);
  expect(written).toBe(`${text}\n`);
});

test('without kubectl, one line says so', async () => {
  process.env.PATH = home;
  expect(await main('status', [APP])).toBe(1);
  expect(written).toBe('status: kubectl was not found in PATH: this command reads the cluster with it\n');
});

test('a context is passed on, and input is', async () => {
  kubectlIs('echo "$@"; cat');
  expect(await new Kubectl('east').run(['apply', '-f', '-'], { input: 'text' })).toBe(
    '--context east apply -f -\ntext',
  );
  expect(await new Kubectl().exec({ name: 'p', namespace: 'n', container: 'c' }, ['ls'])).toBe(
    'exec -n n p -c c -- ls\n',
  );
});

test('each cluster of an app has a context: its own name, unless one is given', async () => {
  kubectlIs('echo "$@"');
  const all = kubectls(['east', 'west'], ['west=admin=west']);
  expect(await all.get('east')?.run(['x'])).toBe('--context east x\n');
  expect(await all.get('west')?.run(['x'])).toBe('--context admin=west x\n');
  expect(() => kubectls(['east', 'west'], ['north=x'])).toThrow(
    '--context: got north, want CLUSTER=CONTEXT, of the clusters east, west',
  );
});

test('a topology that is none is named with its file', () => {
  const file = path.join(home, 'topology.json');
  fs.writeFileSync(file, '{}');
  expect(() => readApp(APP, file)).toThrow(/topology\.json: want groups, nodes, outside and metallb/);
});

test('the command of the package knows them, and kubectl finds it as a plugin', () => {
  const { bin } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  expect(bin['kubectl-meshrr']).toBe(bin['cdk8s-meshrr']);
  const args = ['-r', 'ts-node/register/transpile-only', 'command/main.ts'];
  const run = (...words: readonly string[]) =>
    spawnSync(process.execPath, [...args, ...words], { cwd: ROOT, encoding: 'utf8' });
  expect(run('undrain', '--help').stdout).toContain('npx cdk8s-meshrr undrain NAME');
  expect(run('heal').stderr).toMatch(
    /got "heal", want one of image, lab, config, doctor, status, routes, compare, rollout, serve, drain, undrain/,
  );
});
