import * as fs from 'fs';
import * as path from 'path';
import { createLog } from '../../../../crpd-image/runtime/logging/log';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { FrrDriver, FrrDriverOptions } from '../../../../crpd-image/runtime/router/frr/driver';
import { SocketTerminal } from '../../../../crpd-image/runtime/router/frr/socket-terminal';
import { VtyConnection } from '../../../../crpd-image/runtime/router/frr/vty-connection';
import { VtyshTerminal } from '../../../../crpd-image/runtime/router/frr/vtysh';
import { Bgpd, describeWithEachFrr, stopBgpds } from '../../../../test-support/bgpd';
import { eventually } from '../../../../test-support/eventually';
import { inTime } from '../../../../test-support/in-time';
import { Network } from '../../../../test-support/network';
import { AS, KEY, model, routeReflector } from './configuration';
import { answering, passingOn, StandIn, standIn } from './stand-in';

let drivers: FrrDriver[] = [];
let places: StandIn[] = [];

afterEach(async () => {
  await Promise.all(drivers.map((driver) => driver.close()));
  await Promise.all(places.map((place) => place.close()));
  drivers = [];
  places = [];
});

function driverOf(vtyFolder: string, options: Partial<FrrDriverOptions> = {}): FrrDriver {
  const driver = new FrrDriver({ model: model(), vtyFolder, ...options });
  drivers.push(driver);
  return driver;
}

async function inPlaceOfBgpd(...serve: Parameters<typeof standIn>): Promise<StandIn> {
  const place = await standIn(...serve);
  places.push(place);
  return place;
}

const mesh = (...addresses: string[]) =>
  addresses.map((address) => ({ action: 'add' as const, group: 'MESH', address }));

function recorded() {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'debug', write: (line) => lines.push(line) }) };
}

