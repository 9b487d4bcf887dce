import { monotonicMs } from '../clock';
import { LIMITS, STOP_MS } from '../handover/limits';
import { readPod } from '../pod';
import { expectArguments } from './command';
import { drainRouter, recordHandover } from './drain-router';
import { podLog } from './pod-log';

/** The grace period of a pod, in milliseconds. */
const GRACE_MS = 60_000;

/** The preStop hook: hands the clients of this pod over to the other side, within the grace period. */
export async function handover(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const deadline = monotonicMs() + GRACE_MS - STOP_MS;
  const pod = readPod(process.env);
  recordHandover(pod, podLog(pod), 'handover-waiting');
  await drainRouter(pod, { limits: LIMITS, deadline, untilWithdrawn: true });
}
