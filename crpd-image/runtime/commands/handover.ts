import { DRAIN_SECONDS } from '../../../lib/settings';
import { Pod } from '../../../lib/configuration';
import { monotonicMs } from '../clock';
import { Status } from '../daemon/status';
import { readStatus } from '../daemon/status-file';
import { clientSessions, clientsOnLeaving } from '../handover/client-sessions';
import { createInterlock } from '../handover/create-interlock';
import { LIMITS, STOP_MS } from '../handover/limits';
import { FILES, readPod } from '../pod';
import { expectArguments, Failure } from './command';
import { drainRouter, recordHandover, withRouter } from './drain-router';
import { podLog } from './pod-log';

/** The preStop hook: hands the clients of this pod over to the other side, within the grace period. */
export async function handover(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const start = monotonicMs();
  const pod = readPod(process.env);
  const { settings, model } = pod;
  const end = start + settings.graceSeconds * 1000;
  recordHandover(pod, podLog(pod), { state: 'handover-waiting' });
  const status = readStatus(FILES.status(model.router));
  const interlock = await createInterlock(settings);
  const turn = await interlock.acquire(() => clientsOf(pod, status), end - DRAIN_SECONDS * 1000);
  await drainRouter(pod, { limits: LIMITS, deadline: end - STOP_MS, untilWithdrawn: true, turn });
}

async function clientsOf(pod: Pod, status: Status | undefined): Promise<number> {
  try {
    const present = await withRouter(pod, async (driver) =>
      clientSessions(pod.model, await driver.neighbors(), await driver.sessions()),
    );
    return clientsOnLeaving(present, status);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return clientsOnLeaving(undefined, status);
  }
}
