import * as fs from 'fs';
import * as path from 'path';

/**
 * How far the hand-over of a pod is, named like the event of the log. `handover-waiting`: for the interlock. `draining`:
 * the neighbors are asked to prefer other paths. `drained`: they have had the time for that, and the pod is not ready, so
 * that its address is withdrawn.
 */
export const HANDOVER_STATES = ['handover-waiting', 'draining', 'drained'] as const;

export type HandoverState = (typeof HANDOVER_STATES)[number];

/** Stores the state for the daemon, which reports it, and for a daemon that restarts meanwhile. */
export function writeHandover(file: string, state: HandoverState): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.new`, state, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

/** @returns undefined if the pod is not handed over */
export function readHandover(file: string): HandoverState | undefined {
  try {
    const text = fs.readFileSync(file, 'utf8');
    return HANDOVER_STATES.find((state) => state === text);
  } catch {
    return undefined;
  }
}

export function endHandover(file: string): void {
  fs.rmSync(file, { force: true });
}
