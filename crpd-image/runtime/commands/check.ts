import { PodConfiguration } from '../../../lib/configuration';
import { staleReason, readStatus } from '../daemon/status-file';
import { FILES, readPod } from '../pod';
import { createDriver } from '../router/create-driver';
import { RouterUnavailable } from '../router/driver';
import { Failure, expectArguments, UsageError } from './command';

/** Less than the five seconds that the probes of the manifests allow. */
const TIMEOUT_MS = 3_000;

/** The exec probes. @throws Failure where the answer is no */
export async function check(args: readonly string[]): Promise<void> {
  const [of, ...rest] = args;
  expectArguments(rest);
  if (of !== 'live' && of !== 'ready') throw new UsageError(`got ${JSON.stringify(of ?? '')}, want live or ready`);
  const { model } = readPod(process.env);
  await (of === 'live' ? checkLive(model) : checkReady(model));
}

/** The router alone is asked: no fault of DNS, of a peer or of the daemon may restart a pod. */
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

/** What the daemon found stands while it is being started again: the sessions do, too. */
async function checkReady(model: PodConfiguration): Promise<void> {
  const status = readStatus(FILES.status(model.router));
  if (!status) throw new Failure('not ready: the daemon has not reported yet');
  if (!status.readiness.ready) throw new Failure(`not ready: ${status.readiness.reason}`);
  if (!status.router.reachable || staleReason(status)) await checkLive(model);
}
