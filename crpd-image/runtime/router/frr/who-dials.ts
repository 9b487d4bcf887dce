import { IpAddress, parseAddress } from '../../../../lib/addressing';

/**
 * Whether a router waits for a neighbor of its mesh to dial. Of the two, the one with the higher address dials, whose
 * connection would win a collision, too (RFC 4271, 6.8): routers that start together would otherwise dial each other in
 * the same moment, and FRR on a busy machine then loses sessions that have come up.
 *
 * @param own the address by which the neighbor knows the router
 * @returns false where the families differ: how the neighbor sees this router is not known, and both dial
 */
export function waitsFor(address: string, own: IpAddress): boolean {
  const { family, first } = parseAddress(address);
  return family === own.family && first > own.first;
}
