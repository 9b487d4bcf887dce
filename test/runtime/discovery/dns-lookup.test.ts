import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { DnsDiscovery, DnsOptions } from '../../../crpd-image/runtime/discovery/dns-lookup';
import { Notice } from '../../../crpd-image/runtime/discovery/notice';
import { DnsServer, Fault } from '../../../test-support/dns-server';
import { inTime } from '../../../test-support/in-time';

const CORE = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const NAME = 'core.default.svc.cluster.local';

let server: DnsServer;
let discovery: DnsDiscovery;
let notices: Notice[];
let now: number;

beforeEach(async () => {
  server = await DnsServer.start();
  ask();
});

afterEach(async () => {
  discovery.close();
  await server.close();
});

/** Asks the server from here on, with these options. */
function ask(options: Partial<DnsOptions> = {}): void {
  discovery?.close();
  notices = [];
  now = 0;
  const onNotice = (notice: Notice) => void notices.push(notice);
  discovery = new DnsDiscovery({ family: 4, servers: [server.address], onNotice, now: () => now, ...options });
}

const lookup = () => discovery.lookup(CORE);

function addressesOf(answer: Answer): readonly string[] {
  if (answer.kind !== 'found') throw new Error(`${answer.kind}: ${answer.reason}`);
  return answer.endpoints.map(({ address }) => address);
}

/** Looks up as often as it takes for the preferred family to count as empty. */
async function lookupOverTime(): Promise<Answer> {
  let answer = await lookup();
  for (let i = 0; i < 3; i++) {
    now += 1000;
    answer = await lookup();
  }
  return answer;
}

describe('a name', () => {
  test('is asked for in full, once, and without search domains', async () => {
    server.set(NAME, ['10.42.0.1']);
    expect(await lookup()).toEqual({ kind: 'found', endpoints: [{ address: '10.42.0.1' }], source: 'dns' });
    expect(server.questions).toEqual([`A ${NAME} udp`]);
  });

  test('is asked for each time: nothing is cached, whatever the time to live', async () => {
    server.set(NAME, ['10.42.0.1']);
    await lookup();
    server.set(NAME, ['10.42.0.2']);
    expect(addressesOf(await lookup())).toEqual(['10.42.0.2']);
  });

  test('that is too long for DNS is a failed answer', async () => {
    const answer = await discovery.lookup({ ...CORE, rootDomain: Array(60).fill('domain').join('.') });
    expect(answer).toEqual({ kind: 'failed', reason: 'not a valid DNS name' });
  });

  test('is asked for once by two lookups at the same time', async () => {
    server.set(NAME, ['10.42.0.1']);
    const [a, b] = await Promise.all([lookup(), lookup()]);
    expect(a).toBe(b);
    expect(server.questions).toHaveLength(1);
  });
});

describe('records', () => {
  test('come in order of address, each once', async () => {
    server.set(NAME, ['10.42.0.10', '10.42.0.9', '10.42.0.10', '9.0.0.1']);
    expect(addressesOf(await lookup())).toEqual(['9.0.0.1', '10.42.0.9', '10.42.0.10']);
  });

  test('in another order are the same answer', async () => {
    server.set(NAME, ['10.42.0.1', '10.42.0.2']);
    const first = await lookup();
    server.set(NAME, ['10.42.0.2', '10.42.0.1']);
    expect(await lookup()).toBe(first);
  });

  test('that no host can have are left out, and logged once', async () => {
    server.set(NAME, ['127.0.0.1', '224.0.0.5', '0.0.0.0', '169.254.1.1', '10.42.0.1']);
    expect(addressesOf(await lookup())).toEqual(['10.42.0.1']);
    server.set(NAME, ['127.0.0.1', '10.42.0.2']);
    expect(addressesOf(await lookup())).toEqual(['10.42.0.2']);
    const told = notices.map(({ event, fields }) => `${event} ${String(fields.address)}`);
    expect(told.sort()).toEqual(
      ['0.0.0.0', '127.0.0.1', '169.254.1.1', '224.0.0.5'].map((address) => `address-unusable ${address}`),
    );
  });

  test('of IPv6 that no host can have are left out, too', async () => {
    ask({ family: 6 });
    server.set(NAME, ['::1', '::', 'fe80::1', 'ff02::1', '0:0:0:0:0:ffff:a2a:1', '2001:db8:0:0:0:0:0:1']);
    expect(addressesOf(await lookup())).toEqual(['2001:db8::1']);
    expect(notices).toHaveLength(5);
  });

  test('of which no host can have any are a failed answer', async () => {
    server.set(NAME, ['127.0.0.1']);
    expect(await lookup()).toEqual({ kind: 'failed', reason: 'only addresses that no host can have' });
  });

  test('of 300 routers come over TCP', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `10.42.${i >> 8}.${i & 255}`);
    server.set(NAME, many);
    expect(addressesOf(await lookup())).toHaveLength(300);
    expect(server.questions).toEqual([`A ${NAME} udp`, `A ${NAME} tcp`]);
  });
});

