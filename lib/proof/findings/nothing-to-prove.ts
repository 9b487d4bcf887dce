import { overlaps } from '../../addressing';
import { BgpTopology, grouped, OutsideSpeaker, RouterGroup } from '../../model';
import { Learned } from '../areas/area-reachability';
import { Expectation } from '../areas/expectation';
import { DraftFinding } from './draft-finding';
import { listed } from './words';

/**
 * Networks in which no client should learn a route, and regions and pairs in other networks that nobody is a client of:
 * the proof says nothing of these.
 */
export function nothingToProve(
  topology: BgpTopology,
  learned: ReadonlyMap<string, Pick<Learned, 'expected'>>,
): readonly DraftFinding[] {
  const { groups, outside } = topology;
  const expectation = new Expectation(topology);
  const clients = outside.filter(({ clientOf }) => clientOf.length > 0);
  const clientsIn = grouped(clients, ({ clientOf }) => expectation.componentOf(clientOf[0]));
  const served = new Set(clients.flatMap(({ clientOf }) => clientOf));
  const groupsIn = grouped(groups, ({ part }) => expectation.componentOf(part.path));
  return [...groupsIn].flatMap(([network, own]) => {
    const theirs = clientsIn.get(network) ?? [];
    if (!theirs.some(({ id }) => learned.get(id)?.expected)) return [finding(own, theirs)];
    const parts = [...grouped(own.filter(isForRoutersOutside), ({ part }) => part.path).values()];
    return parts.flatMap((sides) => (served.has(sides[0].part.path) ? [] : [finding(sides, [])]));
  });
}

/** Why no client of these workloads should learn a route. */
function whyNothing(groups: readonly RouterGroup[], clients: readonly OutsideSpeaker[]): string {
  if (clients.length === 0) {
    return groups.some(({ addresses }) => addresses.length > 0)
      ? 'no router outside is a client, and the client ranges have no room for one'
      : 'no router outside can be a client, as there is no address to peer with (sides)';
  }
  const announcing = clients.filter(({ announces }) => announces.length > 0).map(({ id }) => id);
  if (announcing.length === 0) return 'no client announces a route: declare some (announces)';
  return `no other client is there to learn the routes of ${listed(announcing)}`;
}

function finding(groups: readonly RouterGroup[], clients: readonly OutsideSpeaker[]): DraftFinding {
  const parts = new Map(groups.map(({ part }) => [part.path, part.name]));
  const why = whyNothing(groups, clients);
  const toMessage = () => `nothing to prove for ${listed([...parts.values()])}: ${why}`;
  return {
    ...{ kind: 'nothingToProve', toMessage, parts: [...parts.keys()].sort(), failures: [], clients: [] },
    ...{ groups: groups.map(({ id }) => id), assumed: false, mergeKey: why },
  };
}

/** Whether it accepts clients that are no pods. */
const isForRoutersOutside = ({ clients, podNetworks, addresses }: RouterGroup): boolean =>
  addresses.length > 0 ||
  clients.some(({ ranges }) => ranges.some((range) => !podNetworks.some((network) => overlaps(range, network))));
