import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as readline from 'readline';
import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { DnsDiscovery } from '../../../crpd-image/runtime/discovery/dns-lookup';
import { DnsServer } from '../../../test-support/dns-server';
import { DnsServerProcess } from '../../../test-support/dns-server-process';
import { eventually } from '../../../test-support/eventually';
import { describeWith } from '../../../test-support/needs';
import { Network, NetworkHost } from '../../../test-support/network';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { bundle } = require('../../../scripts/bundle') as { bundle(folder: string, entry: string): string };

const SERVICE = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const NAME = 'core.default.svc.cluster.local';
const MANY = Array.from({ length: 300 }, (_, i) => `10.42.${i >> 8}.${i & 255}`);

const count = (answer: Answer) => (answer.kind === 'found' ? answer.endpoints.length : answer);

/** A port of the loopback that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = await DnsServer.start();
  await server.close();
  return Number(server.address.split(':')[1]);
}

let folder: string;
let child: ChildProcess | undefined;
let discovery: DnsDiscovery;
let port: number;

async function useFreePort(): Promise<void> {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-dns-'));
  port = await freePort();
  discovery = new DnsDiscovery({ family: 4, servers: [`127.0.0.1:${port}`] });
}

async function end(): Promise<void> {
  discovery.close();
  await stop();
  fs.rmSync(folder, { recursive: true, force: true });
}

async function stop(): Promise<void> {
  const ended = child;
  child = undefined;
  if (!ended || ended.exitCode !== null) return;
  await new Promise((resolve) => {
    ended.once('exit', resolve);
    ended.kill('SIGKILL');
  });
}

describeWith(['dnsmasq'], 'against dnsmasq', () => {
  beforeEach(useFreePort);
  afterEach(end);

  const hosts = () => path.join(folder, 'hosts');

  function write(addresses: readonly string[]): void {
    fs.writeFileSync(hosts(), addresses.map((address) => `${address} ${NAME}\n`).join(''));
  }

  function start(): void {
    child = spawn('/usr/sbin/dnsmasq', [
      ...['--keep-in-foreground', '--no-resolv', '--no-hosts', '--no-daemon', '--log-facility=-', '--user=root'],
      ...['--listen-address=127.0.0.1', '--bind-interfaces', `--port=${port}`, '--local=/cluster.local/'],
      ...['--local-ttl=30', `--addn-hosts=${hosts()}`, '--pid-file='],
    ]);
  }

  test('records come and go; A, AAAA, NODATA and NXDOMAIN; it dies and comes back', async () => {
    write(['10.42.0.1', '10.42.0.2', '2001:db8::1']);
    start();
    await eventually(async () => expect(count(await discovery.lookup(SERVICE))).toBe(2));

    const discovery6 = new DnsDiscovery({ family: 6, servers: [`127.0.0.1:${port}`] });
    expect(await discovery6.lookup(SERVICE)).toEqual({
      kind: 'found',
      endpoints: [{ address: '2001:db8::1' }],
      source: 'dns',
    });
    discovery6.close();

    write([...MANY.slice(0, 3), '2001:db8::1']);
    child!.kill('SIGHUP');
    await eventually(async () => expect(count(await discovery.lookup(SERVICE))).toBe(3));

    write(['2001:db8::1']);
    child!.kill('SIGHUP');
    await eventually(async () => expect(await discovery.lookup(SERVICE)).toEqual({ kind: 'empty', reason: 'NODATA' }));
    write([]);
    child!.kill('SIGHUP');
    await eventually(async () =>
      expect(await discovery.lookup(SERVICE)).toEqual({ kind: 'empty', reason: 'NXDOMAIN' }),
    );

    await stop();
    expect(await discovery.lookup(SERVICE)).toEqual({ kind: 'failed', reason: 'connection refused' });
    write(['10.42.0.7']);
    start();
    await eventually(async () => expect(count(await discovery.lookup(SERVICE))).toBe(1));
  });

  test('300 routers come over TCP, all of them', async () => {
    write(MANY);
    start();
    await eventually(async () => expect(count(await discovery.lookup(SERVICE))).toBe(300));
  });
});

/** BIND with these records in the zone cluster.local. */
function startBind(records: readonly string[]): void {
  const zone = ['$TTL 30', '@ SOA ns hostmaster 1 60 60 60 30', '@ NS ns', 'ns A 127.0.0.1', ...records];
  fs.writeFileSync(path.join(folder, 'zone'), `${zone.join('\n')}\n`);
  fs.writeFileSync(
    path.join(folder, 'named.conf'),
    `options {
      directory "${folder}"; pid-file none; session-keyfile none; recursion no; dnssec-validation no;
      max-records-per-type 1000; empty-zones-enable no;
      listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
    };
    controls { };
    zone "cluster.local" { type primary; file "zone"; };
    zone "broken.local" { type primary; file "missing"; };\n`,
  );
  child = spawn('/usr/sbin/named', ['-f', '-c', path.join(folder, 'named.conf'), '-n', '1'], { stdio: 'ignore' });
}

