import * as fc from 'fast-check';
import { parseAddress } from '../../lib/addressing';
import {
  checkRouterIds,
  hashedIdentifier,
  identifierOf,
  ownIdentifier,
  parseEnvironment,
  SettingError,
} from '../../lib/settings';

const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
const BASE = { POD_IP: '2001:db8::1', MESH_SERVICE_NAME: 'core', AUTONOMOUS_SYSTEM: '64496', MESHRR_ROUTER: 'frr' };
const env = (more: Record<string, string>) => ({ ...BASE, MESHRR_CLIENTRANGE: '198.51.100.0/24', ...more });
const own = (more: Record<string, string>) => ownIdentifier(parseEnvironment(env(more)))?.text;

describe('an identifier from a name', () => {
  test('is one that every router takes: that of a host, neither loopback, multicast nor class E', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const first = Number(hashedIdentifier(text).text.split('.')[0]);
        expect(first).toBeGreaterThanOrEqual(1);
        expect(first).toBeLessThanOrEqual(126);
      }),
    );
  });

  test('is the same in each version: routers keep theirs over an upgrade', () => {
    expect(hashedIdentifier('meshrr/meshrr-east-a@n1').text).toBe('110.58.242.155');
  });

  test('is about as rarely that of another name as chance has it', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => hashedIdentifier(`meshrr/meshrr-east-a@node-${i}`).text);
    // 2e4 of 2.1e9: 0.09 pairs are expected.
    expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(3);
  });
});

test('an identifier follows from workload and instance alone', () => {
  fc.assert(
    fc.property(name, name, fc.ipV4(), (identity, instance, address) => {
      const settings = parseEnvironment(env({ MESHRR_IDENTITY: identity, MESHRR_INSTANCE: instance }));
      const elsewhere = { ...settings, podIp: parseAddress(address) };
      expect(ownIdentifier(elsewhere)).toEqual(identifierOf({ identity }, instance));
    }),
  );
});

test('a given identifier goes before a list, and a list before a hash', () => {
  const names = { MESHRR_IDENTITY: 'core', MESHRR_INSTANCE: 'n1' };
  const listed = { ...names, MESHRR_ROUTER_IDS: 'n1=192.0.2.11,n2=192.0.2.12' };
  expect(own(names)).toBe(hashedIdentifier('core@n1').text);
  expect(own(listed)).toBe('192.0.2.11');
  expect(own({ ...listed, MESHRR_ROUTER_ID: '192.0.2.1' })).toBe('192.0.2.1');
});

test.each<[string, Record<string, string>, string]>([
  [
    'an instance that the list lacks',
    { MESHRR_INSTANCE: 'n3', MESHRR_IDENTITY: 'core', MESHRR_ROUTER_IDS: 'n1=192.0.2.11' },
    'MESHRR_ROUTER_IDS: got "n1", want an identifier for n3, n3=ADDRESS',
  ],
  ['a list without an instance', { MESHRR_ROUTER_IDS: 'n1=192.0.2.11' }, 'MESHRR_INSTANCE: got nothing, want a value'],
  ['a name without an instance', { MESHRR_IDENTITY: 'core' }, 'MESHRR_INSTANCE: got nothing, want a value'],
])('%s is refused', (_, more, said) => {
  expect(() => own(more)).toThrow(SettingError);
  expect(() => own(more)).toThrow(said);
});

test('two instances never have one identifier', () => {
  expect(() => checkRouterIds({ n1: '192.0.2.1', n2: '192.0.2.1' })).toThrow(
    'want an identifier of its own: n1 has it already',
  );
});
