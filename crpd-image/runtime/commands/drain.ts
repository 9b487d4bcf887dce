import { endHandover } from '../handover/handover-file';
import { LIMITS } from '../handover/limits';
import { FILES, readPod } from '../pod';
import { expectArguments } from './command';
import { drainRouter, withRouter } from './drain-router';
import { podLog } from './pod-log';

/** Drains the router until `undrain`: neighbors prefer other paths, and the pod is not ready. */
export async function drain(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const limits = { ...LIMITS, asking: 0 };
  await drainRouter(readPod(process.env), { limits, deadline: Infinity, untilWithdrawn: false });
}

export async function undrain(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const pod = readPod(process.env);
  // The file first: the daemon drains a router that has restarted while the file is there.
  endHandover(FILES.handover(pod.model.router));
  await withRouter(pod, (driver) => driver.gracefulShutdown(false));
  podLog(pod).info('undrained');
}