describe('nothing', () => {
  test('is empty if the name does not exist', async () => {
    expect(await lookup()).toEqual({ kind: 'empty', reason: 'NXDOMAIN' });
  });

  test('is empty if the name has no address', async () => {
    server.set(NAME, []);
    expect(await lookupOverTime()).toEqual({ kind: 'empty', reason: 'NODATA' });
  });
});

describe('faults are failed answers in time, and pass', () => {
  const faults: [Fault, unknown][] = [
    ['silent', 'timeout'],
    ['servfail', 'SERVFAIL'],
    ['refused', 'refused'],
    ['formerr', 'FORMERR'],
    ['garbage', 'malformed answer'],
    ['cut', 'malformed answer'],
    ['wrong-id', 'timeout'],
    ['truncated-tcp-closed', 'connection refused'],
    ['truncated-tcp-silent', 'timeout'],
    // By the version of Node.
    ['truncated-tcp-cut', expect.stringMatching(/^(connection refused|timeout)$/)],
  ];
  test.each(faults)('%s', async (fault, reason) => {
    server.set(NAME, ['10.42.0.1', '10.42.0.2', '10.42.0.3', '10.42.0.4']);
    server.fault(fault);
    expect(await inTime(2_500, lookup())).toEqual({ kind: 'failed', reason });
    server.fault('none');
    expect(addressesOf(await lookup())).toHaveLength(4);
  });
});

describe('servers', () => {
  test('that are not there are refused connections, at once; one that comes back answers', async () => {
    server.set(NAME, ['10.42.0.1']);
    const port = Number(server.address.split(':')[1]);
    await server.close();
    // Less than it waits for an answer.
    expect(await inTime(1_900, lookup())).toEqual({ kind: 'failed', reason: 'connection refused' });
    server = await DnsServer.start('127.0.0.1', port);
    server.set(NAME, ['10.42.0.2']);
    expect(addressesOf(await lookup())).toEqual(['10.42.0.2']);
  });

  test('of which one does not answer cost one try, then the next one answers', async () => {
    const silent = await DnsServer.start();
    try {
      silent.fault('silent');
      server.set(NAME, ['10.42.0.1']);
      ask({ servers: [silent.address, server.address] });
      expect(addressesOf(await lookup())).toEqual(['10.42.0.1']);
    } finally {
      await silent.close();
    }
  });

  test('of which none answers time out after two seconds', async () => {
    const silent = await Promise.all([1, 2, 3].map(() => DnsServer.start()));
    try {
      for (const each of silent) each.fault('silent');
      ask({ servers: silent.map(({ address }) => address) });
      const start = performance.now();
      expect(await inTime(2_500, lookup())).toEqual({ kind: 'failed', reason: 'timeout' });
      expect(performance.now() - start).toBeGreaterThan(1_900);
    } finally {
      await Promise.all(silent.map((each) => each.close()));
    }
  });

  test('reached over IPv6 do as well', async () => {
    const server6 = await DnsServer.start('::1');
    try {
      server6.set(NAME, ['10.42.0.1']);
      ask({ servers: [server6.address] });
      expect(addressesOf(await lookup())).toEqual(['10.42.0.1']);
    } finally {
      await server6.close();
    }
  });

  test('are left alone after close, and what is under way ends', async () => {
    server.fault('silent');
    const underWay = lookup();
    discovery.close();
    expect(await underWay).toEqual({ kind: 'failed', reason: 'canceled' });
    expect(await lookup()).toEqual({ kind: 'failed', reason: 'closed' });
  });
});

