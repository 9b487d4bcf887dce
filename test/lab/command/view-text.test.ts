import { LabView } from '../../../lab/view';
import { viewText } from '../../../lab/view-text';

const route = (destination: string, from: string, best = false) => ({
  ...{ family: 'evpn' as const, destination, from, best, nextHop: '198.51.100.12', asPath: [4259840102] },
  ...{ communities: [], routeTargets: ['100:100'], label: 100, clusterList: [] },
});
const view = (...destinations: string[]): LabView => ({
  ...{ id: '1.1', app: 'x', nodes: [], pods: [], proof: { paths: 3, differences: [] } },
  verdict: { result: 'nothing to prove', sentence: 'There is no client that should learn a route.' },
  clients: [
    {
      ...{ name: 'dc1-leaf1', implementation: 'gobgp', autonomousSystem: 4259840101, addresses: [], sessions: [] },
      learned: destinations.flatMap((one) => [route(one, '192.0.2.2', true), route(one, '192.0.2.1')]),
    },
  ],
});

test.each([
  ['4259840102:100 [2]:[0]:[48]:[02:00:00:00:00:02]:[32]:[198.18.0.2]', '[2] 02:00:00:00:00:02 198.18.0.2'],
  ['4259840102:100 [2]:[0]:[48]:[02:00:00:00:00:02]', '[2] 02:00:00:00:00:02'],
  ['4259840102:100 [3]:[0]:[32]:[198.18.0.2]', '[3] 198.18.0.2'],
  ['4259840102:100 [5]:[0]:[48]:[2001:db8::]', '[5] 2001:db8::/48'],
  ['4259840102:100 [5]:[7]:[24]:[192.0.2.0]', '[5]:[7]:[24]:[192.0.2.0]'],
])('the row of %s is short', (destination, text) => {
  const row = viewText(view(destination))
    .split('\n')
    .find((line) => line.startsWith('dc1-leaf1'))!;
  expect(row.length).toBeLessThanOrEqual(120);
  expect(row.split(/ {2,}/)).toEqual([
    ...['dc1-leaf1', `4259840102:100 ${text}`, '198.51.100.12', '192.0.2.1, 192.0.2.2'],
    'as 4259840102; vni 100',
  ]);
});

test('there is one row for each destination, in their order', () => {
  const rows = viewText(view('1:1 [3]:[0]:[32]:[10.0.0.2]', '1:1 [3]:[0]:[32]:[10.0.0.1]')).split('\n');
  expect(rows.filter((row) => row.startsWith('dc1-leaf1')).map((row) => row.split(/ {2,}/)[1])).toEqual([
    '1:1 [3] 10.0.0.1',
    '1:1 [3] 10.0.0.2',
  ]);
});

test('the last line is what the proof comes to, as the report has it', () => {
  expect(viewText(view()).trimEnd().split('\n').slice(-2)).toEqual([
    'every router has what the proof expects: 3 paths',
    'the proof: nothing to prove. There is no client that should learn a route.',
  ]);
});
