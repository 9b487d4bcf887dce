import * as fc from 'fast-check';
import {
  WHOLE_TABLES_MS,
  OTHERS_MS,
  ReadinessGate,
  ReadinessInput,
} from '../../../crpd-image/runtime/daemon/readiness';

interface Changes {
  readonly synchronized?: boolean;
  readonly expected?: number;
  readonly established?: number;
  readonly source?: ReadinessInput['source'];
  /** The number of routers upstream with a session. Without it there is no upstream group. */
  readonly upstream?: number;
  /** The routers of the mesh that have not sent their whole table. */
  readonly loading?: readonly string[];
}

const situation = (second: number, changes: Changes = {}): ReadinessInput => {
  const { synchronized = true, expected = 2, established = 0, upstream, loading = [] } = changes;
  const source = 'source' in changes ? changes.source : 'dns';
  const mesh = { name: 'MESH', kind: 'mesh', expected, established, loading } as const;
  const above = { name: 'UPSTREAM', kind: 'upstream', expected: 2, established: upstream ?? 0, loading: [] } as const;
  return { now: second * 1000, synchronized, source, groups: upstream === undefined ? [mesh] : [mesh, above] };
};

describe('readiness means routes', () => {
  const gateAt = (...[first, ...more]: ReadinessInput[]) => {
    const gate = new ReadinessGate(false);
    return [first, ...more].map((input) => gate.observe(input)).at(-1);
  };

  test('it waits for whole tables, for a limited time, and says from whom', () => {
    const loading = ['10.0.0.3', '10.0.0.4'];
    const gate = new ReadinessGate(false);
    expect(gate.observe(situation(7, { established: 2, loading }))).toEqual({
      ready: false,
      reason: '2 of 2 sessions are Established, without the whole table of 10.0.0.3 and 1 more: waits for at most 60 s',
    });
    expect(gate.observe(situation(20.5, { established: 2, loading: ['10.0.0.4'] })).reason).toBe(
      '2 of 2 sessions are Established, without the whole table of 10.0.0.4: waits for at most 47 s',
    );
    expect(gate.observe(situation(66.9, { established: 2, loading: ['10.0.0.4'] })).ready).toBe(false);
    expect(gate.observe(situation(67, { established: 2, loading: ['10.0.0.4'] }))).toEqual({
      ready: true,
      reason: '2 of 2 sessions are Established, without the whole table of 10.0.0.4',
    });
  });

  test('it does not wait for a router that does not answer for longer than a few seconds', () => {
    const early = situation(0, { established: 1 });
    expect(gateAt(early, situation(OTHERS_MS / 1000 - 0.1, { established: 1 }))?.ready).toBe(false);
    expect(gateAt(early, situation(OTHERS_MS / 1000, { established: 1 }))?.ready).toBe(true);
  });

  test('the time counts from the sessions that the router needs, not from the start', () => {
    const loading = ['10.0.0.3'];
    const late = [situation(0), situation(100, { established: 2, loading })] as const;
    expect(gateAt(...late, situation(159, { established: 2, loading }))?.ready).toBe(false);
    expect(gateAt(...late, situation(160, { established: 2, loading }))?.ready).toBe(true);
  });

  /** What a router may observe second by second, once it is synchronized. */
  const seconds = fc.array(
    fc.record({ established: fc.nat(2), tables: fc.nat(2) }).map(({ established, tables }) => {
      const loading = ['10.0.0.3', '10.0.0.4'].slice(0, Math.max(0, established - tables));
      return { established, loading };
    }),
    { minLength: 1, maxLength: 120 },
  );

  test('no router is ready before the time with a table that is missing, and every router after it', () => {
    fc.assert(
      fc.property(seconds, (observed) => {
        const gate = new ReadinessGate(false);
        let since: number | undefined;
        let wasReady = false;
        observed.forEach((changes, second) => {
          const { ready } = gate.observe(situation(second, changes));
          if (changes.established > 0) since ??= second;
          const isLate = since !== undefined && 1000 * (second - since) >= WHOLE_TABLES_MS;
          const isWhole = changes.established === 2 && changes.loading.length === 0;
          if (wasReady || isLate || isWhole) expect(ready).toBe(true);
          else if (changes.loading.length > 0 || changes.established === 0) expect(ready).toBe(false);
          wasReady = ready;
        });
      }),
    );
  });
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
    expect(gate.observe(situation(3601, { established: 1 })).ready).toBe(false);
    expect(gate.observe(situation(3601 + OTHERS_MS / 1000, { established: 1 })).ready).toBe(true);
  });

  test('is not given by the mesh alone to a router whose upstream never answers', () => {
    const gate = new ReadinessGate(false);
    expect(gate.observe(situation(0, { upstream: 0 })).reason).toBe('none of 4 sessions is Established');
    expect(gate.observe(situation(3600, { established: 2, upstream: 0 }))).toEqual({
      ready: false,
      reason: 'none of 2 sessions of UPSTREAM is Established',
    });
    expect(gate.observe(situation(3601, { established: 2, upstream: 2 })).ready).toBe(true);
  });

  test('waits little for the mesh if upstream has a session, which brings all routes', () => {
    const gate = new ReadinessGate(false);
    expect(gate.observe(situation(0, { upstream: 2 })).ready).toBe(false);
    expect(gate.observe(situation(OTHERS_MS / 1000, { upstream: 2 })).ready).toBe(true);
    const alone = situation(0, { expected: 0, upstream: 2 });
    expect(new ReadinessGate(false).observe(alone).ready).toBe(true);
  });

  test('needs nothing of an upstream group whose routers are all in the mesh', () => {
    const groups = [
      { name: 'MESH', kind: 'mesh', expected: 2, established: 2, loading: [] },
      { name: 'UPSTREAM', kind: 'upstream', expected: 0, established: 0, loading: [] },
    ] as const;
    expect(new ReadinessGate(false).observe({ now: 0, synchronized: true, groups }).ready).toBe(true);
  });

  test('is given if each upstream group has had a session, not all at the same time', () => {
    const group = (name: string, established: number) =>
      ({ name, kind: 'upstream', expected: 1, established, loading: [] }) as const;
    const at = (second: number, ...groups: ReadinessInput['groups']) => ({
      now: second * 1000,
      synchronized: true,
      groups,
    });
    const gate = new ReadinessGate(false);
    expect(gate.observe(at(0, group('A', 1), group('B', 0))).ready).toBe(false);
    expect(gate.observe(at(1, group('A', 0), group('B', 1))).ready).toBe(false);
    expect(gate.observe(at(1 + OTHERS_MS / 1000, group('A', 0), group('B', 1))).ready).toBe(true);
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
    gate.observe(situation(0, { established: 2 }));
    expect(gate.observe(situation(1)).ready).toBe(true);
  });

  test('outlives a restart of the daemon', () => {
    expect(new ReadinessGate(true).observe(situation(0, { synchronized: false })).ready).toBe(true);
  });
});
