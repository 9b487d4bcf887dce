import * as fc from 'fast-check';
import { ClientHistory } from '../../../crpd-image/runtime/handover/client-history';

test('the number of clients at a time is the last one that was recorded by then', () => {
  const records = fc.array(fc.nat(3), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(records, fc.integer({ min: 0, max: 29_999 }), (numbers, time) => {
      const history = new ClientHistory();
      numbers.forEach((clients, second) => history.record(second * 1000, clients));
      expect(history.at(time)).toBe(numbers[Math.min(Math.floor(time / 1000), numbers.length - 1)]);
    }),
  );
});

test('the largest number since a time counts what was then', () => {
  const history = new ClientHistory();
  [4, 2, 3, 1].forEach((clients, second) => history.record(second * 1000, clients));
  expect([0, 999, 1000, 2500, 3000, 9000].map((time) => history.most(time))).toEqual([4, 4, 3, 3, 1, 1]);
  expect(new ClientHistory().most(0)).toBe(0);
});

test('before the first record, it is not known', () => {
  const history = new ClientHistory();
  expect(history.at(5)).toBeUndefined();
  history.record(10, 3);
  expect([history.at(9), history.at(10)]).toEqual([undefined, 3]);
});

test('after hours of flaps, an hour is kept', () => {
  const history = new ClientHistory();
  const HOUR = 3_600_000;
  for (let now = 0; now <= 3 * HOUR; now += 1000) history.record(now, (now / 1000) % 2);
  expect([history.at(2 * HOUR), history.at(2 * HOUR + 1000)]).toEqual([0, 1]);
  expect(history.at(HOUR)).toBeUndefined();
});
