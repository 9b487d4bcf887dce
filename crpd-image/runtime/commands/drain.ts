import { Log } from '../logging/log';
import { readPod } from '../pod';
import { createDriver } from '../router/create-driver';
import { RouterUnavailable } from '../router/driver';
import { Failure, expectArguments, UsageError } from './command';
import { podLog } from './pod-log';

/** The default time for neighbors to move to other paths, in seconds. */
const SECONDS = 10;

/** Asks all neighbors to prefer other paths (RFC 8326), then waits while they do. */
export async function drain(args: readonly string[]): Promise<void> {
  const seconds = secondsFrom(args);
  const log = await gracefulShutdown(true);
  log.info('draining', { seconds });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

export async function undrain(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const log = await gracefulShutdown(false);
  log.info('undrained');
}

/** @throws Failure if the router does not answer */
async function gracefulShutdown(on: boolean): Promise<Log> {
  const pod = readPod(process.env);
  const log = podLog(pod);
  const driver = await createDriver(pod.model, log);
  try {
    await driver.gracefulShutdown(on);
  } catch (error) {
    if (error instanceof RouterUnavailable) throw new Failure(`the router does not answer: ${error.message}`);
    throw error;
  } finally {
    await driver.close();
  }
  return log;
}

function secondsFrom(args: readonly string[]): number {
  if (args.length === 0) return SECONDS;
  const [option, value, ...rest] = args;
  if (option !== '--seconds' || rest.length > 0) {
    throw new UsageError(`got ${JSON.stringify(args.join(' '))}, want --seconds N`);
  }
  if (!/^\d{1,3}$/.test(value ?? '')) {
    throw new UsageError(`--seconds: got ${JSON.stringify(value ?? '')}, want a whole number from 0 to 999`);
  }
  return Number(value);
}
