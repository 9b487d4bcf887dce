import { ReadinessGate, ReadinessInput } from '../../../crpd-image/runtime/daemon/readiness';

const situation = (second: number, changes: Partial<ReadinessInput> = {}): ReadinessInput => ({
  now: second * 1000,
  synchronized: true,
  expected: 2,
  established: 0,
  ...changes,
});

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