describeWith(['named'], 'against BIND', () => {
  beforeEach(useFreePort);
  afterEach(end);

  test('300 routers, NODATA, NXDOMAIN, SERVFAIL and a zone that it does not serve', async () => {
    const name = NAME.replace('.cluster.local', '');
    startBind([...MANY.map((address) => `${name} A ${address}`), 'empty.default.svc TXT "none"']);
    await eventually(async () => expect(count(await discovery.lookup(SERVICE))).toBe(300));
    const empty = await discovery.lookup({ ...SERVICE, name: 'empty' });
    expect(empty).toEqual({ kind: 'empty', reason: 'NODATA' });
    const unknown = await discovery.lookup({ ...SERVICE, name: 'unknown' });
    expect(unknown).toEqual({ kind: 'empty', reason: 'NXDOMAIN' });
    const broken = await discovery.lookup({ ...SERVICE, rootDomain: 'broken.local' });
    expect(broken).toEqual({ kind: 'failed', reason: 'SERVFAIL' });
    const foreign = await discovery.lookup({ ...SERVICE, rootDomain: 'example.org' });
    expect(foreign).toEqual({ kind: 'failed', reason: 'refused' });
  });
});

describeWith(['named'], 'against BIND, a Service whose name is an alias', () => {
  beforeEach(useFreePort);
  afterEach(end);

  test.each([
    ['a chain has the addresses at its end', 'chain', 2],
    ['a circle is no answer', 'circle', { kind: 'failed', reason: 'SERVFAIL' }],
    ['a name that is not there is without routers', 'nowhere', { kind: 'empty', reason: 'NXDOMAIN' }],
    ['a name of others is without routers', 'foreign', { kind: 'empty', reason: 'NODATA' }],
  ])('for %s', async (_, name, expected) => {
    startBind([
      ...['core.default.svc A 10.42.0.1', 'core.default.svc A 10.42.0.2'],
      ...['chain.default.svc CNAME next', 'next CNAME core.default.svc'],
      ...['circle.default.svc CNAME other', 'other CNAME circle.default.svc'],
      ...['nowhere.default.svc CNAME none', 'foreign.default.svc CNAME www.example.org.'],
    ]);
    await eventually(async () => expect(count(await discovery.lookup(SERVICE))).toBe(2));
    expect(count(await discovery.lookup({ ...SERVICE, name }))).toEqual(expected);
  });
});

describeWith(['root', 'ip'], 'a DNS server on a host of a network', () => {
  let network: Network;
  let folder: string;
  beforeEach(() => {
    network = new Network();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-dns-'));
  });
  afterEach(() => {
    network.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('answers there, with a state and faults that the test sets at run time', async () => {
    const host = network.host('10.42.0.53/16', '2001:db8::53/64');
    const server = await DnsServerProcess.start(host);
    const ask = `
      const { Resolver } = require('dns');
      const resolver = new Resolver({ timeout: 500, tries: 2 });
      resolver.setServers(['${server.address}']);
      resolver.resolve4('${NAME}', (error, addresses) => console.log(error ? error.code : addresses.join(' ')));`;
    const answer = () => host.run(process.execPath, '-e', ask).trim();
    expect(answer()).toBe('ENOTFOUND');
    await server.set(NAME, ['10.42.0.1', '10.42.0.2']);
    expect(answer()).toBe('10.42.0.1 10.42.0.2');
    await server.fault('servfail');
    expect(answer()).toBe('ESERVFAIL');
    expect(await server.takeQuestions()).toEqual(expect.arrayContaining([`A ${NAME} udp`]));
    expect(await server.takeQuestions()).toEqual([]);
  });

  test('that is newly named in /etc/resolv.conf is asked once the old one does not answer', async () => {
    const host = network.host('10.42.0.1/16', '10.42.0.53/16', '10.42.0.54/16');
    const resolvConf = path.join(folder, 'resolv.conf');
    fs.writeFileSync(resolvConf, 'search wrong.example\nnameserver 10.42.0.53\n');
    const old = await DnsServerProcess.start(host, '10.42.0.53');
    await old.set(NAME, ['10.42.1.1']);
    const pod = lookupProgram(host, resolvConf);
    expect(count(await pod.lookup())).toBe(1);
    expect(await old.takeQuestions()).toEqual([`A ${NAME} udp`]);

    old.kill();
    const next = await DnsServerProcess.start(host, '10.42.0.54');
    await next.set(NAME, ['10.42.1.1', '10.42.1.2']);
    fs.writeFileSync(resolvConf, 'nameserver 10.42.0.54\n');
    expect(await pod.lookup()).toMatchObject({ kind: 'failed' });
    expect(count(await pod.lookup())).toBe(2);
  });

  /** A process on a host that looks the Service up when it is told to, with the servers of this file. */
  function lookupProgram(host: NetworkHost, resolvConf: string): { lookup(): Promise<Answer> } {
    const module = path.join(__dirname, '../../../crpd-image/runtime/discovery/dns-lookup');
    const entry = path.join(folder, 'entry.ts');
    fs.writeFileSync(
      entry,
      `import { DnsDiscovery } from ${JSON.stringify(module)};
      const discovery = new DnsDiscovery({ family: 4 });
      process.stdin.on('data', async () =>
        console.log(JSON.stringify(await discovery.lookup(${JSON.stringify(SERVICE)}))));`,
    );
    const mounted = `mount --bind ${resolvConf} /etc/resolv.conf && exec "$@"`;
    const program = [process.execPath, bundle(folder, entry)];
    const running = host.spawn('sh', ['-c', mounted, 'sh', ...program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = readline.createInterface({ input: running.stdout! })[Symbol.asyncIterator]();
    return {
      async lookup() {
        running.stdin!.write('\n');
        return JSON.parse((await lines.next()).value);
      },
    };
  }
});
