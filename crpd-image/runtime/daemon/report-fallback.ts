import { OnFallback } from '../discovery/with-fallback';
import { Conditions } from '../logging/conditions';

/** Reports each Service that is looked up in DNS because its EndpointSlices cannot be watched. */
export function reportFallback(conditions: Conditions): OnFallback {
  return (service, reason) => {
    if (reason === undefined) conditions.end('discovery-fallback', service, { service });
    else conditions.begin('discovery-fallback', service, reason, { service });
  };
}
