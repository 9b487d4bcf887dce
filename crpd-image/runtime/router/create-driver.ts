import * as fs from 'fs';
import * as path from 'path';
import { RUNTIME } from '../../../lib/settings';
import { PodConfiguration } from '../../../lib/configuration';
import { Log } from '../logging/log';
import { FILES } from '../pod';
import { RouterDriver } from './driver';

/**
 * The driver of this pod's router. Only that router's code is loaded: what it takes to parse XML is memory that a pod
 * with FRR has no use for.
 */
export async function createDriver(model: PodConfiguration, log?: Log): Promise<RouterDriver> {
  if (model.router === 'frr') {
    const { FrrDriver } = await import('./frr/driver');
    return new FrrDriver({ model, vtyFolder: FILES.vtyFolder, log });
  }
  const { CrpdDriver } = await import('./crpd/driver');
  const notice = (by: string) => log?.info('router-reached', { by });
  return new CrpdDriver({ groups: model.discovered, licenses: licenseFiles(), notice });
}

/** The files that the license's Secret is mounted as; a cRPD without one runs, for a time and with few peers. */
export function licenseFiles(): readonly string[] {
  const folder = RUNTIME.licenseFolder;
  if (!fs.existsSync(folder)) return [];
  // Kubernetes keeps what it mounts in folders whose names begin with a dot.
  const names = fs.readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names.map((name) => path.join(folder, name));
}
