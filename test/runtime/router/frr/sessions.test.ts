import * as fc from 'fast-check';
import { parseSessions } from '../../../../crpd-image/runtime/router/frr/sessions';
import { fuzzRuns } from '../../../../test-support/fuzz';

const peer = (fields: object) => ({
  hostname: 'vm',
  remoteAs: 65000,
  peerUptime: 'never',
  peerUptimeMsec: 0,
  pfxRcd: 0,
  ...fields,
});
const summary = (families: Record<string, Record<string, object>>) =>
  `${JSON.stringify(
    Object.fromEntries(Object.entries(families).map(([name, peers]) => [name, { as: 65000, peers, bestPath: {} }])),
    null,
    2,
  )}\n`;

test('returns a session of several families once, with the prefixes of all', () => {
  const up = { state: 'Established', peerUptime: '00:01:01', peerUptimeMsec: 61_900, dynamicPeer: true };
  const text = summary({
    ipv4Unicast: {
      '10.0.0.3': peer({ ...up, pfxRcd: 2 }),
      '10.0.0.4': peer({ state: 'Connect', peerUptime: '00:00:09', peerUptimeMsec: 9000 }),
    },
    ipv6Unicast: {
      'fd00::2': peer({ ...up, dynamicPeer: false, peerUptimeMsec: 1000, pfxRcd: 4, remoteAs: 4259840001 }),
    },
    l2VpnEvpn: { '10.0.0.3': peer({ ...up, pfxRcd: 5 }), '10.0.0.5': peer({ state: 'Idle (Admin)' }) },
  });
  expect(parseSessions(text)).toEqual([
    {
      address: '10.0.0.3',
      state: 'Established',
      dynamic: true,
      establishedSeconds: 61,
      prefixesReceived: 7,
    },
    { address: '10.0.0.4', state: 'Connect', dynamic: false, lostSeconds: 9 },
    {
      address: 'fd00::2',
      state: 'Established',
      dynamic: false,
      establishedSeconds: 1,
      prefixesReceived: 4,
    },
    { address: '10.0.0.5', state: 'Idle', dynamic: false },
  ]);
});

test('returns the messages that wait for a neighbor, once for all families', () => {
  const waiting = peer({ state: 'Established', outq: 7 });
  const text = summary({
    ipv4Unicast: { '10.0.0.3': waiting, '10.0.0.4': peer({ state: 'Active', outq: 1 }) },
    l2VpnEvpn: { '10.0.0.3': waiting, '10.0.0.5': peer({ state: 'Established', outq: 0 }) },
  });
  expect(parseSessions(text).map(({ address, queued }) => [address, queued])).toEqual([
    ['10.0.0.3', 7],
    ['10.0.0.4', undefined],
    ['10.0.0.5', undefined],
  ]);
});

test.each(['Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established'])('knows the state %s', (state) => {
  expect(parseSessions(summary({ ipv4Unicast: { '10.0.0.1': peer({ state }) } }))).toMatchObject([{ state }]);
});

test.each(['Idle (PfxCt)', 'Clearing', 'Deleted', 'Unheard', ''])('takes the state %p for Idle', (state) => {
  expect(parseSessions(summary({ ipv4Unicast: { '10.0.0.1': peer({ state }) } }))).toMatchObject([{ state: 'Idle' }]);
});

test.each(['{}\n', '{\n}\n'])('%p is no session', (text) => expect(parseSessions(text)).toEqual([]));

test.each(['', '% BGP instance not found\n', '{"a":{"10.0.0.1":{}', '{"10.0.0.1":{"state":}}', '{"10.0.0.1":{{}'])(
  'refuses %p',
  (text) => expect(() => parseSessions(text)).toThrow(SyntaxError),
);

