import { readCommandLine } from '../../../lab/command/command-line';

test.each([
  ['two-regions-hrr-metallb-frr', 'up', ['two-regions-hrr-metallb-frr'], {}],
  ['./mine --keep --json', 'up', ['./mine'], { keep: true, json: true }],
  ['--keep app', 'up', ['app'], { keep: true }],
  ['app --topology t.json --bgpd machine', 'up', ['app'], { topology: 't.json', bgpd: 'machine' }],
  ['list', 'list', [], {}],
  ['stop core-1', 'stop', ['core-1'], {}],
  ['start n1', 'start', ['n1'], {}],
  ['logs pe1', 'logs', ['pe1'], {}],
  ['cut pe1 n1', 'cut', ['pe1', 'n1'], {}],
  ['mend pe1 n1', 'mend', ['pe1', 'n1'], {}],
  ['status', 'status', [], {}],
  ['status 12.1 --json', 'status', ['12.1'], { json: true }],
  ['down 12.1', 'down', ['12.1'], {}],
  ['enter core-1', 'enter', ['core-1'], {}],
  ['enter core-1 vtysh -c x', 'enter', ['core-1', 'vtysh', '-c', 'x'], {}],
  ['enter core-1 -- meshrr status --json', 'enter', ['core-1', 'meshrr', 'status', '--json'], {}],
])('%s', (text, verb, words, options) => {
  expect(readCommandLine(text.split(' '))).toEqual({ verb, words, options });
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
  ['enter', 'enter: a name is missing'],
])('%s is rejected', (text, message) => {
  expect(() => readCommandLine(text.split(' '))).toThrow(message);
});
