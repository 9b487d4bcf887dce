import * as path from 'path';
import { SocketTerminal } from '../../../../crpd-image/runtime/router/frr/socket-terminal';
import { VtyConnection } from '../../../../crpd-image/runtime/router/frr/vty-connection';
import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../../test-support/bgpd';

const GOOD = [5, 10, 15].map((number) => `ip prefix-list MINE seq ${number} permit 10.${number}.0.0/16`);
/** bgpd parses it, and finds out when it commits. */
const IMPOSSIBLE = 'ip prefix-list MINE seq 20 permit 10.20.0.0/16 le 4';

describeWithEachFrr('lines in one transaction', (release) => {
  const network = networkForEachTest();
  let bgpd: Bgpd;
  let terminal: SocketTerminal;
  beforeEach(async () => {
    bgpd = await Bgpd.start(network.host('10.42.1.7/16'), 'router bgp 64512\n', release);
    terminal = new SocketTerminal(await VtyConnection.open(path.join(bgpd.vtyFolder, 'bgpd.vty'), 10_000));
  });
  afterEach(() => terminal.close());

  const running = () =>
    bgpd
      .show('show running-config')
      .split('\n')
      .filter((line) => line.startsWith('ip prefix-list'));

  test('take effect', async () => {
    expect(await terminal.configureAtOnce(GOOD)).toEqual(GOOD.map((line) => ({ line })));
    expect(running()).toEqual(GOOD);
    await terminal.configureAtOnce(['no ip prefix-list MINE']);
    expect(running()).toEqual([]);
  });

  test('are all refused, with the reason, if bgpd rejects one when it commits; later ones are not', async () => {
    const results = await terminal.configureAtOnce([...GOOD, IMPOSSIBLE]);
    expect(results.map(({ line }) => line)).toEqual([...GOOD, IMPOSSIBLE]);
    for (const { refused } of results) expect(refused).toContain('Invalid prefix range for 10.20.0.0/16');
    expect(running()).toEqual([]);
    expect(await terminal.configureAtOnce(GOOD)).toEqual(GOOD.map((line) => ({ line })));
  });

  test('that bgpd cannot parse are refused, and the others take effect', async () => {
    const wrong = 'ip prefix-list MINE seq 20 permit nonsense';
    const results = await terminal.configureAtOnce([wrong, ...GOOD]);
    expect(results[0].refused).toContain('nonsense');
    expect(results.slice(1)).toEqual(GOOD.map((line) => ({ line })));
    expect(running()).toEqual(GOOD);
  });
});