describe('of two address families', () => {
  const both = ['10.42.0.1', '10.42.0.2', '2001:db8::1', '2001:db8::2'];

  test.each([
    [4, 'A', ['10.42.0.1', '10.42.0.2']],
    [6, 'AAAA', ['2001:db8::1', '2001:db8::2']],
  ] as const)('only IPv%i is asked for where it is preferred and there', async (family, type, addresses) => {
    ask({ family });
    server.set(NAME, both);
    for (let i = 0; i < 30; i++) {
      expect(addressesOf(await lookup())).toEqual(addresses);
      now += 1000;
    }
    expect(new Set(server.questions)).toEqual(new Set([`${type} ${NAME} udp`]));
  });

  test('the other one is used if the preferred one stays empty, not before', async () => {
    server.set(NAME, ['2001:db8::1']);
    expect(await lookup()).toEqual({ kind: 'empty', reason: 'NODATA' });
    now = 1_999;
    expect(await lookup()).toEqual({ kind: 'empty', reason: 'NODATA' });
    expect(server.questions.filter((question) => question.startsWith('AAAA'))).toEqual([]);
    now = 2_000;
    expect(addressesOf(await lookup())).toEqual(['2001:db8::1']);
  });

  test('in use, the other one is asked for alone most of the time, and the preferred one takes over', async () => {
    server.set(NAME, ['2001:db8::1']);
    await lookupOverTime();
    server.questions.length = 0;
    for (let i = 0; i < 40; i++) expect(addressesOf(await lookup())).toEqual(['2001:db8::1']);
    expect(server.questions.filter((question) => question.startsWith('A '))).toHaveLength(4);
    server.set(NAME, both);
    const answers = [];
    for (let i = 0; i < 10; i++) answers.push(addressesOf(await lookup())[0]);
    expect(answers[9]).toBe('10.42.0.1');
  });

  test('the preferred one is kept once it had addresses, even if it is empty', async () => {
    server.set(NAME, both);
    await lookup();
    server.set(NAME, ['2001:db8::1']);
    for (let i = 0; i < 100; i++) {
      now += 1000;
      expect(await lookup()).toEqual({ kind: 'empty', reason: 'NODATA' });
    }
  });

  test.each([
    ['servfail', { kind: 'failed', reason: 'SERVFAIL' }],
    ['refused', { kind: 'failed', reason: 'refused' }],
    ['nxdomain', { kind: 'empty', reason: 'NXDOMAIN' }],
  ] as const)('%s of the preferred one says nothing of the other one', async (fault, expected) => {
    server.set(NAME, both);
    server.fault(fault, ['A']);
    expect(await lookupOverTime()).toEqual(expected);
    expect(server.questions.filter((question) => question.startsWith('AAAA'))).toEqual([]);
  });

  test('a fault of the other one, while it is used, is a failed answer', async () => {
    server.set(NAME, ['2001:db8::1']);
    await lookupOverTime();
    server.fault('servfail', ['AAAA']);
    for (let i = 0; i < 12; i++) expect(await lookup()).toEqual({ kind: 'failed', reason: 'SERVFAIL' });
    server.fault('none');
    expect(addressesOf(await lookup())).toEqual(['2001:db8::1']);
  });
});
