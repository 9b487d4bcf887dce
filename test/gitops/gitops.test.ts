import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseAllDocuments, stringify } from 'yaml';
import { gitopsProgram, hasGo } from '../../test-support/gitops-programs';

// docs/gitops.md says what works and what breaks: both are tried with the real programs.

const ROOT = path.join(__dirname, '..', '..');
const PAGE = fs.readFileSync(path.join(ROOT, 'docs', 'gitops.md'), 'utf8');
const [, OVERLAY] = /```yaml kustomization.yaml\n([^]*?)```/.exec(PAGE) as RegExpExecArray;

/** From the build of a program to its first use, in milliseconds. */
const BUILD_MS = 20 * 60_000;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
}

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gitops-'))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** An app with charts `bgp` and `metallb`; `command` is what runs it. */
function synth(name: string, props: string, command: readonly string[] = [], region = ''): string {
  const place = path.join(folder, name);
  fs.mkdirSync(place);
  fs.writeFileSync(
    path.join(place, 'main.ts'),
    `import { Chart } from 'cdk8s';
     import { Frr, HierarchicalRouteReflectors, MetalLBBgpPeering, Reachability, synthesize } from ${JSON.stringify(path.join(ROOT, 'lib'))};
     synthesize((app) => {
       const peers = { leaf: { peerAsn: 64498, peerAddress: '192.0.2.254' } };
       const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', { myAsn: 64497, peers });
       new HierarchicalRouteReflectors(new Chart(app, 'bgp'), 'bgp', {
         router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
         autonomousSystem: 64496,
         podNetworks: ['10.42.0.0/16'],
         regions: {
           east: {
             clientRanges: ['198.51.100.0/24'],
             reachability: Reachability.metalLB(metallb),
             sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
             ${region}
           },
         },
       });
     }, { ${props} });`,
  );
  const env = {
    ...process.env,
    TS_NODE_PROJECT: path.join(ROOT, 'tsconfig.json'),
    NODE_PATH: path.join(ROOT, 'node_modules'),
  };
  const app = [process.execPath, '-r', path.join(ROOT, 'node_modules', 'ts-node', 'register'), 'main.ts'];
  const [program, ...args] = command.length > 0 ? [...command, '--app', app.join(' ')] : app;
  execFileSync(program, args, { cwd: place, env, stdio: 'pipe' });
  return path.join(place, 'dist');
}

