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
    if (!theirs.some(({ id }) => learned.get(id)?.expected)) return [finding(own, whyNothing(theirs))];
    const parts = [...grouped(own.filter(isForRoutersOutside), ({ part }) => part.path).values()];
    return parts.flatMap((sides) => (served.has(sides[0].part.path) ? [] : [finding(sides, NO_CLIENT)]));
  });
}

const NO_CLIENT = 'no router outside is a client, and none can be assumed';

function whyNothing(clients: readonly OutsideSpeaker[]): string {
  const announcing = clients.filter(({ announces }) => announces.length > 0);
  if (clients.length === 0) return NO_CLIENT;
  if (announcing.length === 0)
    return `${listed(clients.map(({ id }) => id))} announce no route: declare some (announces)`;
  return `no other client is there to learn the routes of ${listed(announcing.map(({ id }) => id))}`;
}

function finding(groups: readonly RouterGroup[], why: string): DraftFinding {
  const parts = new Map(groups.map(({ part }) => [part.path, part.name]));
  const unreachable = groups.filter((group) => isForRoutersOutside(group) && group.addresses.length === 0);
  const without = [...new Set(unreachable.map(({ id }) => id))];
  const cure =
    without.length > 0
      ? `: ${listed(without)} ${without.length === 1 ? 'has' : 'have'} no address that clients peer with`
      : '';
  const toMessage = () => `nothing to prove for ${listed([...parts.values()])}: ${why}${cure}`;
  return {
    ...{ kind: 'nothingToProve', toMessage, parts: [...parts.keys()].sort(), failures: [], clients: [] },
    ...{ groups: groups.map(({ id }) => id), assumed: false, mergeKey: why },
  };
}

/** Whether it accepts clients that are no pods. */
const isForRoutersOutside = ({ clients, podNetworks, addresses }: RouterGroup): boolean =>
  addresses.length > 0 ||
  clients.some(({ ranges }) => ranges.some((range) => !podNetworks.some((network) => overlaps(range, network))));
