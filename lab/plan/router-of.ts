import { RouterModel, routerModel } from '../../crpd-image/runtime/configuration/model';
import { parseEnvironment, parsePeerGroupsFile, SettingError } from '../../lib/settings';
import { LabError } from '../lab-error';
import { Objects, Workload } from '../manifests/objects';

/** Stands for the addresses that pods will have. */
const SOME_POD = '192.0.2.255';

/**
 * The routers of a workload, as the runtime in its pods understands their manifest; only the address is another.
 *
 * @throws LabError for settings that the pods would refuse
 */
export function routerOf({ name, pod, namespace }: Workload, { configMaps }: Objects): RouterModel {
  const fields = { 'status.podIP': SOME_POD, 'status.podIPs': SOME_POD, 'metadata.namespace': namespace };
  const variables = pod.variables.map((one) => [one.name, 'field' in one ? fields[one.field] : one.value]);
  try {
    const settings = parseEnvironment(Object.fromEntries(variables));
    const mount = pod.mounts.find(({ path }) => path === settings.groupsFile);
    const file = mount?.kind === 'file' ? configMaps.get(mount.configMap)?.get(mount.key) : undefined;
    return routerModel(settings, file === undefined ? [] : parsePeerGroupsFile(file, settings));
  } catch (error) {
    throw error instanceof SettingError ? new LabError(`${name}: ${error.message}`) : error;
  }
}
