import { overlaps } from '../addressing';
import { dialedFrom, dialersOf } from '../neighbors';
import { problem } from '../registry';
import { ofRouter } from './racks';
import { TopologyRule } from './rule';

export const REFLECTORS: readonly TopologyRule[] = [
  {
    id: 'reflector-one-group-for-a-range',
    wants: 'No pod network has both clients of a route reflector outside and members of one mesh with it.',
    source: 'FRR: `bgp listen range`, Junos: `allow`',
    check: ofRouter(function* (_, router, topology) {
      if (!router.reflects) return;
      const { client, member } = dialersOf(topology, router);
      for (const clients of client) {
        const ranges = dialedFrom(router, clients);
        for (const members of member) {
          const shared = dialedFrom(router, members).find((range) => ranges.some((own) => overlaps(own, range)));
          if (!shared) continue;
          const [own, other] = [clients.part.path, members.part.path];
          const remedy =
            own === other
              ? 'nothing, or no externalMembers'
              : `another upstream, as ${other} is in one mesh with the reflectors (externalMembers)`;
          const allowed = `${remedy}: a router has one BGP group for pods in ${shared.text}`;
          yield problem(own, 'upstream', router.reflects.part.name, allowed);
        }
      }
    }),
  },
];
