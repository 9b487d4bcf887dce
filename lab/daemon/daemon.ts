import { Lab } from '../lab';
import { LabError } from '../lab-error';
import { rejectMissing } from '../preflight';
import { standInsOf } from '../plan/clients';
import { planFor } from '../plan/plan';
import { baseFor } from '../pod/base';
import { viewOf } from '../view';
import { Answers, serve } from './control';

/** The argument of the daemon, as JSON. */
export interface DaemonOptions {
  /** The folder of manifests. */
  readonly folder: string;
  readonly topology: string;
  readonly app: string;
  readonly bgpd: 'image' | 'machine';
  /** Whether a lab that fails stays up. */
  readonly keep: boolean;
}

/** What the daemon reports to the process that started it. */
export type Report =
  | { readonly step: string; readonly seconds: number }
  | { readonly up: true; readonly seconds: number }
  | { readonly fault: string; readonly stack?: string; readonly kept: boolean };

/** How long routers may take to have the paths that the proof expects, in milliseconds. */
const COMPARE_MS = 30_000;

/**
 * The process of a lab. `npm run lab` starts it. It reports each step. It removes the lab on request, on a signal, or
 * when the process that started it ends without the message `stay`.
 */
async function main(options: DaemonOptions): Promise<void> {
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 100) / 10;
  const say = (step: string) => report({ step, seconds: seconds() });
  let lab: Lab | undefined;
  let ending: Promise<void> | undefined;
  const end = () => (ending ??= (lab?.down() ?? Promise.resolve()).then(() => process.exit(0)));
  let stays = false;
  process.on('message', (message) => void (stays ||= message === 'stay'));
  process.on('disconnect', () => void (stays || (lab && end())));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void (lab && end()));
  try {
    const plan = planFor(options.folder, options.topology);
    rejectMissing(plan);
    const { root, about } = await baseFor(options.bgpd, say);
    say(about);
    for (const standIn of standInsOf(plan)) say(standIn);
    lab = await Lab.prepare({ ...plan, base: root, onProgress: say });
    await serve(lab.folder, answersOf(lab, options.app, end));
    await lab.start();
    say('waiting until all sessions are up');
    await lab.untilConverged();
    say('waiting until routes have settled');
    await lab.untilSettled();
    await lab.untilAsExpected(COMPARE_MS);
    report({ up: true, seconds: seconds() });
  } catch (error) {
    if (ending) return;
    const { message, stack } = error as Error;
    const kept = options.keep && lab !== undefined;
    report({ fault: message, kept, ...(!(error instanceof LabError) && { stack }) });
    if (kept) return;
    await lab?.down();
    process.exit(1);
  }
}

function report(what: Report): void {
  if (process.connected) process.send?.(what);
}

function answersOf(lab: Lab, app: string, end: () => Promise<void>): Answers {
  return {
    name: () => app,
    view: () => viewOf(lab, app),
    exec: (name) => lab.execTargetOf(name),
    logs: (name) => lab.logsOf(name),
    stop: (name) => lab.stop(name),
    start: (name) => lab.startAgain(name),
    cut: (one, other) => lab.cut(one, other),
    mend: (one, other) => lab.mend(one, other),
    down: () => void end(),
  };
}

void main(JSON.parse(process.argv[2]));
