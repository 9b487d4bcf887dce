import { Pod } from '../../../lab/pod/pod';

/** What the runtime of a pod has logged under this name, the oldest first. */
export function eventsOf(pod: Pod, name: string): Record<string, unknown>[] {
  return pod
    .log('meshrr')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === name);
}
