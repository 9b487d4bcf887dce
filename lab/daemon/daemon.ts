import { Lab } from '../lab';
import { LabError } from '../lab-error';
import { rejectMissing } from '../preflight';
import { planFor } from '../plan/plan';
import { viewOf } from '../view';
import { Answer, serve } from './control';

/** What the keeper tells whoever started it. */
export type Told =
  | { readonly step: string; readonly seconds: number }
  | { readonly up: true; readonly seconds: number }
  | { readonly fault: string; readonly stack?: string };

/**
 * The process that a lab belongs to. It is started by `npm run lab`, tells what it does, and takes the lab down when it
 * is asked to, when it is told to end, or when whoever started it is gone without having said that the lab is to stay.
 *
 * Arguments: the folder of manifests, and the name of the app.
 */
async function main(folder: string, app: string): Promise<void> {
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 100) / 10;
  let lab: Lab | undefined;
  let ending: Promise<void> | undefined;
  const end = () => (ending ??= (lab?.down() ?? Promise.resolve()).then(() => process.exit(0)));
  let stays = false;
  process.on('message', (message) => void (stays ||= message === 'stay'));
  process.on('disconnect', () => void (stays || (lab && end())));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void (lab && end()));
  try {
    const plan = planFor(folder);
    rejectMissing(plan);
    lab = await Lab.prepare({ ...plan, onProgress: (step) => tell({ step, seconds: seconds() }) });
    await lab.start();
    await serve(lab.folder, answerFor(lab, app, end));
    tell({ step: 'waiting until all sessions are up', seconds: seconds() });
    await lab.untilConverged();
    tell({ step: 'waiting until routes have settled', seconds: seconds() });
    await lab.untilSettled();
    tell({ up: true, seconds: seconds() });
  } catch (error) {
    if (ending) return;
    const { message, stack } = error as Error;
    tell({ fault: message, ...(!(error instanceof LabError) && { stack }) });
    await lab?.down();
    process.exit(1);
  }
}

function tell(what: Told): void {
  if (process.connected) process.send?.(what);
}

function answerFor(lab: Lab, app: string, end: () => Promise<void>): Answer {
  return async (request) => {
    switch (request.ask) {
      case 'name':
        return app;
      case 'view':
        return viewOf(lab, app);
      case 'execTarget':
        return lab.execTargetOf(request.of);
      case 'down':
        void end();
        return undefined;
    }
  };
}

void main(process.argv[2], process.argv[3]);
