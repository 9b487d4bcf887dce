import { IpAddress, parseAddress } from '../../../../lib/addressing';

/**
 * Whether a router is the passive side of a session of its mesh. The router with the higher address opens the
 * connection; it would also win a connection collision (RFC 4271, 6.8). If two routers start together and both open a
 * connection, FRR on a busy machine loses Established sessions.
 *
 * @param own the address of this router in the mesh
 * @returns false if the address families differ: then this router does not know its address in the other family, and
 *   both sides connect
 */
export function isPassiveSide(address: string, own: IpAddress): boolean {
  const { family, first } = parseAddress(address);
  return family === own.family && first > own.first;
}
