import { IpAddress } from '../addressing';
import { DialedGroup } from '../configuration';
import { BgpTopology, grouped, OutsideSpeaker, RouterGroup } from '../model';
import { NeighborGroup } from './configuration';

/**
 * The neighbors of a route reflector that pods dial: those that are its clients, and those that are members of a mesh with
 * it. It accepts them from the networks of the pods, as their addresses change.
 */
export function servedPods({ groups }: BgpTopology, router: OutsideSpeaker): readonly NeighborGroup[] {
  const { reflects, autonomousSystem: remoteAs, addresses } = router;
  if (!reflects) return [];
  const dials = (dialed: readonly DialedGroup[]) =>
    dialed.some((group) => group.addresses?.some(({ text }) => addresses.some((own) => own.text === text)));
  const [clusterId = addresses[0]] = [reflects.clusterId];
  const rangesOf = ({ podNetworks }: RouterGroup) =>
    (reflects.podsFrom ?? podNetworks).filter(({ family }) => family === addresses[0].family);
  // A router has one group for a range. Of families that only some of the pods carry, BGP negotiates the others.
  const served = (kind: 'client' | 'member', theirs: readonly RouterGroup[]): readonly NeighborGroup[] =>
    [...grouped(theirs, (group) => rangesOf(group).map(textOf).join()).values()].map((same, i): NeighborGroup => {
      const number = i === 0 ? '' : `-${i + 1}`;
      return {
        name: `MESHRR-${kind === 'client' ? 'CLIENTS' : 'MESH'}${number}`,
        description: `pods of ${[...new Set(same.map(({ part }) => part.name))].join(', ')}`.slice(0, 80),
        ...{
          kind,
          remoteAs,
          anycast: false,
          passive: true,
          password: reflects.authentication !== undefined,
          neighbors: [],
        },
        ...(kind === 'client' && { clusterId }),
        families: reflects.families.filter((family) => same.some(({ families }) => families.includes(family))),
        ranges: rangesOf(same[0]),
      };
    });
  return [
    ...served(
      'client',
      groups.filter(({ upstreams }) => dials(upstreams)),
    ),
    ...served(
      'member',
      groups.filter(({ meshes }) => dials(meshes)),
    ),
  ];
}

const textOf = ({ text }: Pick<IpAddress, 'text'>) => text;
