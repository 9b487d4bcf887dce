import * as fc from 'fast-check';
import { formatPeerGroups, parsePeerGroups, parsePeerGroupsFile, parseEnvironment } from '../../lib/settings';
import { parseJunos, writeJunos } from '../../crpd-image/runtime/configuration/junos-text';
import { withOperatorStatements } from '../../crpd-image/runtime/configuration/operator-statements';
import { statusTable } from '../../crpd-image/runtime/commands/status-table';
import { isStatus } from '../../crpd-image/runtime/daemon/status-shape';
import { readSlice } from '../../crpd-image/runtime/discovery/slice';
import { UsableEndpoints } from '../../crpd-image/runtime/discovery/usable-endpoints';
import * as answers from '../../crpd-image/runtime/router/crpd/answers';
import { errorIn, readMessage } from '../../crpd-image/runtime/router/crpd/messages';
import { RouterUnavailable } from '../../crpd-image/runtime/router/driver';
import { parseRunningConfig } from '../../crpd-image/runtime/router/frr/running-config';
import { parseSessions } from '../../crpd-image/runtime/router/frr/sessions';
import { reasonOf } from '../../crpd-image/runtime/router/frr/terminal';
import { splitEchoed } from '../../crpd-image/runtime/router/frr/vtysh';
import { brokenText, fuzzMilliseconds, fuzzRuns, longText } from '../../test-support/fuzz';

/** What is read from others, and what a parser of it may throw. */
interface Parser {
  readonly parse: (text: string) => void;
  /** The name of its own error, where it has one. */
  readonly throws?: string;
  readonly seeds: readonly string[];
  readonly pieces: readonly string[];
}

const JSON_PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '\\u0000',
  ':',
  ',',
  'null',
  '1',
  '-',
  '"a":',
  '{}',
  '[]',
  '__proto__',
];
const ADDRESSES = ['10.42.0.1', '2001:db8::1', '::ffff:10.0.0.1', 'fe80::1%eth0', '010.0.0.1', '1.2.3.4/24'];
const PEER_STATUS = {
  ...{ address: 'a', discovered: true, configured: true, redundancyGroup: 'z' },
  ...{ state: 'Established', establishedSeconds: 7, prefixesReceived: 1 },
};

/** Undefined where the text is no JSON: those who read it make nothing of that. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A NETCONF reply, with all that the driver reads from one. */
function readReply(text: string): void {
  const message = readMessage(text);
  if (message.kind !== 'reply') return;
  const error = errorIn(message)?.message ?? answers.loadRefusal(message) ?? answers.licenseRefusal(message) ?? '';
  expectShort(error);
  answers.isCommitted(message);
  answers.readDifference(message);
  answers.readNeighbors(message, new Set(['MESHRR-MESH']));
  answers.readSessions(message, answers.readConfiguredAddresses(message));
}

/** Words that go into a log: on one line, and not many. */
function expectShort(words: string): void {
  if (words.length > 1_200 || /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u200b]/u.test(words))
    throw new Error(`shown: ${words}`);
}

