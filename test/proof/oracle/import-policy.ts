import { BgpTopology } from '../../../lib';

type Group = BgpTopology['groups'][number];
type Router = BgpTopology['outside'][number];

/** The bits of an IPv4 prefix, as text of zeros and ones. */
function bitsOf(prefix: string): string {
  const [address, length] = prefix.split('/');
  const bits = address.split('.').map((byte) => Number(byte).toString(2).padStart(8, '0'));
  return bits.join('').slice(0, Number(length));
}

const isWithin = (route: string, ...prefixes: readonly string[]) =>
  prefixes.some((prefix) => bitsOf(route).startsWith(bitsOf(prefix)));

/** A part of the prefixes that are reserved: those that tests announce. */
const RESERVED = ['10.0.0.0/8', '192.168.0.0/16', '198.18.0.0/15', '203.0.113.0/24'];

/**
 * Whether a router drops an IPv4 route of a client, from what the pages say of its props (docs/anycast-route-server-pair.md,
 * docs/route-reflector-region.md); no function of the library.
 *
 * @param client a router outside; undefined for a pod of a region below
 */
export function isRefused(
  { clientFilters: filters, clientRoutes, clients }: Group,
  client: Router | undefined,
  route: string,
  communities: readonly string[],
): boolean {
  const length = bitsOf(route).length;
  if (clientRoutes && !isWithin(route, ...clientRoutes.map(({ text }) => text))) return true;
  const list = clients[0].members ? client?.member?.prefixes : undefined;
  const isListed = list?.some(
    ({ prefix, least, most }) => isWithin(route, prefix.text) && length >= least && length <= most,
  );
  if (list && !isListed) return true;
  if (!filters) return false;
  if (filters.bogonAsNumbers && client && client.autonomousSystem >= 64496 && client.autonomousSystem <= 65551)
    return true;
  if (filters.bogons && isWithin(route, ...RESERVED)) return true;
  if (filters.blackhole !== 'no' && length === 32 && communities.includes('65535:666')) return false;
  const [least, most] = filters.lengths[4];
  return length < least || length > most;
}
