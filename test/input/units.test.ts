import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import * as fc from 'fast-check';
import { duration, mergedProps, quantityText, resourceName } from '../../lib/input';

test('a Duration reads as the number that it is of the unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 86_400 }), (seconds) => {
      expect(duration('seconds', 0, 86_400)(Duration.seconds(seconds))).toBe(seconds);
      expect(duration('seconds', 0, 86_400)(seconds)).toBe(seconds);
      expect(duration('milliseconds', 0, 86_400_000)(Duration.seconds(seconds))).toBe(seconds * 1000);
    }),
  );
  expect(duration('seconds', 0, 3600)(Duration.minutes(5))).toBe(300);
});

test.each([
  [Duration.millis(1500), 'got 1.5, want a whole number from 1 to 60'],
  [Duration.minutes(2), 'got 120, want a whole number from 1 to 60'],
  ['30s', 'got "30s", want a whole number from 1 to 60'],
  [{}, 'got {}, want'],
])('%s is no number of seconds from 1 to 60', (value, message) => {
  expect(() => duration('seconds', 1, 60)(value)).toThrow(message);
});

test('a Size, a Cpu and a text are quantities', () => {
  expect(quantityText(Size.mebibytes(256))).toBe('256Mi');
  expect(quantityText(Cpu.millis(500))).toBe('500m');
  expect(quantityText(Cpu.units(2))).toBe('2');
  expect(quantityText('1Gi')).toBe('1Gi');
  expect(quantityText(5)).toBe(5);
});

test('a name is that of a construct of the right kind', () => {
  const read = resourceName('Secret', (value) => value);
  expect(read({ kind: 'Secret', name: 'mine' })).toBe('mine');
  expect(read({ kind: 'ConfigMap', name: 'mine' })).toEqual({ kind: 'ConfigMap', name: 'mine' });
  expect(read('mine')).toBe('mine');
});

test('an object that cannot be read is refused', () => {
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error('mine');
      },
    },
  );
  for (const read of [duration('seconds', 1, 2), quantityText, resourceName('Secret', (value) => value)]) {
    expect(() => read(trap)).toThrow('a value that cannot be read (mine)');
  }
});

describe('merged props', () => {
  test('maps by their keys, lists one after the other, of single values the inner one', () => {
    const outer = { labels: { a: '1', b: '1' }, list: [1], single: 1, outer: true };
    const inner = { labels: { b: '2' }, list: [2], single: 2, inner: true };
    expect(mergedProps<object>(outer, inner)).toEqual({
      ...{ labels: { a: '1', b: '2' }, list: [1, 2], single: 2 },
      ...{ outer: true, inner: true },
    });
  });

  test('what is undefined replaces nothing', () => {
    expect(mergedProps<unknown>({ a: 1 }, undefined)).toEqual({ a: 1 });
    expect(mergedProps<unknown>(undefined, { a: 1 })).toEqual({ a: 1 });
    expect(mergedProps<unknown>({ a: 1 }, { a: undefined })).toEqual({ a: 1 });
  });

  test('instances of classes are single values', () => {
    const five = Duration.minutes(5);
    expect(mergedProps<unknown>({ time: Duration.minutes(1) }, { time: five })).toEqual({ time: five });
  });

  test('values of every shape are merged without an error, and are those of one side or the other', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(mergedProps(value, undefined)).toBe(value);
        expect(mergedProps(undefined, value)).toBe(value);
        mergedProps<unknown>({ a: value }, { a: [value] });
      }),
    );
  });
});
