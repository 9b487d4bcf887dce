import * as dgram from 'dgram';
import * as fc from 'fast-check';
import { parseHostAddress } from '../../../lib/addressing';
import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { DnsDiscovery } from '../../../crpd-image/runtime/discovery/dns-lookup';
import { fuzzMilliseconds, fuzzRuns } from '../../../test-support/fuzz';
import { inTime } from '../../../test-support/in-time';

const service = (name: string) => ({ name, namespace: 'default', rootDomain: 'svc.cluster.local' });

/** Longer than the deadline of a lookup, 2 s, which a timer of this process keeps. */
const MOST_MS = 10_000;

const A = 1;
const CNAME = 5;
const OPT = 41;
const NOERROR = 0;
const NXDOMAIN = 3;

/** A DNS server over UDP that sends what the test says, and has no TCP. */
class PacketServer {
  /** What is sent for a query of the first label. */
  answer: (label: string, query: Buffer) => readonly Buffer[] = () => [];
  private constructor(private readonly socket: dgram.Socket) {}

  static async start(): Promise<PacketServer> {
    const socket = dgram.createSocket('udp4');
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(0, '127.0.0.1', resolve));
    const server = new PacketServer(socket);
    socket.on('message', (query, { port, address }) => {
      const label = query.toString('latin1', 13, 13 + query[12]);
      for (const packet of server.answer(label, query)) socket.send(packet, port, address);
    });
    // What is sent to a resolver that has gone.
    socket.on('error', () => undefined);
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }
}

let server: PacketServer;
let discovery: DnsDiscovery;
beforeEach(async () => {
  server = await PacketServer.start();
  discovery = new DnsDiscovery({ family: 4, servers: [server.address] });
});
afterEach(async () => {
  discovery.close();
  await server.close();
});

const lookup = (name = 'core') => inTime(MOST_MS, discovery.lookup(service(name)));

interface ResourceRecord {
  readonly name: Buffer;
  readonly type: number;
  readonly data: Buffer;
  /** What it says that the length of its data is. */
  readonly length?: number;
}

/** The name of the question. */
const ASKED = Buffer.from([0xc0, 12]);
const nameOf = (text: string) =>
  Buffer.concat([...text.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.of(0)]);
const a = (name: Buffer, ...address: number[]): ResourceRecord => ({ name, type: A, data: Buffer.from(address) });
const cname = (name: Buffer, target: Buffer): ResourceRecord => ({ name, type: CNAME, data: target });

function bytesOf({ name, type, data, length = data.length }: ResourceRecord): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(30, 4);
  head.writeUInt16BE(length, 8);
  return Buffer.concat([name, head, data]);
}

interface Shape {
  readonly records?: readonly ResourceRecord[];
  readonly code?: number;
  readonly truncated?: boolean;
  /** How many answers it says that it has. */
  readonly count?: number;
  readonly id?: number;
}

/** An answer to a query: its question again, and these records. */
function packet(query: Buffer, { records = [], code = NOERROR, truncated = false, count, id }: Shape): Buffer {
  let end = 12;
  while (query[end]) end += query[end] + 1;
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id ?? query.readUInt16BE(0), 0);
  head.writeUInt16BE(0x8580 | (truncated ? 0x0200 : 0) | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(count ?? records.length, 6);
  return Buffer.concat([head, query.subarray(12, end + 5), ...records.map(bytesOf)]);
}

/** Answers each question with such a packet. */
const answers = (shape: Shape) => (server.answer = (_, query) => [packet(query, shape)]);

describe('a name that is an alias', () => {
  const [one, two] = ['one.example', 'two.example'].map(nameOf);

  test('has the addresses at the end of its chain', async () => {
    answers({ records: [cname(ASKED, one), cname(one, two), a(two, 10, 42, 0, 2), a(two, 10, 42, 0, 1)] });
    expect(await lookup()).toEqual({
      kind: 'found',
      endpoints: [{ address: '10.42.0.1' }, { address: '10.42.0.2' }],
      source: 'dns',
    });
  });

  test.each<[string, Shape, string]>([
    ['to itself', { records: [cname(ASKED, ASKED)] }, 'NODATA'],
    ['in a circle', { records: [cname(ASKED, one), cname(one, two), cname(two, one)] }, 'NODATA'],
    ['to a name without addresses', { records: [cname(ASKED, one)] }, 'NODATA'],
    ['to a name that is not there', { records: [cname(ASKED, one)], code: NXDOMAIN }, 'NXDOMAIN'],
  ])('%s is an answer without routers, which removes nobody', async (_, shape, reason) => {
    answers(shape);
    expect(await lookup()).toEqual({ kind: 'empty', reason });
  });

  const thousand = Array.from({ length: 1_000 }, (_, i) => cname(nameOf(`n${i}`), nameOf(`n${i + 1}`)));
  // The data of the first record, which is a pointer to itself.
  const itself = (query: Buffer) => Buffer.from([0xc0, packet(query, {}).length + 12]);

  test.each<[string, (query: Buffer) => readonly ResourceRecord[]]>([
    ['in a chain of a thousand', () => thousand],
    ['to a name that is a pointer to itself', (query) => [cname(ASKED, itself(query))]],
  ])('%s names nobody', async (_, records) => {
    server.answer = (__, query) => [packet(query, { records: records(query) })];
    expect(await lookup()).toMatchObject({ kind: expect.stringMatching(/empty|failed/) });
  });
});

