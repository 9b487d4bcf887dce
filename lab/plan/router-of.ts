import { PodConfiguration, podConfiguration } from '../../lib/configuration';
import { parseEnvironment, parsePeerGroupsFile, SettingError, SETTINGS } from '../../lib/settings';
import { LabError } from '../lab-error';
import { Objects, Workload } from '../manifests/objects';

/** Stands for the addresses that pods will have, where the manifest does not say out of which networks. */
const SOME_POD = '192.0.2.255';

/**
 * The routers of a workload, as the runtime in its pods understands their manifest; only the address is another.
 *
 * @throws LabError for settings that the pods would refuse
 */
export function routerOf({ name, pod, namespace }: Workload, { configMaps }: Objects): PodConfiguration {
  const address = somePod(pod.variables);
  const fields = { 'status.podIP': address, 'status.podIPs': address, 'metadata.namespace': namespace };
  const variables = pod.variables.map((one) => [one.name, 'field' in one ? fields[one.field] : one.value]);
  try {
    const settings = parseEnvironment(Object.fromEntries(variables));
    const mount = pod.mounts.find(({ path }) => path === settings.groupsFile);
    const file = mount?.kind === 'file' ? configMaps.get(mount.configMap)?.get(mount.key) : undefined;
    return podConfiguration(settings, file === undefined ? [] : parsePeerGroupsFile(file, settings));
  } catch (error) {
    throw error instanceof SettingError ? new LabError(`${name}: ${error.message}`) : error;
  }
}

function somePod(variables: Workload['pod']['variables']): string {
  const networks = variables.find(({ name }) => name === SETTINGS.podNetworks.variable);
  const prefixes = networks && 'value' in networks ? networks.value.split(',') : [];
  return prefixes.find((text) => !text.includes(':'))?.replace(/\/.*$/, '') ?? SOME_POD;
}
