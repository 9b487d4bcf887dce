import { inBrief } from '../../../lib/input';
import type { Answered } from '../router/dial';
import { Attempts } from '../router/driver';

/** What is known about a neighbor whose session does not come up. */
export interface Evidence {
  readonly kind: 'mesh' | 'upstream';
  /** Whether the session has a TCP MD5 key. */
  readonly keyed: boolean;
  readonly attempts: Attempts;
  /** How the neighbor answers a connection without a key; undefined if this was not tried. */
  readonly answered?: Answered;
}

/** NOTIFICATIONs whose names do not say enough (RFC 4271, 4.5; RFC 4486). Other names are shown alone. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/Bad Peer AS/i, 'the AS numbers differ'],
  [/Bad BGP Identifier/i, 'both routers have the same BGP identifier'],
  [/Unacceptable Hold Time|Unsupported (Capability|Optional)/i, 'the settings of the session differ'],
  [/Connection Rejected|Peer De-?configured/i, 'the neighbor does not accept this router'],
];

/** Whether a connection without a key tells more than the router knows. */
export function needsDial({ passive, closed, notification }: Attempts): boolean {
  return !passive && !closed && notification === undefined;
}

/** The most likely cause, without the address of the neighbor. */
export function likelyCause({ kind, keyed, attempts, answered }: Evidence): string {
  const { notification, closed, passive, state } = attempts;
  if (notification !== undefined) {
    const meaning = MEANINGS.find(([name]) => name.test(notification))?.[1];
    return meaning ? `${meaning} (${inBrief(notification)})` : `a NOTIFICATION ends it (${inBrief(notification)})`;
  }
  if (closed) return `it closes each connection: ${refusing(kind)}`;
  if (passive) return 'this router waits for its connection, which does not come';
  if (answered === 'refused') return 'connection refused: nothing listens on its BGP port';
  if (answered === 'unreachable') return 'it is unreachable: no route to it, or a firewall rejects the connection';
  if (answered === 'accepted')
    return keyed
      ? `it ignores the TCP MD5 key of the ${kind === 'mesh' ? 'mesh' : 'session'}: ${refusing(kind)}, or its kernel or network has no TCP MD5`
      : 'it accepts the connection, but the session does not come up';
  const silent = 'it does not answer: no such host, or a NetworkPolicy or firewall drops the connection';
  if (answered === 'silent') return keyed ? `${silent}, or it has another TCP MD5 key` : silent;
  return `the router does not say why; the state is ${state}`;
}

/** A mesh router has no key for a router that it does not know; others accept the connection first. */
function refusing(kind: Evidence['kind']): string {
  return kind === 'mesh'
    ? 'its mesh does not list this router'
    : 'this router is not in its client ranges, its client Service or its MESHRR_POD_NETWORKS';
}
