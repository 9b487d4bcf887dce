import * as fc from 'fast-check';
import { Change } from '../../../../crpd-image/runtime/router/driver';
import { Groups, planChanges } from '../../../../crpd-image/runtime/router/frr/change-plan';

const OURS: Groups = {
  has: (group) => ['MESH', 'UPSTREAM', 'CLIENTS'].includes(group),
  areClients: (group) => group === 'CLIENTS',
  isPassive: ({ address }) => address === '10.0.0.9',
};
const running = (neighbors: Record<string, string>) => {
  const entries = Object.entries(neighbors);
  return {
    autonomousSystem: 65000,
    groups: new Map(),
    neighbors: new Map(entries.filter(([, group]) => group !== 'CLIENTS')),
    singleAddressRanges: new Map(entries.filter(([, group]) => group === 'CLIENTS')),
  };
};
const add = (address: string, group = 'MESH'): Change => ({ action: 'add', group, address });
const remove = (address: string, group = 'MESH'): Change => ({ action: 'remove', group, address });

test.each<[string, Record<string, string>, Change[], string[]]>([
  ['an addition', {}, [add('10.0.0.1')], ['neighbor 10.0.0.1 peer-group MESH']],
  ['an addition of what is there', { '10.0.0.1': 'MESH' }, [add('10.0.0.1')], []],
  ['a removal', { 'fd00::1': 'MESH' }, [remove('fd00::1')], ['no neighbor fd00::1']],
  ['a removal of what is not there', {}, [remove('10.0.0.1')], []],
  ['a removal from a group that it is not in', { '10.0.0.1': 'UPSTREAM' }, [remove('10.0.0.1')], []],
  [
    'an addition to another group of ours',
    { '10.0.0.1': 'UPSTREAM' },
    [add('10.0.0.1')],
    ['no neighbor 10.0.0.1', 'neighbor 10.0.0.1 peer-group MESH'],
  ],
  [
    'a removal and an addition to another group',
    { '10.0.0.1': 'UPSTREAM' },
    [remove('10.0.0.1', 'UPSTREAM'), add('10.0.0.1')],
    ['no neighbor 10.0.0.1', 'neighbor 10.0.0.1 peer-group MESH'],
  ],
  ['a client', {}, [add('10.0.0.1', 'CLIENTS')], ['bgp listen range 10.0.0.1/32 peer-group CLIENTS']],
  ['a client of IPv6', {}, [add('fd00::1', 'CLIENTS')], ['bgp listen range fd00::1/128 peer-group CLIENTS']],
  ['a client that is there', { '10.0.0.1': 'CLIENTS' }, [add('10.0.0.1', 'CLIENTS')], []],
  [
    'a client that is gone',
    { '10.0.0.1': 'CLIENTS' },
    [remove('10.0.0.1', 'CLIENTS')],
    ['no bgp listen range 10.0.0.1/32 peer-group CLIENTS'],
  ],
  [
    'a client that becomes a router of the mesh',
    { '10.0.0.1': 'CLIENTS' },
    [add('10.0.0.1')],
    ['no bgp listen range 10.0.0.1/32 peer-group CLIENTS', 'neighbor 10.0.0.1 peer-group MESH'],
  ],
])('%s', (_, neighbors, changes, lines) => {
  const plan = planChanges(running(neighbors), OURS, changes);
  expect(plan.steps.flatMap((step) => step.lines)).toEqual(lines);
  expect(plan.refused).toEqual([]);
});

test('the passive line of a neighbor on the active side may fail without a failure of the change', () => {
  const { steps } = planChanges(running({ '10.0.0.9': 'UPSTREAM' }), OURS, [add('10.0.0.1'), add('10.0.0.9')]);
  expect(steps.map(({ lines, further }) => ({ lines, further }))).toEqual([
    { lines: ['neighbor 10.0.0.1 peer-group MESH'], further: [] },
    {
      lines: ['no neighbor 10.0.0.9', 'neighbor 10.0.0.9 peer-group MESH'],
      further: ['neighbor 10.0.0.9 passive'],
    },
  ]);
});

test.each<[string, Record<string, string>, Change, string]>([
  ['the neighbor of a group of someone else', { '10.0.0.1': 'THEIRS' }, add('10.0.0.1'), 'of the group THEIRS'],
  ['a group of someone else', {}, add('10.0.0.1', 'THEIRS'), 'THEIRS is not a group of this runtime'],
  ['a line instead of an address', {}, add('10.0.0.1 remote-as 1\0end'), 'is not an IP address'],
  ['an address with a zone', {}, add('fe80::1%eth0'), 'is not an IP address'],
])('leaves %s alone', (_, neighbors, change, reason) => {
  const { steps, refused } = planChanges(running(neighbors), OURS, [change]);
  expect(steps).toEqual([]);
  expect(refused).toEqual([{ change, reason: expect.stringContaining(reason) }]);
});

test('leads to what was asked for, and a second time has nothing to do', () => {
  const address = fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1');
  const group = fc.constantFrom('MESH', 'UPSTREAM', 'CLIENTS', 'THEIRS');
  const change = fc.record({ action: fc.constantFrom('add' as const, 'remove' as const), group, address });
  fc.assert(
    fc.property(fc.dictionary(address, group), fc.array(change, { maxLength: 6 }), (before, changes) => {
      const neighbors = new Map<string, string>(Object.entries(before));
      const { steps, refused } = planChanges(running(before), OURS, changes);
      for (const line of steps.flatMap((step) => step.lines)) {
        const found = /^(no )?(?:neighbor (\S+)|bgp listen range (\S+)\/(?:32|128))(?: peer-group (\S+))?$/.exec(line);
        const [, no, neighbor, client, of] = found ?? [];
        const at = neighbor ?? client;
        // A client is taken away as one, and a neighbor as one.
        if (no && (neighbors.get(at) === 'CLIENTS') !== (client !== undefined)) throw new Error(`${line}: wrong`);
        if (no && !neighbors.delete(at)) throw new Error(`${line}: it is not there`);
        if (!no && neighbors.has(at)) throw new Error(`${line}: it is there`);
        if (!no) neighbors.set(at, of);
      }
      for (const [at, of] of Object.entries(before)) {
        if (of === 'THEIRS' && neighbors.get(at) !== of) throw new Error(`${at} was taken from THEIRS`);
      }
      // The last word on an address counts.
      const last = new Map(changes.filter((one) => !refused.some((r) => r.change === one)).map((c) => [c.address, c]));
      for (const [at, { action, group: of }] of last) {
        const stands = neighbors.get(at) === of;
        if (stands !== (action === 'add')) throw new Error(`${action} ${at} ${of} is not so`);
      }
    }),
    { numRuns: 20_000 },
  );
});
