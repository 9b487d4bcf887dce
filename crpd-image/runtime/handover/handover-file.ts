import * as fs from 'fs';
import * as path from 'path';
import { Fields } from '../logging/log';

/**
 * How far the hand-over of a pod is, named like the event of the log. `handover-waiting`: for the interlock. `draining`:
 * the neighbors are asked to prefer other paths. `drained`: they have had the time for that, and the pod is not ready, so
 * that its address is withdrawn.
 */
export const HANDOVER_STATES = ['handover-waiting', 'draining', 'drained'] as const;

export type HandoverState = (typeof HANDOVER_STATES)[number];

export interface Handover {
  readonly state: HandoverState;
  /** Those of the event. */
  readonly fields?: Fields;
}

/**
 * Stores the state for the daemon, which reports it, and for a daemon that restarts meanwhile. Kubernetes keeps no output
 * of a preStop hook, so the daemon logs for it.
 */
export function writeHandover(file: string, handover: Handover): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.new`, JSON.stringify(handover), { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

/** @returns undefined if the pod is not handed over */
export function readHandover(file: string): Handover | undefined {
  // The daemon looks each second, and an exception takes ten times as long as this.
  if (!fs.existsSync(file)) return undefined;
  try {
    const handover = JSON.parse(fs.readFileSync(file, 'utf8')) as Handover;
    return HANDOVER_STATES.includes(handover.state) ? handover : undefined;
  } catch {
    return undefined;
  }
}

export function endHandover(file: string): void {
  fs.rmSync(file, { force: true });
}
