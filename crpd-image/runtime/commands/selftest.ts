import * as fs from 'fs';
import { connect } from 'net';
import { BGP_PORT, RUNTIME } from '../../../lib/settings';
import { readPod } from '../pod';
import { createDriver, licenseFiles } from '../router/create-driver';
import { Failure, expectArguments } from './command';
import { runChecks } from './selftest-checks';

/** The most that one check may take. cRPD commits in some seconds. */
const PATIENCE_MS = 60_000;

/** How long a router may take to answer a SYN. The kernel sends it twice in that time. */
const SYN_MS = 2_000;

const UNCHECKED = 'what neighbors learn, a restart of the pod, and the route-server-client of cRPD';

/** The checklist of a router in a pod, a line for each item. @throws Failure where one of them failed */
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
    for await (const { check, result, seen } of runChecks(subject, PATIENCE_MS)) {
      if (result === 'FAILED') failures++;
      process.stdout.write(`${result.padEnd(11)}  ${check.padEnd(17)}  ${seen}\n`);
    }
  } finally {
    await driver.close();
  }
  process.stdout.write(`Not part of this list: ${UNCHECKED}.\n`);
  if (failures > 0) throw new Failure(`${failures} of the checks failed`);
}

/** A router that refuses the connection answers, too: its kernel has let the segment in. */
function connectUnsigned(host: string): Promise<'answered' | 'silent'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: BGP_PORT });
    const end = (outcome: 'answered' | 'silent') => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(SYN_MS, () => end('silent'));
    socket.once('connect', () => end('answered')).once('error', () => end('answered'));
  });
}

function storedConfiguration(): string | undefined {
  const file = `${RUNTIME.configurationFolder.crpd}/juniper.conf`;
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function isMounted(folder: string): boolean {
  const mounts = fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts.some((line) => line.split(' ')[4] === folder);
}
