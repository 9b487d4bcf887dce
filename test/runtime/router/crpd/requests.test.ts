import { DiscoveredGroup } from '../../../../lib/configuration';
import * as requests from '../../../../crpd-image/runtime/router/crpd/requests';
import { parseXml } from '../../../../crpd-image/runtime/router/crpd/xml';

const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const mesh: DiscoveredGroup = { kind: 'mesh', name: 'MESHRR-MESH', service, key: 'k3y' };
const upstream: DiscoveredGroup = { kind: 'upstream', name: 'UP "1"', service, sessions: 2 };

test('a neighbor of a mesh comes with its key', () => {
  expect(requests.statementsFor({ action: 'add', group: 'MESHRR-MESH', address: '10.0.0.1' }, mesh)).toEqual([
    'set groups MESHRR protocols bgp group MESHRR-MESH neighbor 10.0.0.1',
    'set groups MESHRR protocols bgp group MESHRR-MESH neighbor 10.0.0.1 authentication-key k3y',
  ]);
});

test('a neighbor without a key is one line, and words are quoted', () => {
  expect(requests.statementsFor({ action: 'add', group: 'UP', address: '2001:db8::1' }, upstream)).toEqual([
    'set groups MESHRR protocols bgp group "UP \\"1\\"" neighbor 2001:db8::1',
  ]);
});

test('a neighbor is removed by the address as the router writes it', () => {
  const change = { action: 'remove', group: 'MESHRR-MESH', address: '2001:db8::1' } as const;
  expect(requests.statementsFor(change, mesh, '2001:DB8::1')).toEqual([
    'delete groups MESHRR protocols bgp group MESHRR-MESH neighbor 2001:DB8::1',
  ]);
});

test('statements and log comments arrive unchanged', () => {
  expect(parseXml(requests.load(['set a "<&>"'])).children[0].text).toBe('set a "<&>"');
  expect(parseXml(requests.commit('a <log> & more')).children[0].text).toBe('a <log> & more');
  expect(parseXml(requests.addLicense('/config/a&b')).children[0].text).toBe('/config/a&b');
});