test.each(['}}\\"10.9.9.9":{"state":"Established"},"10.9.9.8":{', ':{', '10.9.9.9'])(
  'is not led astray by a neighbor that calls itself %s',
  (hostname) => {
    const text = summary({ ipv4Unicast: { '10.0.0.1': peer({ state: 'Active', hostname }) } });
    expect(parseSessions(text).map(({ address, state }) => [address, state])).toEqual([['10.0.0.1', 'Active']]);
  },
);

test.each(['-1', '1e999', '-1e999', '1.5', '99999999999999999999', '"7"', 'null'])(
  'leaves out a count, a time and an AS of %s, which no status can have',
  (number) => {
    const one = `{"state":"Established","remoteAs":${number},"peerUptimeMsec":${number},"pfxRcd":${number}}`;
    const text = `{"ipv4Unicast":{"peers":{"10.0.0.1":${one}}},"ipv6Unicast":{"peers":{"10.0.0.1":${one}}}}`;
    expect(parseSessions(text)).toEqual([{ address: '10.0.0.1', state: 'Established', dynamic: false }]);
  },
);

test('refuses more sessions than any router has', () => {
  const members = Array.from({ length: 50_001 }, (_, i) => `"10.${i >> 16}.${(i >> 8) & 255}.${i & 255}":{}`);
  expect(parseSessions(`{${members.slice(1).join(',')}}`)).toHaveLength(50_000);
  expect(() => parseSessions(`{${members.join(',')}}`)).toThrow('more than 50000 sessions');
});

test('a thousand sessions in three families are read in milliseconds', () => {
  const padding = Object.fromEntries(Array.from({ length: 18 }, (_, i) => [`someCounterOfIt${i}`, i]));
  const peers = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [`10.0.${i >> 8}.${i & 255}`, peer({ ...padding, state: 'Established' })]),
  );
  const text = summary({ ipv4Unicast: peers, ipv6Unicast: peers, l2VpnEvpn: peers });
  expect(text.length).toBeGreaterThan(1_500_000);
  parseSessions(text);
  const start = process.cpuUsage();
  expect(parseSessions(text)).toHaveLength(1000);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(500);
});

test('a host name of megabytes is read, with all that it may have in it', () => {
  for (const hostname of ['{'.repeat(16_000_000), '"}\\'.repeat(3_000_000)]) {
    const text = summary({ ipv4Unicast: { '10.0.0.1': peer({ state: 'Active', hostname }) } });
    expect(parseSessions(text).map(({ address }) => address)).toEqual(['10.0.0.1']);
  }
});

test('agrees with JSON.parse, whatever neighbors call themselves and however it is laid out', () => {
  const name = fc.oneof(
    fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', ':', ',', ' ', '1', '.', 'a'), maxLength: 12 }),
    fc.constantFrom('"10.0.0.9":{', '\\"10.0.0.9":{}'),
  );
  const address = fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1', '2001:db8::ffff');
  const one = fc.record({ hostname: name, more: fc.oneof(name, fc.record({ deep: name })), pfxRcd: fc.nat(9) });
  const families = fc.dictionary(
    fc.constantFrom('ipv4Unicast', 'l2VpnEvpn'),
    fc.record({ peers: fc.dictionary(address, one, { maxKeys: 3 }), note: name }),
  );
  fc.assert(
    fc.property(families, fc.constantFrom(0, 2), (value, indent) => {
      const got = parseSessions(JSON.stringify(value, null, indent)).map((session) => session.address);
      const expected = new Set(Object.values(value).flatMap(({ peers }) => Object.keys(peers)));
      if (JSON.stringify(got) !== JSON.stringify([...expected])) throw new Error(`${got} for ${[...expected]}`);
    }),
    { numRuns: 20_000 },
  );
});

test('any text gives sessions or a SyntaxError', () => {
  const part = fc.constantFrom('{', '}', '"', '\\', ':', ',', '"10.0.0.1":', '"a"', '1', '{}', 'x', ' ');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      try {
        parseSessions(`{${parts.join('')}}`);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }),
    { numRuns: fuzzRuns(10_000) },
  );
});
