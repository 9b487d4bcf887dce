import { synthesize } from '../lib';
import { loadBalancedRouteServers } from './load-balanced-route-servers';
import { twoRegionsHrr } from './two-regions-hrr';

/** All example apps, each into a folder of its own. */
synthesize({ ...loadBalancedRouteServers, ...twoRegionsHrr });
