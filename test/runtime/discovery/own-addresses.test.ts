import { ownAddresses } from '../../../crpd-image/runtime/discovery/own-addresses';

/** An interface's address, as node tells it. */
const on = (address: string) => ({
  address,
  netmask: '',
  mac: '',
  internal: false,
  cidr: null,
  family: 'IPv4' as const,
});

test('are POD_IP and those of the interfaces, in canonical text', () => {
  const interfaces = {
    lo: [on('127.0.0.1')],
    eth0: [on('10.42.0.1'), on('2001:DB8:0::1'), on('fe80::1%eth0')],
    gone: undefined,
  };
  const own = ownAddresses('10.42.0.9', interfaces as Parameters<typeof ownAddresses>[1]);
  expect([...own]).toEqual(['10.42.0.9', '127.0.0.1', '10.42.0.1', '2001:db8::1', 'fe80::1']);
});

test('are read from this machine', () => {
  expect([...ownAddresses('192.0.2.1')]).toEqual(expect.arrayContaining(['192.0.2.1', '127.0.0.1']));
});
