import { Status, withSessions } from '../daemon/status';
import { staleReason, readStatus } from '../daemon/status-file';
import { Pod } from '../../../lib/configuration';
import { FILES, readPod } from '../pod';
import { createDriver } from '../router/create-driver';
import { RouterUnavailable } from '../router/driver';
import { Failure, expectArguments } from './command';
import { statusTable } from './status-table';

/** Prints the daemon's last report with the current sessions. @throws Failure if no daemon reports */
export async function status(args: readonly string[]): Promise<void> {
  expectArguments(args, '--json');
  const pod = readPod(process.env);
  const reported = readStatus(FILES.status(pod.model.router));
  if (!reported) throw new Failure('the daemon has not reported yet: is "meshrr run" running?');
  const shown = await withCurrentSessions(pod, reported);
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(shown, null, 2)}\n` : statusTable(shown));
  const why = staleReason(reported);
  if (why) throw new Failure(why);
}

async function withCurrentSessions({ model }: Pod, reported: Status): Promise<Status> {
  const driver = await createDriver(model);
  try {
    const draining = await driver.draining();
    return withSessions({ ...reported, router: { ...reported.router, draining } }, await driver.sessions());
  } catch (error) {
    if (error instanceof RouterUnavailable) return { ...reported, router: { ...reported.router, reachable: false } };
    throw error;
  } finally {
    await driver.close();
  }
}
