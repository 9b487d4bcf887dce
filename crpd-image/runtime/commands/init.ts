import * as fs from 'fs';
import { rejectAbsent, rejectImpossible, versionsOf } from '../assumptions/assumptions';
import { md5Refusal } from '../assumptions/tcp-md5';
import { ownAddresses } from '../discovery/own-addresses';
import { CAPABILITIES } from '../../../lib/settings';
import { Prepared, prepareConfiguration } from '../configuration/initial-configuration';
import { ConfigurationError, Pod } from '../../../lib/configuration';
import { FILES, readPod } from '../pod';
import { Failure, expectArguments } from './command';
import { podLog } from './pod-log';

/** Writes the router's configuration before the router starts. Writes nothing if anything is wrong. */
export async function init(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const pod = readPod(process.env, 'read');
  const { model } = pod;
  const log = podLog(pod);
  const keyed = [...model.discovered, ...model.clients].some(({ key }) => key !== undefined);
  const own = ownAddresses(model.podIp.text);
  rejectImpossible(model, versionsOf(own), keyed ? md5Refusal() : undefined);
  rejectAbsent(pod.settings.listenAddresses, own);
  const done = configurationOf(pod);
  log.info('configuration', { ...done });
  const isFiltered = CAPABILITIES[model.router].foreignClients === 'filtered';
  if (model.mode === 'route-server' && isFiltered && model.clients.some(({ members }) => !members)) {
    log.info('foreign-clients-filtered', {
      reason: `${model.router} cannot refuse clients by AS number: it drops the routes of those outside MESHRR_ASRANGE`,
    });
  }
}

/** @throws Failure */
function configurationOf(pod: Pod): Prepared {
  const status = FILES.status(pod.model.router);
  const handover = FILES.handover(pod.model.router);
  try {
    // A restarted container is not ready yet, and not drained.
    for (const file of [status, `${status}.new`, handover, FILES.keyFault])
      fs.rmSync(file, { force: true, recursive: true });
    return prepareConfiguration({ ...pod, templates: FILES.templates });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The operator can correct both: a wrong template, or a file that cannot be written.
    if (error instanceof ConfigurationError || code !== undefined) throw new Failure(message);
    throw error;
  }
}
