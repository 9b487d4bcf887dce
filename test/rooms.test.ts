import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..');

/** What each room may import from, as docs/architecture.md has it. */
const LIBRARY: Record<string, string[]> = {
  input: [],
  addressing: ['input', 'net'],
  settings: ['input', 'addressing'],
  configuration: ['addressing', 'settings'],
  model: ['input', 'addressing', 'configuration'],
  neighbors: ['addressing', 'settings', 'configuration', 'model'],
  proof: ['input', 'addressing', 'settings', 'configuration', 'model'],
  report: ['addressing', 'model', 'proof'],
  registry: ['input', 'addressing', 'model', 'cdk8s', 'constructs'],
  synth: [...['input', 'model', 'neighbors', 'proof', 'report', 'registry'], ...['cdk8s', 'constructs', 'fs', 'path']],
  router: ['input', 'addressing', 'settings', 'cdk8s', 'cdk8s-plus-28', 'crypto'],
  reachability: [
    'input',
    'addressing',
    'settings',
    'model',
    'registry',
    'imports',
    'cdk8s',
    'cdk8s-plus-28',
    'constructs',
  ],
  topology: [
    ...['input', 'addressing', 'settings', 'configuration', 'model', 'neighbors', 'registry', 'router', 'reachability'],
    ...['cdk8s', 'cdk8s-plus-28', 'constructs', 'fs'],
  ],
};

/** The library's rooms that are bundled with the runtime are `lib`; `pod` and `clock` are files of the runtime. */
const RUNTIME: Record<string, string[]> = {
  logging: ['lib'],
  configuration: ['lib', 'minijinja-js', 'fs', 'path', 'zlib'],
  discovery: ['lib', 'clock', 'dns', 'fs', 'http', 'https', 'os', 'path'],
  router: [
    ...['lib', 'configuration', 'logging', 'clock', 'pod'],
    ...['child_process', 'crypto', 'fs', 'net', 'path', 'timers'],
  ],
  peers: ['lib', 'discovery', 'router'],
  daemon: ['lib', 'discovery', 'router', 'peers', 'logging', 'fs', 'path'],
  commands: ['lib', 'configuration', 'discovery', 'router', 'daemon', 'logging', 'clock', 'pod', 'fs', 'net', 'path'],
};

/** Of the lab, a few files stand beside the rooms and put them together. */
const LAB: Record<string, string[]> = {
  network: ['child_process', 'net'],
  manifests: ['lib', 'lab-error', 'fs', 'path', 'yaml'],
  clients: ['lib', 'crpd-image', 'network', 'child_process', 'fs', 'net', 'path', 'timers'],
  dns: ['network', 'eventually', 'child_process', 'fs', 'path'],
  pod: [
    ...['lib', 'crpd-image', 'scripts', 'manifests', 'network', 'clients', 'lab-error'],
    ...['child_process', 'fs', 'path', 'stream'],
  ],
  plan: ['lib', 'manifests', 'clients', 'lab-error', 'fs'],
  cluster: ['lib', 'dns', 'manifests', 'network', 'plan', 'pod', 'lab-error', 'fs', 'net', 'path'],
  comparison: ['lib', 'clients', 'plan', 'pod'],
  daemon: ['lab', 'lab-error', 'plan', 'pod', 'preflight', 'view', 'workspace', 'fs', 'net', 'path', 'readline'],
  command: [
    ...['crpd-image', 'comparison', 'daemon', 'lab', 'lab-error', 'view', 'view-text', 'workspace'],
    ...['child_process', 'fs', 'path', 'timers', 'util'],
  ],
};

function filesIn(folder: string): string[] {
  const entries = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => path.join(folder, name));
}

/** Rooms and packages that the files of a room import, also where they are loaded late. */
function importsOf(house: string, room: string): string[] {
  const folder = path.join(ROOT, house, room);
  const sources = filesIn(folder).flatMap((file) => {
    const text = fs.readFileSync(file, 'utf8');
    const named = [...text.matchAll(/(?: from |import\(|^import |require\()'([^']+)'/gm)].map(([, source]) => source);
    return named.map((source) => (source.startsWith('.') ? path.resolve(path.dirname(file), source) : source));
  });
  const places = sources.flatMap((source) => {
    if (!path.isAbsolute(source)) return [source.replace(/^node:/, '').split('/')[0]];
    const within = path.relative(path.join(ROOT, house), source);
    if (within.startsWith('..')) return [path.relative(ROOT, source).split(path.sep)[0]];
    const [place] = within.split(path.sep);
    return place === room ? [] : [place];
  });
  return [...new Set(places)];
}

describe.each([
  ['lib', LIBRARY],
  ['crpd-image/runtime', RUNTIME],
  ['lab', LAB],
])('%s', (house, plan) => {
  test.each(Object.keys(plan))('the room %s imports only what it may', (room) => {
    expect(importsOf(house, room).filter((source) => !plan[room].includes(source))).toEqual([]);
  });

  test('every room is in the plan', () => {
    const folder = path.join(ROOT, house);
    const rooms = fs.readdirSync(folder).filter((name) => fs.statSync(path.join(folder, name)).isDirectory());
    expect(rooms.sort()).toEqual(Object.keys(plan).sort());
  });
});

test('of the library the runtime takes only what knows no cdk8s', () => {
  const bundled = Object.keys(RUNTIME).flatMap((room) => filesIn(path.join(ROOT, 'crpd-image/runtime', room)));
  const texts = bundled.map((file) => fs.readFileSync(file, 'utf8'));
  const rooms = texts.flatMap((text) => [...text.matchAll(/ from '[./]+lib\/([a-z-]+)/g)].map(([, room]) => room));
  expect([...new Set(rooms)].sort()).toEqual(['addressing', 'configuration', 'input', 'settings']);
});