describeWithEachFrr('faults of bgpd', (release) => {
  let network: Network;
  let bgpd: Bgpd;

  beforeAll(() => {
    network = new Network();
  });

  beforeEach(async () => {
    bgpd = await Bgpd.start(
      network.host('10.42.0.1/16', 'fd00::1/64'),
      routeReflector({ routerId: '10.42.0.1' }),
      release,
    );
  });

  afterEach(stopBgpds);
  afterAll(() => network.close());

  const configuration = () => bgpd.show('show running-config');

  test('killed and back: unavailable, then as before, and the key is there again', async () => {
    const driver = driverOf(bgpd.vtyFolder);
    await driver.apply(mesh('10.42.1.1'));
    await bgpd.kill();
    for (const call of [driver.ping(), driver.neighbors(), driver.sessions(), driver.apply(mesh('10.42.1.1'))]) {
      await expect(call).rejects.toThrow(RouterUnavailable);
    }
    await bgpd.start();
    expect(configuration()).not.toContain(KEY);
    await driver.ping();
    expect(configuration()).toContain(`neighbor MESH password ${KEY}`);
    expect(await driver.neighbors()).toEqual([]);
    expect(await driver.apply(mesh('10.42.1.1'))).toEqual([]);
    expect(await driver.neighbors()).toEqual([{ group: 'MESH', address: '10.42.1.1' }]);
  });

  test('killed and back between two calls: no call fails', async () => {
    const driver = driverOf(bgpd.vtyFolder);
    await driver.ping();
    await bgpd.kill();
    await bgpd.start();
    await expect(driver.ping()).resolves.toBeUndefined();
  });

  test('stopped: unavailable when the deadline has passed, and well again by itself', async () => {
    const driver = driverOf(bgpd.vtyFolder, { deadlineMs: 300 });
    await driver.ping();
    bgpd.pause();
    for (const call of [() => driver.apply(mesh('10.42.1.1')), () => driver.ping()]) {
      await expect(inTime<unknown>(2_000, call())).rejects.toThrow(/no reply to ".*" within 0.3 s/);
    }
    bgpd.resume();
    await eventually(() => driver.ping());
    expect(await driver.apply(mesh('10.42.1.1'))).toEqual([]);
    expect(await driver.neighbors()).toEqual([{ group: 'MESH', address: '10.42.1.1' }]);
  });

  test('a socket that closes in the middle of a batch leaves nothing undone for good', async () => {
    const addresses = Array.from({ length: 50 }, (_, i) => `10.42.1.${i}`);
    // Enable, three lines to read and set the key, two to read again and open the configuration: then 20 neighbors.
    const place = await inPlaceOfBgpd((socket, number) => passingOn(bgpd.vtyFolder, number === 0 ? 29 : 1e9)(socket));
    const driver = driverOf(place.folder);
    await expect(driver.apply(mesh(...addresses))).rejects.toThrow(RouterUnavailable);
    const some = await driver.neighbors();
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(50);
    expect(await driver.apply(mesh(...addresses))).toEqual([]);
    expect(await driver.neighbors()).toHaveLength(50);
    expect(place.taken()).toBe(2);
  });

  test('vtysh and the socket return the same results, and leave the same configuration', async () => {
    const connection = await VtyConnection.open(path.join(bgpd.vtyFolder, 'bgpd.vty'), 30_000);
    const socket = new SocketTerminal(connection);
    const vtysh = new VtyshTerminal(bgpd.vtysh, bgpd.vtyshFolder, 30_000);
    try {
      const context = [`router bgp ${AS}`];
      const lines = [
        'neighbor 10.42.1.1 peer-group MESH',
        'neighbor 10.42.1.2 peer-group ABSENT',
        'neighbor 10.42.1.3 peer-group MESH',
        'no neighbor 10.42.1.4 peer-group MESH',
        'neighbor 10.42.1.5 peer-group UPSTREAM',
        'neighbor 10.42.1.1 peer-group UPSTREAM',
      ];
      const refused = (await socket.configure(context, lines)).map((result) => result.refused);
      expect(refused.map((reason) => reason !== undefined)).toEqual([false, true, false, true, false, true]);
      const after = configuration();
      const undo = ['1', '3', '5'].map((last) => `no neighbor 10.42.1.${last}`);
      for (const result of await vtysh.configure(context, undo)) expect(result.refused).toBeUndefined();
      expect(configuration()).not.toContain('10.42.1');
      expect((await vtysh.configure(context, lines)).map((result) => result.refused)).toEqual(refused);
      expect(configuration()).toBe(after);

      for (const terminal of [socket, vtysh]) {
        const [result] = await terminal.configure(['router bgp 1'], ['neighbor 10.42.1.9 peer-group MESH']);
        expect(result.refused).toMatch(/AS is 65000/);
        await expect(terminal.show('show nothing of note')).rejects.toThrow(/Unknown command/);
        // Nothing of it lasts.
        expect(await terminal.show('show bgp summary json')).toContain('10.42.1.5');
      }
    } finally {
      socket.close();
    }
  });

  test('a socket with another protocol: the driver continues with vtysh, and logs it once', async () => {
    const strange = 'FRR/11 frame\r\n\0\x01\0';
    const place = await inPlaceOfBgpd((socket, number) => {
      if (number === 0) socket.on('data', () => socket.write(strange));
      else passingOn(bgpd.vtyFolder, 1e9)(socket);
    });
    // As if the strange socket was that of the real bgpd.
    const script = path.join(place.folder, 'vtysh');
    const real = [...bgpd.vtysh, '--vty_socket', bgpd.vtyshFolder].join(' ');
    fs.writeFileSync(script, `#!/bin/sh\nshift 2\nexec ${real} "$@"\n`, { mode: 0o755 });
    const { lines, log } = recorded();
    const driver = driverOf(place.folder, { vtysh: [script], log });
    const changes = mesh('10.42.1.1', '10.42.1.2', 'fd00::9');
    expect(await driver.apply(changes)).toEqual([]);
    expect(await driver.apply(changes)).toEqual([]);
    expect(new Set(await driver.neighbors())).toEqual(
      new Set(changes.map(({ group, address }) => ({ group, address }))),
    );
    expect((await driver.sessions()).map(({ address }) => address).sort()).toEqual([
      '10.42.1.1',
      '10.42.1.2',
      'fd00::9',
    ]);
    expect(configuration()).toContain(`neighbor MESH password ${KEY}`);
    await driver.gracefulShutdown(true);
    expect(configuration()).toContain('bgp graceful-shutdown');
    await driver.gracefulShutdown(false);
    expect(await driver.apply(changes.map((change) => ({ ...change, action: 'remove' })))).toEqual([]);
    expect(await driver.neighbors()).toEqual([]);
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['frr-vtysh-fallback']);
    expect(place.taken()).toBe(1);

    await bgpd.kill();
    await expect(driver.ping()).rejects.toThrow(RouterUnavailable);
    await bgpd.start();
    // What is there now may speak as it should.
    await expect(driver.ping()).resolves.toBeUndefined();
    expect(place.taken()).toBe(2);
    expect(lines).toHaveLength(1);
  });

  test('500 neighbors by vtysh', async () => {
    const vtysh = new VtyshTerminal(bgpd.vtysh, bgpd.vtyshFolder, 60_000);
    const lines = Array.from({ length: 500 }, (_, i) => `neighbor 10.42.${1 + (i >> 8)}.${i & 255} peer-group MESH`);
    const results = await vtysh.configure([`router bgp ${AS}`], lines);
    expect(results).toEqual(lines.map((line) => ({ line })));
    expect(configuration().match(/neighbor 10\.42\.\d+\.\d+ peer-group MESH/g)).toHaveLength(500);
  });
});

