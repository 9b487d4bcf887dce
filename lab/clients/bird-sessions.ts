import { SessionState } from '../../lib/configuration';

/** States of BIRD that RFC 4271 does not have. */
const OTHER_STATES: Readonly<Record<string, SessionState>> = { Passive: 'Active', Down: 'Idle', Close: 'Idle' };

/** Parses `show protocols all`. @returns states by protocol */
export function parseBirdStates(text: string): Map<string, SessionState> {
  const states = new Map<string, SessionState>();
  let name = '';
  for (const line of text.split('\n')) {
    name = /^(\S+) +BGP /.exec(line)?.[1] ?? name;
    const state = /^ {2}BGP state: +(\w+)/.exec(line)?.[1];
    if (state) states.set(name, OTHER_STATES[state] ?? (state as SessionState));
  }
  return states;
}

/** How many times the session of each protocol has become Established, by BIRD's log. */
export function countBirdUps(log: string): Map<string, number> {
  const ups = new Map<string, number>();
  for (const [, name] of log.matchAll(/<TRACE> (\S+): BGP session established$/gm)) {
    ups.set(name, (ups.get(name) ?? 0) + 1);
  }
  return ups;
}
