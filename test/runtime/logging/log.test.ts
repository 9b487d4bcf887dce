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

  test('writes invisible characters as JSON escapes, so that a terminal does not interpret it', () => {
    const lines: string[] = [];
    const reason = 'a\u009b31m\u2028\u202eb\u200b\u{e0061}';
    logTo(lines).warn('change-refused', { reason });
    expect(lines[0]).toMatch(/^[\x20-\x7e]*\n$/);
    expect(JSON.parse(lines[0]).reason).toBe(reason);
  });

  test.each([
    ['debug', 2],
    ['info', 2],
    ['warn', 1],
    ['error', 0],
  ] as const)('at level %s has %i of two events', (level, count) => {
    const lines: string[] = [];
    const log = logTo(lines, level);
    for (const each of ['info', 'warn'] as const) log[each]('ready');
    expect(lines).toHaveLength(count);
  });

  test('never shows a secret, in any field and with any quoting', () => {
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
