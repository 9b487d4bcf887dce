import { ChildProcess, fork } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { comparisonText } from '../comparison/compare';
import { ask } from '../daemon/control';
import { DaemonOptions, Report } from '../daemon/daemon';
import { LabError } from '../lab-error';
import { Workspace } from '../workspace';
import { LabView } from '../view';
import { viewText } from '../view-text';
import { Options } from './command-line';
import { COMMAND, isClone } from './invocation';

const ROOT = path.join(__dirname, '..', '..');

/**
 * The files of an app: one of dist/, or a folder relative to the directory that npm was called in. The default topology
 * is where `synthesize` writes it: in `topology/` beside the output, or in `topology/APP/`.
 *
 * @throws LabError
 */
export function filesOf(
  app: string,
  topology?: string,
  cwd = process.env.INIT_CWD ?? process.cwd(),
): Pick<DaemonOptions, 'folder' | 'topology'> {
  const inDist = path.join(ROOT, 'dist', app);
  const isExample = /^[\w-]+$/.test(app) && fs.existsSync(inDist);
  const folder = isExample ? inDist : path.resolve(cwd, app);
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
    const apps = isClone ? fs.readdirSync(path.join(ROOT, 'dist')).filter((name) => name.endsWith('-frr')) : [];
    throw new LabError(
      `got ${app}, want a folder of manifests${apps.length > 0 ? `, or one of ${apps.join(', ')}` : ''}`,
    );
  }
  const parent = path.dirname(folder);
  const usual = [path.join(parent, 'topology'), path.join(parent, '..', 'topology', path.basename(folder))];
  const candidates = topology ? [path.resolve(cwd, topology)] : usual.map((one) => path.join(one, 'topology.json'));
  const found = candidates.find((file) => fs.existsSync(file));
  if (found) return { folder, topology: found };
  throw new LabError(
    `found no ${candidates.map((file) => path.relative(cwd, file)).join(' and no ')}: synthesize() writes topology.json; ` +
      'with app.synth(), write formatTopology(topologyOf(app)) to a file yourself; name it by --topology FILE',
  );
}

/** Starts a lab, shows it, and removes it, or keeps it where `keep` is set. @throws LabError */
export async function up(
  app: string,
  { topology, bgpd = 'image', keep = false, json = false }: Options,
): Promise<void> {
  const files = filesOf(app, topology);
  const say = (line: string) => void (json || process.stdout.write(`${line}\n`));
  const options: DaemonOptions = { ...files, app: path.basename(files.folder), bgpd, keep };
  // In a session of its own, Ctrl-C reaches this process alone, which then removes the lab in order.
  const daemon = fork(path.join(__dirname, '..', 'daemon', 'daemon'), [JSON.stringify(options)], {
    cwd: ROOT,
    detached: true,
    execArgv: isClone ? ['--require', 'ts-node/register'] : [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const workspace = Workspace.of(daemon.pid as number);
  say(`lab ${workspace.id}`);
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  let interrupted = false;
  let kept = false;
  daemon.on('message', (report: Report) => (kept = 'fault' in report && report.kept));
  const interrupt = () => {
    if (!interrupted) say('taking the lab down');
    interrupted = true;
    daemon.kill('SIGTERM');
  };
  const leave = () => {
    daemon.send('stay');
    daemon.disconnect();
    daemon.unref();
    say(`the lab ${workspace.id} stays up; to take it down: ${COMMAND} down`);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  try {
    await untilUp(daemon, say);
    const view = (await ask(workspace, { ask: 'view' })) as LabView;
    process.stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : `\n${viewText(view)}`);
    if (view.proof.differences.length > 0) {
      process.exitCode = 1;
      if (json) process.stderr.write(`lab: ${comparisonText(view.proof)}\n`);
    }
    if (keep) {
      say(`to enter a pod: ${COMMAND} enter ${view.pods[0]?.name}`);
      return leave();
    }
    say('taking the lab down');
  } catch (error) {
    if (!interrupted) {
      if (kept) leave();
      throw error;
    }
    process.exitCode = 130;
  }
  daemon.kill('SIGTERM');
  await ended;
}

/** Waits until all sessions are up, and prints each step. @throws LabError */
function untilUp(daemon: ChildProcess, say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    daemon.on('message', (report: Report) => {
      const at = 'seconds' in report ? `${report.seconds.toFixed(1).padStart(6)} s  ` : '';
      if ('step' in report) say(`${at}${report.step}`);
      else if ('fault' in report) reject(new LabError(report.stack ?? report.fault));
      else {
        say(`${at}all sessions are up`);
        resolve();
      }
    });
    daemon.once('exit', (status, signal) => reject(new LabError(`the lab ended with ${signal ?? `status ${status}`}`)));
  });
}
