import { IpAddress, parseAddress } from '../addressing';
import { murmur3 } from './murmur3';

/** What the BGP identifiers of the pods of a workload follow from. */
export interface Identifiers {
  /** The identifier of the only pod. */
  readonly routerId?: IpAddress;
  /** The identifiers of all pods, by their instances. */
  readonly routerIds?: Readonly<Record<string, IpAddress>>;
  /** The name of the workload, which no other workload of the AS has: `meshrr/meshrr-east-a`. */
  readonly identity?: string;
}

/**
 * The BGP identifier of a pod. It follows from names, not from addresses, so that the next pod of the same name has it, too.
 *
 * @param instance what the pod has in common with its successor: the name of its node, or that of a pod of a StatefulSet
 * @returns undefined if nothing gives it one
 */
export function identifierOf(
  { routerId, routerIds, identity }: Identifiers,
  instance: string | undefined,
): IpAddress | undefined {
  if (routerId !== undefined || instance === undefined) return routerId;
  if (routerIds !== undefined) return Object.hasOwn(routerIds, instance) ? routerIds[instance] : undefined;
  return identity === undefined ? undefined : hashedIdentifier(`${identity}@${instance}`);
}

/** The first and the number of the identifiers that are made from names: 1.0.0.0 to 126.255.255.255. */
const HASHED = { first: 0x01000000, count: 0x7e000000 };

/**
 * A BGP identifier from a name. RFC 6286 permits any four octets but zero; routers that still apply RFC 4271 want the address
 * of a host, so loopback addresses, multicast and class E are left out.
 */
export function hashedIdentifier(name: string): IpAddress {
  const number = HASHED.first + (murmur3(`meshrr identifier ${name}`, 0) % HASHED.count);
  return parseAddress([24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.'));
}
