/** The states of a BGP session (RFC 4271, 8.2.2). */
export const SESSION_STATES = ['Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** Seconds between keepalives, and after which a silent neighbor is given up. Both ends propose the same. */
export const TIMERS = { keepalive: 10, hold: 30 } as const;

/** The timers of a session with another hold time, in seconds: RFC 4271, 10 suggests a third of it for keepalives. */
export const timersOf = (hold: number) => ({ keepalive: Math.floor(hold / 3), hold });

/**
 * Seconds before FRR of a router outside dials again; its default is 120 (10.x: 30). The pods do not dial, so an address
 * that is announced again would have no session for as long.
 */
export const CONNECT_RETRY_SECONDS = 2;

/** Hops between a client and a route server; both ends of the session allow as many. */
export const ROUTE_SERVER_HOPS = 10;
