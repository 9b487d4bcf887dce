import { SessionHistory } from '../../../crpd-image/runtime/metrics/session-history';
import { Session } from '../../../crpd-image/runtime/router/driver';
import { MOST_SESSION_SERIES } from '../../../lib/settings';

const PEER = '10.42.0.2';
const CLIENT = '198.51.100.1';
const HOUR_MS = 3_600_000;

function setUp() {
  const history = new SessionHistory();
  const groupOf = ({ dynamic }: Session) =>
    dynamic ? ({ group: 'CLIENTS', kind: 'clients' } as const) : ({ group: 'MESH', kind: 'mesh' } as const);
  return {
    history,
    at: (seconds: number, ...sessions: readonly Session[]) => history.observe(sessions, seconds * 1000, groupOf),
    losses: (peer: string) => history.sessions.find((one) => one.peer === peer)?.losses,
  };
}

const up = (address: string, establishedSeconds?: number): Session => {
  return { address, state: 'Established', dynamic: address === CLIENT, establishedSeconds, prefixesReceived: 3 };
};
const down = (address: string): Session => ({ address, state: 'Active', dynamic: false });

test('a session that goes down was lost once, however long it stays down', () => {
  const { at, losses, history } = setUp();
  at(0, up(PEER));
  expect(history.sessions).toEqual([expect.objectContaining({ peer: PEER, up: true, losses: 0, prefixes: 3 })]);
  at(1, down(PEER));
  at(2, down(PEER));
  expect(history.sessions).toEqual([expect.objectContaining({ up: false, losses: 1, prefixes: undefined })]);
  at(3, up(PEER));
  expect(losses(PEER)).toBe(1);
});

test('a session that is down from the start was not lost', () => {
  const { at, losses } = setUp();
  at(0, down(PEER));
  at(1, up(PEER));
  expect(losses(PEER)).toBe(0);
});

test('a session that was lost and came back between two looks was lost, whatever the rounding of its time', () => {
  const { at, losses } = setUp();
  at(0, up(PEER, 100));
  at(10, up(PEER, 109));
  expect(losses(PEER)).toBe(0);
  at(20, up(PEER, 4));
  expect(losses(PEER)).toBe(1);
  at(30, up(PEER, 14));
  expect(losses(PEER)).toBe(1);
});

test('a neighbor that is removed is forgotten; a client from a range is remembered for an hour', () => {
  const { at, losses, history } = setUp();
  at(0, up(PEER), up(CLIENT));
  at(1);
  expect(history.sessions).toEqual([expect.objectContaining({ peer: CLIENT, up: false, losses: 1 })]);
  at(2, up(CLIENT));
  at(3);
  expect(losses(CLIENT)).toBe(2);
  at(2 + HOUR_MS / 1000 - 1);
  expect(losses(CLIENT)).toBe(2);
  at(2 + HOUR_MS / 1000);
  expect(history.sessions).toEqual([]);
});

test('the number of series is bounded for neighbors and for clients; those that are gone make room', () => {
  const { at, history } = setUp();
  const clients = Array.from({ length: MOST_SESSION_SERIES + 100 }, (_, i): Session => {
    return { address: `198.51.${100 + (i >> 8)}.${i & 255}`, state: 'Established', dynamic: true };
  });
  at(0, ...clients, up(PEER));
  expect(history.sessions).toHaveLength(MOST_SESSION_SERIES + 1);
  expect(history.leftOut).toBe(100);
  at(1, ...clients.slice(100));
  expect(history.sessions).toHaveLength(MOST_SESSION_SERIES);
  expect(history.sessions.every(({ up }) => up)).toBe(true);
  expect(history.leftOut).toBe(0);
});
