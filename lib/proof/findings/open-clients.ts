import { overlaps } from '../../addressing';
import { BgpTopology, grouped, RouterGroup } from '../../model';
import { DraftFinding } from './draft-finding';

/** Regions and pairs that accept every pod of their cluster as a client, and what that means. */
export function openClients({ groups }: BgpTopology): readonly DraftFinding[] {
  const open = groups.filter(takesEveryPod);
  return [...grouped(open, ({ part }) => part.path).values()].map((sides): DraftFinding => {
    const [{ part, mode, announceable }] = sides;
    const may = announceable ? 'announces what clientRoutes takes' : 'announces what it likes';
    const limit = part.kind === 'region' && !announceable ? 'limit that by clientRoutes, or ' : '';
    const who = mode === 'route-server' ? 'with an AS number that it accepts ' : '';
    const toMessage = () =>
      `any pod of the cluster ${who}may become a client of ${part.name} (podClients): it learns all routes there, and ${may}: ${limit}leave podClients out`;
    return {
      ...{ kind: 'openClients', toMessage, parts: [part.path], failures: [], clients: [] },
      ...{ groups: sides.map(({ id }) => id), assumed: false },
    };
  });
}

function takesEveryPod({ clients, podNetworks }: RouterGroup): boolean {
  return clients.some(({ ranges }) => ranges.some((range) => podNetworks.some((network) => overlaps(range, network))));
}
