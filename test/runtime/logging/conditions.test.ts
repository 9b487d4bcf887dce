import fc from 'fast-check';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';

interface Told {
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

function setUp() {
  const told: (Told & { readonly at: number })[] = [];
  let time = 0;
  const log = createLog({ level: 'debug', write: (line) => told.push({ at: time, ...JSON.parse(line) }) });
  const conditions = new Conditions(log, () => time);
  /** Turns of a daemon, one a second, in each of which these faults are there. */
  const turns = (count: number, faults: (turn: number) => void) => {
    for (let turn = 0; turn < count; turn++) {
      faults(turn);
      conditions.logPending();
      time += 1000;
    }
  };
  return { conditions, told, turns };
}

const subjects = (count: number) => Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 255}`);

describe('conditions', () => {
  test('are logged when they begin and when they end, not at each turn', () => {
    const { conditions, told, turns } = setUp();
    turns(100, () => conditions.begin('discovery-failed', 'core', 'SERVFAIL', { service: 'core' }));
    expect(conditions.current).toEqual(['discovery-failed core: SERVFAIL']);
    conditions.end('discovery-failed', 'core');
    conditions.end('discovery-failed', 'core');
    expect(told).toMatchObject([
      { level: 'warn', event: 'discovery-failed', reason: 'SERVFAIL', service: 'core' },
      { level: 'info', event: 'discovery-failed-ended', seconds: 100 },
    ]);
    expect(conditions.current).toEqual([]);
  });

  test('are each logged, and again when they return', () => {
    const { conditions, told } = setUp();
    conditions.begin('discovery-failed', 'core', 'SERVFAIL');
    conditions.begin('discovery-failed', 'upstream', 'timeout');
    conditions.begin('service-empty', 'core', 'NODATA');
    conditions.end('discovery-failed', 'core');
    conditions.begin('discovery-failed', 'core', 'refused');
    expect(told.map(({ event, reason }) => [event, reason])).toEqual([
      ['discovery-failed', 'SERVFAIL'],
      ['discovery-failed', 'timeout'],
      ['service-empty', 'NODATA'],
      ['discovery-failed-ended', undefined],
      ['discovery-failed', 'refused'],
    ]);
  });

  test('are logged again with another reason, once a minute, with the current one', () => {
    const { conditions, told, turns } = setUp();
    turns(300, (turn) => conditions.begin('discovery-failed', 'core', turn % 2 ? 'SERVFAIL' : 'refused'));
    expect(told.length).toBeLessThanOrEqual(6);
    conditions.begin('discovery-failed', 'core', 'timeout');
    turns(60, () => {});
    expect(told.at(-1)?.reason).toBe('timeout');
    expect(conditions.current).toEqual(['discovery-failed core: timeout']);
  });

  test('that flap are logged a few times, then rarely, with the number of times', () => {
    const { conditions, told, turns } = setUp();
    turns(600, (turn) => {
      if (turn % 2) conditions.end('discovery-failed', 'core');
      else conditions.begin('discovery-failed', 'core', 'SERVFAIL');
    });
    const begun = told.filter(({ event }) => event === 'discovery-failed');
    expect(begun.length).toBeGreaterThan(20);
    expect(begun.length).toBeLessThanOrEqual(5 + 600 / 20);
    expect(told.filter(({ event }) => event === 'discovery-failed-ended').length).toBe(begun.length);
    const times = begun.reduce((sum, { times = 1 }) => sum + (times as number), 0);
    expect(times).toBeGreaterThan(280);
    // What lasts in the end is told, however often it has come before.
    turns(30, () => conditions.begin('discovery-failed', 'core', 'SERVFAIL'));
    expect(told.at(-1)).toMatchObject({ event: 'discovery-failed', level: 'warn' });
    // And long after, it is like any other.
    conditions.end('discovery-failed', 'core');
    turns(200, () => {});
    const before = told.length;
    conditions.begin('discovery-failed', 'core', 'SERVFAIL');
    expect(told).toHaveLength(before + 1);
    expect(told.at(-1)).not.toHaveProperty('times');
  });

  test.each([11, 1000, 1001, 1201])('of %i subjects name the first ten, and count the others', (count) => {
    const { conditions, told, turns } = setUp();
    const all = subjects(count);
    turns(100, () => all.forEach((address) => conditions.begin('address-in-two-groups', address, 'both', { address })));
    const named = told.filter(({ address }) => address !== undefined);
    expect(named.map(({ address }) => address)).toEqual(all.slice(0, 10));
    const others = Math.min(count, 1000) - 10;
    const atLeast = count >= 1000 ? 'at least ' : '';
    expect(told.slice(10)).toMatchObject([
      { event: 'address-in-two-groups', others, reason: `and ${atLeast}${others} more` },
    ]);
    expect(conditions.current).toHaveLength(11);
    expect(conditions.current[10]).toBe(`address-in-two-groups: and ${atLeast}${others} more`);
    for (const address of all) conditions.end('address-in-two-groups', address, { address });
    conditions.logPending();
    expect(conditions.current).toEqual([]);
    expect(told.slice(11).map(({ event }) => event)).toEqual(Array(11).fill('address-in-two-groups-ended'));
  });

  test('include further subjects once there is room', () => {
    const { conditions, turns } = setUp();
    const all = subjects(1500);
    turns(1, () => all.forEach((address) => conditions.begin('address-in-two-groups', address, 'both')));
    turns(60, () => {
      all.slice(0, 1000).forEach((address) => conditions.end('address-in-two-groups', address));
      all.slice(1000).forEach((address) => conditions.begin('address-in-two-groups', address, 'both'));
    });
    expect(conditions.current).toHaveLength(11);
    expect(conditions.current[10]).toBe('address-in-two-groups: and 490 more');
  });

  test('log no more for subjects that change at each turn than for those that stay', () => {
    const { conditions, told, turns } = setUp();
    turns(600, (turn) => {
      for (let i = 0; i < 50; i++) {
        conditions.end('change-refused', `${turn - 1}-${i}`);
        conditions.begin('change-refused', `${turn}-${i}`, 'no');
      }
    });
    // Ten within 20 seconds, each begins and ends, and how many others there are.
    expect(told.length).toBeLessThanOrEqual((600 / 20 + 1) * 20 + 11);
  });

  test('bound what a reason takes, and show its first line', () => {
    const { conditions, told } = setUp();
    conditions.begin('internal-error', '', `Error: one\n    at two\n${'x'.repeat(100_000)}`);
    expect(conditions.current).toEqual(['internal-error: Error: one']);
    expect(JSON.stringify(told).length).toBeLessThan(2_200);
  });

  test('whatever happens, the log is short, and each end in it has a beginning', () => {
    const step = fc.record({ turn: fc.nat(3), begins: fc.boolean(), subject: fc.nat(30), reason: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const { conditions, told, turns } = setUp();
        let seconds = 0;
        for (const { turn, begins, subject, reason } of steps) {
          if (begins) conditions.begin('change-refused', String(subject), String(reason), { subject });
          else conditions.end('change-refused', String(subject), { subject });
          seconds += turn;
          turns(turn, () => {});
        }
        expect(told.length).toBeLessThanOrEqual(
          2 * 10 * (5 + seconds / 20) + 10 + 2 * (1 + seconds / 20) + seconds / 60,
        );
        expect(conditions.current.length).toBeLessThanOrEqual(11);
        for (let subject = 0; subject <= 30; subject++) conditions.end('change-refused', String(subject), { subject });
        conditions.logPending();
        const known = new Set<unknown>();
        for (const { event, subject } of told) {
          if (event === 'change-refused') known.add(subject);
          else expect(known.delete(subject)).toBe(true);
        }
        expect([...known]).toEqual([]);
        expect(conditions.current).toEqual([]);
      }),
    );
  });
});
