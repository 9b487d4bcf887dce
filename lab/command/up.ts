import { ChildProcess, fork } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { ask } from '../daemon/control';
import { Told } from '../daemon/daemon';
import { LabError } from '../lab-error';
import { Workspace } from '../workspace';
import { LabView } from '../view';
import { viewText } from '../view-text';

const ROOT = path.join(__dirname, '..', '..');

/** The folder of an app: the path of one, as seen from where npm was called, or one of dist/. @throws LabError */
export function folderOf(app: string, cwd = process.env.INIT_CWD ?? process.cwd()): string {
  const inDist = path.join(ROOT, 'dist', app);
  if (/^[\w-]+$/.test(app) && fs.existsSync(inDist)) return path.relative(ROOT, inDist);
  const folder = path.resolve(cwd, app);
  if (fs.existsSync(folder) && fs.statSync(folder).isDirectory()) return folder;
  const apps = fs.readdirSync(path.join(ROOT, 'dist')).filter((name) => name.endsWith('-frr'));
  throw new LabError(`got ${app}, want a folder of manifests, or one of ${apps.join(', ')}`);
}

/** Brings a lab up, shows it, and takes it down again or leaves it up. @throws LabError */
export async function up({ app, keep, json }: { app: string; keep: boolean; json: boolean }): Promise<void> {
  const folder = folderOf(app);
  const say = (line: string) => void (json || process.stdout.write(`${line}\n`));
  // In a session of its own, so that Ctrl-C reaches this process alone, which then takes the lab down in order.
  const daemon = fork(path.join(ROOT, 'lab', 'daemon', 'daemon.ts'), [folder, path.basename(folder)], {
    cwd: ROOT,
    detached: true,
    execArgv: ['--require', 'ts-node/register'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const workspace = Workspace.of(daemon.pid as number);
  say(`lab ${workspace.id}`);
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  let interrupted = false;
  const interrupt = () => {
    if (!interrupted) say('taking the lab down');
    interrupted = true;
    daemon.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  try {
    await untilUp(daemon, say);
    const view = (await ask(workspace, { ask: 'view' })) as LabView;
    if (json) process.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
    else process.stdout.write(`\n${viewText(view)}`);
    if (keep) {
      daemon.send('stay');
      say(`the lab ${workspace.id} stays up; to enter a pod: npm run lab -- enter ${view.pods[0]?.name}`);
      say('to take it down: npm run lab -- down');
      daemon.disconnect();
      daemon.unref();
      return;
    }
    say('taking the lab down');
  } catch (error) {
    if (!interrupted) throw error;
    process.exitCode = 130;
  }
  daemon.kill('SIGTERM');
  await ended;
}

/** Waits until all sessions are up, and tells each step. @throws Error where it does not come to that */
function untilUp(daemon: ChildProcess, say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    daemon.on('message', (told: Told) => {
      if ('step' in told) say(`${told.seconds.toFixed(1).padStart(6)} s  ${told.step}`);
      else if ('fault' in told) reject(told.stack === undefined ? new LabError(told.fault) : faultOf(told.stack));
      else {
        say(`${told.seconds.toFixed(1).padStart(6)} s  all sessions are up`);
        resolve();
      }
    });
    daemon.once('exit', (status, signal) => reject(new Error(`the lab ended with ${signal ?? `status ${status}`}`)));
  });
}

function faultOf(stack: string): Error {
  return Object.assign(new Error(), { stack });
}
