import { DRAIN_SECONDS } from '../../../lib/settings';
import { monotonicMs } from '../clock';
import { readStatus } from '../daemon/status-file';
import { clientSessions } from '../handover/client-sessions';
import { createInterlock } from '../handover/create-interlock';
import { LIMITS, STOP_MS } from '../handover/limits';
import { FILES, readPod } from '../pod';
import { expectArguments } from './command';
import { drainRouter, recordHandover, withRouter } from './drain-router';
import { podLog } from './pod-log';

/** The preStop hook: hands the clients of this pod over to the other side, within the grace period. */
export async function handover(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const start = monotonicMs();
  const pod = readPod(process.env);
  const { settings, model } = pod;
  const end = start + settings.graceSeconds * 1000;
  recordHandover(pod, podLog(pod), 'handover-waiting');
  const clients = await withRouter(pod, async (driver) =>
    clientSessions(model, await driver.neighbors(), await driver.sessions()),
  );
  const ready = readStatus(FILES.status(model.router))?.readiness.ready ?? false;
  const interlock = await createInterlock(settings);
  await interlock.acquire({ ready, clients }, end - DRAIN_SECONDS * 1000);
  await drainRouter(pod, { limits: LIMITS, deadline: end - STOP_MS, untilWithdrawn: true });
}
