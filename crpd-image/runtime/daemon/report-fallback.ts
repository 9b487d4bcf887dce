import { OnFallback } from '../discovery/with-fallback';
import { Conditions } from '../logging/conditions';

/** Tells of each Service while DNS is asked for it in place of EndpointSlices: an API server that comes and goes, too. */
export function reportFallback(conditions: Conditions): OnFallback {
  return (service, reason) => {
    if (reason === undefined) conditions.end('discovery-fallback', service, { service });
    else conditions.begin('discovery-fallback', service, reason, { service });
  };
}
