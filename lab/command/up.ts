import { ChildProcess, fork } from 'child_process';
import * as path from 'path';
import { comparisonText } from '../comparison/compare';
import { ask } from '../daemon/control';
import { DaemonOptions, Report } from '../daemon/daemon';
import { LabError } from '../lab-error';
import { Workspace } from '../workspace';
import { LabView } from '../view';
import { viewText } from '../view-text';
import { Options } from './command-line';
import { filesOf } from './files';
import { COMMAND, isClone } from './invocation';

const ROOT = path.join(__dirname, '..', '..');

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
