import { RouterModel } from '../configuration/model';
import { Log } from '../logging/log';
import { FILES } from '../pod';
import { RouterDriver } from './driver';

/**
 * The driver of this pod's router. Only that router's code is loaded: what it takes to parse XML is memory that a pod
 * with FRR has no use for.
 */
export async function createDriver(model: RouterModel, log?: Log): Promise<RouterDriver> {
  if (model.router === 'frr') {
    const { FrrDriver } = await import('./frr/driver');
    return new FrrDriver({ model, vtyFolder: FILES.vtyFolder, log });
  }
  const { CrpdDriver } = await import('./crpd/driver');
  return new CrpdDriver({ groups: model.discovered, notice: (by) => log?.info('router-reached', { by }) });
}
