import * as answers from '../../../../crpd-image/runtime/router/crpd/answers';
import { readMessage, Reply } from '../../../../crpd-image/runtime/router/crpd/messages';
import { rtrServers } from '../../../../lib/settings';

const reply = (content: string) =>
  readMessage(`<rpc-reply xmlns:junos="http://xml.juniper.net/junos/22.4R1/junos">${content}</rpc-reply>`) as Reply;

const neighbors = (...names: string[]) => names.map((name) => `<neighbor><name>${name}</name></neighbor>`).join('');
const group = (name: string, ...names: string[]) => `<group><name>${name}</name>${neighbors(...names)}</group>`;
const bgp = (content: string) => `<protocols><bgp>${content}</bgp></protocols>`;

const CONFIGURATION = `<configuration junos:commit-seconds="1">
  <groups><name>MESHRR</name>${bgp(group('MESH', '10.0.0.1', '2001:DB8:0::1') + group('OTHER', '10.0.0.2'))}</groups>
  <groups><name>THEIRS</name>${bgp(group('MESH', '10.0.0.3'))}</groups>
  ${bgp(group('MESH', '10.0.0.4'))}</configuration>`;

test('neighbors are those of the own groups in MESHRR, whatever the router sends with them', () => {
  expect(answers.readNeighbors(reply(CONFIGURATION), new Set(['MESH']))).toEqual([
    { group: 'MESH', address: '10.0.0.1', written: '10.0.0.1' },
    { group: 'MESH', address: '2001:db8::1', written: '2001:DB8:0::1' },
  ]);
  expect(answers.readNeighbors(reply('<configuration/>'), new Set(['MESH']))).toEqual([]);
});

test('all configured addresses are those of operators, too', () => {
  expect([...answers.readConfiguredAddresses(reply(CONFIGURATION))].sort()).toEqual(
    ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '2001:db8::1'].sort(),
  );
});

test.each([
  ['announced', `<groups><name>MESHRR</name>${bgp('<graceful-shutdown><sender/></graceful-shutdown>')}</groups>`, true],
  ['not announced', `<groups><name>MESHRR</name>${bgp('')}</groups>`, false],
  [
    'only heeded',
    `<groups><name>MESHRR</name>${bgp('<graceful-shutdown><receiver/></graceful-shutdown>')}</groups>`,
    false,
  ],
  [
    'in another group',
    `<groups><name>THEIRS</name>${bgp('<graceful-shutdown><sender/></graceful-shutdown>')}</groups>`,
    false,
  ],
  ['nowhere', '', false],
])('a shutdown is announced where the own group says so: %s', (_, content, expected) => {
  expect(answers.isDraining(reply(`<configuration>${content}</configuration>`))).toBe(expected);
});

describe('sessions', () => {
  const peer = (address: string, as: string, elapsed: string, state: string, ribs = '') =>
    `<bgp-peer junos:style="terse" heading="Peer AS"><peer-address>${address}</peer-address><peer-as>${as}</peer-as>
     ${elapsed}<peer-state>${state}</peer-state>${ribs}</bgp-peer>`;
  const rib = (received: number) =>
    `<bgp-rib><name>inet.0</name><received-prefix-count>${received}</received-prefix-count></bgp-rib>`;

  test('are read with their state, time and prefixes', () => {
    const summary = `<bgp-information>${rib(99)}
      ${peer('10.0.0.1', '65000', '<elapsed-time junos:seconds="177">2:57</elapsed-time>', '\nEstablished\n', rib(3) + rib(4))}
      ${peer('10.0.0.9+50123', '1.10', '<elapsed-time>1d 2:03:04</elapsed-time>', 'Establ')}
      ${peer('2001:DB8::1', '4200000000', '<elapsed-time junos:seconds="5">5</elapsed-time>', 'Active')}
      ${peer('not an address', '1', '', 'Idle')}</bgp-information>`;
    expect(answers.readSessions(reply(summary), new Set(['10.0.0.1', '2001:db8::1']))).toEqual([
      {
        address: '10.0.0.1',
        state: 'Established',
        dynamic: false,
        establishedSeconds: 177,
        prefixesReceived: 7,
      },
      {
        address: '10.0.0.9',
        state: 'Established',
        dynamic: true,
        establishedSeconds: 93784,
        prefixesReceived: 0,
      },
      { address: '2001:db8::1', state: 'Active', dynamic: false },
    ]);
  });

  test.each([
    ['2:57', 177],
    ['1:00:00', 3600],
    ['1d 00:00:01', 86401],
    ['2w3d 01:00:00', 1472400],
    ['never', undefined],
    ['', undefined],
  ])('a time of %j is %s seconds', (text, seconds) => {
    const summary = `<bgp-information>${peer('10.0.0.1', '1', `<elapsed-time>${text}</elapsed-time>`, 'Established')}</bgp-information>`;
    expect(answers.readSessions(reply(summary), new Set())[0].establishedSeconds).toBe(seconds);
  });

  test.each([
    ['Idle', 'Idle'],
    ['OpenSent', 'OpenSent'],
    ['OpenConfirm', 'OpenConfirm'],
    ['OpenConf', 'OpenConfirm'],
    ['Connect', 'Connect'],
    ['something new', 'Idle'],
    ['', 'Idle'],
  ])('the state %j is %s', (text, state) => {
    const summary = `<bgp-information>${peer('10.0.0.1', '1', '', text)}</bgp-information>`;
    expect(answers.readSessions(reply(summary), new Set())[0].state).toBe(state);
  });
});

