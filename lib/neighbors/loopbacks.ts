import { IpAddress } from '../addressing';
import { NeighborConfiguration, NeighborGroup } from './configuration';

// IOS-XR and EOS name the source of a session by its interface.

/** The loopback that has the router's own addresses: its first, or one of its own in a VRF. */
const OWN = { default: 'Loopback0', vrf: 'Loopback100' };

/** The number of the first loopback with an address that all routers beside nodes share; the next one has the next. */
const FIRST_ANYCAST = 179;

/** An interface of the router, and the addresses that it is given. */
export interface Loopback {
  readonly name: string;
  readonly addresses: readonly IpAddress[];
}

const anycastName = (index: number) => `Loopback${FIRST_ANYCAST + index}`;

const ownName = ({ vrf, interface: name }: NeighborConfiguration) =>
  name ?? (vrf === undefined ? OWN.default : OWN.vrf);

/** The loopbacks that are part of the configuration. */
export function loopbacksOf(configuration: NeighborConfiguration): readonly Loopback[] {
  const { addresses, anycast, interface: name } = configuration;
  const own = name === undefined && addresses.length > 0 ? [{ name: ownName(configuration), addresses }] : [];
  return [...own, ...anycast.map((address, i) => ({ name: anycastName(i), addresses: [address] }))];
}

/** The interface whose address a session ends on; none where it is that of the link. */
export function sourceOf(configuration: NeighborConfiguration, { source, anycast }: NeighborGroup): string | undefined {
  if (!source) return undefined;
  if (!anycast) return ownName(configuration);
  return anycastName(configuration.anycast.findIndex(({ text }) => text === source.text));
}
