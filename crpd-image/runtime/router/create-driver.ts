import * as fs from 'fs';
import * as path from 'path';
import { RUNTIME } from '../../../lib/settings';
import { PodConfiguration } from '../../../lib/configuration';
import { Log } from '../logging/log';
import { FILES } from '../pod';
import { RouterDriver } from './driver';

/**
 * Creates the driver of this pod's router and loads only its code: a pod with FRR needs no memory for an XML parser.
 *
 * @param onLost called when FRR has closed the connection: it has ended
 */
export async function createDriver(model: PodConfiguration, log?: Log, onLost?: () => void): Promise<RouterDriver> {
  if (model.router === 'frr') {
    const { FrrDriver } = await import('./frr/driver');
    return new FrrDriver({ model, vtyFolder: FILES.vtyFolder, log, onLost });
  }
  const { CrpdDriver } = await import('./crpd/driver');
  const notice = (by: string) => log?.info('router-reached', { by });
  const memberGroups = model.clients.flatMap(({ name, members }) => (members ? [name] : []));
  const rtrServers = model.rpki?.servers;
  return new CrpdDriver({ groups: model.discovered, memberGroups, rtrServers, licenses: licenseFiles(), notice });
}

/** The files of the mounted license Secret. Without a license, cRPD runs for a limited time with few peers. */
export function licenseFiles(): readonly string[] {
  const folder = RUNTIME.licenseFolder;
  if (!fs.existsSync(folder)) return [];
  // Kubernetes puts the data of mounted Secrets into folders whose names begin with a dot.
  const names = fs.readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names.map((name) => path.join(folder, name));
}