const PARSERS: Readonly<Record<string, Parser>> = {
  'the file of groups': {
    parse: (text) => void parsePeerGroupsFile(text, { mode: 'routeserver', clientRanges: [] }),
    throws: 'ValidationError',
    seeds: [
      formatPeerGroups(
        parsePeerGroups([
          { name: 'LAB', kind: 'mesh', service: 'lab' },
          { name: 'EDGE', kind: 'clients', ranges: ['198.51.100.0/24', '2001:db8::/48'], asRanges: ['65001-65100'] },
        ]),
      ),
    ],
    pieces: [...JSON_PIECES, '"groups":[', '{"name":"A","kind":"mesh","service":"a"},', '"198.51.100.0/24",', '65001-'],
  },
  'the status of a daemon': {
    parse: (text) => {
      const value = jsonIn(text);
      if (isStatus(value) && /[\p{Cc}\u202a-\u202e]/u.test(statusTable(value).replaceAll('\n', ''))) {
        throw new Error('a control is shown');
      }
    },
    seeds: [
      JSON.stringify({
        time: '2026-03-01T12:00:05.000Z',
        startedAt: '2026-03-01T08:00:00.000Z',
        router: { kind: 'frr', reachable: true, autonomousSystem: 64496, routerId: '10.42.0.1' },
        readiness: { ready: true, reason: 'x' },
        groups: [{ name: 'M', kind: 'mesh', service: 's', lastAnswer: 'x', peers: [PEER_STATUS] }],
        clients: { established: 0, total: 0 },
        lastChange: { time: '2026-03-01T12:00:05.000Z', changes: [{ action: 'add', group: 'M', address: 'a' }] },
        problems: ['x'],
      }),
    ],
    pieces: [...JSON_PIECES, '"peers":[', '"problems":["x"', '"time":"2026"'],
  },
  'an EndpointSlice': {
    parse: (text) => {
      const value = jsonIn(text);
      if (value === undefined) return;
      const { endpoints } = readSlice(value);
      const notices: unknown[] = [];
      const usable = new UsableEndpoints('core.default', (notice) => notices.push(notice));
      for (const { address } of usable.read(endpoints)) {
        if (!/^[0-9a-f.:]+$/.test(address)) throw new Error(`an address that is none: ${address}`);
      }
      if (notices.length > 11) throw new Error(`${notices.length} notices`);
    },
    throws: 'ValidationError',
    seeds: [
      JSON.stringify({
        metadata: { name: 'core-1', resourceVersion: '7' },
        addressType: 'IPv4',
        endpoints: ADDRESSES.map((address) => ({
          addresses: [address],
          conditions: { ready: true },
          zone: 'z',
          nodeName: 'n',
        })),
      }),
    ],
    pieces: [...JSON_PIECES, ...ADDRESSES, '{"addresses":["10.0.0.1"]},', '"endpoints":null', '"conditions":{}'],
  },
  "bgpd's summary of sessions": {
    parse: (text) => {
      try {
        parseSessions(text);
      } catch (error) {
        // As the driver has it: JSON.parse repeats what it has read.
        throw error instanceof SyntaxError ? new RouterUnavailable(error.message) : error;
      }
    },
    throws: 'RouterUnavailable',
    seeds: [
      JSON.stringify({
        ipv4Unicast: {
          routerId: '10.42.0.1',
          peers: {
            '10.42.0.2': { hostname: 'a', state: 'Established', pfxRcd: 1, peerUptimeMsec: 5, dynamicPeer: true },
          },
        },
        l2VpnEvpn: { peers: { '2001:db8::1': { state: 'Idle (Admin)', deep: { a: '}' } } } },
      }),
    ],
    pieces: [...JSON_PIECES, '"10.0.0.9":{', '"10.0.0.9":{}', '\\"10.0.0.9\\":{', '"hostname":"', ' '],
  },
  "bgpd's running configuration": {
    parse: (text) => void parseRunningConfig(text),
    seeds: [
      '!\nrouter bgp 64496\n neighbor M peer-group\n neighbor M password x\n neighbor 10.42.0.2 peer-group M\n!\nend\n',
    ],
    pieces: [
      '\n',
      '\r\n',
      ' ',
      '!',
      'router bgp 64496',
      ' view x',
      ' neighbor ',
      'M',
      ' peer-group',
      ' password',
      '10.42.0.2',
      '\t',
    ],
  },
  'words of bgpd, and the echoes of vtysh': {
    parse: (text) => {
      expectShort(reasonOf(text));
      splitEchoed(text, ['show version', 'show running-config']);
    },
    seeds: ['% Unknown command: x\n', 'rr# show version\nFRRouting 8.4\nrr# show running-config\nrouter bgp 1\n'],
    pieces: ['%', '\n', '# show version', ' ', 'password x', 'password ', '\u001b[2J', '\u202e', '\0', '\u2028'],
  },
  'a reply of NETCONF': {
    parse: readReply,
    throws: 'MalformedXml',
    seeds: [
      '<rpc-reply message-id="1"><rpc-error><error-severity>error</error-severity><error-message>no</error-message><error-info><bad-element>x</bad-element></error-info></rpc-error></rpc-reply>',
      '<rpc-reply><configuration><groups><name>MESHRR</name><protocols><bgp><group><name>MESHRR-MESH</name><neighbor><name>10.0.0.1</name></neighbor></group></bgp></protocols></groups></configuration></rpc-reply>',
      '<rpc-reply><bgp-information><bgp-peer><peer-address>10.0.0.1+179</peer-address><peer-as>1.1</peer-as><elapsed-time junos:seconds="9">2w3d 01:02:57</elapsed-time><peer-state>Establ</peer-state><bgp-rib><received-prefix-count>1</received-prefix-count></bgp-rib></bgp-peer></bgp-information></rpc-reply>',
      '<rpc-reply><add-license-results><add-error-count>1</add-error-count>1 error</add-license-results></rpc-reply>',
    ],
    pieces: [
      '<',
      '>',
      '/',
      '&',
      '&amp;',
      '&#0;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '"',
      '<a>',
      '</a>',
      '<a b="c">',
      ' a="b"',
      '<error>',
      '<name>',
      '\u202e',
    ],
  },
  'a persisted configuration of Junos': {
    parse: (text) => {
      parseJunos(writeJunos(parseJunos(text)));
      parseJunos(withOperatorStatements('groups { MESHRR { } } apply-groups MESHRR;', text, ''));
    },
    throws: 'JunosSyntaxError',
    seeds: [
      'groups { MESHRR { protocols { bgp { group MESHRR-MESH { local-address 10.42.0.1; neighbor 10.42.0.2; } graceful-shutdown { sender; } } } } }\nrouting-options { router-id 10.42.0.1; }\n/* x */ inactive: a "b; c" [ d e ];\n# end\n',
    ],
    pieces: [
      '{',
      '}',
      ';',
      '"',
      '\\',
      '/*',
      '*/',
      '#',
      '\n',
      ' ',
      '[',
      ']',
      'a',
      'a {',
      'neighbor 10.42.0.2;',
      'inactive:',
      'router-id 10.42.0.1;',
    ],
  },
  'the settings of a pod': {
    parse: (text) => {
      const [first = '', ...rest] = text.split('=');
      parseEnvironment({ ...RIGHT, [first]: rest.join('=') }, 'ignored');
    },
    throws: 'SettingError',
    seeds: [
      'MESHRR_CLIENTRANGE=10.0.0.0/8,2001:db8::/32',
      'MESHRR_ASRANGE=65001-65500, 4200000000',
      'POD_IP=10.42.0.1',
      'MESHRR_INREGION_ONLY=65000:1',
    ],
    pieces: ['=', ',', '-', '/', ':', '.', '0', '9', '65001', '10.0.0.0/8', '::', ' ', '\n', '\u202e', 'large:1:2:3'],
  },
};

