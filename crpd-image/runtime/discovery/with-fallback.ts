import { ServiceName } from '../../../lib/configuration';
import { Discovery } from './discovery';

/**
 * Called at each lookup.
 *
 * @param service `core.default`
 * @param reason why the fallback is used; undefined if it is not
 */
export type OnFallback = (service: string, reason: string | undefined) => void;

/** Uses `fallback` for each lookup that fails in `primary`. */
export function withFallback(primary: Discovery, fallback: Discovery, onFallback: OnFallback): Discovery {
  return {
    async lookup(service: ServiceName) {
      const answer = await primary.lookup(service);
      onFallback(`${service.name}.${service.namespace}`, answer.kind === 'failed' ? answer.reason : undefined);
      return answer.kind === 'failed' ? fallback.lookup(service) : answer;
    },
    close() {
      primary.close();
      fallback.close();
    },
  };
}
