import * as fs from 'fs';
import { RUNTIME } from '../../../lib/settings';
import { readPod } from '../pod';
import { createDriver, licenseFiles } from '../router/create-driver';
import { dial } from '../router/dial';
import { Failure, expectArguments } from './command';
import { runChecks } from './selftest-checks';

/** The timeout of one check, in milliseconds. A commit of cRPD takes some seconds. */
const CHECK_MS = 60_000;

const UNCHECKED = 'what neighbors learn, a restart of the pod, and the route-server-client of cRPD';

/** Checks the router of a pod and prints one line per check. @throws Failure if a check failed */
export async function selftest(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const { model } = readPod(process.env);
  const driver = await createDriver(model);
  const subject = {
    model,
    driver,
    licenses: licenseFiles().length,
    connectUnsigned,
    storedConfiguration,
    onVolume: isMounted(RUNTIME.configurationFolder[model.router]),
  };
  let failures = 0;
  try {
    for await (const { check, result, seen } of runChecks(subject, CHECK_MS)) {
      if (result === 'FAILED') failures++;
      process.stdout.write(`${result.padEnd(11)}  ${check.padEnd(17)}  ${seen}\n`);
    }
  } finally {
    await driver.close();
  }
  process.stdout.write(`Not part of this list: ${UNCHECKED}.\n`);
  if (failures > 0) throw new Failure(`${failures} of the checks failed`);
}

/** A refused connection is an answer, too: the kernel of the other router has accepted the segment. */
async function connectUnsigned(host: string): Promise<'answered' | 'silent'> {
  const answered = await dial(host);
  return answered === 'silent' ? answered : 'answered';
}

function storedConfiguration(): string | undefined {
  const file = `${RUNTIME.configurationFolder.crpd}/juniper.conf`;
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function isMounted(folder: string): boolean {
  const mounts = fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts.some((line) => line.split(' ')[4] === folder);
}
