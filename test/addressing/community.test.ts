import * as fc from 'fast-check';
import { byKind, isLargeCommunity, parseCommunity, parseStandardCommunity } from '../../lib/addressing';

describe('parseStandardCommunity', () => {
  test.each(['65000:101', '0:0', '65535:65535', '1:0'])('reads %p', (text) => {
    expect(parseStandardCommunity(text)).toBe(text);
  });

  test('drops leading zeros, so that one community has one spelling', () => {
    expect(parseStandardCommunity('00064:00101')).toBe('64:101');
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
    expect(() => parseStandardCommunity(text)).toThrow(/standard community such as 65000:101/);
  });

  test.each([[undefined], [null], [65000], [['65000:101']], [{}]])('refuses %p, which is no text', (value) => {
    expect(() => parseStandardCommunity(value)).toThrow(/want a standard community/);
  });

  test('reads its own result as the same community', () => {
    const half = fc.integer({ min: 0, max: 65535 });
    fc.assert(
      fc.property(half, half, fc.nat(2), (a, b, zeros) => {
        const padded = `${String(a).padStart(Math.min(5, String(a).length + zeros), '0')}:${b}`;
        expect(parseStandardCommunity(parseStandardCommunity(padded))).toBe(`${a}:${b}`);
      }),
    );
  });
});

describe('parseCommunity', () => {
  test.each([
    ['65000:101', '65000:101'],
    ['64496:1:2', '64496:1:2'],
    ['004:0:4294967295', '4:0:4294967295'],
  ])('reads %p, which may be large', (text, read) => {
    expect(parseCommunity(text)).toBe(read);
  });

  test.each(['1:2:4294967296', '1:2:', '::', '1:2:a', 'large:1:2'])('rejects %p as a large one', (text) => {
    expect(() => parseCommunity(text)).toThrow(/want a large community such as 64496:1:2/);
  });

  test.each(['65536:1', 'large:1:2:3', '', 7, undefined])('rejects %p as one of both kinds', (value) => {
    expect(() => parseCommunity(value)).toThrow(/want a community such as 65000:101, or a large one such as 64496:1:2/);
  });
});

test('communities are divided by their kind, each in the order of their numbers', () => {
  expect(byKind(['64496:1:10', '64496:20', '64496:1:9', '100:7', '64496:3'])).toEqual({
    standard: ['100:7', '64496:3', '64496:20'],
    large: ['64496:1:9', '64496:1:10'],
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
