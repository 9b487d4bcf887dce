import { parseEnvironment, Settings } from '../../lib/settings';
import { Workload } from '../manifests/objects';

/** Stands for the addresses that pods will have. */
const SOME_POD = '192.0.2.255';

/** The settings that the pods of a workload are started with, but for their addresses. @throws SettingError */
export function settingsOf({ pod, namespace }: Workload): Settings {
  const fields = { 'status.podIP': SOME_POD, 'metadata.namespace': namespace };
  return parseEnvironment(
    Object.fromEntries(pod.variables.map((one) => [one.name, 'field' in one ? fields[one.field] : one.value])),
  );
}
