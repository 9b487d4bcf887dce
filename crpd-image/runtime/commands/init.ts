import * as fs from 'fs';
import { CAPABILITIES } from '../../../lib/settings';
import { Prepared, prepareConfiguration } from '../configuration/initial-configuration';
import { ConfigurationError } from '../../../lib/configuration';
import { FILES, Pod, readPod } from '../pod';
import { Failure, takesOnly } from './command';
import { logOf } from './pod-log';

/** Writes the router's configuration, before the router starts. Nothing is written where anything is wrong. */
export async function init(args: readonly string[]): Promise<void> {
  takesOnly(args);
  const pod = readPod(process.env, 'read');
  const { model } = pod;
  const log = logOf(pod);
  const done = configurationOf(pod);
  log.info('configuration', { ...done });
  if (model.mode === 'route-server' && CAPABILITIES[model.router].foreignClients === 'filtered') {
    log.info('foreign-clients-filtered', {
      reason: `${model.router} cannot refuse clients by AS number: it drops the routes of those outside MESHRR_ASRANGE`,
    });
  }
}

/** @throws Failure */
function configurationOf(pod: Pod): Prepared {
  const status = FILES.status(pod.model.router);
  try {
    // A container that starts again has yet to become ready.
    for (const file of [status, `${status}.new`]) fs.rmSync(file, { force: true, recursive: true });
    return prepareConfiguration({ ...pod, templates: FILES.templates });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A template that is wrong, or a file that cannot be written: both are for the operator to mend.
    if (error instanceof ConfigurationError || code !== undefined) throw new Failure(message);
    throw error;
  }
}