test('a difference of blanks counts as empty', () => {
  const compared = (text: string) =>
    answers.readDifference(
      reply(
        `<configuration-information><configuration-output>${text}</configuration-output></configuration-information>`,
      ),
    );
  expect(compared('\n\n')).toBe('');
  expect(compared('\n[edit groups]\n+ x;\n')).toBe('[edit groups]\n+ x;');
});

describe('a load', () => {
  const load = (content: string) =>
    answers.loadRefusal(reply(`<load-configuration-results>${content}</load-configuration-results>`));
  const error = (severity: string) =>
    `<rpc-error><error-severity>${severity}</error-severity><error-message>statement not found</error-message></rpc-error>`;

  test.each([
    ['success', '<ok/>', undefined],
    ['the word of older releases', '<load-success/>', undefined],
    ['a warning', `${error('warning')}<ok/>`, undefined],
    ['warnings that were counted', `${error('warning')}<load-error-count>1</load-error-count>`, undefined],
    ['an error', error('error'), 'statement not found'],
    ['an error beside ok', `${error('error')}<ok/>`, 'statement not found'],
    ['a count alone', '<load-error-count>\n2\n</load-error-count>', '2 errors without a message'],
    ['a count of none', '<load-error-count>0</load-error-count>', undefined],
  ])('%s', (_, content, refusal) => expect(load(content)).toBe(refusal));
});

test.each([
  ['<ok/>', true],
  ['<commit-results><routing-engine><name>re0</name><commit-success/></routing-engine></commit-results>', true],
  ['<commit-results><commit-success/></commit-results>', true],
  ['<commit-results/>', false],
  ['', false],
])('a commit that answers %j has taken effect: %s', (content, committed) => {
  expect(answers.isCommitted(reply(content))).toBe(committed);
});

describe('a license', () => {
  const results = (content: string) => `<add-license-results>${content}</add-license-results>`;
  const single = (message: string) => `<add-individual-result><message>${message}</message></add-individual-result>`;

  test.each([
    ['added', results('<add-success/>'), undefined],
    ['added, in words', '<output>add license complete (no errors)</output>', undefined],
    ['there already', results(`${single('license already installed')}<add-error-count>1</add-error-count>`), undefined],
    [
      'there already, as an error',
      '<rpc-error><error-severity>error</error-severity><error-message>already installed</error-message></rpc-error>',
      undefined,
    ],
    ['bad', results(`${single('invalid license data')}<add-error-count>1</add-error-count>`), 'invalid license data 1'],
    ['bad, in words', '<output>add license failed (1 errors)</output>', 'add license failed (1 errors)'],
    [
      'not found',
      '<rpc-error><error-severity>error</error-severity><error-message>no such file</error-message></rpc-error>',
      'no such file',
    ],
  ])('that is %s', (_, content, refusal) => expect(answers.licenseRefusal(reply(content))).toBe(refusal));
});

test('RTR servers are connected where their sessions are up, and the most records of a session count', () => {
  const session = (address: string, state: string, ipv4: number, ipv6: number) =>
    `<rv-session><ip-address>${address}</ip-address><session-state>${state}</session-state>` +
    `<ip-prefix-count>${ipv4}</ip-prefix-count><ip6-prefix-count>${ipv6}</ip6-prefix-count></rv-session>`;
  const sessions = session('192.0.2.53', 'Up', 300, 40) + session('2001:DB8:0::53', 'up', 299, 40);
  const down = session('192.0.2.54', 'Connect', 0, 0);
  const servers = rtrServers.parse('192.0.2.53:323,[2001:db8::53]:3323,192.0.2.54:323');
  const all = reply(`<rv-session-information>${sessions}${down}</rv-session-information>`);
  expect(answers.readOriginData(all, servers)).toEqual({
    servers: [
      { server: '192.0.2.53:323', isConnected: true },
      { server: '[2001:db8::53]:3323', isConnected: true },
      { server: '192.0.2.54:323', isConnected: false },
    ],
    prefixes: 340,
  });
  expect(answers.readOriginData(reply('<rv-session-information/>'), servers.slice(0, 1))).toEqual({
    servers: [{ server: '192.0.2.53:323', isConnected: false }],
    prefixes: 0,
  });
});