describe('a packet that is no answer', () => {
  const records = [a(ASKED, 10, 42, 0, 1)];
  test.each<[string, (query: Buffer) => readonly Buffer[]]>([
    ['of another question', (query) => [packet(query, { records, id: query.readUInt16BE(0) ^ 1 })]],
    ['that is cut', (query) => [packet(query, { records }).subarray(0, -3)]],
    ['of one byte', () => [Buffer.of(0)]],
    ['of nothing', () => [Buffer.alloc(0)]],
    ['with more answers than it says', (query) => [packet(query, { records, count: 65_535 })]],
    ['that is truncated, of a server that has no TCP', (query) => [packet(query, { records, truncated: true })]],
    ['with data longer than the packet', (query) => [packet(query, { records: [{ ...records[0], length: 65_535 }] })]],
    ['with an address of three bytes', (query) => [packet(query, { records: [a(ASKED, 10, 42, 0)] })]],
  ])('%s fails in time', async (_, made) => {
    server.answer = (__, query) => made(query);
    expect(await lookup()).toMatchObject({ kind: 'failed' });
  });

  test('that repeats the query has no addresses', async () => {
    server.answer = (_, query) => [query];
    expect(await lookup()).toMatchObject({ kind: expect.stringMatching(/empty|failed/) });
  });

  test('is ignored if the answer follows it', async () => {
    server.answer = (_, query) => [
      packet(query, { records: [a(ASKED, 10, 42, 9, 9)], id: query.readUInt16BE(0) ^ 1 }),
      packet(query, { records }),
    ];
    expect(await lookup()).toMatchObject({ kind: 'found', endpoints: [{ address: '10.42.0.1' }] });
  });
});

test('as many records as a packet has room for are read', async () => {
  const records = Array.from({ length: 4_000 }, (_, i) => a(ASKED, 10, 42, i >> 8, i & 255));
  answers({ records });
  expect(await lookup()).toMatchObject({ kind: 'found', endpoints: { length: 4_000 } });
});

/** Lookups at the same time, each with an answer of its own: most that are wrong end by a deadline only. */
const AT_ONCE = 200;
const runs = fuzzRuns(1);

test(
  `whatever ${runs * AT_ONCE} packets say, each lookup has an answer in time, of addresses that hosts can have`,
  async () => {
    const name = fc.oneof(
      fc.constantFrom(ASKED, Buffer.of(0), Buffer.from([0xc0, 0xff]), Buffer.from([0xff, 0xff]), nameOf('one.example')),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    );
    const record = fc.record(
      {
        name,
        type: fc.constantFrom(A, A, A, CNAME, 28, 6, OPT, 0, 65_535),
        data: fc.oneof(
          name,
          fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
        ),
        length: fc.constantFrom(0, 4, 16, 65_535),
      },
      { requiredKeys: ['name', 'type', 'data'] },
    );
    const shape = fc.record(
      {
        records: fc.array(record, { maxLength: 5 }),
        code: fc.nat(15),
        truncated: fc.boolean(),
        count: fc.constantFrom(0, 1, 65_535),
        id: fc.nat(65_535),
      },
      { requiredKeys: ['records'] },
    );
    const right = fc.array(fc.nat(255), { minLength: 1, maxLength: 4 });
    const whole = right.map((last): Shape => ({ records: last.map((byte) => a(ASKED, 10, 42, 0, byte)) }));
    const damage = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 3 });
    const lie = fc.record({
      shape: fc.oneof<fc.Arbitrary<Shape>[]>(shape, whole),
      damage,
      cut: fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 }, fc.nat(100)),
      random: fc.uint8Array(),
    });
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(lie, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (lies) => {
        server.answer = (label, query) => {
          const number = Number(label.slice(1));
          const { shape: made, damage: wrong, cut, random } = lies[number];
          // Some are no answers at all, but for their id.
          if (number % 10 === 0) return [Buffer.concat([query.subarray(0, 2), random])];
          // Two are right, so that each kind of answer comes up, whatever chance makes of the others.
          if (number === 1) return [packet(query, { records: [], code: 3 })];
          if (number === 2) return [packet(query, { records: [a(ASKED, 10, 42, 0, 1)] })];
          const bytes = packet(query, made);
          for (const [at, value] of wrong) if (at > 1 && at < bytes.length) bytes[at] = value;
          return [bytes.subarray(0, cut ?? bytes.length)];
        };
        const own = new DnsDiscovery({ family: 4, servers: [server.address] });
        const told = await Promise.all(lies.map((_, i) => inTime(MOST_MS, own.lookup(service(`n${i}`)))));
        own.close();
        for (const answer of told) {
          kinds.add(answer.kind);
          expectSound(answer);
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
    expect([...kinds].sort()).toEqual(['empty', 'failed', 'found']);
  },
  fuzzMilliseconds(AT_ONCE * runs),
);

function expectSound(answer: Answer): void {
  if (answer.kind !== 'found') return expect(answer.reason).toMatch(/^[\w ]{1,60}$/);
  const addresses = answer.endpoints.map(({ address }) => address);
  expect(addresses.length).toBeGreaterThan(0);
  expect(new Set(addresses).size).toBe(addresses.length);
  for (const address of addresses) expect(parseHostAddress(address).text).toBe(address);
}
