import { problem } from '../registry';
import { RegistryRule } from './rule';

export const MONITORING: readonly RegistryRule[] = [
  {
    id: 'one-monitoring',
    wants: 'A cluster has at most one `Monitoring`, so that no alert is fired twice.',
    *check({ declared: { monitorings } }) {
      for (const [i, { path, cluster, scrapers }] of monitorings.entries()) {
        const first = monitorings.find((other) => other.cluster === cluster);
        if (first === undefined || first === monitorings[i]) continue;
        yield problem(path, 'scrapedFrom', scrapers, `one Monitoring in a cluster: ${first.path} is there already`);
      }
    },
  },
];
