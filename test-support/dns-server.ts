import * as dgram from 'dgram';
import * as net from 'net';

/** The faults of a {@link DnsServer}. */
export type Fault =
  | 'none'
  /** No answer at all. */
  | 'silent'
  | 'servfail'
  | 'refused'
  | 'formerr'
  | 'nxdomain'
  | 'nodata'
  /** Bytes that are not a DNS message. */
  | 'garbage'
  /** An answer that ends in the middle of its records. */
  | 'cut'
  /** An answer to another question. */
  | 'wrong-id'
  /** Every answer over UDP has the TC bit and half of its records. Answers over TCP are complete. */
  | 'truncated'
  /** The same, and TCP connections are closed at once; or never answered; or cut in the middle of the message. */
  | 'truncated-tcp-closed'
  | 'truncated-tcp-silent'
  | 'truncated-tcp-cut';

export type RecordType = 'A' | 'AAAA';

const TYPES: Readonly<Record<number, RecordType>> = { 1: 'A', 28: 'AAAA' };
const RESPONSE_CODES: Partial<Record<Fault, number>> = { formerr: 1, servfail: 2, nxdomain: 3, refused: 5 };
const TIME_TO_LIVE = 30;

/**
 * A DNS server with faults that real ones do not have. It answers A and AAAA queries over UDP and TCP. Tests set its
 * records and its faults at run time.
 */
export class DnsServer {
  /** The queries, oldest first: `AAAA core.default.svc.cluster.local udp`. */
  readonly questions: string[] = [];
  private readonly names = new Map<string, readonly (readonly string[])[]>();
  private readonly turns = new Map<string, number>();
  private readonly faults: Record<RecordType, Fault> = { A: 'none', AAAA: 'none' };
  private frozen?: ReadonlyMap<string, readonly (readonly string[])[]>;
  private readonly connections = new Set<net.Socket>();

  private constructor(
    private readonly udp: dgram.Socket,
    private readonly tcp: net.Server,
    /** In the form of resolvers: `127.0.0.1:12345`. */
    readonly address: string,
  ) {}

  /** @param port 0 for a free one */
  static async start(address = '127.0.0.1', port = 0, attempts = 10): Promise<DnsServer> {
    const udp = dgram.createSocket(net.isIPv6(address) ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => udp.once('error', reject).bind(port, address, resolve));
    const bound = udp.address().port;
    const tcp = net.createServer();
    try {
      await new Promise<void>((resolve, reject) => tcp.once('error', reject).listen(bound, address, resolve));
    } catch (error) {
      // The same number is not free for TCP; with port 0 another one may be.
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      if (port !== 0 || attempts <= 1) throw error;
      return DnsServer.start(address, port, attempts - 1);
    }
    const server = new DnsServer(udp, tcp, net.isIPv6(address) ? `[${address}]:${bound}` : `${address}:${bound}`);
    server.serve();
    return server;
  }

  /** Sets the addresses of a name, of both families. Without any, the answer is NODATA. */
  set(name: string, addresses: readonly string[]): void {
    this.setTurns(name, [addresses]);
  }

  /** Sets several lists of addresses for a name, which the answers use in turn: inconsistent servers. */
  setTurns(name: string, turns: readonly (readonly string[])[]): void {
    this.names.set(name.toLowerCase(), turns);
  }

  /** Removes a name (NXDOMAIN). */
  delete(name: string): void {
    this.names.delete(name.toLowerCase());
  }

  /** Freezes the answers, whatever is set later: a stale cache. */
  freeze(on: boolean): void {
    this.frozen = on ? new Map(this.names) : undefined;
  }

  fault(fault: Fault, types: readonly RecordType[] = ['A', 'AAAA']): void {
    for (const type of types) this.faults[type] = fault;
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    await Promise.all([
      new Promise<void>((resolve) => this.udp.close(() => resolve())),
      new Promise<void>((resolve) => this.tcp.close(() => resolve())),
    ]);
  }

