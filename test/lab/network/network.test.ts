import { policyRules } from '../../../lab/network/policy-rules';
import { Link } from '../../../lab/network/link';
import { Namespace } from '../../../lab/network/namespace';
import { routeOver } from '../../../lab/network/routes';
import { dnatRules } from '../../../lab/network/dnat';
import { eventually } from '../../../lab/eventually';
import { describeWith } from '../../../test-support/needs';

const NODE = { namespace: undefined as unknown as Namespace, address: '172.31.0.1' };
const POD = ['10.42.1.2', 'fd00:42::2'];
const CLIENT = ['198.51.100.11', '2001:db8::11'];

/** Answers each connection with the address that it sees at the other end. */
const SERVER = `
const answer = (socket) => socket.end(socket.remoteAddress.replace('::ffff:', ''));
require('net').createServer(answer).listen(179, '::');
`;
const DIAL = `
const [, host, timeout] = process.argv;
const socket = require('net').connect({ host, port: 179, timeout: Number(timeout) });
socket.on('timeout', () => socket.destroy(new Error('timeout')));
socket.on('error', ({ message }) => console.log(message.split(' ')[0], message.split(' ')[1] ?? ''));
socket.on('data', (data) => console.log(String(data)));
`;

describeWith(['root', 'ip', 'nft'], 'the hosts of a lab', () => {
  const hosts: Namespace[] = [];
  let network: Namespace;
  let node: Namespace;
  let pod: Namespace;
  let client: Namespace;
  let nodeLink: Link;

  beforeAll(async () => {
    const host = async (name: string) => {
      const made = await Namespace.create(`labtest${process.pid}-${name}`);
      hosts.push(made);
      return made;
    };
    [network, node, pod, client] = [await host('net'), await host('node'), await host('pod'), await host('client')];
    const gateway = { namespace: network, address: '172.31.255.254' };
    nodeLink = await Link.connect(gateway, node, 'node', ['172.31.0.1', 'fd00:31::1']);
    await Link.connect(gateway, client, 'client', CLIENT);
    await Link.connect({ ...NODE, namespace: node }, pod, 'pod', POD);
    await routeOver(network, '10.42.1.0/24', [nodeLink]);
    await routeOver(network, 'fd00:42::/64', [nodeLink]);
    pod.spawn(process.execPath, ['-e', SERVER], { stdio: 'ignore' });
    await eventually(async () => expect(await dialInVain(POD[0])).toBe(CLIENT[0]));
  });
  afterAll(() => Promise.all(hosts.map((host) => host.close())));

  /** What comes of a connection: whom the other end sees, or what went wrong. */
  const dial = async (address: string, timeout = 20_000) =>
    (await client.run(process.execPath, '-e', DIAL, address, `${timeout}`)).trim();
  /** As {@link dial} where there is to be no answer. A busy machine can only make one late, which then passes for none. */
  const dialInVain = (address: string) => dial(address, 1_000);
  const serve = async (...services: readonly (readonly [string, readonly string[]])[]) => {
    await node.nft(dnatRules(services.map(([address, pods]) => ({ address, pods, port: 179, podPort: 179 }))));
    for (const [address] of services) {
      await routeOver(network, `${address}/${address.includes(':') ? 128 : 32}`, [nodeLink]);
    }
  };

  test('reach a pod by its addresses of both families', async () => {
    expect(await dial(POD[1])).toBe(CLIENT[1]);
  });

  test('reach it by an address of a Service, and keep their source address', async () => {
    await serve(['192.0.2.1', [POD[0]]], ['2001:db8:1::1', [POD[1]]]);
    expect([await dial('192.0.2.1'), await dial('2001:db8:1::1')]).toEqual(CLIENT);
  });

  test('reach one of several pods', async () => {
    // The second and third are the same one here, which is where each connection must end.
    await serve(['192.0.2.1', [POD[0], POD[0]]], ['2001:db8:1::1', [POD[1], POD[1]]]);
    expect([await dial('192.0.2.1'), await dial('2001:db8:1::1')]).toEqual(CLIENT);
  });

  test('reach no pod where none is ready, and where no node announces the address', async () => {
    await serve(['192.0.2.1', []]);
    expect(await dialInVain('192.0.2.1')).toBe('timeout');
    await routeOver(network, '192.0.2.1/32', []);
    expect(await dialInVain('192.0.2.1')).toMatch(/ENETUNREACH|EHOSTUNREACH/);
  });

  test('reach only the ports that a policy allows', async () => {
    await pod.nft(policyRules([{ from: ['203.0.113.0/24', '2001:db8::/64'], ports: [179] }]));
    expect([await dialInVain(POD[0]), await dial(POD[1])]).toEqual(['timeout', CLIENT[1]]);
    await pod.nft(policyRules([{ from: ['198.51.100.0/24'], ports: [22] }]));
    expect([await dialInVain(POD[0]), await dialInVain(POD[1])]).toEqual(['timeout', 'timeout']);
    await pod.nft(policyRules(undefined));
    expect([await dial(POD[0]), await dial(POD[1])]).toEqual(CLIENT);
  });

  test('lose all packets on a link that is down, and none when it is up again', async () => {
    await nodeLink.connected(false);
    expect(await dialInVain(POD[0])).toMatch(/ENETUNREACH|EHOSTUNREACH|timeout/);
    await nodeLink.connected(true);
    await routeOver(network, '10.42.1.0/24', [nodeLink]);
    await routeOver(network, 'fd00:42::/64', [nodeLink]);
    expect([await dial(POD[0]), await dial(POD[1])]).toEqual(CLIENT);
  });

  test('take their processes with them', async () => {
    const host = await Namespace.create(`labtest${process.pid}-gone`);
    const child = host.spawn('sleep', ['1000'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await eventually(async () => expect(await host.run('ip', 'netns', 'pids', host.name)).toContain(`${child.pid}`));
    await host.close();
    expect(await ended).toBe('SIGKILL');
  });

  test('start no program while they are closed, and end one that has just started', async () => {
    const host = await Namespace.create(`labtest${process.pid}-late`);
    const child = host.spawn('sleep', ['1000'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const closing = host.close();
    expect(() => host.spawn('sleep', ['1000'])).toThrow(`labtest${process.pid}-late is closed`);
    await closing;
    expect(await ended).toBe('SIGKILL');
  });
});
