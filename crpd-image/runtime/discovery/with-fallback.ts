import { ServiceName } from '../configuration/model';
import { Discovery } from './discovery';
import { OnNotice } from './notice';

/** Asks `fallback` wherever `primary` fails, and tells when that begins and ends, for each Service. */
export function withFallback(primary: Discovery, fallback: Discovery, onNotice: OnNotice): Discovery {
  const failing = new Set<string>();
  return {
    async lookup(service: ServiceName) {
      const answer = await primary.lookup(service);
      const name = `${service.name}.${service.namespace}`;
      if (answer.kind !== 'failed') {
        if (failing.delete(name))
          onNotice({ level: 'info', event: 'discovery-fallback-ended', fields: { service: name } });
        return answer;
      }
      if (!failing.has(name)) {
        failing.add(name);
        onNotice({ level: 'warn', event: 'discovery-fallback', fields: { service: name, reason: answer.reason } });
      }
      return fallback.lookup(service);
    },
    close() {
      primary.close();
      fallback.close();
    },
  };
}
