import { parseEnvironment } from '../../lib/settings';

const POD = {
  POD_IP: '192.0.2.1',
  MESH_SERVICE_NAME: 'core',
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '198.51.100.0/24',
};
const EVPN = { MESHRR_FAMILY_INET: 'false', MESHRR_FAMILY_EVPN: 'true' };
const read = (env: object) => () => parseEnvironment({ ...POD, ...env }, 'ignored');

test('shards without update threads are refused, as cRPD rejects their commit', () => {
  expect(read({ MESHRR_RIB_SHARDING: '4', MESHRR_UPDATE_THREADING: 'false' })).toThrow(
    'MESHRR_UPDATE_THREADING: got "false", want true or a number: rib-sharding needs it',
  );
});

test('shards are refused where EVPN, which has none, is the only family', () => {
  expect(read({ ...EVPN, MESHRR_RIB_SHARDING: 'true' })).toThrow(
    'MESHRR_RIB_SHARDING: got "true", want false: cRPD shards IPv4 and IPv6, and EVPN is the only family',
  );
});

test.each([
  {},
  { MESHRR_RIB_SHARDING: '4' },
  { MESHRR_RIB_SHARDING: '4', MESHRR_UPDATE_THREADING: '2' },
  { MESHRR_RIB_SHARDING: 'true', MESHRR_FAMILY_EVPN: 'true' },
  { ...EVPN, MESHRR_FAMILY_INET6: 'true', MESHRR_RIB_SHARDING: 'true' },
  { ...EVPN, MESHRR_UPDATE_THREADING: 'true' },
  { ...EVPN, MESHRR_RIB_SHARDING: 'false', MESHRR_UPDATE_THREADING: 'false' },
])('%p is accepted', (env) => {
  expect(read(env)).not.toThrow();
});
