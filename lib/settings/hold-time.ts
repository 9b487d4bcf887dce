import { duration } from '../input';

/** A `Duration` of cdk8s, or a number of seconds. */
export type HoldTime = number | { toMilliseconds(): number };

/** Reads the hold time of a session (RFC 4271), in seconds. */
export const checkHoldTime = duration('seconds', 3, 65535);
