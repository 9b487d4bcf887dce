import { quotationEnd } from '../../configuration/quotation';
import { SESSION_STATES, SessionState } from '../../../../lib/configuration';
import { Session } from '../driver';

/** The most sessions that are read. They have room in the daemon's memory, and bgpd has not for nearly so many. */
const MAX_SESSIONS = 50_000;

/** The fields of a session that are read, in `show bgp summary json`. */
interface Summary {
  readonly state?: unknown;
  readonly dynamicPeer?: unknown;
  readonly remoteAs?: unknown;
  readonly peerUptimeMsec?: unknown;
  readonly pfxRcd?: unknown;
}

/**
 * Reads `show bgp summary json`: for each family that has sessions an object, with `"peers":{"ADDRESS":{…}}`. A session
 * of several families is told once, with the prefixes of all.
 *
 * The text of a thousand sessions in three families is 2 MB, so sessions are read out of it one by one, and never stand
 * in memory all together. Nothing but the name of a member has the form `"ADDRESS":{`: within strings, which neighbors
 * have a say in (host name), each quote has a backslash before it; and between two strings nothing but a colon stands,
 * or more than an address can have.
 *
 * Addresses are as bgpd writes them (inet_ntop), which is their canonical text.
 *
 * @throws SyntaxError where the text is no JSON of this form, or has more sessions than any router
 */
export function parseSessions(text: string): Session[] {
  const whole = text.trim();
  if (!whole.startsWith('{') || !whole.endsWith('}'))
    throw new SyntaxError('the summary of sessions is no JSON object');
  const sessions = new Map<string, Session>();
  const member = /"(?!:")([0-9A-Fa-f:.]+)"\s*:\s*(?=\{)/g;
  for (let found = member.exec(whole); found; found = member.exec(whole)) {
    const { value, end } = objectAt(whole, member.lastIndex);
    member.lastIndex = end;
    const address = found[1];
    const known = sessions.get(address);
    if (!known && sessions.size >= MAX_SESSIONS) throw new SyntaxError(`more than ${MAX_SESSIONS} sessions`);
    sessions.set(address, known ? withPrefixesOf(known, value) : sessionOf(address, value));
  }
  return [...sessions.values()];
}

/** The object that begins at `start`. It mostly ends at the next brace; but a host name may have one, too. */
function objectAt(text: string, start: number): { value: Summary; end: number } {
  const end = text.indexOf('}', start) + 1;
  try {
    return { value: JSON.parse(text.slice(start, end)), end };
  } catch {
    const realEnd = endOfObject(text, start);
    return { value: JSON.parse(text.slice(start, realEnd)), end: realEnd };
  }
}

function endOfObject(text: string, start: number): number {
  const mark = /["{}]/g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    if (found[0] === '{') depth++;
    else if (found[0] === '}' && --depth === 0) return mark.lastIndex;
    else if (found[0] === '"') {
      mark.lastIndex = quotationEnd(text, found.index);
      if (mark.lastIndex <= 0) break;
    }
  }
  throw new SyntaxError('the summary of sessions ends within an object');
}

function sessionOf(address: string, peer: Summary): Session {
  const state = stateOf(peer.state);
  const up = state === 'Established';
  return {
    address,
    state,
    dynamic: peer.dynamicPeer === true,
    ...(isCount(peer.remoteAs) && { remoteAs: peer.remoteAs }),
    ...(up && isCount(peer.peerUptimeMsec) && { establishedSeconds: Math.floor(peer.peerUptimeMsec / 1000) }),
    ...(up && isCount(peer.pfxRcd) && { prefixesReceived: peer.pfxRcd }),
  };
}

function withPrefixesOf(session: Session, peer: Summary): Session {
  if (session.state !== 'Established' || !isCount(peer.pfxRcd)) return session;
  return { ...session, prefixesReceived: (session.prefixesReceived ?? 0) + peer.pfxRcd };
}

/** What can be counted: JSON has numbers, too, that it cannot write itself, such as 1e999. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** FRR adds why a session is idle, `Idle (Admin)`, and has two states more for one that is on its way out. */
function stateOf(text: unknown): SessionState {
  return SESSION_STATES.find((state) => typeof text === 'string' && text.split(' ')[0] === state) ?? 'Idle';
}
