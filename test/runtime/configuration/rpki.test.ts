import { ChildProcess } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../test-support/bgpd';
import { clientAddress, startClient } from '../../../test-support/bgpd-client';
import { FrrDriver } from '../../../crpd-image/runtime/router/frr/driver';
import { GOLDEN_CASES, podOf, render } from '../../../test-support/configuration-cases';
import { eventually } from '../../../test-support/eventually';
import { describeWith } from '../../../test-support/needs';
import { NetworkHost } from '../../../test-support/network';

/** Prefixes and the AS numbers that may announce them. */
type Origins = Readonly<Record<string, number>>;

/** The signed origins of 44.1 and 44.2; nobody signed 44.3. */
const SIGNED: Origins = { '44.1.0.0/16': 1001, '44.2.0.0/16': 1002, '2a00:1::/32': 1001, '2a00:2::/32': 1002 };
const CHANGED: Origins = { ...SIGNED, '44.1.0.0/16': 1002, '44.2.0.0/16': 1001, '44.9.0.0/16': 1009 };

describeWith(['stayrtr', 'frr-rpki'], 'a real RTR server', () =>
  describeWithEachFrr('validates origins for a route server, FRR', (release) => {
    const network = networkForEachTest();
    let folder: string;
    const programs: ChildProcess[] = [];
    let driver: FrrDriver;
    beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtr-'))));
    afterEach(async () => {
      await driver.close();
      for (const program of programs.splice(0)) program.kill('SIGKILL');
      fs.rmSync(folder, { recursive: true, force: true });
    });

    const sign = (origins: Origins) => {
      const roas = Object.entries(origins).map(([prefix, as]) => ({
        prefix,
        maxLength: Number(prefix.split('/')[1]),
        asn: `AS${as}`,
      }));
      const file = path.join(folder, 'origins.json');
      fs.writeFileSync(`${file}.new`, JSON.stringify({ roas }));
      fs.renameSync(`${file}.new`, file);
    };

    const rtrServer = (host: NetworkHost) => {
      const args = ['-bind', '198.51.100.53:3323', '-cache', path.join(folder, 'origins.json'), '-checktime=false'];
      const intervals = ['-refresh', '1', '-rtr.refresh', '1', '-rtr.retry', '1', '-rtr.expire', '600'];
      const program = host.spawn('stayrtr', [...args, ...intervals, '-metrics.addr', '127.0.0.1:0'], {
        stdio: 'ignore',
      });
      programs.push(program);
      return program;
    };

    const routeServer = async (more: object = {}) => {
      const env = {
        ...GOLDEN_CASES[0].env,
        ...{ MESHRR_MODE: 'routeserver', MESHRR_ASRANGE: '1001-1010', MESHRR_FAMILY_INET6: 'true' },
        ...{ MESHRR_CLIENT_FILTERS: 'bogons=true', MESHRR_RPKI_SERVERS: '198.51.100.53:3323', ...more },
      };
      const of = { name: 'server', env, groups: [] };
      const bgpd = await Bgpd.start(network.host('10.42.1.7/16', '198.51.100.254/24'), render(of, 'frr'), release);
      driver = new FrrDriver({ model: podOf(of, 'frr').model, vtyFolder: bgpd.vtyFolder });
      return bgpd;
    };

    const client = () =>
      startClient(network.host(`${clientAddress(1)}/24`), {
        ...{ number: 1, autonomousSystem: 1001 },
        inet: ['network 44.1.0.0/16', 'network 44.2.0.0/16', 'network 44.3.0.0/16'],
        inet6: ['network 2a00:1::/32', 'network 2a00:2::/32'],
      });

    const dataOf = (isConnected: boolean, prefixes: number) => ({
      servers: [{ server: '198.51.100.53:3323', isConnected }],
      prefixes,
    });

    /** The routes that a router has accepted of a family. */
    const accepted = (bgpd: Bgpd, family: 'ipv4' | 'ipv6') =>
      Object.keys(bgpd.json(`show bgp ${family} unicast json`).routes).sort();
    const has = (bgpd: Bgpd, ...prefixes: string[]) =>
      eventually(async () => {
        // As the runtime does each ten seconds.
        await driver.originData();
        expect(accepted(bgpd, 'ipv4')).toEqual(prefixes);
      }, 60_000);

    test('invalid routes are dropped, valid and unsigned ones are not, also when the data changes', async () => {
      sign(SIGNED);
      rtrServer(network.host('198.51.100.53/24'));
      const server = await routeServer();
      await client();
      await has(server, '44.1.0.0/16', '44.3.0.0/16');
      expect(accepted(server, 'ipv6')).toEqual(['2a00:1::/32']);
      // bgpd 8.4 does not count them.
      expect(await driver.originData()).toEqual(dataOf(true, release === '10.3' ? 4 : 0));
      sign(CHANGED);
      await has(server, '44.2.0.0/16', '44.3.0.0/16');
    });

    // bgpd 8.4, which no image has, never validates if no server answers when it starts.
    const testOfImage = release === '10.3' ? test : test.skip;
    testOfImage(
      'without a server all routes are accepted; it is found when it comes, and its data stays when it ends',
      async () => {
        sign(SIGNED);
        const host = network.host('198.51.100.53/24');
        const server = await routeServer();
        await client();
        await has(server, '44.1.0.0/16', '44.2.0.0/16', '44.3.0.0/16');
        expect(await driver.originData()).toEqual(dataOf(false, 0));
        const program = rtrServer(host);
        await has(server, '44.1.0.0/16', '44.3.0.0/16');
        program.kill('SIGKILL');
        await eventually(() => expect(server.show('show rpki cache-connection')).not.toContain('connected)'), 60_000);
        expect(accepted(server, 'ipv4')).toEqual(['44.1.0.0/16', '44.3.0.0/16']);
        expect(await driver.originData()).toEqual(dataOf(false, 4));
      },
    );

    test('invalid routes are marked where they are not dropped', async () => {
      sign(SIGNED);
      rtrServer(network.host('198.51.100.53/24'));
      const server = await routeServer({ MESHRR_RPKI_INVALID: 'mark' });
      await client();
      await has(server, '44.1.0.0/16', '44.2.0.0/16', '44.3.0.0/16');
      const markOf = (prefix: string) =>
        server.json(`show bgp ipv4 unicast ${prefix} json`).paths[0].largeCommunity?.string;
      await eventually(async () => {
        await driver.originData();
        expect(markOf('44.2.0.0/16')).toBe('64512:1000:4');
      }, 60_000);
      expect([markOf('44.1.0.0/16'), markOf('44.3.0.0/16')]).toEqual([undefined, undefined]);
    });
  }),
);
