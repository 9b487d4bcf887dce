import { synthesize } from '../lib';
import { loadBalancedRouteServers } from './load-balanced-route-servers';
import { twoRegionsHrr } from './two-regions-hrr';
import { twoRegionsRouteServers } from './two-regions-route-servers';

/** All example apps, by the folder of the output that each goes to. Arguments choose some of them. */
const apps = { ...loadBalancedRouteServers, ...twoRegionsRouteServers, ...twoRegionsHrr };

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !(name in apps));
if (unknown !== undefined) {
  console.error(`error: no app is named ${unknown}; there are ${Object.keys(apps).join(', ')}`);
  process.exitCode = 1;
} else {
  synthesize(Object.fromEntries(Object.entries(apps).filter(([name]) => chosen.length === 0 || chosen.includes(name))));
}
