import * as fc from 'fast-check';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Beat, lookAtBeat, STEADY, Steadiness } from '../../../crpd-image/runtime/daemon/beat';
import { eventually } from '../../../test-support/eventually';

describe('the sign of life of the daemon', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-beat-'));
  const file = path.join(folder, 'beat');
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test('is a file with its process id, touched until it stops', async () => {
    const beat = new Beat(file);
    expect(lookAtBeat(file)).toBeUndefined();
    beat.start();
    const first = lookAtBeat(file);
    expect(first?.pid).toBe(`${process.pid}\n`);
    await eventually(() => expect(lookAtBeat(file)?.at).toBeGreaterThan(first!.at));
    beat.stop();
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('a folder that cannot be written is no fault of the daemon', () => {
    const beat = new Beat(path.join(folder, 'missing', 'beat'));
    beat.start();
    beat.stop();
  });
});

describe('the daemon runs again for good', () => {
  const look = fc.option(fc.record({ pid: fc.constantFrom('1', '2'), at: fc.nat(2) }), { nil: undefined, freq: 20 });

  test('once one process has beaten between so many looks in a row', () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 20 }), fc.nat(20), (before, more) => {
        const steadiness = new Steadiness();
        for (const one of before) steadiness.observe(one);
        steadiness.observe(undefined);
        const steady = Array.from({ length: STEADY.looks + 1 + more }, (_, i) =>
          steadiness.observe({ pid: '3', at: i }),
        );
        expect(steady).toEqual(steady.map((_, i) => i >= STEADY.looks));
      }),
    );
  });

  test.each([
    ['is another process', { pid: '2', at: 100 }],
    ['has not beaten', { pid: '1', at: STEADY.looks - 1 }],
    ['is gone', undefined],
  ])('not if it %s in between', (_, last) => {
    const steadiness = new Steadiness();
    for (let i = 0; i < STEADY.looks; i++) steadiness.observe({ pid: '1', at: i });
    expect(steadiness.observe(last)).toBe(false);
  });
});
