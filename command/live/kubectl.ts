import { execFile } from 'child_process';
import { UserError } from '../manifests';

/** How many kubectl run at a time: each takes 50 MB, and the API server throttles a client that asks for more. */
const AT_A_TIME = 8;
/** The most that one answer may be: a full Internet table of a router as JSON has some hundred MB. */
const MAX_BYTES = 1 << 30;
/** How long one call may take, in milliseconds. */
const PATIENCE_MS = 60_000;

/** A call of kubectl that failed, with the reason that kubectl gave. */
export class KubectlError extends UserError {
  /** @param isForbidden whether the caller lacks a right; the message says which */
  constructor(
    message: string,
    readonly isForbidden = false,
  ) {
    super(message);
  }
}

/** The caller's kubectl with the rights of the caller, in one context. It reads unless a command says otherwise. */
export class Kubectl {
  private static running = 0;
  private static readonly waiting: (() => void)[] = [];

  /** @param context of the kubeconfig; undefined: the current one */
  constructor(private readonly context?: string) {}

  /** What kubectl prints. @throws KubectlError where it fails */
  async run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    while (Kubectl.running >= AT_A_TIME) await new Promise<void>((resolve) => Kubectl.waiting.push(resolve));
    Kubectl.running++;
    try {
      return await this.start([...(this.context === undefined ? [] : ['--context', this.context]), ...args], options);
    } finally {
      Kubectl.running--;
      Kubectl.waiting.shift()?.();
    }
  }

  /** The objects of a list. @param args such as `pods`, `-n`, `bgp` */
  async list<T>(...args: readonly string[]): Promise<readonly T[]> {
    const { items } = JSON.parse(await this.run(['get', ...args, '-o', 'json'])) as { readonly items: readonly T[] };
    return items;
  }

  /** What a command in a container prints. */
  exec(pod: PodName, command: readonly string[], patienceMs?: number): Promise<string> {
    const { name, namespace, container } = pod;
    return this.run(['exec', '-n', namespace, name, '-c', container, '--', ...command], { patienceMs });
  }

  private start(args: readonly string[], { input, patienceMs: timeout = PATIENCE_MS }: RunOptions): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        'kubectl',
        [...args],
        { maxBuffer: MAX_BYTES, timeout, env: process.env },
        (error, stdout, stderr) => {
          if (!error) resolve(stdout);
          else reject(errorOf(error, stderr, timeout));
        },
      );
      // A kubectl that fails before it has read all has its reason in its output.
      child.stdin?.on('error', () => undefined).end(input ?? '');
    });
  }
}

interface RunOptions {
  readonly input?: string;
  readonly patienceMs?: number;
}

/** A container of a pod. */
export interface PodName {
  readonly name: string;
  readonly namespace: string;
  readonly container: string;
}

/** What the API server says of a right, per resource: a call may read several. */
const DENIED =
  /cannot (\w+) resource "([^"]+)" in API group "[^"]*" (?:in the namespace "([^"]+)"|at the cluster scope)/g;

function errorOf(
  error: Error & { readonly code?: unknown; readonly killed?: boolean },
  stderr: string,
  timeout: number,
): KubectlError {
  if (error.code === 'ENOENT') {
    return new KubectlError('kubectl was not found in PATH: this command reads the cluster with it');
  }
  if (error.killed) return new KubectlError(`kubectl did not answer within ${timeout / 1000} s`);
  const denied = [...stderr.matchAll(DENIED)].map(
    ([, verb, resource, namespace]) =>
      `no right to ${verb} ${resource} ${namespace === undefined ? 'of the whole cluster' : `in the namespace ${namespace}`}`,
  );
  if (denied.length > 0) return new KubectlError([...new Set(denied)].join('; '), true);
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => line !== '' && !/^command terminated with/.test(line));
  // Its last line has the cause; those before are its attempts.
  const last = lines.at(-1) ?? `kubectl failed: ${String(error.code)}`;
  return new KubectlError(last.replace(/^(error: |Error from server \(\w+\): )/, ''), /\(Forbidden\)/.test(last));
}
