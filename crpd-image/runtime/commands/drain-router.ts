import { setTimeout as pause } from 'timers/promises';
import { Pod } from '../../../lib/configuration';
import { monotonicMs } from '../clock';
import { drain, DrainParts } from '../handover/drain';
import { Handover, writeHandover } from '../handover/handover-file';
import { bytesOnTheWay } from '../handover/send-queues';
import { FILES } from '../pod';
import { createDriver } from '../router/create-driver';
import { RouterDriver, RouterUnavailable } from '../router/driver';
import { Log } from '../logging/log';
import { Failure } from './command';
import { podLog } from './pod-log';

/** Drains the router of this pod. @throws Failure if the router does not answer */
export function drainRouter(
  pod: Pod,
  options: Pick<DrainParts, 'limits' | 'deadline' | 'untilWithdrawn' | 'turn'>,
): Promise<void> {
  const log = podLog(pod);
  return withRouter(pod, (driver) =>
    drain({
      ...options,
      driver,
      bytesOnTheWay,
      record: (state, fields) => {
        recordHandover(pod, log, { state, fields });
        log.info(state, fields);
      },
      now: monotonicMs,
      pause: (milliseconds) => pause(milliseconds),
    }),
  );
}

/** Stores the state. On a full disk the pod stays ready, but is drained all the same. */
export function recordHandover({ model }: Pod, log: Log, handover: Handover): void {
  try {
    writeHandover(FILES.handover(model.router), handover);
  } catch (error) {
    log.warn('status-not-written', { reason: (error as Error).message });
  }
}

/** @throws Failure if the router does not answer */
export async function withRouter<T>({ model }: Pod, work: (driver: RouterDriver) => Promise<T>): Promise<T> {
  const driver = await createDriver(model);
  try {
    return await work(driver);
  } catch (error) {
    if (error instanceof RouterUnavailable) throw new Failure(`the router does not answer: ${error.message}`);
    throw error;
  } finally {
    await driver.close();
  }
}
