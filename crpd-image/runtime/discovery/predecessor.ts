import { Settings } from '../../../lib/settings';
import type { Listed } from './slice';

/**
 * Whether an endpoint is another pod of this pod's workload on its node: the one that it replaces, while a DaemonSet is updated with
 * a surge, or the one that replaces it. Both have the same BGP identifier, so a session between them would be refused.
 */
export function sharesIdentity(settings: Pick<Settings, 'podIp'> & Partial<Settings>) {
  const { identity = '', instance, podIp, podIps = [] } = settings;
  const own = new Set([podIp, ...podIps].map(({ text }) => text));
  const workload = identity.slice(identity.lastIndexOf('/') + 1);
  const isOfWorkload = (pod: string) =>
    pod.startsWith(`${workload}-`) && /^([a-z0-9]+-)?[a-z0-9]{5}$/.test(pod.slice(workload.length + 1));
  return ({ address, pod, node }: Listed): boolean =>
    workload !== '' &&
    node !== undefined &&
    node === instance &&
    pod !== undefined &&
    isOfWorkload(pod) &&
    !own.has(address);
}
