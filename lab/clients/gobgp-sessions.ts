import { SESSION_STATES, SessionState } from '../../lib/configuration';

/** By the numbers of GoBGP's API; 0 is unknown. */
const STATES: readonly SessionState[] = ['Idle', ...SESSION_STATES];

interface Neighbor {
  readonly state: { readonly neighbor_address: string; readonly session_state?: number };
}

/** Parses `gobgp neighbor -j`. @returns states by address of the neighbor */
export function parseGobgpStates(text: string): Map<string, SessionState> {
  const neighbors = JSON.parse(text) as readonly Neighbor[];
  return new Map(
    neighbors.map(({ state: { neighbor_address, session_state = 0 } }) => [neighbor_address, STATES[session_state]]),
  );
}

/** How many times the session with each neighbor has become Established, by GoBGP's log: its counters miss some. */
export function countGobgpUps(log: string): Map<string, number> {
  const ups = new Map<string, number>();
  for (const [, address] of log.matchAll(/ msg="Peer Up" Key="?([0-9a-f.:]+)"? /g)) {
    ups.set(address, (ups.get(address) ?? 0) + 1);
  }
  return ups;
}
