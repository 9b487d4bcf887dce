import { spawn } from 'child_process';
import * as crypto from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run } from '../../lab/network/command';

/** Where everything is kept that is built once: outside of the clone. */
export const CACHE = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
  'cdk8s-meshrr',
  'cluster',
);

/** From one line of progress to the next, in milliseconds. */
const PROGRESS_MS = 20_000;

/** Programs that one Go module requires at pinned versions. */
interface ProgramSet {
  readonly name: string;
  /** Go packages, by the names of the binaries. */
  readonly binaries: Readonly<Record<string, string>>;
  /** Names by which the binary of the set is called. */
  readonly links?: readonly string[];
  /** The module whose version goes into the binaries. */
  readonly versioned?: string;
  /** A module and a folder of it, whose files go beside the binaries. */
  readonly files?: { readonly module: string; readonly folder: string };
}

const METALLB = 'go.universe.tf/metallb';
const FRR_K8S = 'github.com/metallb/frr-k8s';
const KUBE_ROUTER = 'github.com/cloudnativelabs/kube-router/v2';

const SETS: readonly ProgramSet[] = [
  { name: 'pause', binaries: { pause: '.' } },
  {
    name: 'kubernetes',
    binaries: { kube: '.' },
    links: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl'],
    versioned: 'k8s.io/kubernetes',
  },
  { name: 'coredns', binaries: { coredns: '.' } },
  {
    name: 'metallb',
    binaries: {
      controller: `${METALLB}/controller`,
      speaker: `${METALLB}/speaker`,
      'cp-tool': `${METALLB}/frr-tools/cp-tool`,
      'frr-metrics': `${METALLB}/frr-tools/metrics`,
    },
    files: { module: METALLB, folder: 'config/manifests' },
  },
  {
    name: 'frr-k8s',
    binaries: {
      'frr-k8s': `${FRR_K8S}/cmd/frr-k8s-controller`,
      statuscleaner: `${FRR_K8S}/cmd/statuscleaner`,
      'frr-metrics': `${FRR_K8S}/frr-tools/metrics`,
      'frr-status': `${FRR_K8S}/frr-tools/status`,
    },
    files: { module: FRR_K8S, folder: 'frr-tools/reloader' },
  },
  { name: 'kube-router', binaries: { 'kube-router': `${KUBE_ROUTER}/cmd/kube-router` } },
];

/** The folders of the built programs, by the name of their set. */
export type Programs = Readonly<
  Record<'pause' | 'kubernetes' | 'coredns' | 'metallb' | 'frr-k8s' | 'kube-router', string>
>;

/** Builds the programs that the cache does not have. @throws Error with the end of what the compiler printed */
export async function buildPrograms(onProgress: (step: string) => void): Promise<Programs> {
  const folders: [string, string][] = [];
  for (const set of SETS) folders.push([set.name, await build(set, onProgress)]);
  return Object.fromEntries(folders) as Programs;
}

async function build(set: ProgramSet, onProgress: (step: string) => void): Promise<string> {
  const source = path.join(__dirname, set.name);
  const folder = path.join(CACHE, `${set.name}-${await hashOf(set, source)}`);
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(CACHE, { recursive: true });
  const unfinished = fs.mkdtempSync(path.join(CACHE, 'unfinished-'));
  try {
    onProgress(`building ${set.name} with Go, once`);
    const flags = ['-s', '-w', ...(set.versioned ? await versionFlags(source, set.versioned) : [])];
    for (const [name, from] of Object.entries(set.binaries)) {
      const to = path.join(unfinished, name);
      await compile(source, ['-ldflags', flags.join(' '), '-o', to, from], (count) =>
        onProgress(`building ${set.name}: ${count} packages compiled`),
      );
    }
    for (const link of set.links ?? []) fs.symlinkSync(Object.keys(set.binaries)[0], path.join(unfinished, link));
    if (set.files) {
      const module = (await go(source, 'list', '-m', '-f', '{{.Dir}}', set.files.module)).trim();
      fs.cpSync(path.join(module, set.files.folder), unfinished, { recursive: true });
    }
    fs.chmodSync(unfinished, 0o755);
    fs.renameSync(unfinished, folder);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Changes with everything that the binaries depend on. */
async function hashOf(set: ProgramSet, source: string): Promise<string> {
  const hash = crypto
    .createHash('sha256')
    .update(JSON.stringify(set))
    .update(await go(source, 'version'));
  for (const file of ['go.mod', 'go.sum', 'main.go']) {
    const name = path.join(source, file);
    if (fs.existsSync(name)) hash.update(fs.readFileSync(name));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The linker writes the version into the programs, as the build of Kubernetes does. */
async function versionFlags(source: string, module: string): Promise<string[]> {
  const version = (await go(source, 'list', '-m', '-f', '{{.Version}}', module)).trim();
  const [major, minor] = version.slice(1).split('.');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((where) =>
    Object.entries(values).map(([name, value]) => `-X ${where}.${name}=${value}`),
  );
}

/** Static binaries run in any image. */
const ENVIRONMENT = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };

function go(source: string, ...args: readonly string[]): Promise<string> {
  return run('env', ['-C', source, 'go', ...args], { environment: ENVIRONMENT, timeoutMs: 10 * 60_000 });
}

/** @param onCount called from time to time with the number of compiled packages */
function compile(source: string, args: readonly string[], onCount: (packages: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('nice', ['go', 'build', '-v', '-trimpath', ...args], {
      cwd: source,
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed: string[] = [];
    let packages = 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = text.split('\n').filter(Boolean);
      packages += lines.filter((line) => !line.startsWith('go: ')).length;
      printed = [...printed, ...lines].slice(-10);
    });
    const timer = setInterval(() => onCount(packages), PROGRESS_MS);
    child.once('error', reject);
    child.once('close', (status) => {
      clearInterval(timer);
      if (status === 0) resolve();
      else reject(new Error(`go build ${args.at(-1)}: status ${status}: ${printed.join('; ')}`));
    });
  });
}
