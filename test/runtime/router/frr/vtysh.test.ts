import * as fc from 'fast-check';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { reasonOf } from '../../../../crpd-image/runtime/router/frr/terminal';
import { splitEchoed, VtyshTerminal } from '../../../../crpd-image/runtime/router/frr/vtysh';

test('takes what vtysh -E writes apart', () => {
  const output = `% Can't open configuration file /etc/frr/vtysh.conf
vm# configure terminal
vm(config)# router bgp 65000
vm(config-router)# neighbor 10.0.0.50 peer-group MESH
vm(config-router)# neighbor 10.0.0.51 peer-group NOPE
% Configure the peer-group first
`;
  const commands = ['configure terminal', 'router bgp 65000'];
  const lines = ['50 peer-group MESH', '51 peer-group NOPE', '52 peer-group MESH'].map((l) => `neighbor 10.0.0.${l}`);
  expect(splitEchoed(output, [...commands, ...lines])).toEqual(['', '', '', '% Configure the peer-group first\n']);
  expect(splitEchoed('Exiting: failed to connect to any daemons.\n', commands)).toEqual([]);
});

test('takes apart whatever commands write', () => {
  const command = fc.constantFrom('show version', 'end', 'neighbor 10.0.0.1 peer-group MESH', 'router bgp 1');
  const text = fc.array(fc.constantFrom('{', '}', '% no', 'vm# x', '!', '', ' #'), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(command, text), { maxLength: 5 }), fc.nat(2), (written, more) => {
      const output = written.map(([line, lines]) => [`vm(config)# ${line}`, ...lines].join('\n')).join('\n');
      const commands = [...written.map(([line]) => line), ...Array(more).fill('never begun')];
      const expected = written.map(([, lines]) => lines.join('\n'));
      const got = splitEchoed(output, commands);
      if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Error(JSON.stringify(got));
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  ['is not there', ['/nonexistent/vtysh'], 'vtysh: ENOENT'],
  ['does not end', ['sh', '-c', 'exec sleep 60'], 'vtysh: no end within 0.2 s'],
  ['finds no bgpd', ['sh', '-c', 'echo Exiting: no daemons; exit 1'], 'vtysh: Exiting: no daemons'],
  ['is killed', ['sh', '-c', 'echo "vm# show version"; kill -9 $$'], 'vtysh: '],
  [
    'loses bgpd on the way',
    ['sh', '-c', 'echo "vm# show version"; echo "Warning: closing connection to bgpd because of an I/O error!"'],
    'vtysh: ',
  ],
  ['succeeds and says nothing', ['true'], 'vtysh: the router gave no reason'],
])('a vtysh that %s is a router that cannot be reached', async (_, command, message) => {
  // What ends by itself does so before, also on a busy machine.
  const deadlineMs = message.includes('within') ? 200 : 30_000;
  const show = new VtyshTerminal(command, '/nonexistent', deadlineMs).show('show version');
  await expect(show).rejects.toThrow(RouterUnavailable);
  await expect(show).rejects.toThrow(message);
});

test.each([
  ['% Configure the peer-group first\n', 'Configure the peer-group first'],
  [
    'BGP instance name and AS number mismatch\nBGP is running; AS is 1\n',
    'BGP instance name and AS number mismatch; BGP is running; AS is 1',
  ],
  ['% [BGP] Unknown command: neighbor M password s3cret\n', '[BGP] Unknown command: neighbor M password (hidden)'],
  ['', 'the router gave no reason'],
])('the reason of %p is on one line and shows no key', (output, reason) => {
  expect(reasonOf(output)).toBe(reason);
  expect(reasonOf(output.repeat(100)).length).toBeLessThanOrEqual(300);
});
