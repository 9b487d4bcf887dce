import { quotationEnd } from '../../configuration/quotation';
import { SESSION_STATES, SessionState } from '../../../../lib/configuration';
import { Session } from '../driver';

/** The maximum number of sessions. They fit into the daemon's memory, and bgpd cannot have nearly as many. */
const MAX_SESSIONS = 50_000;

/** The fields of a session in `show bgp summary json` that are used. */
interface Summary {
  readonly state?: unknown;
  readonly dynamicPeer?: unknown;
  readonly peerUptime?: unknown;
  readonly peerUptimeMsec?: unknown;
  readonly pfxRcd?: unknown;
  /** Of all families of the session. */
  readonly outq?: unknown;
}

/**
 * Reads `show bgp summary json`, which has one object per family, with `"peers":{"ADDRESS":{…}}`. A session with
 * several families is returned once, with the prefixes of all.
 *
 * The text of a thousand sessions in three families has 2 MB, so the sessions are parsed one by one to save memory.
 * Only a member name can have the form `"ADDRESS":{`. Strings, such as the host name that a neighbor sends, have a
 * backslash before each quote, and the text between two strings is a lone colon or has characters that no address has.
 *
 * Addresses are in bgpd's form (inet_ntop), which is the canonical text.
 *
 * @throws SyntaxError if the text is not JSON of this form, or has more than {@link MAX_SESSIONS} sessions
 */
export function parseSessions(text: string): Session[] {
  const whole = text.trim();
  if (!whole.startsWith('{') || !whole.endsWith('}'))
    throw new SyntaxError('the summary of sessions is not a JSON object');
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

/** The object that begins at `start`. It ends at the next brace, unless a host name has one. */
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
    ...(isCount(peer.peerUptimeMsec) && peer.peerUptime !== 'never' && changed(up, peer.peerUptimeMsec)),
    ...(up && isCount(peer.pfxRcd) && { prefixesReceived: peer.pfxRcd }),
    ...(up && isCount(peer.outq) && peer.outq > 0 && { queued: peer.outq }),
  };
}

/** bgpd has one clock for both: it starts again when the session comes up and when it is lost. */
function changed(up: boolean, milliseconds: number): Pick<Session, 'establishedSeconds' | 'lostSeconds'> {
  const seconds = Math.floor(milliseconds / 1000);
  return up ? { establishedSeconds: seconds } : { lostSeconds: seconds };
}

function withPrefixesOf(session: Session, peer: Summary): Session {
  if (session.state !== 'Established' || !isCount(peer.pfxRcd)) return session;
  return { ...session, prefixesReceived: (session.prefixesReceived ?? 0) + peer.pfxRcd };
}

/** Whether a value is a count. JSON.parse also returns Infinity, for 1e999. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * FRR adds the reason of an idle session, `Idle (Admin)`, and has two more states for a session that is being deleted.
 */
export function stateOf(text: unknown): SessionState {
  return SESSION_STATES.find((state) => typeof text === 'string' && text.split(' ')[0] === state) ?? 'Idle';
}
