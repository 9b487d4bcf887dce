import * as fs from 'fs';
import { BGP_PORT } from '../../../lib/settings';

/** The state of an established connection in {@link FILES}. */
const ESTABLISHED = '01';
/** The TCP connections of the pod, whoever reads: the kernel shows those of the network namespace. */
const FILES = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * The bytes that the kernel has taken from the router and that no neighbor has acknowledged. What the router has sent
 * may still be here: the kernel takes megabytes for a neighbor that is slow to read.
 */
export function bytesOnTheWay(): number {
  return FILES.reduce(
    (sum, file) => sum + (fs.existsSync(file) ? unacknowledged(fs.readFileSync(file, 'utf8')) : 0),
    0,
  );
}

/**
 * Reads `/proc/net/tcp`: after a heading, a line `SLOT: ADDRESS:PORT ADDRESS:PORT STATE SEND:RECEIVE …` for each
 * connection, all numbers in hexadecimal.
 */
export function unacknowledged(text: string): number {
  return text.split('\n').reduce((sum, line) => {
    const [, local = '', remote = '', state, queues = ''] = line.trim().split(/\s+/);
    const isBgp = [local, remote].some((end) => parseInt(end.split(':')[1], 16) === BGP_PORT);
    return isBgp && state === ESTABLISHED ? sum + parseInt(queues.split(':')[0], 16) : sum;
  }, 0);
}
