import { Origins } from '../../../crpd-image/runtime/daemon/origins';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';
import { FakeRouter } from '../../../test-support/fake-router';

const SERVERS = ['rtr.example.net:3323', '192.0.2.53:323'];

function setUp() {
  const clock = { now: 0 };
  const now = () => clock.now;
  const conditions = new Conditions(createLog({ level: 'error', write: () => true }), now);
  const router = new FakeRouter();
  const origins = new Origins(router, conditions, now);
  const look = async (connected: readonly string[], prefixes = 0, seconds = 10) => {
    router.origins = {
      servers: SERVERS.map((server) => ({ server, isConnected: connected.includes(server) })),
      prefixes,
    };
    clock.now += seconds * 1000;
    await origins.observe();
    return conditions.current;
  };
  return { router, origins, look };
}

test('no session with any server is a problem from the second look on, until there is one', async () => {
  const { look } = setUp();
  expect(await look([])).toEqual([]);
  const names = 'no session with rtr.example.net:3323, 192.0.2.53:323';
  expect(await look([])).toEqual([`rtr-unreachable: ${names}; all origins are accepted`]);
  expect(await look([SERVERS[1]], 7)).toEqual([]);
  expect(await look([], 7)).toEqual([]);
  expect(await look([], 7)).toEqual([`rtr-unreachable: ${names}; 7 signed prefixes stay until they expire`]);
});

test('the router is asked each ten seconds, and one that validates no origins has no problem', async () => {
  const { router, origins, look } = setUp();
  await look([SERVERS[0]], 7);
  await look([], 8, 9);
  expect(origins.data).toMatchObject({ prefixes: 7 });
  await look([SERVERS[0]], 8, 1);
  expect(origins.data).toMatchObject({ prefixes: 8 });
  const silent = setUp();
  silent.router.origins = undefined;
  await silent.origins.observe();
  expect(silent.origins.data).toBeUndefined();
  router.there = false;
  await expect(look([])).rejects.toThrow('not there');
});
