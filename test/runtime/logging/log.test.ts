import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog, Level } from '../../../crpd-image/runtime/logging/log';

function logTo(lines: string[], level: Level = 'debug', secrets: readonly string[] = []) {
  return createLog({ level, secrets, write: (line) => lines.push(line), now: () => new Date(0) });
}

describe('the log', () => {
  test('writes an event as one line of JSON', () => {
    const lines: string[] = [];
    logTo(lines).info('peers-changed', { added: ['192.0.2.1'], note: 'a\nb' });
    expect(lines).toEqual([expect.stringMatching(/^[^\n]*\n$/)]);
    expect(JSON.parse(lines[0])).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      event: 'peers-changed',
      added: ['192.0.2.1'],
      note: 'a\nb',
    });
  });

  test.each([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
  ] as const)('at level %s has %i of four events', (level, count) => {
    const lines: string[] = [];
    const log = logTo(lines, level);
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]('ready');
    expect(lines).toHaveLength(count);
  });

  test('never shows a secret, wherever it turns up and however it is quoted', () => {
    const lines: string[] = [];
    const secret = '$6$salt$ha"sh\\';
    logTo(lines, 'debug', [secret, 'key']).warn('change-refused', {
      reason: `line "${secret}"`,
      deep: [{ x: 'keykey' }],
    });
    const { reason, deep } = JSON.parse(lines[0]);
    expect(reason).toBe('line "(hidden)"');
    expect(deep).toEqual([{ x: '(hidden)(hidden)' }]);
  });
});

describe('conditions', () => {
  const setUp = () => {
    const lines: string[] = [];
    let time = 0;
    const conditions = new Conditions(logTo(lines), () => time);
    const events = () => lines.map((line) => JSON.parse(line));
    return { conditions, events, pass: (seconds: number) => (time += seconds * 1000) };
  };

  test('are told when they begin and when they end, not at each turn', () => {
    const { conditions, events, pass } = setUp();
    for (let i = 0; i < 100; i++) {
      conditions.begin('discovery-failed', 'core', 'SERVFAIL');
      pass(1);
    }
    expect(conditions.current).toEqual(['discovery-failed core: SERVFAIL']);
    conditions.end('discovery-failed', 'core');
    conditions.end('discovery-failed', 'core');
    expect(events()).toMatchObject([
      { level: 'warn', event: 'discovery-failed', reason: 'SERVFAIL' },
      { level: 'info', event: 'discovery-failed-ended', seconds: 100 },
    ]);
    expect(conditions.current).toEqual([]);
  });

  test('are told again when their reason changes', () => {
    const { conditions, events } = setUp();
    conditions.begin('discovery-failed', 'core', 'SERVFAIL');
    conditions.begin('discovery-failed', 'core', 'timeout');
    conditions.begin('discovery-failed', 'upstream', 'timeout');
    expect(events().map(({ reason }) => reason)).toEqual(['SERVFAIL', 'timeout', 'timeout']);
  });

  test('do not fill the memory, however many there are', () => {
    const { conditions } = setUp();
    for (let i = 0; i < 5000; i++) conditions.begin('change-refused', String(i), 'no');
    expect(conditions.current).toHaveLength(1000);
  });
});
