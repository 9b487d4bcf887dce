import { Status, withSessions } from '../daemon/status';
import { outdated, readStatus } from '../daemon/status-file';
import { FILES, Pod, readPod } from '../pod';
import { createDriver } from '../router/create-driver';
import { RouterUnavailable } from '../router/driver';
import { Failure, takesOnly } from './command';
import { statusTable } from './status-table';

/** Prints what the daemon sees and does, with the sessions as they are now. @throws Failure where no daemon reports */
export async function status(args: readonly string[]): Promise<void> {
  takesOnly(args, '--json');
  const pod = readPod(process.env);
  const told = readStatus(FILES.status(pod.model.router));
  if (!told) throw new Failure('the daemon has not reported yet: is "meshrr run" running?');
  const shown = await asOfNow(pod, told);
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(shown, null, 2)}\n` : statusTable(shown));
  const why = outdated(told);
  if (why) throw new Failure(why);
}

async function asOfNow({ model }: Pod, told: Status): Promise<Status> {
  const driver = await createDriver(model);
  try {
    const draining = await driver.draining();
    return withSessions({ ...told, router: { ...told.router, draining } }, await driver.sessions());
  } catch (error) {
    if (error instanceof RouterUnavailable) return { ...told, router: { ...told.router, reachable: false } };
    throw error;
  } finally {
    await driver.close();
  }
}
