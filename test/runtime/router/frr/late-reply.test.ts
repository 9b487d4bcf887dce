import { VtyConnection } from '../../../../crpd-image/runtime/router/frr/vty-connection';
import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../../test-support/bgpd';

const DEADLINE_MS = 500;

/** bgpd 10.3 sends an output in parts from 128 kB on. */
const LONG = Array.from({ length: 500 }, (_, i) => [
  ` neighbor GROUP-${i} peer-group`,
  ` neighbor GROUP-${i} description ${'long '.repeat(200)}`,
]).flat();

describeWithEachFrr('a reply that comes too late, FRR', (release) => {
  const network = networkForEachTest();

  test('does no harm to bgpd, which ends where the reader of a long one has gone', async () => {
    const bgpd = await Bgpd.start(network.host('10.42.1.7/16'), ['router bgp 65000', ...LONG].join('\n'), release);
    const open = () => VtyConnection.open(`${bgpd.vtyFolder}/bgpd.vty`, DEADLINE_MS);
    const late = await open();
    bgpd.pause();
    const run = late.run(['show running-config']);
    await expect(run).rejects.toThrow('no reply to "show running-config" within 0.5 s');
    expect(late.alive).toBe(false);
    bgpd.resume();
    const again = await open();
    const [version] = await again.run(['show version']);
    expect(version).toMatchObject({ status: 0, text: expect.stringContaining('FRRouting') });
    again.close();
  });
});
