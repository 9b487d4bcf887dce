import { traitsOf } from '../../addressing';
import { BgpTopology, counted, grouped, OutsideSpeaker, Reflecting } from '../../model';
import { chips, ROUTERS_DRAWN, routerChip, routerChips } from './chips';
import { Links } from './links';
import { Net, PartCard } from './picture';

/** Route reflectors that are not pods of the app, by the paths of their constructs. */
export const reflectorsIn = ({ outside }: BgpTopology): ReadonlyMap<string, readonly OutsideSpeaker[]> =>
  grouped(
    outside.filter(({ reflects }) => reflects),
    (router) => (router.reflects as Reflecting).part.path,
  );

/** The card of route reflectors of one kind, with their own clients. */
export function reflectorCard(path: string, routers: readonly OutsideSpeaker[], topology: BgpTopology): PartCard {
  const [{ autonomousSystem, reflects }] = routers;
  const { part, families, service } = reflects as Reflecting;
  const clients = topology.outside.filter(({ clientOf }) => clientOf.includes(path));
  const sessions = topology.choices.filter(({ from }) => clients.some(({ id }) => id === from)).length;
  const names = families.map((family) => traitsOf(family).label).join('+');
  return {
    ...{ id: path, count: 1, heading: `reflectors ${part.name}`, clientKind: 'client' },
    lines: [
      service === undefined ? 'that the network has already' : 'of another app',
      `AS ${autonomousSystem}, route reflectors, ${names}`,
    ],
    groups: [
      {
        heading: counted(routers.length, 'route reflector'),
        workload: service ?? part.name,
        ...{ lines: [], meshed: routers.length > 1 },
        pods: chips(routers.map(routerChip), ROUTERS_DRAWN, 'router'),
      },
    ],
    clients:
      clients.length === 0
        ? undefined
        : {
            id: `clients of ${path}`,
            heading: counted(clients.length, 'client'),
            lines: [counted(sessions, 'iBGP session')],
            routers: routerChips(clients),
          },
  };
}

/** One line for each mesh that has such reflectors as members. */
export const reflectorMeshNets = ({ withReflectors }: Links, cardOf: ReadonlyMap<string, string>): readonly Net[] =>
  withReflectors.map(({ from, to, sessions }) => ({
    kind: 'mesh',
    label: `mesh with reflectors, ${counted(sessions, 'iBGP session')}`,
    above: [],
    below: [...new Set([from, to].map((path) => cardOf.get(path) as string))],
  }));
