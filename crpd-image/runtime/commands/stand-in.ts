import { setTimeout as wait } from 'timers/promises';
import { lookAtBeat, STEADY, Steadiness } from '../daemon/beat';
import { ProbeServer } from '../daemon/probe-server';
import { readStatus } from '../daemon/status-file';
import { Readiness } from '../daemon/readiness';
import { readHandover } from '../handover/handover-file';
import { podFigures } from '../metrics/pod-figures';
import { FILES, readPod } from '../pod';
import { createDriver } from '../router/create-driver';
import { routerFault } from '../router/fault';
import { expectArguments } from './command';
import { podLog } from './pod-log';

/**
 * Answers the probes while the daemon does not run: as long as the router answers, the pod is live, and ready if it was
 * ready before. `meshrr-watch` starts it. It ends once the daemon runs again for half a minute.
 */
export async function standIn(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const pod = readPod(process.env);
  const { router, podIp } = pod.model;
  const log = podLog(pod);
  const driver = await createDriver(pod.model);
  const probed = { routerFault: () => routerFault(driver), readiness: () => readinessOf(router) };
  const handover = () => readHandover(FILES.handover(router))?.state;
  const metrics = async () => (await podFigures({ router, probed, handover }, false)).text;
  const server = new ProbeServer(podIp.text, probed, metrics);
  server.listen();
  log.warn('runtime-missing', { reason: '"meshrr run" does not run or hangs; its stand-in answers the probes' });
  const steadiness = new Steadiness();
  while (!steadiness.observe(lookAtBeat(FILES.beat(router)))) await wait(STEADY.everyMs);
  server.close();
  await driver.close();
  log.info('runtime-missing-ended');
}

/** The last decision of the daemon, with what "meshrr drain" has done since. */
function readinessOf(router: 'crpd' | 'frr'): Readiness | undefined {
  if (readHandover(FILES.handover(router))?.state === 'drained') return { ready: false, reason: 'drained' };
  const readiness = readStatus(FILES.status(router))?.readiness;
  return readiness && { ...readiness, ready: readiness.otherwise ?? readiness.ready };
}