  private serve(): void {
    this.udp.on('message', (message, { address, port }) => {
      const answer = this.answer(message, 'udp');
      if (answer) this.udp.send(answer, port, address);
    });
    this.tcp.on('connection', (socket) => {
      this.connections.add(socket);
      socket.on('close', () => this.connections.delete(socket));
      socket.on('error', () => {});
      if (Object.values(this.faults).includes('truncated-tcp-closed')) return void socket.destroy();
      let received = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
          const length = received.readUInt16BE(0);
          const answer = this.answer(received.subarray(2, 2 + length), 'tcp');
          received = received.subarray(2 + length);
          if (!answer) continue;
          const framed = Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]);
          const isCut = Object.values(this.faults).includes('truncated-tcp-cut');
          if (isCut) socket.end(framed.subarray(0, framed.length / 2));
          else socket.write(framed);
        }
      });
    });
  }

  private answer(query: Buffer, over: 'udp' | 'tcp'): Buffer | undefined {
    const question = readQuestion(query);
    if (!question) return undefined;
    const { name, type, end, size } = question;
    this.questions.push(`${type ?? 'other'} ${name} ${over}`);
    const fault = type ? this.faults[type] : 'none';
    const truncates = fault.startsWith('truncated');
    if (fault === 'silent' || (fault === 'truncated-tcp-silent' && over === 'tcp')) return undefined;
    if (fault === 'garbage') return Buffer.concat([query.subarray(0, 2), Buffer.from('what is this?')]);

    const known = (this.frozen ?? this.names).get(name);
    const code = RESPONSE_CODES[fault] ?? (known ? 0 : 3);
    const records = code === 0 && fault !== 'nodata' && known && type ? this.turn(name, type, known) : [];
    const most = over === 'udp' ? Math.floor((size - end - 11) / (12 + (type === 'A' ? 4 : 16))) : records.length;
    const isTruncated = over === 'udp' && (truncates || records.length > most);
    const sent = isTruncated ? records.slice(0, Math.min(most, Math.ceil(records.length / 2))) : records;
    const head = Buffer.alloc(12);
    head.writeUInt16BE(query.readUInt16BE(0) ^ (fault === 'wrong-id' ? 0x5555 : 0), 0);
    head.writeUInt16BE(0x8580 | (isTruncated ? 0x0200 : 0) | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(sent.length, 6);
    const message = Buffer.concat([head, query.subarray(12, end), ...sent.map(recordOf)]);
    return fault === 'cut' ? message.subarray(0, message.length - 3) : message;
  }

  private turn(name: string, type: RecordType, turns: readonly (readonly string[])[]): string[] {
    const key = `${type} ${name}`;
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, turn + 1);
    return turns[turn % turns.length].filter((address) => net.isIPv6(address) === (type === 'AAAA'));
  }
}

/** Reads a query with one question (RFC 1035, 4.1), and the size of answers it takes (RFC 6891). */
function readQuestion(
  query: Buffer,
): { name: string; type: RecordType | undefined; end: number; size: number } | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]; length; length = query[at]) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  if (query.length < end) return undefined;
  const hasOptions = query.readUInt16BE(10) > 0 && query.length >= end + 5 && query.readUInt16BE(end + 1) === 41;
  const size = hasOptions ? Math.max(query.readUInt16BE(end + 3), 512) : 512;
  return { name: labels.join('.').toLowerCase(), type: TYPES[query.readUInt16BE(at + 1)], end, size };
}

function recordOf(address: string): Buffer {
  const data = net.isIPv6(address) ? bytesOf6(address) : Buffer.from(address.split('.').map(Number));
  const head = Buffer.alloc(12);
  // The name is that of the question, at offset 12.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(data.length === 4 ? 1 : 28, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(TIME_TO_LIVE, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function bytesOf6(address: string): Buffer {
  const [left, right] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const groups = right ? [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right] : left;
  return Buffer.concat(groups.map((group) => Buffer.from(group.padStart(4, '0'), 'hex')));
}
