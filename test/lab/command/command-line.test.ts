import { readCommandLine } from '../../../lab/command/command-line';

test.each([
  ['two-regions-hrr-metallb-frr', { verb: 'up', app: 'two-regions-hrr-metallb-frr', keep: false, json: false }],
  ['./mine --keep --json', { verb: 'up', app: './mine', keep: true, json: true }],
  ['--keep app', { verb: 'up', app: 'app', keep: true, json: false }],
  [
    'app --topology t.json --bgpd machine',
    { verb: 'up', app: 'app', keep: false, json: false, topology: 't.json', bgpd: 'machine' },
  ],
  ['list', { verb: 'list' }],
  ['stop core-1', { verb: 'stop', name: 'core-1' }],
  ['start n1', { verb: 'start', name: 'n1' }],
  ['logs pe1', { verb: 'logs', name: 'pe1' }],
  ['cut pe1 n1', { verb: 'cut', name: 'pe1', other: 'n1' }],
  ['mend pe1 n1', { verb: 'mend', name: 'pe1', other: 'n1' }],
  ['status', { verb: 'status', lab: undefined, json: false }],
  ['status 12.1 --json', { verb: 'status', lab: '12.1', json: true }],
  ['down 12.1', { verb: 'down', lab: '12.1' }],
  ['enter core-1', { verb: 'enter', name: 'core-1', command: [] }],
  ['enter core-1 vtysh -c x', { verb: 'enter', name: 'core-1', command: ['vtysh', '-c', 'x'] }],
  ['enter core-1 -- meshrr status --json', { verb: 'enter', name: 'core-1', command: ['meshrr', 'status', '--json'] }],
])('%s', (text, asked) => {
  expect(readCommandLine(text.split(' '))).toEqual(asked);
});

test.each([
  ['--keep', 'the name of an app is missing'],
  ['a b', 'got b, want nothing after a'],
  ['status 1 2', 'got 2, want nothing after 1'],
  ['down --json', 'got --json, which down does not take'],
  ['status --keep', 'got --keep, which status does not take'],
  ['app --nix', "Unknown option '--nix'"],
  ['app --bgpd mine', 'got --bgpd mine, want image or machine'],
  ['stop', 'stop: a name is missing'],
  ['stop a b', 'got b, want nothing after a'],
  ['cut a', 'cut: a name is missing'],
  ['cut a b c', 'got c, want nothing after b'],
  ['logs a --json', 'got --json, which logs does not take'],
  ['enter', 'enter: the name of a pod or client is missing'],
])('%s is refused', (text, message) => {
  expect(() => readCommandLine(text.split(' '))).toThrow(message);
});
