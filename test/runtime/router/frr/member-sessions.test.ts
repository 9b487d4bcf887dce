import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { prepareConfiguration } from '../../../../crpd-image/runtime/configuration/initial-configuration';
import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { defaultTemplate, memberNeighbors, podOf } from '../../../../lib/configuration';
import { parseMembers } from '../../../../lib/settings';
import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../../test-support/bgpd';
import { clientAddress, startClient } from '../../../../test-support/bgpd-client';
import { GOLDEN_CASES } from '../../../../test-support/configuration-cases';
import { eventually } from '../../../../test-support/eventually';

const AS = 64512;
const SIDE = '198.51.100.254';
const NODE = '198.51.100.200';
/** As a text, the address of the node comes first: bgpd then has keys on that one. */
const NODE_FIRST = '10.42.1.7';
const KEYS: Readonly<Record<string, string>> = { one: 'sesame-1', two: 'sesame-2' };

const member = (number: number, more: object = {}) => ({
  name: `pe${number}`,
  autonomousSystem: AS,
  addresses: [clientAddress(number)],
  ...more,
});
const keyed = (key: string) => ({ authentication: { secretName: 'members', key } });

describeWithEachFrr('sessions of members in the network of the node, FRR', (release) => {
  const network = networkForEachTest();
  const drivers: FrrDriver[] = [];
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'member-sessions-'));
  });
  afterEach(async () => {
    await Promise.all(drivers.splice(0).map((driver) => driver.close()));
    fs.rmSync(folder, { recursive: true });
  });

  /** A route reflector without a mesh, as the pod in the network of a node starts it. */
  async function start(more: Readonly<Record<string, string>> = {}) {
    const { MESHRR_CLIENTRANGE: _, MESH_SERVICE_NAME: __, ...golden } = GOLDEN_CASES[0].env;
    const env = {
      ...golden,
      ...{ MESHRR_ROUTER: 'frr', POD_IP: NODE_FIRST, UPSTREAM_SERVICE_NAME: 'core' },
      ...{ MESHRR_LISTEN_ADDRESSES: SIDE, MESHRR_MEMBERS_FILE: '/etc/meshrr/members/members.json', ...more },
    };
    const { settings, model } = podOf(env, 'ignored', { groups: () => '', key: () => KEYS.one });
    const templates = path.dirname(defaultTemplate('frr').path);
    const { file } = prepareConfiguration({ settings, model, templates, folder, operatorTemplate: `${folder}/none` });
    const listened = fs.readFileSync(path.join(folder, 'listen'), 'utf8').trim().split('\n');
    const host = network.host(`${NODE_FIRST}/16`, `${SIDE}/24`, `${NODE}/24`);
    const bgpd = await Bgpd.start(host, fs.readFileSync(file, 'utf8'), release, undefined, listened);
    const driver = new FrrDriver({ model, vtyFolder: bgpd.vtyFolder });
    drivers.push(driver);
    const declare = (...members: readonly object[]) => {
      const read = parseMembers(JSON.stringify({ members }), settings);
      return driver.applyMembers(memberNeighbors(read, model, (key) => KEYS[path.basename(key)]));
    };
    return { bgpd, declare, listened };
  }

  const client = (number: number, ...session: string[]) =>
    startClient(network.host(`${clientAddress(number)}/24`), { number, autonomousSystem: AS, session });
  const stateOf = (bgpd: Bgpd, number: number) => bgpd.neighbor(clientAddress(number))?.bgpState;
  const ups = (bgpd: Bgpd, number: number) => bgpd.neighbor(clientAddress(number)).connectionsEstablished;
  /** Time for several attempts of clients, which connect each second. */
  const attempts = () => new Promise((resolve) => setTimeout(resolve, 4000));

  test('a member with a key comes up by its own key alone, and so do clients of ranges', async () => {
    const { bgpd, declare, listened } = await start({
      MESHRR_CLIENTRANGE: '198.51.100.16/28',
      MESHRR_CLIENTRANGE_KEY_FILE: '/etc/meshrr/keys/clients/one',
    });
    expect(listened).toEqual([SIDE]);
    const all = [member(1, keyed('one')), member(2, keyed('two')), member(3, keyed('two')), member(4)];
    expect(await declare(...all)).toMatchObject({ refused: [] });
    expect(await declare(...all)).toEqual({ refused: [], changed: [] });
    await client(1, `password ${KEYS.one}`);
    await client(2, `password ${KEYS.two}`);
    await client(3, `password ${KEYS.one}`);
    await client(4);
    await client(17, `password ${KEYS.one}`);
    await client(18);
    await eventually(() =>
      expect([1, 2, 4, 17].map((number) => stateOf(bgpd, number))).toEqual(Array(4).fill('Established')),
    );
    await attempts();
    expect(ups(bgpd, 3)).toBe(0);
    expect(stateOf(bgpd, 18)).toBeUndefined();
  });

  test('nobody takes the place of a member without its key, at no address of the node', async () => {
    const { bgpd, declare } = await start();
    await declare(member(1, keyed('one')));
    const host = network.host(`${clientAddress(1)}/24`);
    for (const to of [SIDE, NODE]) await startClient(host, { number: 1, autonomousSystem: AS, to });
    await attempts();
    expect(ups(bgpd, 1)).toBe(0);
  });

  test('a changed key and hold time are of one member alone', async () => {
    const { bgpd, declare } = await start();
    await declare(member(1, { ...keyed('one'), holdTime: 9 }), member(2));
    await client(1, `password ${KEYS.one}`);
    await client(2);
    await eventually(() =>
      expect([1, 2].map((number) => stateOf(bgpd, number))).toEqual(['Established', 'Established']),
    );
    expect(bgpd.neighbor(clientAddress(1)).bgpTimerHoldTimeMsecs).toBe(9000);
    expect(bgpd.neighbor(clientAddress(2)).bgpTimerHoldTimeMsecs).toBe(30_000);
    const changed = await declare(member(1, keyed('two')), member(2));
    expect(changed).toEqual({ refused: [], changed: [clientAddress(1)] });
    await attempts();
    expect(stateOf(bgpd, 1)).not.toBe('Established');
    expect(ups(bgpd, 2)).toBe(1);
  });

  test('a member with GTSM is no more hops away than it may be', async () => {
    const { bgpd, declare } = await start();
    await declare(member(1, { gtsmHops: 1 }), member(2, { gtsmHops: 1 }), member(3, { gtsmHops: 2 }));
    const between = network.host('198.51.100.99/24');
    between.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.send_redirects=0');
    between.run('sysctl', '-qw', 'net.ipv4.conf.eth0.send_redirects=0');
    await client(1);
    for (const number of [2, 3]) {
      const host = network.host(`${clientAddress(number)}/24`);
      host.run('ip', 'route', 'add', `${SIDE}/32`, 'via', '198.51.100.99');
      await startClient(host, { number, autonomousSystem: AS });
    }
    await eventually(() =>
      expect([1, 3].map((number) => stateOf(bgpd, number))).toEqual(['Established', 'Established']),
    );
    await attempts();
    expect(ups(bgpd, 2)).toBe(0);
  });
});