const RIGHT = {
  POD_IP: '192.0.2.1',
  MESH_SERVICE_NAME: 'core',
  MESHRR_ROUTER: 'frr',
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '198.51.100.0/24',
};

// Nobody looks at the stacks of errors that are expected, and they take half the time.
const { stackTraceLimit } = Error;
beforeAll(() => (Error.stackTraceLimit = 0));
afterAll(() => (Error.stackTraceLimit = stackTraceLimit));

/** @throws what the parser may not throw */
function attempt({ parse, throws }: Parser, text: string): 'read' | 'refused' {
  try {
    parse(text);
    return 'read';
  } catch (error) {
    if ((error as Error).name !== throws) throw error;
    expectShort((error as Error).message);
    return 'refused';
  }
}

describe.each(Object.entries(PARSERS))('%s', (_, parser) => {
  const runs = fuzzRuns(2_000);

  test(
    'is read, or refused in one short line by its own error, whatever it is',
    () => {
      const seen = new Set<string>();
      for (const seed of parser.seeds) expect(attempt(parser, seed)).toBe('read');
      fc.assert(
        fc.property(brokenText(parser.seeds, parser.pieces), (text) => void seen.add(attempt(parser, text))),
        { numRuns: runs },
      );
      expect(seen).toEqual(new Set(parser.throws ? ['read', 'refused'] : ['read']));
    },
    fuzzMilliseconds(runs),
  );

  const long = Math.ceil(runs / 50);

  test(
    'takes a time that grows with its length',
    () => {
      fc.assert(
        fc.property(longText(parser.seeds, parser.pieces, 100_000), (text) => {
          const begun = process.cpuUsage();
          attempt(parser, text);
          const seconds = process.cpuUsage(begun).user / 1e6;
          // Linear ones take some milliseconds, quadratic ones many seconds.
          if (seconds > 2) throw new Error(`${seconds} s for ${text.length} characters`);
        }),
        { numRuns: long },
      );
    },
    fuzzMilliseconds(50 * long),
  );
});
