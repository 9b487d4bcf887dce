import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { RealCluster } from '../../../../cluster/real-cluster';
import { Diagnosis } from '../../../../command/live/doctor/doctor';
import { main } from '../../../../command/live/main';
import { eventually } from '../../../../lab/eventually';
import { run } from '../../../../lab/network/command';

/** How long a state may take, and the pause between two looks at it: a look at all pods starts 30 kubectl. In milliseconds. */
const [PATIENCE_MS, PAUSE_MS] = [180_000, 3_000];

const MAIN = path.join(__dirname, '..', '..', '..', '..', 'command', 'main.ts');

interface Kubeconfig {
  readonly users: { readonly name: string; readonly user: object }[];
  readonly contexts: { readonly name: string; readonly context: object }[];
}

/** What a command printed, and its exit status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The user of the commands: the kubectl in PATH is theirs, with the rights of an administrator at first. */
export class Caller {
  /** A folder for files of the tests. */
  readonly home = fs.mkdtempSync(path.join(os.tmpdir(), 'caller-'));
  private readonly path = process.env.PATH;
  private readonly file = path.join(this.home, 'kubeconfig');
  private readonly config: Kubeconfig;
  /** The program of Kubernetes. */
  private readonly kubectl: string;

  constructor({ kubeconfig, plane }: RealCluster) {
    this.config = JSON.parse(fs.readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    this.write();
    const command = plane.kubectlCommand.map((word) => (word === kubeconfig ? this.file : word)).join(' ');
    fs.writeFileSync(path.join(this.home, 'kubectl'), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
    process.env.PATH = `${this.home}:${this.path}`;
    [this.kubectl] = plane.kubectlCommand.filter((word) => path.basename(word) === 'kubectl');
  }

  /** Adds a context of the cluster. @param token of a service account; default: the administrator */
  addContext(name: string, token?: string): void {
    const [{ name: admin }] = this.config.users;
    if (token !== undefined) this.config.users.push({ name, user: { token } });
    const user = token === undefined ? admin : name;
    this.config.contexts.push({ name, context: { cluster: 'cluster', user } });
    this.write();
  }

  /** Runs a command in this process. */
  async run(verb: string, ...args: readonly string[]): Promise<Answer> {
    let text = '';
    const keep = (part: string | Uint8Array) => ((text += String(part)), true);
    const spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation(keep),
    );
    try {
      return { status: await main(verb, args), text };
    } finally {
      spies.forEach((spy) => spy.mockRestore());
    }
  }

  /** Runs a command as a plugin of kubectl, which finds it in PATH. Returns what it prints. */
  runPlugin(...words: readonly string[]): Promise<string> {
    const script = `#!/bin/sh\nexec ${process.execPath} -r ts-node/register/transpile-only ${MAIN} "$@"\n`;
    fs.writeFileSync(path.join(this.home, 'kubectl-meshrr'), script, { mode: 0o755 });
    return run(this.kubectl, ['meshrr', ...words], { environment: process.env, timeoutMs: 60_000 });
  }

  close(): void {
    process.env.PATH = this.path;
    fs.rmSync(this.home, { recursive: true, force: true });
  }

  private write(): void {
    fs.writeFileSync(this.file, JSON.stringify(this.config), { mode: 0o600 });
  }
}

/** Waits for a state. Each look begins some seconds after the one before has ended. */
export const until = <T>(check: () => T | Promise<T>): Promise<T> => eventually(check, PATIENCE_MS, PAUSE_MS);

/** The lines of the doctor that are not ok: what they say, by their names. */
export const notOk = (diagnoses: readonly Diagnosis[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    diagnoses.flatMap((one) => {
      if (one.state === 'ok') return [];
      const name = one.cluster === '' ? one.check : `${one.cluster}: ${one.check}`;
      if (one.state === 'unknown') return [[name, one.why]];
      return [[name, one.findings.map(({ subject, problem }) => `${subject}: ${problem}`).join('\n')]];
    }),
  );
