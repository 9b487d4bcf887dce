import * as fc from 'fast-check';
import { readSlice } from '../../../crpd-image/runtime/discovery/slice';
import { UsableEndpoints } from '../../../crpd-image/runtime/discovery/usable-endpoints';
import { ValidationError } from '../../../lib/input';
import { fuzzRuns } from '../../../test-support/fuzz';

const SLICE = {
  metadata: { name: 'core-abc', resourceVersion: '7' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.42.0.1'], conditions: { ready: true }, zone: 'zone-1', nodeName: 'node-1' }],
};

test('a slice is read, and what the API may add is passed over', () => {
  const more = { kind: 'EndpointSlice', ports: [{ port: 179 }], added: { later: true } };
  expect(readSlice({ ...SLICE, ...more })).toEqual({
    name: 'core-abc',
    family: 4,
    endpoints: [{ address: '10.42.0.1', redundancyGroup: 'zone-1' }],
  });
});

test.each([
  ['no object', null, 'an object'],
  ['a list', [], 'an object'],
  ['no name', { ...SLICE, metadata: {} }, 'a text'],
  ['no address type', { ...SLICE, addressType: undefined }, 'a text'],
  ['endpoints that are no list', { ...SLICE, endpoints: { length: 1 } }, 'a list'],
  ['an endpoint without addresses', { ...SLICE, endpoints: [{}] }, 'a list of at least one item'],
  ['an address that is no text', { ...SLICE, endpoints: [{ addresses: [1] }] }, 'a text'],
  [
    'a condition that is no flag',
    { ...SLICE, endpoints: [{ addresses: ['a'], conditions: { ready: 'false' } }] },
    'true',
  ],
  ['a zone that is no text', { ...SLICE, endpoints: [{ addresses: ['a'], zone: {} }] }, 'a text'],
])('%s is refused as a whole', (_, value, wanted) => {
  expect(() => readSlice(value)).toThrow(wanted);
});

/** What may stand in the place of any part of a slice. */
const anything = fc.oneof(
  fc.constantFrom(null, true, false, 0, '', 'IPv4', 'IPv6', 'FQDN', [], {}, [[]], [{}], '127.0.0.1', '::', '1::2::3'),
  fc.string({ maxLength: 20 }),
  fc.ipV6(),
);
const TEXT = JSON.stringify(SLICE);
const PARTS = [
  ...['metadata', 'metadata.name', 'addressType', 'endpoints', 'endpoints.0', 'endpoints.1', 'endpoints.0.zone'],
  ...['endpoints.0.addresses', 'endpoints.0.addresses.0', 'endpoints.0.addresses.1', 'endpoints.0.nodeName'],
  ...['endpoints.0.conditions', 'endpoints.0.conditions.ready', 'endpoints.0.conditions.serving'],
  ...['endpoints.0.conditions.terminating', 'endpoints.1.addresses', 'endpoints.1.addresses.0', 'added'],
];
const sliceLike = fc
  .array(fc.tuple(fc.constantFrom(...PARTS), anything), { minLength: 1, maxLength: 3 })
  .map((changes) => {
    const value: unknown = JSON.parse(TEXT);
    for (const [part, other] of changes) put(value, part.split('.'), other);
    return value;
  });

/** Puts `other` in the place of a part, where there is such a place. */
function put(value: unknown, [step, ...rest]: readonly string[], other: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  if (rest.length === 0) fields[step] = typeof other === 'object' ? structuredClone(other) : other;
  else put(fields[step], rest, other);
}

test('whatever the API sends is read into endpoints or refused in one line', () => {
  let [read, refused] = [0, 0];
  fc.assert(
    fc.property(sliceLike, (value) => {
      try {
        const { endpoints } = readSlice(value);
        const usable = new UsableEndpoints('core.default', () => {}).read(endpoints);
        if (usable.some(({ address }) => !/^[0-9a-f.:]+$/.test(address))) throw new Error('an address that is none');
        read++;
      } catch (error) {
        if (!(error instanceof ValidationError) || /[\r\n]/.test(error.message)) throw error;
        refused++;
      }
    }),
    { numRuns: fuzzRuns(10_000) },
  );
  expect(Math.min(read, refused)).toBeGreaterThan(fuzzRuns(10_000) / 20);
});

test('of addresses that no host can have, the first ten are named, and the others counted', () => {
  const told: Record<string, unknown>[] = [];
  const usable = new UsableEndpoints('core.default', ({ fields: { address, others } }) =>
    told.push({ address, others }),
  );
  const loopback = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => ({ address: `127.0.${(from + i) >> 8}.${(from + i) & 255}` }));
  for (let turn = 0; turn < 100; turn++) expect(usable.read(loopback(500, turn))).toEqual([]);
  expect(told).toEqual([
    ...loopback(10).map(({ address }) => ({ address, others: undefined })),
    { address: undefined, others: 490 },
  ]);
  usable.read(loopback(2000));
  expect(told.slice(11)).toEqual([{ address: undefined, others: 1990 }]);
});
