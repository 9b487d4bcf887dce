import { Revalidation } from '../../../../crpd-image/runtime/router/frr/revalidation';
import { Terminal } from '../../../../crpd-image/runtime/router/frr/terminal';
import { rtrServers } from '../../../../lib/settings';

const SERVERS = rtrServers.parse('rtr.example.net:3323,[2001:db8::53]:323');
const CONNECTED = 'Connected to group 2\nrpki tcp cache 2001:db8::53 323 pref 2 (connected)\n';

/** A terminal with these outputs, and the families that were validated again. */
function terminalOf(outputs: Record<string, string>) {
  const cleared: string[] = [];
  const show = async (command: string) => {
    const [, family] = /^clear bgp (.+) external soft in$/.exec(command) ?? [];
    if (family !== undefined) cleared.push(family);
    else if (outputs[command] === undefined) throw new Error(`unknown: ${command}`);
    return outputs[command] ?? '';
  };
  return { cleared, terminal: { show } as unknown as Terminal };
}

const outputs = (connections: string, ipv4: number, ipv6: number) => ({
  'show rpki cache-connection': connections,
  'show rpki prefix-count': `Number of IPv4 Prefixes: ${ipv4}\nNumber of IPv6 Prefixes: ${ipv6}\n`,
});

const dataOf = (isConnected: boolean, prefixes: number) => ({
  servers: [
    { server: 'rtr.example.net:3323', isConnected: false },
    { server: '[2001:db8::53]:323', isConnected },
  ],
  prefixes,
});

test('routes are validated again when the data has changed, and by a bgpd that may be another one', async () => {
  const revalidation = new Revalidation(SERVERS, ['ipv4 unicast', 'ipv6 unicast']);
  const families = ['ipv4 unicast', 'ipv6 unicast'];
  const first = terminalOf(outputs(CONNECTED, 300, 40));
  for (let look = 0; look < 2; look++) expect(await revalidation.observe(first.terminal)).toEqual(dataOf(true, 340));
  expect(first.cleared).toEqual(families);
  const changed = terminalOf(outputs(CONNECTED, 301, 40));
  expect(await revalidation.observe(changed.terminal)).toEqual(dataOf(true, 341));
  expect(changed.cleared).toEqual(families);
  revalidation.forget();
  await revalidation.observe(changed.terminal);
  expect(changed.cleared).toEqual([...families, ...families]);
});

test('a bgpd without a session, or without the commands, is connected to no server', async () => {
  const revalidation = new Revalidation(SERVERS, ['ipv4 unicast']);
  const none = terminalOf(outputs('No connection to RPKI cache server.\n', 7, 0));
  expect(await revalidation.observe(none.terminal)).toEqual(dataOf(false, 7));
  const { terminal, cleared } = terminalOf({});
  expect(await revalidation.observe(terminal)).toEqual(dataOf(false, 0));
  expect(cleared).toEqual([]);
});
