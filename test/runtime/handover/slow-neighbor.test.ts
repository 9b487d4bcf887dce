import { setTimeout as pause } from 'timers/promises';
import { drain } from '../../../crpd-image/runtime/handover/drain';
import { LIMITS } from '../../../crpd-image/runtime/handover/limits';
import { unacknowledged } from '../../../crpd-image/runtime/handover/send-queues';
import { monotonicMs } from '../../../crpd-image/runtime/clock';
import { FrrDriver } from '../../../crpd-image/runtime/router/frr/driver';
import { Bgpd, describeWithEachFrr, stopBgpds } from '../../../test-support/bgpd';
import { eventually } from '../../../test-support/eventually';
import { Network } from '../../../test-support/network';
import { model, routeReflector } from '../router/frr/configuration';

/** The number of routes: 150 KB of updates. */
const ROUTES = 30_000;
/** The way to the neighbor then takes more than ten seconds. */
const RATE = '100kbit';
/** The longest that the routes may take to their neighbor before the way is slow, in milliseconds. */
const PATIENCE_MS = 60_000;

describeWithEachFrr('a drain with a slow way to a neighbor', (release) => {
  let network: Network;
  let drivers: FrrDriver[] = [];
  beforeEach(() => {
    network = new Network();
    drivers = [];
  });
  afterEach(async () => {
    await Promise.all(drivers.map((driver) => driver.close()));
    stopBgpds();
    network.close();
  });

  async function router(number: number, other: number, sendBuffer: number, inetLines: readonly string[] = []) {
    const host = network.host(`10.42.0.${number}/16`);
    host.run('sysctl', '-qw', `net.ipv4.tcp_wmem=4096 ${sendBuffer} ${sendBuffer}`);
    const bgpd = await Bgpd.start(host, routeReflector({ routerId: host.addresses[0], inetLines }), release);
    const driver = new FrrDriver({ model: model(), vtyFolder: bgpd.vtyFolder });
    drivers.push(driver);
    expect(await driver.apply([{ action: 'add', group: 'MESH', address: `10.42.0.${other}` }])).toEqual([]);
    return { host, bgpd, driver };
  }

  test.each([
    ['the kernel', 4 << 20],
    ['the router', 16 << 10],
  ])(
    'ends when the neighbor has every route with the lowest preference: %s has the updates',
    async (queue, sendBuffer) => {
      const networks = Array.from(
        { length: ROUTES },
        (_, i) => `network 198.${18 + (i >> 15)}.${(i >> 7) & 255}.${(2 * i) & 255}/31`,
      );
      const a = await router(1, 2, sendBuffer, networks);
      const b = await router(2, 1, sendBuffer);
      /** How many routes the neighbor has with a preference. */
      const withPreference = (preference: number) =>
        b.bgpd
          .show('show bgp ipv4 unicast')
          .split('\n')
          .filter((line) => line.includes(` ${preference}      0 i`)).length;
      await eventually(() => expect(withPreference(100)).toBe(ROUTES), PATIENCE_MS);
      const dropped = () => a.bgpd.neighbor('10.42.0.2').connectionsDropped;
      const before = dropped();

      a.host.run('tc', 'qdisc', 'add', 'dev', 'eth0', 'root', 'tbf', 'rate', RATE, 'burst', '10kb', 'latency', '60s');
      const begun = monotonicMs();
      const happened: unknown[] = [];
      let queued = 0;
      await drain({
        driver: {
          gracefulShutdown: (on) => a.driver.gracefulShutdown(on),
          sessions: async () => {
            const sessions = await a.driver.sessions();
            queued = Math.max(queued, ...sessions.map((session) => session.queued ?? 0));
            return sessions;
          },
        },
        bytesOnTheWay: () => unacknowledged(a.host.run('cat', '/proc/net/tcp')),
        record: (state, fields) => {
          happened.push({ state, ...fields });
          if (state === 'drained')
            happened.push({ lowest: withPreference(0), seconds: (monotonicMs() - begun) / 1000 });
        },
        now: monotonicMs,
        pause: (milliseconds) => pause(milliseconds),
        // Too short for what is still on the way.
        limits: { ...LIMITS, margin: { least: 1_000, most: 1_000 } },
        deadline: Infinity,
        untilWithdrawn: false,
      });
      const [, , { seconds }] = happened as [unknown, unknown, { seconds: number }];
      expect(happened).toEqual([{ state: 'draining' }, { state: 'drained', sent: true }, { lowest: ROUTES, seconds }]);
      if (queue === 'the router') expect(queued).toBeGreaterThan(0);
      // A fixed wait of ten seconds would have ended before.
      expect(seconds).toBeGreaterThan(10);
      expect(dropped()).toBe(before);
    },
    300_000,
  );
});
