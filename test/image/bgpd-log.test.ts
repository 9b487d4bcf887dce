import { ChildProcess, spawn, spawnSync } from 'child_process';
import * as fc from 'fast-check';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Bgpd, describeWithEachFrr, stopBgpds } from '../../test-support/bgpd';
import { eventually } from '../../test-support/eventually';
import { Network } from '../../test-support/network';
import { Pipe } from '../../test-support/pipe';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { bundle } = require('../../scripts/bundle') as { bundle(folder: string, entry: string): string };

/** The program between bgpd and the log, as the FRR image has it. */
const FILTER = path.join(__dirname, '../../crpd-image/rootfs/frr/etc/service/bgpd/log/run');

interface Line {
  readonly event: string;
  readonly level: string;
  readonly line?: string;
  readonly lines?: number;
}

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** What comes of a whole log. @param keyFault the file for errors of TCP MD5 keys */
function filtered(log: string | Buffer, keyFault = '/dev/null'): Line[] {
  const env = { ...process.env, MESHRR_KEY_FAULT: keyFault };
  const { status, stdout, stderr } = spawnSync(FILTER, { input: log, encoding: 'utf8', maxBuffer: 64 << 20, env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^([\x20-\x7e]{1,4095}\n)*$/);
  return linesOf(stdout);
}

describe('the log of bgpd', () => {
  test('becomes events of its own, whose text it is', () => {
    const said = '2026/11/22 05:54:14 BGP: [M59KS-A3ZXZ] bgp_update_receive: rcvd End-of-RIB for "IPv4 \\ Unicast"';
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(filtered(`${said}\n\nlast`)).toEqual([
      { time, level: 'info', event: 'bgpd', line: said },
      { time, level: 'info', event: 'bgpd', line: 'last' },
    ]);
  });

  test('is without what bgpd says each second because it has no zebra', () => {
    const lines = [
      'BGP: [W6VYA-6RKCA] bgp_zebra_label_manager_connect: failed connecting synchronous zclient!',
      'BGP: [T83RR-8SM5G] x zclient_send_message() failed: -1',
      'kept',
    ];
    expect(filtered(lines.join('\n')).map(({ line }) => line)).toEqual(['kept']);
  });

  test('has controls, and all that is not ASCII, as text', () => {
    const [{ line }] = filtered(Buffer.from([0x1b, 0x5b, 0x9b, 0x0d, 0x07, 0xe2, 0x80, 0xae, 0x5c, 0x22, 0x7f]));
    expect(line).toBe('\\x1b[\\x9b\\x0d\\x07\\xe2\\x80\\xae\\"\\x7f');
  });

  test('has no line that passes for an event of the runtime', () => {
    const forged = '{"time":"2026-11-22T05:54:14.000Z","level":"error","event":"router-unreachable"}';
    expect(filtered(`x\n${forged}\n`).map(({ event, line }) => [event, line])).toEqual([
      ['bgpd', 'x'],
      ['bgpd', forged],
    ]);
  });

  test('has no line that a pipe would not take as a whole, however long one is', () => {
    const [first, second] = filtered(Buffer.concat([Buffer.alloc(5_000_000, 0x9b), Buffer.from('\nnext')]));
    expect(first.line).toBe(`${'\\x9b'.repeat(700)}...`);
    expect(second.line).toBe('next');
  });

  test('is lines of JSON, whatever the bytes', () => {
    const bytes = fc.oneof(fc.nat(255), fc.constantFrom(10, 34, 92, 27, 0x9b, 123));
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 3000, size: 'max' }), (log) => {
        const lines = filtered(Buffer.from(log));
        const whole = Buffer.from(log).toString('latin1').split('\n').filter(Boolean);
        expect(lines.map(({ event }) => event)).toEqual(whole.map(() => 'bgpd'));
        const text = (line: string) =>
          [...line].map((c) => (/[ -~]/.test(c) ? c : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)).join('');
        expect(lines.map(({ line }) => line)).toEqual(
          whole.map((line) => (line.length > 700 ? `${text(line.slice(0, 700))}...` : text(line))),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('is cut where it does not end, with the number of lines that are missing', () => {
    const lines = filtered('flap\n'.repeat(100_000));
    const dropped = lines.filter(({ event }) => event === 'bgpd-log-dropped');
    const kept = lines.filter(({ event }) => event === 'bgpd').length;
    expect(kept).toBeGreaterThanOrEqual(1000);
    expect(kept).toBeLessThan(2000);
    expect(dropped.every(({ level }) => level === 'warn')).toBe(true);
    expect(kept + dropped.reduce((sum, { lines: missing = 0 }) => sum + missing, 0)).toBe(100_000);
  });

  describe('that nobody reads', () => {
    const children: ChildProcess[] = [];
    afterEach(() => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
    });

    test.each([
      ['a pipe', () => new Pipe()],
      ['a socket, which cannot be opened again', () => undefined],
    ])(
      'is read on from bgpd, and missing lines are counted: %s',
      async (_, make) => {
        const pipe = make();
        const child = spawn(FILTER, { stdio: ['pipe', pipe?.descriptor ?? 'pipe', 'inherit'] });
        children.push(child);
        const text = 'x'.repeat(600);
        const input = child.stdin as NonNullable<ChildProcess['stdin']>;
        // Beyond what lies between, in pipes and in Node: it comes back only where it is read.
        await new Promise((resolve) => input.write(`${text}\n`.repeat(5_000), resolve));
        let read = '';
        child.stdout?.setEncoding('utf8').on('data', (data: string) => (read += data));
        const told = () => (pipe ? (read += pipe.read()) : read);
        await eventually(() => expect(told()).toContain('"event":"bgpd-log-dropped"'), 20_000);
        input.end('end\n');
        // Read until the filter ends: on a slow machine it still has lines, and its last count needs room in the pipe.
        await eventually(() => {
          told();
          expect(child.exitCode).toBe(0);
        }, 20_000);
        await eventually(() => {
          const lines = linesOf(told());
          const missing = lines.reduce((sum, { lines: dropped = 0 }) => sum + dropped, 0);
          expect(missing).toBeGreaterThan(3_000);
          expect(lines.filter(({ event }) => event === 'bgpd').length + missing).toBe(5_001);
        });
        pipe?.close();
      },
      60_000,
    );
  });
});

describeWithEachFrr('a bgpd whose kernel takes no more TCP MD5 keys', (release) => {
  let network: Network;
  let folder: string;
  beforeEach(() => {
    network = new Network();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-keys-'));
  });
  afterEach(() => {
    stopBgpds();
    network.close();
    fs.rmSync(folder, { recursive: true });
  });

  test('leaves the error to the runtime', async () => {
    const file = path.join(folder, 'key-fault');
    const host = network.host('10.42.0.1/16');
    const group = ' neighbor MESH peer-group\n neighbor MESH remote-as 64496\n neighbor MESH password key\n';
    const bgpd = await Bgpd.start(host, `router bgp 64496\n bgp router-id 10.42.0.1\n${group}`, release);
    const limit = Number(host.run('sysctl', '-n', 'net.core.optmem_max'));
    const add = (count: number) =>
      bgpd.configure(64496, ...Array.from({ length: count }, (_, i) => `neighbor 10.42.1.${i} peer-group MESH`));
    add(3);
    filtered(bgpd.log(), file);
    expect(fs.existsSync(file)).toBe(false);
    host.run('sysctl', '-qw', 'net.core.optmem_max=1024');
    try {
      add(9);
      await eventually(() => expect(bgpd.log()).toContain('sockopt_tcp_signature'));
    } finally {
      host.run('sysctl', '-qw', `net.core.optmem_max=${limit}`);
    }
    filtered(bgpd.log(), file);
    expect(fs.readFileSync(file, 'utf8')).toBe('Cannot allocate memory');
  });
});

test('a neighbor cannot write an error of keys for the runtime', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-keys-'));
  const file = path.join(folder, 'key-fault');
  const time = '2026/11/26 20:34:40 BGP:';
  const error = 'sockopt_tcp_signature: setsockopt(17): Protocol not available';
  try {
    filtered(`${time} [A] neighbor 10.0.0.1(${time} ${error}\n${error}\n${time} ${error}; rm\n`, file);
    expect(fs.existsSync(file)).toBe(false);
    filtered(`${time} [KTTWK-0CPJ7][EC 100663303] ${error}`, file);
    expect(fs.readFileSync(file, 'utf8')).toBe('Protocol not available');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

describeWithEachFrr('a neighbor that writes into the log of bgpd', (release) => {
  let network: Network;
  let folder: string;
  let pipes: { readonly fromBgpd: Pipe; readonly log: Pipe };
  let filter: ChildProcess;

  beforeEach(() => {
    network = new Network();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-speaker-'));
    pipes = { fromBgpd: new Pipe(), log: new Pipe() };
    filter = spawn(FILTER, { stdio: [pipes.fromBgpd.descriptor, pipes.log.descriptor, 'inherit'] });
  });
  afterEach(() => {
    stopBgpds();
    network.close();
    filter.kill('SIGKILL');
    pipes.fromBgpd.close();
    pipes.log.close();
    fs.rmSync(folder, { recursive: true });
  });

  /** A bgpd with clients from a range, and one of them: its host name, and how often its session goes. */
  async function start(hostName: string, flaps: number): Promise<{ bgpd: Bgpd; established: () => number }> {
    const [router, client] = [network.host('10.42.0.1/16'), network.host('10.42.0.7/16')];
    const configuration = `router bgp 64496
 bgp router-id 10.42.0.1
 neighbor CLIENTS peer-group
 neighbor CLIENTS remote-as 64496
 bgp listen range 10.42.0.0/16 peer-group CLIENTS
`;
    const bgpd = await Bgpd.start(router, configuration, release, pipes.fromBgpd.descriptor);
    bgpd.show('configure terminal', 'router bgp 64496', 'bgp log-neighbor-changes');
    const program = bundle(folder, path.join(__dirname, '../../test-support/bgp-speaker-program.ts'));
    const args = [program, '10.42.0.1', '64496', '10.42.0.7', Buffer.from(hostName).toString('hex'), String(flaps)];
    const speaker = client.spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    speaker.stdout?.setEncoding('utf8').on('data', (data: string) => (said += data));
    return { bgpd, established: () => said.split('\n').length - 1 };
  }

  test('by its host name writes no event of the runtime, and no control of a terminal', async () => {
    await start('x\n{"event":"router-unreachable"}\n\u001b[2Jy', 3);
    let log = '';
    await eventually(() => {
      log += pipes.log.read();
      expect(log).toContain('router-unreachable');
      expect(log).toContain('[2Jy');
    }, 30_000);
    expect(log).toMatch(/^[\x20-\x7e\n]*$/);
    const lines = linesOf(log);
    expect(new Set(lines.map(({ event }) => event))).toEqual(new Set(['bgpd']));
    expect(lines.some(({ line }) => line === '{"event":"router-unreachable"}')).toBe(true);
  }, 60_000);

  test('more than anybody reads does not keep bgpd from its work', async () => {
    const flaps = 500;
    const { bgpd, established } = await start('h'.repeat(64), flaps);
    await eventually(() => expect(established()).toBe(flaps + 1), 120_000, 200);
    const [begun, answer] = [performance.now(), bgpd.show('show version')];
    expect(answer).toContain('FRRouting');
    expect(performance.now() - begun).toBeLessThan(10_000);
    await eventually(() => {
      const { routes } = bgpd.json('show bgp ipv4 unicast json');
      expect(routes['10.42.0.7/32']).toMatchObject([{ peerId: '10.42.0.7' }]);
    }, 20_000);
    let log = '';
    await eventually(() => {
      log += pipes.log.read();
      expect(log).toContain('bgpd-log-dropped');
    }, 20_000);
    expect(log.length).toBeGreaterThan(60_000);
    expect(linesOf(log).every(({ event }) => event.startsWith('bgpd'))).toBe(true);
  }, 180_000);
});
