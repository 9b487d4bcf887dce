/** An address family of BGP: IPv4 unicast, IPv6 unicast, EVPN (RFC 7432). */
export type Family = 'inet' | 'inet6' | 'evpn';

/** All address families. */
export const FAMILIES: readonly Family[] = ['inet', 'inet6', 'evpn'];
