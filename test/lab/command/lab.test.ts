import { Chart } from 'cdk8s';
import { ChildProcess, spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { eventually } from '../../../lab/eventually';
import { LabView } from '../../../lab/view';
import { Frr, HierarchicalRouteReflectors, synthesize } from '../../../lib';
import { describeWith } from '../../../test-support/needs';

const ROOT = path.join(__dirname, '..', '..', '..');
const APP = 'load-balanced-route-servers-frr';
/** Longer than a lab needs to come up, or to go, on a machine that is busy with other things. */
const PATIENCE_MS = 120_000;

jest.setTimeout(2 * PATIENCE_MS);

const COMMAND = ['--require', 'ts-node/register', path.join('lab', 'main.ts')];
/** Labs of other tests remove the remains of killed labs: these have a folder of their own. */
const HOME = `/run/meshrr-lab-test-${process.pid}`;
const ENVIRONMENT = { ...process.env, MESHRR_LAB_HOME: HOME };

interface Run {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly error: () => string;
  /** The exit status. */
  readonly ended: Promise<number | null>;
}

function start(...args: readonly string[]): Run {
  const child = spawn(process.execPath, [...COMMAND, ...args], {
    cwd: ROOT,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', error: '' };
  child.stdout.setEncoding('utf8').on('data', (data: string) => (text.out += data));
  child.stderr.setEncoding('utf8').on('data', (data: string) => (text.error += data));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { process: child, out: () => text.out, error: () => text.error, ended };
}

function run(...args: readonly string[]): { status: number | null; out: string; error: string } {
  const all = [...COMMAND, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, {
    cwd: ROOT,
    env: ENVIRONMENT,
    encoding: 'utf8',
  });
  return { status, out: stdout, error: stderr };
}

const idOf = ({ out }: Run) => /^lab (\d+\.\d+)$/m.exec(out())?.[1] ?? '';

function mountsOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/mountinfo`, 'utf8');
  } catch {
    // It has ended since it was listed, or is not to be looked at.
    return '';
  }
}

/** What a lab has on this machine: namespaces, processes in them and its daemon, files. */
function remainsOf(id: string): string[] {
  if (id === '') throw new Error('the lab has not printed its id');
  const namespaces = fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : [];
  const folder = path.join(HOME, id);
  const processes = spawnSync('pgrep', ['-f', `^.*(${folder}/|lab${id}-)`], { encoding: 'utf8' }).stdout;
  // A process that only waits has nothing of the lab on its command line, but its root.
  const roots = fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && mountsOf(pid).includes(`${folder}/`));
  return [
    ...namespaces.filter((name) => name.startsWith(`lab${id}-`)),
    ...roots,
    ...processes.split('\n').filter(Boolean),
    ...[folder, `/proc/${id.split('.')[0]}`].filter((file) => fs.existsSync(file)),
  ];
}

describeWith(['root', 'ip', 'nft', 'curl', 'bgpd', 'dnsmasq', 'bird', 'gobgpd'], 'npm run lab', () => {
  const kept: string[] = [];
  afterAll(() => {
    // Where a test failed before it took its lab down.
    for (const id of kept) if (remainsOf(id).length > 0) run('down', id);
  });

  test('brings an app up, step by step, shows it, and removes it', async () => {
    const lab = start(APP);
    expect(await lab.ended).toBe(0);
    expect(lab.error()).toBe('');
    const text = lab.out();
    for (const step of [
      'dc1-leaf1 (junos) is a GoBGP with the same sessions; dc2-leaf1 (eos) is a GoBGP with the same sessions',
      'not run, as no pod peers with them: dci-pe1, dci-pe2',
      'starting 3 pods',
      'starting 2 routers outside',
      'all sessions are up',
      'taking the lab down',
    ]) {
      expect(text).toContain(step);
    }
    expect(text).toMatch(/^node n1: .*\bside=a\b/m);
    expect(text).toMatch(/^routeserver-a-0 +n1 +routeserver-b-0 \(10\.42\.2\.1\) +Established$/m);
    expect(text).toMatch(/^dc1-leaf1 +gobgp, AS \d+ +192\.0\.2\.1 +Established$/m);
    expect(text).toMatch(
      /^dc1-leaf1 +\d+:100 \[5\] \S+ +198\.51\.100\.12 +192\.0\.2\.1, 192\.0\.2\.2 +as \d+; vni 100$/m,
    );
    expect(text).toMatch(/^every router has what the proof expects: \d+ paths$/m);
    expect(remainsOf(idOf(lab))).toEqual([]);
  });

  test('stays up with --keep, and is listed, shown, entered and taken down', async () => {
    const lab = start('two-regions-hrr-host-ports-frr', '--keep');
    expect(await lab.ended).toBe(0);
    const id = idOf(lab);
    kept.push(id);
    expect(run('list').out).toMatch(new RegExp(`^${id} +two-regions-hrr-host-ports-frr$`, 'm'));
    expect(run('status', id).out).toMatch(/^meshrr-core-1 +n1 +meshrr-core-2 \(10\.42\.2\.1\) +Established$/m);

    const view: LabView = JSON.parse(run('status', id, '--json').out);
    expect(view).toMatchObject({ id, app: 'two-regions-hrr-host-ports-frr' });
    expect(view.pods).toHaveLength(6);
    const states = [...view.pods, ...view.clients].flatMap(({ sessions }) => sessions.map(({ state }) => state));
    expect(new Set(states)).toEqual(new Set(['Established']));
    expect(view.clients.every(({ learned }) => learned.length > 0)).toBe(true);

    // In a pod the environment is that of its manifest; and the programs are those of the image.
    expect(run('enter', 'meshrr-core-1', 'meshrr', 'status')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^router {5}frr, answers, AS 64496, id [\d.]+$/m),
    });
    expect(run('enter', 'meshrr-core-1', 'sh', '-c', 'id -u; touch /etc/x 2>&1; exit 7')).toMatchObject({
      status: 7,
      out: expect.stringMatching(/^65532\n.*Read-only file system/),
    });
    expect(run('enter', view.clients[0].name, 'ip', 'addr', 'show', 'eth0').out).toContain(
      view.clients[0].addresses[0],
    );
    // A plug is pulled, a path is cut, and both are mended.
    const up = (router: string, peer: string) =>
      new RegExp(`^${router} .*${peer} .*Established$`, 'm').test(run('status', id).out);
    expect(run('stop', 'meshrr-core-2')).toEqual({ status: 0, out: '', error: '' });
    expect(run('status', id).out).not.toContain('\nmeshrr-core-2 ');
    expect(run('start', 'meshrr-core-2').error).toBe('');
    await eventually(() => expect(up('meshrr-core-1', 'meshrr-core-2')).toBe(true), PATIENCE_MS, 1_000);
    expect(run('cut', 'pe1', 'n1').error).toBe('');
    await eventually(() => expect(up('meshrr-lothlorien-a-1', 'pe1')).toBe(false), PATIENCE_MS, 1_000);
    expect(up('meshrr-lothlorien-b-1', 'pe1')).toBe(true);
    expect(run('mend', 'n1', 'pe1').error).toBe('');
    await eventually(() => expect(up('meshrr-lothlorien-a-1', 'pe1')).toBe(true), PATIENCE_MS, 1_000);
    expect(run('mend', 'n1', 'pe1').error).toBe('lab: the path between n1 and pe1 is not cut\n');
    expect(run('stop', 'pe2').error).toBe('');
    await eventually(() => expect(up('meshrr-lothlorien-a-1', 'pe2')).toBe(false), PATIENCE_MS, 1_000);
    expect(run('start', 'pe2').error).toBe('');
    expect(run('start', 'pe2').error).toBe('lab: got pe2, and nothing is stopped\n');
    expect(run('logs', 'meshrr-core-1').out).toMatch(/^meshrr: \{.*"event":/m);
    await eventually(
      () => expect(run('status', id).out).toMatch(/^every router has what the proof expects: \d+ paths$/m),
      PATIENCE_MS,
      1_000,
    );

    expect(run('enter', 'nobody').error).toMatch(/^lab: got nobody, want one of meshrr-core-1, /);

    expect(run('down', id)).toEqual({ status: 0, out: '', error: '' });
    await eventually(() => expect(remainsOf(id)).toEqual([]), PATIENCE_MS);
  });

  test.each([
    ['while pods are being started', 'starting 3 pods'],
    ['while sessions come up', 'waiting until all sessions are up'],
  ])('is taken down on Ctrl-C, %s', async (_, step) => {
    const lab = start(APP);
    await eventually(() => expect(lab.out()).toContain(step), PATIENCE_MS, 10);
    lab.process.kill('SIGINT');
    expect(await lab.ended).toBe(130);
    expect(lab.error()).toBe('');
    expect(remainsOf(idOf(lab))).toEqual([]);
  });

  test('ends with the process that started it, and the next lab removes what is left of a killed one', async () => {
    const orphan = start(APP);
    await eventually(() => expect(orphan.out()).toContain('starting 2 routers outside'), PATIENCE_MS, 10);
    orphan.process.kill('SIGKILL');
    await eventually(() => expect(remainsOf(idOf(orphan))).toEqual([]), PATIENCE_MS);

    const killed = start(APP);
    await eventually(() => expect(killed.out()).toContain('starting 2 routers outside'), PATIENCE_MS, 10);
    process.kill(Number(idOf(killed).split('.')[0]), 'SIGKILL');
    expect(await killed.ended).toBe(1);
    expect(killed.error()).toContain('the lab ended with SIGKILL');
    expect(remainsOf(idOf(killed))).not.toEqual([]);

    const next = start(APP);
    await eventually(() => expect(next.out()).toContain('laying out the image'), PATIENCE_MS, 10);
    await eventually(() => expect(remainsOf(idOf(killed))).toEqual([]), PATIENCE_MS);
    next.process.kill('SIGINT');
    await next.ended;
    expect(remainsOf(idOf(next))).toEqual([]);
  });

  describe('a faulty template', () => {
    let folder: string;
    beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-app-'))));
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    /** Writes an app whose core has this template, and starts its lab. */
    function startWith(text: string, ...options: readonly string[]): Run {
      const template = path.join(folder, 'frr.conf.j2');
      fs.writeFileSync(template, text);
      synthesize(
        (app) =>
          void new HierarchicalRouteReflectors(new Chart(app, 'rr', { namespace: 'default' }), 'rr', {
            router: new Frr({ image: 'registry.example.com/frr:1' }),
            autonomousSystem: 64496,
            podNetworks: ['10.42.0.0/16'],
            core: { template: { file: template } },
            regions: { east: { sides: { a: {}, b: {} } } },
          }),
        { outdir: path.join(folder, 'dist'), topologyDir: path.join(folder, 'topology') },
      );
      const manifests = path.join(folder, 'dist', 'rr.k8s.yaml');
      fs.writeFileSync(manifests, fs.readFileSync(manifests, 'utf8').replace('}}{# broken later #}', '}'));
      return start(path.join(folder, 'dist'), ...options);
    }

    test('ends the lab with the error of the pod, and nothing is left', async () => {
      // A template that does not render is refused by synth; this one was changed in the manifest later.
      const lab = startWith('router bgp {{ AUTONOMOUS_SYSTEM }}{# broken later #}\n');
      expect(await lab.ended).toBe(1);
      expect(lab.error()).toMatch(/^lab: meshrr-core-\d: meshrr init: [^\n]*frr\.conf\.j2[^\n]*\n$/);
      expect(remainsOf(idOf(lab))).toEqual([]);
    });

    test('ends it with the line that bgpd rejects, and --keep keeps it', async () => {
      const lab = startWith('router bgp {{ AUTONOMOUS_SYSTEM }}\nexit\nmpls ldp\n', '--keep');
      const begun = performance.now();
      expect(await lab.ended).toBe(1);
      const id = idOf(lab);
      kept.push(id);
      expect(lab.error()).toMatch(
        /^lab: meshrr-core-\d: bgpd has rejected its configuration: No such command on config line 3: mpls ldp\n$/,
      );
      expect(performance.now() - begun).toBeLessThan(PATIENCE_MS);
      expect(lab.out()).toContain(`the lab ${id} stays up`);
      expect(run('logs', 'meshrr-core-1').out).toMatch(/^bgpd: .*config line 3: mpls ldp/m);
      expect(run('down', id).error).toBe('');
      await eventually(() => expect(remainsOf(id)).toEqual([]), PATIENCE_MS);
    });
  });
});

test('names the paths of a missing topology, and how to write it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-app-'));
  try {
    const { status, error } = run(folder);
    expect(status).toBe(1);
    expect(error).toMatch(
      /^lab: found no \S+topology\.json and no \S+: synthesize\(\) writes topology\.json; [^\n]*\n$/,
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('reports in one line what it cannot do', () => {
  expect(run('two-regions-hrr-metallb').error).toMatch(/^lab: [^\n]*cRPD needs a license[^\n]*\n$/);
  expect(run('nix')).toMatchObject({
    status: 1,
    error: expect.stringMatching(/^lab: got nix, want a folder of manifests, or one of [^\n]*-frr\n$/),
  });
  expect(run('a', 'b').error).toBe('lab: got b, want nothing after a\n');
  expect(run('down', '1.1').error).toMatch(/^lab: (no lab is up|got 1\.1, want one of [^\n]*)\n$/);
  expect(run('--help').out).toContain('usage: npm run lab -- APP');
});

describeWith(['root'], 'without root', () => {
  test('reports in one line how to install what is missing', () => {
    const args = ['--reuid', '65534', '--clear-groups', process.execPath, ...COMMAND, APP];
    const { status, stderr } = spawnSync('setpriv', args, { cwd: ROOT, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^lab: the lab needs root and bgpd, [^\n]*: run it as root[^\n]*\n$/),
    });
  });
});
