import { IpAddress, parseAddress } from '../../../../lib/addressing';

/**
 * Whether a router is the passive side of a session of its mesh. The router with the higher address opens the
 * connection; it would also win a connection collision (RFC 4271, 6.8). If both opened one when they start together,
 * FRR on a busy machine would lose sessions that are Established.
 *
 * @param own the address of this router in the mesh
 * @returns false where the address families differ: this router does not know by which address the neighbor sees it,
 *   and both sides connect
 */
export function isPassiveSide(address: string, own: IpAddress): boolean {
  const { family, first } = parseAddress(address);
  return family === own.family && first > own.first;
}
