import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { Bgpd, describeWithEachFrr, FrrRelease, frrReleases, stopBgpds } from '../../../../test-support/bgpd';
import { eventually } from '../../../../test-support/eventually';
import { Network, NetworkHost } from '../../../../test-support/network';
import { parseAddress } from '../../../../lib/addressing';
import { AS, client, model, modelWithoutKey, routeReflector } from './configuration';

/** Addresses of the mesh lie within the range that clients are accepted from: the case that tempts a router. */
const RANGES = ['10.42.0.0/16', 'fd00::/64'];

describeWithEachFrr('the capture race', (release) => {
  let network: Network;
  let drivers: FrrDriver[] = [];

  beforeEach(() => {
    network = new Network();
  });

  afterEach(async () => {
    await Promise.all(drivers.map((driver) => driver.close()));
    drivers = [];
    stopBgpds();
    network.close();
  });

  async function router(number: number, of: FrrRelease, settings = model()) {
    const host = network.host(`10.42.0.${number}/16`, `fd00::${number}/64`);
    const conf = routeReflector({ routerId: `10.42.0.${number}`, ranges: RANGES });
    const bgpd = await Bgpd.start(host, conf, of);
    const driver = new FrrDriver({
      model: { ...settings, podIp: parseAddress(`10.42.0.${number}`) },
      vtyFolder: bgpd.vtyFolder,
    });
    drivers.push(driver);
    await driver.ping();
    return { host, bgpd, driver, address: host.addresses[0], address6: host.addresses[1] };
  }

  const add = (address: string) => [{ action: 'add' as const, group: 'MESH', address }];

  /** Segments with a key that this host had none for, which the kernel dropped. */
  function unexpectedKeys(host: NetworkHost): number {
    const [names, values] = host
      .run('cat', '/proc/net/netstat')
      .split('\n')
      .filter((line) => line.startsWith('TcpExt:'))
      .map((line) => line.split(' '));
    return Number(values[names.indexOf('TCPMD5Unexpected')]);
  }

  // Either release may be that of the router that dials, the one with the higher address, and knows the other first.
  describe.each(frrReleases())('a router of FRR %s dials first', (dialling) => {
    test('is not accepted as a client before it is known, neither by IPv4 nor by IPv6', async () => {
      const [a, b] = [await router(2, dialling), await router(1, release)];
      expect(await a.driver.apply([...add(b.address), ...add(b.address6)])).toEqual([]);
      // It dials, and dials again, and all the while there is nothing to be seen of it.
      await eventually(
        async () => {
          expect(await b.driver.sessions()).toEqual([]);
          if (unexpectedKeys(b.host) < 5) throw new Error('it has not dialled by both versions again yet');
        },
        30_000,
        5,
      );

      expect(await b.driver.apply([...add(a.address), ...add(a.address6)])).toEqual([]);
      const start = performance.now();
      await eventually(
        async () => {
          const sessions = await b.driver.sessions();
          expect(sessions.filter(({ dynamic }) => dynamic)).toEqual([]);
          expect(sessions.map(({ address, state }) => `${address} ${state}`).sort()).toEqual([
            `${a.address} Established`,
            `${a.address6} Established`,
          ]);
        },
        30_000,
        5,
      );
      // FRR waits 1 s before it dials; the other side, which has dialled in vain, tries every 1 to 2 s. By default it
      // would do so every two minutes, from which this is far enough on a busy machine, too.
      expect(performance.now() - start).toBeLessThan(20_000);
      for (const [one, other] of [
        [a, b],
        [b, a],
      ]) {
        for (const address of [other.address, other.address6]) {
          expect(one.bgpd.neighbor(address)).toMatchObject({ peerGroup: 'MESH' });
        }
      }
    });
  });

  test('without keys it is accepted as a client: the test above can fail', async () => {
    const [a, b] = [await router(2, release, modelWithoutKey), await router(1, release, modelWithoutKey)];
    await a.driver.apply(add(b.address));
    await eventually(async () => {
      expect(await b.driver.sessions()).toMatchObject([{ address: a.address, dynamic: true, state: 'Established' }]);
    });
    // And so it is with whoever learns of the other late: the driver puts it right.
    expect(await b.driver.apply(add(a.address))).toEqual([]);
    await eventually(async () => {
      expect(await b.driver.sessions()).toMatchObject([{ address: a.address, dynamic: false, state: 'Established' }]);
    });
  });

  test.each([4, 6] as const)('an address that a client had becomes a router of the mesh, IPv%d', async (version) => {
    const b = await router(2, release);
    const host = network.host('10.42.0.3/16', 'fd00::3/64');
    const index = version === 4 ? 0 : 1;
    const target = version === 4 ? b.address : b.address6;
    const before = await Bgpd.start(host, client('10.42.0.3', [target]), release);
    const address = host.addresses[index];
    await eventually(async () => {
      expect(await b.driver.sessions()).toMatchObject([{ address, dynamic: true, state: 'Established' }]);
    });
    // Its session stands, and it dials again as soon as that is gone.
    expect(await b.driver.apply(add(address))).toEqual([]);
    expect(await b.driver.neighbors()).toEqual([{ group: 'MESH', address }]);

    before.close();
    const conf = routeReflector({ routerId: '10.42.0.3' });
    const after = await Bgpd.start(host, conf, release);
    const driver = new FrrDriver({ model: model(undefined, '10.42.0.3'), vtyFolder: after.vtyFolder });
    drivers.push(driver);
    await driver.apply(add(target));
    await eventually(async () => {
      expect(await b.driver.sessions()).toMatchObject([{ address, dynamic: false, state: 'Established' }]);
    });
    expect(b.bgpd.neighbor(address)).toMatchObject({ peerGroup: 'MESH', remoteAs: AS });
  });
});