describe('what a bgpd could say', () => {
  const running = `router bgp ${AS}\n neighbor MESH peer-group\n`;

  test('a key is in no reason and no log, even if bgpd repeats the line', async () => {
    const place = await inPlaceOfBgpd(
      answering((line) => {
        if (line === 'show running-config') return { text: running };
        return line.includes('password') ? { text: `% [BGP] Unknown command: ${line}\n`, status: 2 } : {};
      }),
    );
    const { lines, log } = recorded();
    const driver = driverOf(place.folder, { log });
    const refused = await driver.apply(mesh('10.42.1.1'));
    const reason = "the group's key could not be set: [BGP] Unknown command: neighbor MESH password (hidden)";
    // Without the key the neighbor must not be there: it could be accepted as a client.
    expect(refused).toEqual([{ change: mesh('10.42.1.1')[0], reason }]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ event: 'frr-key-not-set', group: 'MESH', reason }]);
    expect(JSON.stringify([refused, lines])).not.toContain(KEY);
  });

  test('a stale session that cannot be cleared is returned as a refusal', async () => {
    const said: string[] = [];
    const place = await inPlaceOfBgpd(
      answering((line) => {
        said.push(line);
        if (line === 'show running-config') return { text: `${running} neighbor MESH password ${KEY}\n` };
        if (!line.startsWith('neighbor')) return {};
        return { text: '% Operation not allowed on a dynamic neighbor\n', status: 13 };
      }),
    );
    const [change] = mesh('10.42.1.1');
    expect(await driverOf(place.folder).apply([change])).toEqual([
      { change, reason: 'Operation not allowed on a dynamic neighbor' },
    ]);
    expect(said.filter((line) => line === 'do clear bgp 10.42.1.1').length).toBeGreaterThan(2);
    expect(said[said.length - 1]).toBe('end');
  });

  test('a summary that is no JSON is a router that cannot be read', async () => {
    const place = await inPlaceOfBgpd(
      answering((line) => (line.startsWith('show bgp') ? { text: 'Segmentation fault' } : {})),
    );
    await expect(driverOf(place.folder).sessions()).rejects.toThrow(RouterUnavailable);
  });

  test('calls at the same time wait for one another', async () => {
    const said: string[] = [];
    const place = await inPlaceOfBgpd(answering((line) => (said.push(line), line === 'enable' ? {} : { text: '{}' })));
    const driver = driverOf(place.folder);
    await Promise.all([driver.gracefulShutdown(true), driver.sessions(), driver.gracefulShutdown(false)]);
    const mode = said.filter((line) => /^(conf|end|show bgp)/.test(line));
    expect(mode).toEqual(['configure terminal', 'end', 'show bgp summary json', 'configure terminal', 'end']);
  });

  test('a closed driver connects to nothing, and ends running calls', async () => {
    const place = await inPlaceOfBgpd(answering((line) => (line === 'show version' ? undefined : {})));
    const driver = driverOf(place.folder);
    const ping = driver.ping();
    await eventually(() => expect(place.taken()).toBe(1));
    await driver.close();
    await expect(ping).rejects.toThrow(RouterUnavailable);
    await expect(driver.ping()).rejects.toThrow(RouterUnavailable);
    expect(place.taken()).toBe(1);
  });
});
