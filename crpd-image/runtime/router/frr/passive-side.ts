import { IpAddress, parseAddress } from '../../../../lib/addressing';

/**
 * Whether bgpd keeps its sessions if two routers start together and both open a connection. FRR 8.4 on a busy machine loses
 * Established sessions: 158 of 1,560 at starts of 40 pods. FRR 10.3 lost none of 3,444, and five of some 3,000 on
 * a machine that was busier. Releases in between were not tried.
 *
 * @param version the output of `show version`
 */
export function bothMayDial(version: string): boolean {
  const [, major, minor] = /^FRRouting (\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 10 || (Number(major) === 10 && Number(minor) >= 3);
}

/**
 * Whether a router is the passive side of a session of its mesh, if only one may open the connection. The router with the
 * higher address does; it would also win a connection collision (RFC 4271, 6.8).
 *
 * @param own the address of this router in the mesh
 * @returns false if the address families differ: then this router does not know its address in the other family, and
 *   both sides connect
 */
export function isPassiveSide(address: string, own: IpAddress): boolean {
  const { family, first } = parseAddress(address);
  return family === own.family && first > own.first;
}
