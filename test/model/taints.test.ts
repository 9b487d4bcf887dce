import { Taint, tolerates, Toleration } from '../../lib/model';

// Kubernetes: Toleration.ToleratesTaint, and what evicts a pod.

const taint: Taint = { key: 'dedicated', value: 'bgp', effect: 'NoSchedule' };
const NoExecute: Taint = { ...taint, effect: 'NoExecute' };

const cases: readonly (readonly [string, Toleration | undefined, Taint | undefined, boolean])[] = [
  ['no taint', undefined, undefined, true],
  ['a taint without a toleration', undefined, taint, false],
  ['a taint that only other nodes are preferred for', undefined, { ...taint, effect: 'PreferNoSchedule' }, true],
  ['key, value and effect', { key: 'dedicated', value: 'bgp', effect: 'NoSchedule' }, taint, true],
  ['another key', { key: 'gpu', value: 'bgp' }, taint, false],
  ['another value', { key: 'dedicated', value: 'storage' }, taint, false],
  ['no value', { key: 'dedicated' }, taint, false],
  ['no value, as the taint has none', { key: 'dedicated', operator: 'Equal' }, { ...taint, value: undefined }, true],
  ['an empty value in place of none', { key: 'dedicated', value: '' }, { ...taint, value: undefined }, true],
  ['any value', { key: 'dedicated', operator: 'Exists' }, taint, true],
  ['another effect', { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }, taint, false],
  ['every effect', { key: 'dedicated', value: 'bgp' }, NoExecute, true],
  ['every key', { operator: 'Exists' }, taint, true],
  [
    'for some seconds, after which the pod is evicted',
    { operator: 'Exists', tolerationSeconds: 300 },
    NoExecute,
    false,
  ],
];

test.each(cases)('%s', (_, toleration, on, stays) => {
  expect(tolerates(toleration && [toleration], on && [on])).toBe(stays);
});

test('each taint needs a toleration', () => {
  const other: Taint = { key: 'gpu', effect: 'NoSchedule' };
  expect(tolerates([{ key: 'dedicated', operator: 'Exists' }], [taint, other])).toBe(false);
  expect(tolerates([{ key: 'dedicated', operator: 'Exists' }, { key: 'gpu' }], [taint, other])).toBe(true);
});
