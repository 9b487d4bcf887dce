import { CrpdDriver } from '../../../../crpd-image/runtime/router/crpd/driver';
import { Command, onBox } from '../../../../crpd-image/runtime/router/crpd/on-box';
import { GOLDEN_CASES, podOf, render } from '../../../../test-support/configuration-cases';
import { StandIn } from '../../../../test-support/crpd/build';

const VALIDATED = GOLDEN_CASES.find(({ env }) => 'MESHRR_RPKI_SERVERS' in env)!;

test('a driver reads the sessions with RTR servers, and asks for none where the router validates no origins', async () => {
  const crpd = new StandIn(render(VALIDATED, 'crpd'));
  const { model } = podOf(VALIDATED, 'crpd');
  const options = { connect: onBox([crpd.command as Command]), groups: model.discovered };
  const [driver, without] = [
    new CrpdDriver({ ...options, rtrServers: model.rpki?.servers }),
    new CrpdDriver({ ...options }),
  ];
  try {
    const servers = (isConnected: boolean) => [
      { server: '192.0.2.53:3323', isConnected },
      { server: '[2001:db8::53]:323', isConnected: false },
    ];
    expect(await driver.originData()).toEqual({ servers: servers(false), prefixes: 0 });
    crpd.validation({ '192.0.2.53': { state: 'up', ipv4: 300, ipv6: 40 } });
    expect(await driver.originData()).toEqual({ servers: servers(true), prefixes: 340 });
    expect(await without.originData()).toBeUndefined();
  } finally {
    await driver.close();
    await without.close();
    crpd.close();
  }
});