const read = (text: string): readonly Manifest[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((object) => object !== null);

/** The manifests of a folder, by kind and name: in which order they are has no meaning. */
const byName = (manifests: readonly Manifest[]) =>
  new Map(manifests.map((one) => [`${one.kind}/${one.metadata.name}`, one] as const));
const manifestsIn = (place: string): readonly Manifest[] =>
  fs
    .readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.k8s.yaml'))
    .flatMap((name) => read(fs.readFileSync(path.join(place, name), 'utf8')));

const config = (manifests: string) =>
  spawnSync(process.execPath, ['-r', 'ts-node/register', 'command/main.ts', 'config'], {
    cwd: ROOT,
    input: manifests,
    encoding: 'utf8',
  });

test('with sideFolders, each side is in a folder of its own, and nothing is lost', () => {
  const plain = synth('plain', '');
  const sides = synth('sides', 'sideFolders: true');
  expect(fs.readdirSync(sides).sort()).toEqual(['shared', 'side-a', 'side-b']);
  expect(byName(manifestsIn(sides))).toEqual(byName(manifestsIn(plain)));
  const idsIn = (place: string) => [...byName(manifestsIn(path.join(sides, place))).keys()];
  for (const side of ['a', 'b']) {
    expect(idsIn(`side-${side}`).sort()).toEqual([`DaemonSet/meshrr-east-${side}`, `Service/meshrr-east-${side}`]);
  }
  expect(idsIn('shared').filter((id) => /^(DaemonSet|Deployment)/.test(id))).toEqual(['Deployment/meshrr-core']);
});

const describeWithGo = hasGo || process.env.CI ? describe : describe.skip;

describeWithGo(`Kustomize${hasGo ? '' : ' (left out: Go is missing)'}`, () => {
  let kustomize: string;
  let base: string;
  beforeAll(() => {
    kustomize = gitopsProgram('kustomize');
    base = synth('base', '');
  }, BUILD_MS);

  const build = (kustomization: string): string => {
    fs.writeFileSync(path.join(base, 'kustomization.yaml'), kustomization);
    return execFileSync(kustomize, ['build', base], { encoding: 'utf8' });
  };
  const all = { resources: ['bgp.k8s.yaml', 'metallb.k8s.yaml'] };

  test('changes nothing by itself', () => {
    expect(byName(read(build(stringify(all))))).toEqual(byName(manifestsIn(base)));
  });

  test('changes images and adds labels as the overlay of the page says, and pods run the same', () => {
    const built = build(OVERLAY);
    expect(built).toContain('image: registry.example.com/meshrr/frr:0.2.0');
    expect(built).not.toContain('frr:0.1.0');
    expect(read(built).every(({ metadata }) => metadata.labels?.team === 'backbone')).toBe(true);
    const before = config(build(stringify(all)));
    expect(config(built)).toMatchObject({ status: 0, stderr: '', stdout: before.stdout });
  });

  test('breaks names in the environment by namePrefix, of which the command config warns', () => {
    const built = build(stringify({ ...all, namePrefix: 'x-' }));
    expect(byName(read(built)).has('Service/x-meshrr-core')).toBe(true);
    expect(built).toMatch(/name: MESH_SERVICE_NAME\n\s+value: meshrr-core\n/);
    expect(built).toMatch(/metallb.io\/address-pool: meshrr-east-a\n/);
    const { stderr } = config(built);
    expect(stderr).toContain(
      'config: warning: Deployment x-meshrr-core: MESH_SERVICE_NAME: got meshrr-core, which is x-meshrr-core in these manifests\n',
    );
  });

  test("moves MetalLB's objects by namespace, and only them in the wrong place", () => {
    const pools = (kustomization: object) =>
      read(build(stringify(kustomization))).flatMap(({ kind, metadata }) =>
        kind === 'BGPPeer' ? metadata.namespace : [],
      );
    expect(pools(all)).toEqual(['metallb-system']);
    expect(pools({ ...all, namespace: 'prod' })).toEqual(['prod']);
  });

  test('changes selectors by commonLabels', () => {
    const built = build(stringify({ ...all, commonLabels: { team: 'backbone' } }));
    expect(built).toMatch(/selector:\n\s+matchLabels:\n(\s+\S+: \S+\n)*\s+team: backbone/);
  });
});

describeWithGo(`Helm${hasGo ? '' : ' (left out: Go is missing)'}`, () => {
  const cdk8s = [process.execPath, path.join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s'), 'synth'];
  const format = ['--check-upgrade=false', '--format', 'helm', '--chart-api-version', 'v2', '--chart-version', '1.0.0'];
  let helm: string;
  beforeAll(() => void (helm = gitopsProgram('helm')), BUILD_MS);

  test('renders the chart that cdk8s writes, with the same objects, and finds no fault in it', () => {
    const chart = synth('chart', '', [...cdk8s, ...format]);
    const rendered = execFileSync(helm, ['template', 'bgp', chart], { encoding: 'utf8' });
    expect(byName(read(rendered))).toEqual(byName(manifestsIn(synth('no-chart', ''))));
    expect(execFileSync(helm, ['lint', chart], { encoding: 'utf8' })).toContain('0 chart(s) failed');
  });

  test('reads the braces of a template of a router as its own', () => {
    const template = path.join(folder, 'frr.conf.j2');
    fs.writeFileSync(template, 'router bgp {{ AUTONOMOUS_SYSTEM }}\n');
    const chart = synth('braces', '', [...cdk8s, ...format], `template: { file: ${JSON.stringify(template)} },`);
    expect(spawnSync(helm, ['template', 'bgp', chart], { encoding: 'utf8' }).stderr).toContain('AUTONOMOUS_SYSTEM');
  });
});
