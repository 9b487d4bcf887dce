import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { parseAttempts } from '../../../../crpd-image/runtime/router/frr/attempts';
import { Bgpd, describeWithEachFrr, stopBgpds } from '../../../../test-support/bgpd';
import { eventually } from '../../../../test-support/eventually';
import { Network } from '../../../../test-support/network';
import { AS, model, routeReflector } from './configuration';

const OWN = '10.42.0.1';

describeWithEachFrr('what bgpd knows about a session that is down', (release) => {
  let network: Network;
  let driver: FrrDriver;
  let own: Bgpd;

  beforeEach(async () => {
    network = new Network();
    own = await Bgpd.start(network.host(`${OWN}/16`), routeReflector({ routerId: OWN }), release);
    driver = new FrrDriver({ model: model(), vtyFolder: own.vtyFolder });
  });

  afterEach(async () => {
    await driver.close();
    stopBgpds();
    network.close();
  });

  /** Another router, with the configuration of a route reflector that is changed like this. */
  function router(number: number, ranges: readonly string[], change = (text: string) => text): Promise<Bgpd> {
    const address = `10.42.0.${number}`;
    return Bgpd.start(network.host(`${address}/16`), change(routeReflector({ routerId: address, ranges })), release);
  }

  const neighbor = (number: number, group = 'UPSTREAM') => ({ group, address: `10.42.0.${number}` });

  /** Waits until the attempts of these neighbors are so. */
  async function until(neighbors: readonly ReturnType<typeof neighbor>[], expected: readonly object[]): Promise<void> {
    await driver.apply(neighbors.map((one) => ({ action: 'add', ...one })));
    await eventually(async () => expect(await driver.attempts(neighbors)).toMatchObject(expected), 30_000, 200);
  }

  test('connections that are closed, NOTIFICATIONs, refused and silent neighbors, and one that must connect itself', async () => {
    await router(2, ['198.51.100.0/24']);
    await router(3, ['10.42.0.0/16'], (text) => text.replaceAll(String(AS), '65001'));
    await router(4, ['10.42.0.0/16'], (text) => text.replace('router-id 10.42.0.4', `router-id ${OWN}`));
    network.host('10.42.0.5/16');
    const up = await router(7, ['10.42.0.0/16']);
    const neighbors = [...[2, 3, 4, 5, 6, 7].map((i) => neighbor(i)), neighbor(8, 'MESH')];
    const plain = { passive: false, closed: false };
    await until(neighbors, [
      { passive: false, closed: true },
      { ...plain, notification: 'sent OPEN Message Error/Bad Peer AS' },
      { ...plain, notification: 'sent OPEN Message Error/Bad BGP Identifier' },
      { ...plain, state: 'Active' },
      { ...plain, state: 'Connect' },
      { ...plain, state: 'Established' },
      // On FRR 10.3 both routers of a mesh connect.
      { passive: release === '8.4', closed: false },
    ]);
    const all = await driver.attempts(neighbors);
    expect(all.flatMap(({ address, notification }) => (notification ? [address] : []))).toEqual([
      '10.42.0.3',
      '10.42.0.4',
    ]);
    expect(await driver.attempts([neighbor(99)])).toEqual([]);

    // An earlier end explains nothing once the neighbor no longer answers, but it is the reason of the loss.
    const before = Date.now();
    up.configure(AS, 'neighbor CLIENTS shutdown');
    await eventually(async () => {
      const [one] = await driver.attempts([neighbor(7)]);
      expect(one).toMatchObject({ lastEnd: 'received Cease/Administrative Shutdown' });
    });
    const lost = (await driver.sessions()).find(({ address }) => address === '10.42.0.7');
    expect(lost?.lostSeconds).toBeLessThanOrEqual((Date.now() - before) / 1000 + 1);
    expect(lost).not.toHaveProperty('establishedSeconds');
    await up.kill();
    await eventually(async () => {
      const [one] = await driver.attempts([neighbor(7)]);
      expect(one.notification).toBeUndefined();
      expect(one.state).toBe('Active');
    });
    const never = (await driver.sessions()).find(({ address }) => address === '10.42.0.6');
    expect(never).not.toHaveProperty('lostSeconds');
  });
});

test.each(['', '{', '[]', 'null', '{}', '{"10.42.0.2":1}', '{"bgpNoSuchNeighbor":true}', '{"__proto__":{}}'])(
  'finds no neighbor in %j',
  (text) => expect(parseAttempts(text, '10.42.0.2', false)).toBeUndefined(),
);

test('shows words of a neighbor on one short line', () => {
  const shown = {
    bgpState: 7,
    lastResetDueTo: 'BGP Notification received',
    lastNotificationReason: `a\n${'b'.repeat(5000)}`,
  };
  const found = parseAttempts(JSON.stringify({ a: { ...shown, messageStats: 'none' } }), 'a', false);
  expect(found).toMatchObject({
    state: 'Idle',
    closed: false,
    notification: expect.stringMatching(/^received a b{200,300}…$/),
  });
});
