import { ReadinessGate, ReadinessInput } from '../../../crpd-image/runtime/daemon/readiness';

interface Changes {
  readonly synchronized?: boolean;
  readonly expected?: number;
  readonly established?: number;
  /** The number of routers upstream with a session. Without it there is no upstream group. */
  readonly upstream?: number;
}

const situation = (second: number, changes: Changes = {}): ReadinessInput => {
  const { synchronized = true, expected = 2, established = 0, upstream } = changes;
  const mesh = { name: 'MESH', kind: 'mesh', expected, established } as const;
  const above = { name: 'UPSTREAM', kind: 'upstream', expected: 2, established: upstream ?? 0 } as const;
  return { now: second * 1000, synchronized, groups: upstream === undefined ? [mesh] : [mesh, above] };
};

describe('readiness', () => {
  test('waits for the first synchronization, even with sessions', () => {
    const gate = new ReadinessGate(false);
    expect(gate.observe(situation(0, { synchronized: false, established: 2 })).ready).toBe(false);
    expect(gate.observe(situation(1, { established: 2 })).ready).toBe(true);
  });

  test('waits for one session of those that are expected, however long', () => {
    const gate = new ReadinessGate(false);
    expect(gate.observe(situation(0)).ready).toBe(false);
    expect(gate.observe(situation(3600))).toEqual({ ready: false, reason: 'none of 2 sessions is Established' });
    expect(gate.observe(situation(3601, { established: 1 })).ready).toBe(true);
  });

  test('is not given by the mesh alone to a router whose upstream never answers', () => {
    const gate = new ReadinessGate(false);
    expect(gate.observe(situation(0, { upstream: 0 })).reason).toBe('none of 4 sessions is Established');
    expect(gate.observe(situation(3600, { established: 2, upstream: 0 }))).toEqual({
      ready: false,
      reason: 'none of 2 sessions of UPSTREAM is Established',
    });
    expect(gate.observe(situation(3601, { established: 2, upstream: 1 })).ready).toBe(true);
  });

  test('does not wait for the mesh if upstream has a session, which brings all routes', () => {
    expect(new ReadinessGate(false).observe(situation(0, { upstream: 1 })).ready).toBe(true);
    const alone = situation(0, { expected: 0, upstream: 1 });
    expect(new ReadinessGate(false).observe(alone).ready).toBe(true);
  });

  test('is given if each upstream group has had a session, not all at the same time', () => {
    const group = (name: string, established: number) =>
      ({ name, kind: 'upstream', expected: 2, established }) as const;
    const at = (second: number, ...groups: ReadinessInput['groups']) => ({
      now: second * 1000,
      synchronized: true,
      groups,
    });
    const gate = new ReadinessGate(false);
    expect(gate.observe(at(0, group('A', 1), group('B', 0))).ready).toBe(false);
    expect(gate.observe(at(1, group('A', 0), group('B', 1))).ready).toBe(true);
  });

  test('is given to a router that has been alone in DNS for longer than a cache keeps an answer', () => {
    const gate = new ReadinessGate(false);
    expect(gate.observe(situation(0, { expected: 0 })).ready).toBe(false);
    expect(gate.observe(situation(34, { expected: 0 })).ready).toBe(false);
    expect(gate.observe(situation(35, { expected: 0 })).ready).toBe(true);
  });

  test('counts the time alone from when the last other router went', () => {
    const gate = new ReadinessGate(false);
    gate.observe(situation(0, { expected: 0 }));
    gate.observe(situation(5, { expected: 1 }));
    expect(gate.observe(situation(40, { expected: 0 })).ready).toBe(false);
    expect(gate.observe(situation(75, { expected: 0 })).ready).toBe(true);
  });

  test('stays when all peers fail: clients may have no other router', () => {
    const gate = new ReadinessGate(false);
    gate.observe(situation(0, { established: 1 }));
    expect(gate.observe(situation(1)).ready).toBe(true);
  });

  test('outlives a restart of the daemon', () => {
    expect(new ReadinessGate(true).observe(situation(0, { synchronized: false })).ready).toBe(true);
  });
});
