import { StandardOutput } from '../../../crpd-image/runtime/commands/standard-output';
import { createLog } from '../../../crpd-image/runtime/logging/log';
import { Pipe } from '../../../test-support/pipe';

describe('standard output', () => {
  let pipe: Pipe;
  beforeEach(() => void (pipe = new Pipe()));
  afterEach(() => pipe.close());

  test('that nobody reads does not block the log, and lost lines are counted', () => {
    const output = new StandardOutput(pipe.descriptor);
    const log = createLog({ level: 'info', write: (line) => output.write(line) });
    const told: { readonly event: string; readonly number?: number; readonly lines?: number }[] = [];
    const read = () => {
      const lines = pipe.read().split('\n').filter(Boolean);
      told.push(...lines.map((line) => JSON.parse(line)));
    };
    const count = 2_000;
    for (let number = 0; number < count; number++) log.info('started', { number, text: 'x'.repeat(200) });
    read();
    const kept = told.length;
    expect(kept).toBeGreaterThan(200);
    expect(kept).toBeLessThan(500);
    for (let number = 0; number < count; number++) {
      log.info('ready', { number });
      read();
    }
    expect(told[kept]).toMatchObject({ event: 'log-dropped', level: 'warn', lines: count - kept });
    expect(told.slice(kept + 1).map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test('gets a line that does not fit to its end, before the next one', () => {
    const output = new StandardOutput(pipe.descriptor);
    const long = `${'y'.repeat(150_000)}\n`;
    expect(output.write(long)).toBe(true);
    expect(output.write('lost\n')).toBe(false);
    let read = pipe.read();
    expect(output.write('lost, too\n')).toBe(false);
    while (!read.endsWith('next\n')) {
      read += pipe.read();
      output.write('next\n');
    }
    expect(read).toBe(`${long}next\n`);
  });
});
