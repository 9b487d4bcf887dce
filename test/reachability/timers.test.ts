import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { addPeer } from '../bad-input/cases';
import { refusalOf, synthChart } from '../../test-support/synth';

// Timers of a peer as MetalLB's webhook reads them (RFC 4271, 4.2 and 10). FRR counts in whole seconds, in 16 bits.

const seconds = (amount: number) => Duration.millis(amount * 1000);
const accept = (timers: object) => expect(() => synthChart((chart) => void addPeer(timers)(chart))).not.toThrow();
const refusal = (timers: object) => refusalOf((chart) => void addPeer(timers)(chart));

test.each([0, 3, 4, 90, 65535])('a hold time may be %d seconds', (amount) => {
  accept({ holdTime: seconds(amount) });
});

test.each([1, 2, 2.5, 90.5, 65536])('a hold time may not be %d seconds', (amount) => {
  expect(refusal({ holdTime: seconds(amount) })).toBe(
    `test/lb: peers.p.holdTime: got "${amount} s", want a hold time of 0 or from 3 to 65535 whole seconds`,
  );
});

test.each([0, 1, 30, 21845])('a keepalive time alone may be %d seconds: a third of the hold time', (amount) => {
  accept({ keepaliveTime: seconds(amount) });
});

test.each([0.5, 21846])('a keepalive time alone may not be %d seconds', (amount) => {
  expect(refusal({ keepaliveTime: seconds(amount) })).toBe(
    `test/lb: peers.p.keepaliveTime: got "${amount} s", want a hold time, three times this, of 0 or from 3 to 65535 whole seconds`,
  );
});

test.each([
  [3, 9],
  [9, 9],
  [0, 9],
  [0, 0],
])('a keepalive time of %d seconds goes with a hold time of %d', (keepalive, hold) => {
  accept({ keepaliveTime: seconds(keepalive), holdTime: seconds(hold) });
});

test.each([
  [10, 9],
  [1, 0],
  [2.5, 9],
])('a keepalive time of %d seconds does not go with a hold time of %d', (keepalive, hold) => {
  expect(refusal({ keepaliveTime: seconds(keepalive), holdTime: seconds(hold) })).toBe(
    `test/lb: peers.p.keepaliveTime: got "${keepalive} s", want whole seconds, at most the hold time`,
  );
});

test.each([1, 2, 65535])('attempts to connect may be %d seconds apart', (amount) => {
  accept({ connectTime: seconds(amount) });
});

test.each([0, 0.5, 1.5, 65536])('attempts to connect may not be %d seconds apart', (amount) => {
  expect(refusal({ connectTime: seconds(amount) })).toBe(
    `test/lb: peers.p.connectTime: got "${amount} s", want from 1 to 65535 whole seconds`,
  );
});

test('a hold time has room for a keepalive in it, whatever the two are, or is refused', () => {
  const time = fc.option(fc.integer({ min: 0, max: 70_000 }), { nil: undefined });
  fc.assert(
    fc.property(time, time, (holdTime, keepaliveTime) => {
      const hold = holdTime ?? (keepaliveTime === undefined ? 90 : 3 * keepaliveTime);
      const keepalive = keepaliveTime ?? hold / 3;
      const right = (hold === 0 || hold >= 3) && hold < 2 ** 16 && keepalive <= hold;
      const timers = {
        ...(holdTime === undefined ? {} : { holdTime: seconds(holdTime) }),
        ...(keepaliveTime === undefined ? {} : { keepaliveTime: seconds(keepaliveTime) }),
      };
      if (right) accept(timers);
      else expect(refusal(timers)).toContain('whole seconds');
    }),
    { numRuns: 50 },
  );
});
