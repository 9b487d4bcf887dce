import { Family, traitsOf } from '../addressing';
import { Check, flag, integer, oneOf, shapeOf, text, ValidationError, withDefault } from '../input';
import type { Codec } from './codec';
import type { PeerGroup } from './groups';
import { namedValues, writtenValues } from './named-values';

/** What a route server drops of what its clients send, beyond routes that do not begin with an AS number of theirs. */
export interface ClientFiltersProps {
  /**
   * Whether it drops routes to prefixes that are not for the Internet: private, reserved, for documentation.
   * @default true
   */
  readonly bogons?: boolean;
  /**
   * Whether it drops routes with an AS number in their path that is not for the Internet: private, reserved, for documentation.
   * @default true
   */
  readonly bogonAsNumbers?: boolean;
  /**
   * Whether the next hop of an IPv4 or IPv6 route becomes the address of the client that sent it, so that no client attracts
   * traffic for another one (RFC 7948, 4.8).
   * @default true
   */
  readonly ownNextHop?: boolean;
  /**
   * The most AS numbers in a path, 1 to 100.
   * @default 64
   */
  readonly asPathLength?: number;
  /**
   * The lengths of the prefixes of IPv4 routes.
   * @default '8-24'
   */
  readonly ipv4Lengths?: string;
  /**
   * The lengths of the prefixes of IPv6 routes.
   * @default '16-48'
   */
  readonly ipv6Lengths?: string;
  /**
   * Whether host routes with the community BLACKHOLE (RFC 7999) are accepted, and which community they are sent to clients with
   * besides: NO_EXPORT or NO_ADVERTISE. FRR adds NO_EXPORT in both cases. Their origins are not validated (`rpki`).
   * @default 'no'
   */
  readonly blackhole?: BlackholeRoutes;
  /**
   * Whether members say by communities to which other members their routes go, and with which AS path. For members alone, without
   * `clientRanges`, and for IPv4 and IPv6: no router compares a community with the AS number of a neighbor from a range.
   * @default false
   */
  readonly actions?: boolean;
}

/** What happens to host routes with the community BLACKHOLE. */
export type BlackholeRoutes = 'no' | 'no-export' | 'no-advertise';

/** {@link ClientFiltersProps}, read. */
export interface ClientFilters extends Required<
  Pick<ClientFiltersProps, 'bogons' | 'bogonAsNumbers' | 'ownNextHop' | 'asPathLength' | 'blackhole' | 'actions'>
> {
  /** The least and the greatest length, by IP family. */
  readonly lengths: Readonly<Record<4 | 6, readonly [least: number, most: number]>>;
}

/** `exchange`: safe where the clients do not trust each other. `house`: the AS number of a client alone is checked. */
export type FilterDefaults = 'exchange' | 'house';

const lengths =
  (bits: number): Check<readonly [number, number]> =>
  (value) => {
    const wanted = `two lengths from 0 to ${bits}, such as 8-24`;
    const [least, most] = text(
      /^\d{1,3}-\d{1,3}$/,
      wanted,
    )(value)
      .split('-')
      .map(Number);
    if (least > most || most > bits) throw ValidationError.of(value, wanted);
    return [least, most];
  };

const checkFilters = shapeOf<ClientFiltersProps>()({
  bogons: withDefault(flag, true),
  bogonAsNumbers: withDefault(flag, true),
  ownNextHop: withDefault(flag, true),
  asPathLength: withDefault(integer(1, 100), 64),
  ipv4Lengths: withDefault(lengths(32), [8, 24]),
  ipv6Lengths: withDefault(lengths(128), [16, 48]),
  blackhole: withDefault(oneOf('no', 'no-export', 'no-advertise'), 'no'),
  actions: withDefault(flag, false),
});

/** Reads the filters of a route server; undefined for those of a house. @throws ValidationError */
export const checkClientFilters: Check<ClientFilters | undefined> = (value) => {
  if (value === undefined || value === 'house') return undefined;
  if (value !== 'exchange' && typeof value !== 'object') {
    throw ValidationError.of(value, '"exchange", "house" or an object');
  }
  const { ipv4Lengths, ipv6Lengths, ...others } = checkFilters(value === 'exchange' ? {} : value);
  return { ...others, lengths: { 4: ipv4Lengths, 6: ipv6Lengths } };
};

/** `bogons=true,bogonAsNumbers=true,ownNextHop=true,asPathLength=64,ipv4Lengths=8-24,ipv6Lengths=16-48`. */
export const clientFilters: Codec<ClientFilters> = {
  parse: (given) => checkClientFilters(Object.fromEntries(namedValues(given, 'bogons=true'))) as ClientFilters,
  format: ({ lengths: { 4: ipv4, 6: ipv6 }, blackhole, actions, ...others }) =>
    writtenValues({
      ...others,
      ...{ ipv4Lengths: ipv4.join('-'), ipv6Lengths: ipv6.join('-') },
      ...(blackhole !== 'no' && { blackhole }),
      ...(actions && { actions }),
    }),
};

/** What `actions` may be where it is given and cannot be; undefined where it can. */
export function actionsRefusal(
  filters: ClientFilters | undefined,
  {
    families,
    clientRanges,
    hasMembers,
    groups,
  }: {
    readonly families: readonly Family[];
    readonly clientRanges?: readonly unknown[];
    readonly hasMembers: boolean;
    readonly groups: readonly PeerGroup[];
  },
): string | undefined {
  if (!filters?.actions) return undefined;
  if (!hasMembers || clientRanges || groups.some(({ kind }) => kind === 'clients')) {
    return 'false unless all clients are members: no router compares a community with the AS number of a client from a range';
  }
  const other = families.find((family) => traitsOf(family).prefixes === undefined);
  return other && `false with ${other}: actions are for routes of IPv4 and IPv6`;
}
