import { ReadinessGate, ReadinessInput } from '../../../crpd-image/runtime/daemon/readiness';

interface Changes {
  readonly synchronized?: boolean;
  readonly expected?: number;
  readonly established?: number;
  readonly source?: ReadinessInput['source'];
  /** The number of routers upstream with a session. Without it there is no upstream group. */
  readonly upstream?: number;
}

const situation = (second: number, changes: Changes = {}): ReadinessInput => {
  const { synchronized = true, expected = 2, established = 0, upstream } = changes;
  const source = 'source' in changes ? changes.source : 'dns';
  const mesh = { name: 'MESH', kind: 'mesh', expected, established } as const;
  const above = { name: 'UPSTREAM', kind: 'upstream', expected: 2, established: upstream ?? 0 } as const;
  return { now: second * 1000, synchronized, source, groups: upstream === undefined ? [mesh] : [mesh, above] };
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

  test('needs nothing of an upstream group whose routers are all in the mesh', () => {
    const groups = [
      { name: 'MESH', kind: 'mesh', expected: 2, established: 1 },
      { name: 'UPSTREAM', kind: 'upstream', expected: 0, established: 0 },
    ] as const;
    expect(new ReadinessGate(false).observe({ now: 0, synchronized: true, groups }).ready).toBe(true);
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

  test.each([
    ['dns', 60],
    ['endpointslice', 10],
  ] as const)('is given to a router that no answer of %s has joined by others for %d seconds', (source, seconds) => {
    const gate = new ReadinessGate(false);
    for (let second = 0; second < seconds; second++) {
      expect(gate.observe(situation(second, { expected: 0, source }))).toEqual({
        ready: false,
        reason: 'discovery lists no other router yet',
      });
    }
    expect(gate.observe(situation(seconds, { expected: 0, source })).ready).toBe(true);
  });

  test('is not given to a router that is alone in an answer from before its restart', () => {
    const gate = new ReadinessGate(false);
    gate.observe(situation(0, { expected: 0, source: 'file' }));
    expect(gate.observe(situation(86_400, { expected: 0, source: 'file' })).ready).toBe(false);
  });

  test('counts the time alone from when the last other router went', () => {
    const gate = new ReadinessGate(false);
    gate.observe(situation(0, { expected: 0 }));
    gate.observe(situation(50, { expected: 0 }));
    gate.observe(situation(55, { expected: 1 }));
    expect(gate.observe(situation(70, { expected: 0 })).ready).toBe(false);
    expect(gate.observe(situation(129, { expected: 0 })).ready).toBe(false);
    expect(gate.observe(situation(130, { expected: 0 })).ready).toBe(true);
  });

  test('does not count the time of failed lookups', () => {
    const gate = new ReadinessGate(false);
    gate.observe(situation(0, { expected: 0 }));
    gate.observe(situation(59, { expected: 0 }));
    for (let second = 60; second < 600; second++) {
      expect(gate.observe(situation(second, { expected: 0, source: undefined })).ready).toBe(false);
    }
    expect(gate.observe(situation(600, { expected: 0 })).ready).toBe(true);
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
