import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { buildSync } from 'esbuild';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { loadSet } from './stand-in/configuration/load-set';
import { configurationOf } from './stand-in/configuration/load-text';
import type { RoutesFile } from './stand-in/cli/routes';
import { renderSet } from './stand-in/configuration/render';
import type { BgpFile } from './stand-in/state/bgp';
import type { RtrSession } from './stand-in/state/validation';
import { Candidates } from './stand-in/state/candidates';
import type { Dialect, Fault } from './stand-in/state/faults';
import { Commit, Folder } from './stand-in/state/folder';

const SOURCE = path.join(__dirname, 'stand-in');
const BUILT = path.join(__dirname, '..', '..', 'build', 'crpd-stand-in');

/** The folder of the executables `netconf` and `cli`, bundled for what the sources are now. */
export function buildStandIn(into = BUILT): string {
  const hash = createHash('sha256');
  for (const file of fs.readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.ts')) hash.update(file).update(fs.readFileSync(path.join(SOURCE, file)));
  }
  const folder = path.join(into, hash.digest('hex').slice(0, 16));
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(into, { recursive: true });
  const staged = fs.mkdtempSync(path.join(into, 'staged-'));
  buildSync({
    entryPoints: [path.join(SOURCE, 'main.ts')],
    outfile: path.join(staged, 'netconf'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'error',
  });
  fs.chmodSync(path.join(staged, 'netconf'), 0o755);
  fs.copyFileSync(path.join(staged, 'netconf'), path.join(staged, 'cli'));
  try {
    fs.renameSync(staged, folder);
  } catch (error) {
    // Another worker was first, with the same contents.
    if (!fs.existsSync(folder)) throw error;
    fs.rmSync(staged, { recursive: true });
  }
  return folder;
}

/** A router of its own for a test: a folder with its state, and how to open sessions to it. */
export class StandIn {
  readonly state = fs.mkdtempSync(path.join(os.tmpdir(), 'crpd-stand-in-'));
  /** The program and its arguments; each process is a NETCONF session. */
  readonly command: readonly string[] = [process.execPath, path.join(buildStandIn(), 'netconf'), '--state', this.state];
  private readonly folder = new Folder(this.state, () =>
    fs.readFileSync(path.join(this.state, 'juniper.conf'), 'utf8'),
  );

  /** @param configuration what is running at first, as Junos text. @throws LoadFault */
  constructor(configuration = '') {
    configurationOf(configuration);
    fs.writeFileSync(path.join(this.state, 'juniper.conf'), configuration);
    this.running();
  }

  /** What is running, as Junos text. */
  running(): string {
    return this.folder.change(({ running }) => running);
  }

  /** What is running as `set` lines, sorted, secrets left out. */
  runningSet(): string[] {
    const lines = renderSet(configurationOf(this.running())).split('\n').filter(Boolean);
    return lines.map((line) => line.replace(/"\$\d\$.*"$/, '…')).sort();
  }

  /** The newest first. */
  commits(): readonly Commit[] {
    return this.folder.change(({ commits }) => commits);
  }

  /** What another user does at the same time. @throws ValidationError, CommitRefused, LoadFault */
  commit(commands: readonly string[], user = 'alice', log?: string): void {
    const other = new Candidates(this.folder, user);
    other.openPrivate();
    try {
      const { errors } = other.edit((candidate) => loadSet(candidate, commands.join('\n')));
      if (errors.length > 0) throw errors[0];
      other.commit('commit', 'cli', log);
    } finally {
      other.leave();
    }
  }

  validation(sessions: Readonly<Record<string, Partial<RtrSession>>>): void {
    this.write('validation.json', sessions);
  }

  bgp(file: BgpFile): void {
    this.write('bgp.json', file);
  }

  /** What neighbors announced. */
  routes(file: RoutesFile): void {
    this.write('routes.json', file);
  }

  faults(list: readonly Fault[]): void {
    this.write('faults.json', list);
  }

  dialect(dialect: Partial<Dialect>): void {
    this.write('dialect.json', dialect);
  }

  /** The names of the requests that sessions made, in order. */
  requests(): string[] {
    const file = path.join(this.state, 'log.jsonl');
    if (!fs.existsSync(file)) return [];
    const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => (JSON.parse(line) as { rpc: string }).rpc);
  }

  /** Runs a command as `cli -c` would. */
  cli(command: string): string {
    const [node, netconf] = this.command;
    const program = path.join(path.dirname(netconf), 'cli');
    return execFileSync(node, [program, '--state', this.state, '-c', command], { encoding: 'utf8' });
  }

  close(): void {
    fs.rmSync(this.state, { recursive: true, force: true });
  }

  private write(name: string, value: unknown): void {
    const file = path.join(this.state, name);
    fs.writeFileSync(`${file}.new`, JSON.stringify(value));
    fs.renameSync(`${file}.new`, file);
  }
}
