import { parseAddress } from '../lib/addressing';
import { PodConfiguration } from '../lib/configuration';

/** What a route reflector at 10.42.0.1 makes of its settings: a mesh by the Service `core`, no clients; after changes. */
export const podModel = (changes: Partial<PodConfiguration> = {}): PodConfiguration => ({
  router: 'frr',
  mode: 'route-reflector',
  autonomousSystem: 64496,
  podIp: parseAddress('10.42.0.1'),
  routerId: parseAddress('10.42.0.1'),
  families: ['inet'],
  resetsLocalPreference: false,
  ...{ identifiers: {}, meshes: [], meshMd5: true, upstreams: [], communities: {} },
  discovered: [
    {
      kind: 'mesh',
      name: 'MESHRR-MESH',
      service: { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' },
    },
  ],
  clients: [],
  clientLimit: 5000,
  ...changes,
});
