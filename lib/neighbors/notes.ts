import { FAMILIES, Family, IpAddress, traitsOf } from '../addressing';
import { OutsideSpeaker, RackPeering, RouterGroup } from '../model';
import { BGP_PORT } from '../settings';
import { NeighborGroup } from './configuration';

/** What the notes are about. */
interface Circumstances {
  readonly anycast: readonly IpAddress[];
  /** The workloads that it is a client of. */
  readonly servers: readonly RouterGroup[];
  /** Families of the sessions with route servers of which the text permits everything to be announced. */
  readonly unfiltered: readonly Family[];
  /** Groups whose sessions carry routes of the IP family that is not that of their addresses. */
  readonly foreign: readonly NeighborGroup[];
  /** Groups whose neighbors check the TTL of packets (GTSM). */
  readonly guarded: readonly NeighborGroup[];
  /** The ids of nodes whose links to the router are not exported. */
  readonly unlinked: readonly string[];
}

/** What the reader of a configuration must see to, on any platform. */
export function notesOf(
  { vrf, announcesToNodes }: OutsideSpeaker,
  peerings: readonly RackPeering[],
  { anycast, servers, unfiltered, foreign, guarded, unlinked }: Circumstances,
): readonly string[] {
  const unnumbered = peerings.filter(({ neighbor }) => neighbor.interface !== undefined);
  const ports = peerings.filter(({ neighbor: { port } }) => port !== undefined && port !== BGP_PORT);
  const beside = FAMILIES.flatMap((family) => {
    const missing = traitsOf(family).beside;
    return missing !== undefined && servers.some(({ families }) => families.includes(family)) ? [missing] : [];
  });
  const notes: readonly (readonly [boolean, string])[] = [
    [
      anycast.length > 0,
      `Keep ${anycast.map(({ text }) => text).join(', ')} out of everything else that the router redistributes.`,
    ],
    [
      vrf === undefined && unlinked.length > 0,
      `The links to ${unlinked.join(', ')} are not exported: the app does not tell their networks.`,
    ],
    [
      announcesToNodes !== undefined,
      'MetalLB rejects all routes unless its FRR is configured to receive these (toReceive of an FRRConfiguration).',
    ],
    [vrf !== undefined, `VRF ${vrf} is there already, with its route distinguisher and targets.`],
    [
      unfiltered.length > 0,
      `Routes of ${unfiltered.join(', ')} are announced to route servers without a filter, those of other route servers included: deny these unless the router is to be transit.`,
    ],
  ];
  return [
    ...notes.flatMap(([holds, note]) => (holds ? [note] : [])),
    ...beside.map((missing) => `${missing} are not in here.`),
    ...foreign.flatMap(({ source }) => (source ? [nextHopNote(source)] : [])),
    ...guarded.map(
      ({ gtsmHops, neighbors }) =>
        `${neighbors.map(({ address: { text } }) => text).join(', ')} accept packets from at most ${gtsmHops} hops away (GTSM): they must leave with TTL 255. This is in here on FRR alone.`,
    ),
    ...unnumbered.map(({ neighbor }) => `Peer ${neighbor.name} of MetalLB runs over an interface; it is not in here.`),
    ...ports.map(
      ({ neighbor: { name, port } }) => `Peer ${name} of MetalLB dials port ${port}, where BGP must listen.`,
    ),
  ];
}

/** A session of one IP family has no next hop for routes of the other one by itself. */
function nextHopNote({ family, text }: IpAddress): string {
  const [other, onJunos] =
    family === 4
      ? ['IPv6', `the default is ::ffff:${text}, which no router has`]
      : ['IPv4', 'it takes "local-ipv4-address"'];
  return `Sessions from ${text} carry ${other} routes: these need a next hop that others reach. On Junos, ${onJunos}.`;
}
