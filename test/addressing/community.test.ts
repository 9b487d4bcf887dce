import * as fc from 'fast-check';
import { isLargeCommunity, parseCommunity } from '../../lib/addressing';

describe('parseCommunity', () => {
  test.each(['65000:101', '0:0', '65535:65535', '1:0'])('reads %p', (text) => {
    expect(parseCommunity(text)).toBe(text);
  });

  test('drops leading zeros, so that one community has one spelling', () => {
    expect(parseCommunity('00064:00101')).toBe('64:101');
  });

  test.each([
    '',
    ':',
    '65000',
    '65000:',
    ':101',
    '65536:1',
    '1:65536',
    '65000:101:1',
    '-1:1',
    '1.5:1',
    '1e3:1',
    'a:b',
    ' 1:1',
    '1:1\n',
    '0x1:1',
    '000001:1',
    'no-export',
    'large:1:2:3',
  ])('refuses %p', (text) => {
    expect(() => parseCommunity(text)).toThrow(/standard community such as 65000:101/);
  });

  test.each([[undefined], [null], [65000], [['65000:101']], [{}]])('refuses %p, which is no text', (value) => {
    expect(() => parseCommunity(value)).toThrow(/want a standard community/);
  });

  test('reads its own result as the same community', () => {
    const half = fc.integer({ min: 0, max: 65535 });
    fc.assert(
      fc.property(half, half, fc.nat(2), (a, b, zeros) => {
        const padded = `${String(a).padStart(Math.min(5, String(a).length + zeros), '0')}:${b}`;
        expect(parseCommunity(parseCommunity(padded))).toBe(`${a}:${b}`);
      }),
    );
  });
});

describe('isLargeCommunity', () => {
  test.each(['large:64496:1:2', 'large:0:0:0', 'large:4294967295:4294967295:4294967295'])('accepts %p', (text) => {
    expect(isLargeCommunity(text)).toBe(true);
  });

  test.each([
    '',
    'large:',
    'large:1:2',
    'large:1:2:3:4',
    '1:2:3',
    'LARGE:1:2:3',
    'large:4294967296:1:2',
    'large:1:4294967296:2',
    'large:1:2:4294967296',
    'large:-1:1:2',
    'large:1:2:3\n',
    ' large:1:2:3',
    '65000:101',
  ])('turns down %p', (text) => {
    expect(isLargeCommunity(text)).toBe(false);
  });
});
