import { PodConfiguration } from '../../../lib/configuration';
import { staleReason, readStatus } from '../daemon/status-file';
import { FILES, readPod } from '../pod';
import { createDriver } from '../router/create-driver';
import { RouterUnavailable } from '../router/driver';
import { Failure, expectArguments, UsageError } from './command';

/** Shorter than the timeout of the probes in the manifests, which is five seconds. */
const TIMEOUT_MS = 3_000;

/** The exec probes. @throws Failure if the check fails */
export async function check(args: readonly string[]): Promise<void> {
  const [of, ...rest] = args;
  expectArguments(rest);
  if (of !== 'live' && of !== 'ready') throw new UsageError(`got ${JSON.stringify(of ?? '')}, want live or ready`);
  const { model } = readPod(process.env);
  await (of === 'live' ? checkLive(model) : checkReady(model));
}

/** Asks the router only: a fault of DNS, of a peer or of the daemon must not restart the pod. */
async function checkLive(model: PodConfiguration): Promise<void> {
  const driver = await createDriver(model);
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new RouterUnavailable('no answer in time')), TIMEOUT_MS);
    });
    await Promise.race([driver.ping(), timeout]);
  } catch (error) {
    if (error instanceof RouterUnavailable) throw new Failure(`the router does not answer: ${error.message}`);
    throw error;
  } finally {
    clearTimeout(timer);
    await driver.close();
  }
}

/** The last report stays valid while the daemon restarts, because the router keeps its sessions. */
async function checkReady(model: PodConfiguration): Promise<void> {
  const status = readStatus(FILES.status(model.router));
  if (!status) throw new Failure('not ready: the daemon has not reported yet');
  if (!status.readiness.ready) throw new Failure(`not ready: ${status.readiness.reason}`);
  if (!status.router.reachable || staleReason(status)) await checkLive(model);
}
