import { IpPrefix } from '../addressing';
import { DialedGroup } from '../configuration';
import { BgpTopology, grouped, OutsideSpeaker, RouterGroup } from '../model';
import { NeighborGroup } from './configuration';

/** The workloads whose pods dial a route reflector: as its clients, and as members of one mesh with it. */
export function dialersOf(
  { groups }: BgpTopology,
  { addresses }: OutsideSpeaker,
): Readonly<Record<'client' | 'member', readonly RouterGroup[]>> {
  const dials = (dialed: readonly DialedGroup[]) =>
    dialed.some((group) => group.addresses?.some(({ text }) => addresses.some((own) => own.text === text)));
  return {
    client: groups.filter(({ upstreams }) => dials(upstreams)),
    member: groups.filter(({ meshes }) => dials(meshes)),
  };
}

/** The prefixes from which the pods of a workload dial a route reflector. */
export function dialedFrom({ reflects, addresses }: OutsideSpeaker, { podNetworks }: RouterGroup): readonly IpPrefix[] {
  return (reflects?.podsFrom ?? podNetworks).filter(({ family }) => family === addresses[0].family);
}

/**
 * The neighbors of a route reflector that pods dial: those that are its clients, and those that are members of a mesh with
 * it. It accepts them from the networks of the pods, as their addresses change.
 */
export function servedPods(topology: BgpTopology, router: OutsideSpeaker): readonly NeighborGroup[] {
  const { reflects, autonomousSystem: remoteAs, addresses } = router;
  if (!reflects) return [];
  const [clusterId = addresses[0]] = [reflects.clusterId];
  // Of families that only some of the pods carry, BGP negotiates the others.
  const served = (kind: 'client' | 'member', theirs: readonly RouterGroup[]): readonly NeighborGroup[] =>
    [...grouped(dialersByRange(router, theirs), ({ from }) => from.map(({ id }) => id).join()).values()].map(
      (same, i): NeighborGroup => {
        const [{ from }] = same;
        const number = i === 0 ? '' : `-${i + 1}`;
        return {
          name: `MESHRR-${kind === 'client' ? 'CLIENTS' : 'MESH'}${number}`,
          description: `pods of ${[...new Set(from.map(({ part }) => part.name))].join(', ')}`.slice(0, 80),
          ...{
            kind,
            remoteAs,
            anycast: false,
            passive: true,
            password: reflects.authentication !== undefined,
            neighbors: [],
          },
          ...(kind === 'client' && { clusterId }),
          families: reflects.families.filter((family) => from.some(({ families }) => families.includes(family))),
          ranges: same.map(({ range }) => range),
        };
      },
    );
  const { client, member } = dialersOf(topology, router);
  return [...served('client', client), ...served('member', member)];
}

/** Each range once, as a router has one group for a range, with the workloads whose pods dial from it. */
function dialersByRange(router: OutsideSpeaker, groups: readonly RouterGroup[]) {
  const ranges = new Map<string, { readonly range: IpPrefix; readonly from: RouterGroup[] }>();
  for (const group of groups) {
    for (const range of dialedFrom(router, group)) {
      const known = ranges.get(range.text) ?? { range, from: [] };
      known.from.push(group);
      ranges.set(range.text, known);
    }
  }
  return [...ranges.values()];
}
