import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { configurationsIn } from '../../command/manifests';

const ROOT = path.join(__dirname, '..', '..');
const APPS = fs.readdirSync(path.join(ROOT, 'dist'));

const textsIn = (folder: string, type: string): readonly string[] =>
  fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith(type))
    .sort()
    .map((name) => fs.readFileSync(path.join(ROOT, folder, name), 'utf8'));

test.each(APPS)('the manifests of %s give the configurations that the synth writes', (app) => {
  const manifests = textsIn(`dist/${app}`, '.yaml').join('\n---\n');
  const written = textsIn(`topology/${app}/routers`, '.conf');
  expect(written.length).toBeGreaterThan(1);
  expect([...configurationsIn(manifests)].sort()).toEqual([...written].sort());
});

/** A Deployment as some other tool may write it: JSON, as `kubectl get -o json` prints it. */
function list(env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): string {
  const mounts = Object.entries(files).map(([mountPath, text], i) => ({ name: `file-${i}`, mountPath, text }));
  const container = {
    name: 'frr',
    env: [
      ...Object.entries({ MESHRR_ROUTER: 'frr', AUTONOMOUS_SYSTEM: '64496', ...env }).map(([name, value]) => ({
        name,
        value,
      })),
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ],
    volumeMounts: mounts.map(({ name, mountPath }) => ({ name, mountPath })),
  };
  const volumes = mounts.map(({ name }) => ({ name, configMap: { name: `map-${name}` } }));
  return JSON.stringify({
    kind: 'List',
    items: [
      { kind: 'Service', metadata: { name: 'core' } },
      ...mounts.map(({ name, text }) => ({
        kind: 'ConfigMap',
        metadata: { name: `map-${name}`, namespace: 'bgp' },
        data: { text },
      })),
      {
        kind: 'Deployment',
        metadata: { name: 'core', namespace: 'bgp' },
        spec: { template: { spec: { containers: [{ name: 'other' }, container], volumes } } },
      },
    ],
  });
}
const CORE = { MESH_SERVICE_NAME: 'core', MESHRR_CLIENTRANGE: '198.51.100.0/24' };

test('manifests without pod networks, as the original has them, have a stand-in for the address of the pod', () => {
  const [text] = configurationsIn(list(CORE));
  expect(text).toContain('! 192.0.2.1 stands for the address of the pod.');
  expect(text).toContain('bgp listen range 198.51.100.0/24 peer-group MESHRR-CLIENTS');
});

test('further groups and a template come from the ConfigMaps that are mounted', () => {
  const groups = { groups: [{ name: 'LAB', kind: 'mesh', service: 'lab' }] };
  const env = { ...CORE, MESHRR_GROUPS_FILE: '/etc/meshrr/groups/groups.json' };
  const [grouped] = configurationsIn(list(env, { '/etc/meshrr/groups/groups.json': JSON.stringify(groups) }));
  expect(grouped).toContain('neighbor LAB peer-group');
  const [own] = configurationsIn(list(CORE, { '/etc/meshrr/frr.conf.j2': 'router bgp {{ AUTONOMOUS_SYSTEM }}' }));
  expect(own.trim().split('\n').at(-1)).toBe('router bgp 64496');
});

test.each([
  ['kind: Service', 'got manifests without a router'],
  ['kind: [', 'Flow sequence in block collection must be sufficiently indented'],
  [list({ ...CORE, MESHRR_MODE: 'x' }), 'MESHRR_MODE: got "x"'],
  [list(CORE, { '/etc/meshrr/frr.conf.j2': '{{ nothing }}' }), 'ConfigMap map-file-0: '],
  [
    list(CORE, { '/etc/meshrr/frr.conf.j2': 'x' }).replace('"kind":"ConfigMap"', '"kind":"Secret"'),
    'Deployment core: ',
  ],
])('wrong manifests are refused: example %#', (manifests, message) => {
  expect(() => configurationsIn(manifests)).toThrow(message);
});

test('mistakes are one line on standard error', () => {
  const run = (args: readonly string[], input = '') =>
    spawnSync(process.execPath, ['-r', 'ts-node/register', 'command/main.ts', 'config', ...args], {
      cwd: ROOT,
      input,
      encoding: 'utf8',
    });
  expect(run([], list(CORE))).toMatchObject({ status: 0, stdout: configurationsIn(list(CORE))[0] });
  const faults = [
    ['--workload', 'edge'],
    ['--template', 'bird'],
    ['/nowhere'],
    ['--fast'],
    [path.join(ROOT, 'command')],
  ];
  expect(faults.map((args) => run(args, list(CORE)).stderr.replace(/'--fast'\..*/, "'--fast'"))).toEqual([
    'config: --workload: got edge, want one of core\n',
    'config: --template: got bird, want frr or crpd\n',
    "config: ENOENT: no such file or directory, stat '/nowhere'\n",
    "config: Unknown option '--fast'\n",
    `config: ${path.join(ROOT, 'command')}: got no file that ends in .yaml or .yml, want manifests\n`,
  ]);
});
