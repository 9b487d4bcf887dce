import { DnsDiscovery } from '../../../crpd-image/runtime/discovery/dns-lookup';
import { DnsServer, Fault } from '../../../test-support/dns-server';
import { Group, SELF } from './group';

const CORE = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const NAME = 'core.default.svc.cluster.local';
const PEERS = Array.from({ length: 20 }, (_, i) => `10.42.1.${i}`);

let server: DnsServer;
let discovery: DnsDiscovery;
let group: Group;

beforeEach(async () => {
  server = await DnsServer.start();
  group = new Group();
  discovery = new DnsDiscovery({ family: 4, servers: [server.address], now: () => group.now });
  server.set(NAME, [SELF, ...PEERS]);
  await turns(2);
  expect(group.present).toEqual([...PEERS].sort());
  PEERS.forEach((address) => group.established.add(address));
});

afterEach(async () => {
  discovery.close();
  await server.close();
});

/** So many turns of a daemon, a second of its clock each. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) group.turn(await discovery.lookup(CORE));
}

const up = () => group.established.size;

describe('no session is lost, nor any neighbor without one,', () => {
  const faults: Fault[] = ['servfail', 'refused', 'formerr', 'nxdomain', 'nodata', 'garbage', 'cut'];
  test.each<Fault>([...faults, 'truncated-tcp-closed', 'truncated-tcp-cut'])('by %s', async (fault) => {
    server.fault(fault);
    PEERS.slice(0, 10).forEach((address) => group.established.delete(address));
    // A connection that is cut may take a second to be noticed, depending on the version of Node.
    await turns(fault.startsWith('truncated') ? 4 : 200);
    expect([group.present.length, up()]).toEqual([20, 10]);
    server.fault('none');
    server.set(NAME, [SELF, ...PEERS, '10.42.2.1']);
    await turns(1);
    expect(group.present).toHaveLength(21);
  });

  test('by a server that is silent', async () => {
    server.fault('silent');
    PEERS.forEach((address) => group.established.delete(address));
    await turns(3);
    expect(group.present).toHaveLength(20);
  });

  test('by servers that do not agree and answer in turn', async () => {
    PEERS.forEach((address) => group.established.delete(address));
    server.setTurns(NAME, [
      [SELF, ...PEERS.slice(0, 10)],
      [SELF, ...PEERS.slice(10)],
    ]);
    await turns(200);
    expect(group.present).toHaveLength(20);
  });
});

test('an answer that is stale for 30 s costs no session, and what it hid comes at once', async () => {
  server.set(NAME, [SELF, ...PEERS.slice(0, 10)]);
  server.freeze(true);
  server.set(NAME, [SELF, ...PEERS, '10.42.2.1']);
  await turns(30);
  expect([group.present.length, up()]).toEqual([20, 20]);
  server.freeze(false);
  await turns(1);
  expect(group.present).toHaveLength(21);
});

test('half of the records disappear: dead routers go within seconds, the others stay', async () => {
  server.set(NAME, [SELF, ...PEERS.slice(10)]);
  PEERS.slice(0, 5).forEach((address) => group.established.delete(address));
  await turns(10);
  expect([group.present.length, up()]).toEqual([15, 15]);
  server.set(NAME, [SELF, ...PEERS]);
  await turns(1);
  expect([group.present.length, up()]).toEqual([20, 15]);
});

test('addresses that no host can have make no neighbors', async () => {
  server.set(NAME, [SELF, ...PEERS, '127.0.0.1', '255.255.255.255']);
  await turns(2);
  expect(group.present).toHaveLength(20);
});
