import { connect } from 'net';
import { BGP_PORT } from '../../../lib/settings';

/** The timeout of a connection, in milliseconds. The kernel sends two SYNs in that time. */
const SYN_MS = 2_000;

/** How a router answers a TCP connection to its BGP port. */
export type Answered = 'accepted' | 'refused' | 'unreachable' | 'silent';

/** Opens a connection to the BGP port of a router, without a TCP MD5 key, and closes it at once. */
export function dial(host: string): Promise<Answered> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: BGP_PORT });
    const end = (answered: Answered) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(SYN_MS, () => end('silent'));
    socket.once('connect', () => end('accepted'));
    // Everything else is an ICMP message, or no route here.
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED' ? 'refused' : 'unreachable'));
  });
}
