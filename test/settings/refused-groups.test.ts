import { parsePeerGroups, parsePeerGroupsFile, SettingError } from '../../lib/settings';
import { ValidationError } from '../../lib/input';

/** What refuses a value. */
function refusalOf(read: () => unknown): ValidationError {
  try {
    read();
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('of a further group that is refused', () => {
  test.each<[string, object, RegExp]>([
    [
      'ranges of a mesh',
      { kind: 'mesh', service: 's', ranges: ['10.0.0.0/8'] },
      /^got \["10\.0\.0\.0\/8"\], want nothing: a group of kind mesh has service\b/,
    ],
    [
      'AS ranges of an upstream',
      { kind: 'upstream', service: 's', asRanges: ['1-2'] },
      /^got \["1-2"\], want nothing: a group of kind upstream has service, addresses, sessions, authentication$/,
    ],
    ['clients without ranges', { kind: 'clients' }, /^got nothing, want the ranges that the clients peer from/],
    ['a mesh without a Service', { kind: 'mesh' }, /^got nothing, want the name of a headless Service, or addresses$/],
  ])('the message says what it should have: %s', (_, group, message) => {
    expect(refusalOf(() => parsePeerGroups([{ name: 'G', ...group }])).message).toMatch(message);
  });
});

test('the message says why a route server finds no clients behind a Service', () => {
  const file = '{"groups": [{"name": "A", "kind": "clients", "service": "pods"}]}';
  const refusal = refusalOf(() => parsePeerGroupsFile(file, { clientRanges: [], mode: 'routeserver' }));
  expect(refusal.message).toBe(
    'got "pods", want nothing: clients of a route server peer from ranges, with AS numbers that no Service tells',
  );
});

test('a setting that is refused names the variable and each step to the place in its file', () => {
  const file = '{"groups": [{"name": "A", "kind": "clients", "ranges": ["10.0.0.0/8", "10.0.0.1/8"]}]}';
  const pod = { clientRanges: [], mode: 'routereflector' } as const;
  const error = new SettingError(
    'MESHRR_GROUPS_FILE',
    refusalOf(() => parsePeerGroupsFile(file, pod)),
  );
  expect(String(error)).toMatch(
    /^SettingError: MESHRR_GROUPS_FILE\[groups\]\[0\]\[ranges\]\[1\]: got "10\.0\.0\.1\/8", /,
  );
});
