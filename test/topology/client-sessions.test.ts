import { App, Chart, Duration } from 'cdk8s';
import {
  AnycastRouteServerPair,
  Crpd,
  OutsideRouter,
  Reachability,
  RouteReflectorRegion,
  RouteReflectorRegionProps,
} from '../../lib';
import { topologyFiles } from '../../lib/synth/topology-files';
import { pair, region } from '../../test-support/examples';
import { refusalOf, synthChart } from '../../test-support/synth';

const NODES = '203.0.113.0/24';
const CLIENTS = { secretName: 'bgp-keys', key: 'clients' };
const LAB = { secretName: 'bgp-keys', key: 'lab' };

const east: RouteReflectorRegionProps = {
  ...region,
  podNetworks: ['10.42.0.0/16', NODES],
  clientRanges: ['198.51.100.0/24'],
  reachability: Reachability.hostNetwork({ nodeNetworks: [NODES] }),
  sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
};
const clientSessions = { authentication: CLIENTS, holdTime: Duration.seconds(9) };

/** The files about an app with the region, by name. */
function filesOf(changes: Partial<RouteReflectorRegionProps>): ReadonlyMap<string, string> {
  const app = new App();
  const chart = new Chart(app, 'test');
  const made = new RouteReflectorRegion(chart, 'east', { ...east, ...changes });
  for (const [i, platform] of (['frr', 'junos', 'iosxr', 'eos'] as const).entries()) {
    new OutsideRouter(chart, `pe-${platform}`, {
      ...{ autonomousSystem: 64496, addresses: [`198.51.100.${i + 1}`], platform, clientOf: [made] },
      announces: [{ prefix: `10.${i}.0.0/16` }],
    });
  }
  return new Map(topologyFiles(app, {}).map(({ name, text }) => [name, text]));
}

const textOf = (files: ReadonlyMap<string, string>, pattern: RegExp) =>
  [...files].find(([name]) => pattern.test(name))?.[1] ?? '';

describe('sessions of clients', () => {
  const open = { ...region, podClients: true, sides: { a: {} }, clientRanges: ['10.42.0.0/16'], clientSessions };

  test('have key and hold time as settings of the pods, where all clients are pods', () => {
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', open));
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a')).toMatchObject({
      MESHRR_CLIENTRANGE_KEY_FILE: '/etc/meshrr/keys/bgp-keys/clients',
      MESHRR_CLIENTRANGE_HOLD_SECONDS: '9',
    });
  });

  test('have them in the configuration of the pods, with a placeholder for the key', () => {
    const app = new App();
    new RouteReflectorRegion(new Chart(app, 'test'), 'east', open);
    const files = new Map(topologyFiles(app, {}).map(({ name, text }) => [name, text]));
    const text = textOf(files, /routers\/.*east-a.*conf$/);
    expect(text).toContain(' neighbor MESHRR-CLIENTS password PLACEHOLDER\n');
    expect(text).toContain(' neighbor MESHRR-CLIENTS timers 3 9\n');
    expect(text).toContain('PLACEHOLDER stands for the key in a Secret.');
  });

  test('have none of it by default', () => {
    expect(textOf(filesOf({}), /routers\/.*east-a.*conf$/)).not.toMatch(/password|timers 3 9|PLACEHOLDER/);
  });

  test.each([
    ['frr', 'timers 3 9'],
    ['junos', 'hold-time 9;'],
    ['iosxr', 'timers 3 9'],
    ['eos', 'timers 3 9'],
  ])('have the hold time at the end of a client on %s, too', (platform, line) => {
    const neighbors = new RegExp(`neighbors/pe-${platform}\\.`);
    expect(textOf(filesOf({ clientSessions: { holdTime: 9 } }), neighbors)).toContain(line);
    expect(textOf(filesOf({}), neighbors)).not.toContain(line);
  });

  test('are in the file of the topology', () => {
    const files = filesOf({ clientSessions: { holdTime: 9 } });
    const [{ clients, nodeNetworks }] = JSON.parse(files.get('topology.json') ?? '').groups;
    expect(clients[0]).toMatchObject({ holdSeconds: 9 });
    expect(nodeNetworks).toEqual([NODES]);
  });
});

test('a mesh in the network of the nodes has no key: bgpd sets keys on one of its addresses alone', () => {
  const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', east));
  expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a').MESHRR_MESH_MD5).toBe('false');
  expect(refusalOf((chart) => new RouteReflectorRegion(chart, 'east', { ...east, authentication: CLIENTS }))).toContain(
    'authentication: got "bgp-keys", want nothing in the network of the node',
  );
});

describe('are refused on sessions of clients:', () => {
  const onEast = (changes: Partial<RouteReflectorRegionProps>) =>
    refusalOf((chart) => new RouteReflectorRegion(chart, 'east', { ...east, ...changes }));
  const translated = { reachability: Reachability.hostPorts() };

  test('a key, where the address is translated', () => {
    expect(onEast({ ...translated, clientSessions: { authentication: CLIENTS } })).toBe(
      'test/east: clientSessions.authentication: got "bgp-keys", want nothing, a region on FRR with Reachability.hostNetwork, or clients in pods without reachability: host port translates the address, which TCP MD5 signs',
    );
    const groups = [{ name: 'LAB', kind: 'clients', ranges: ['198.51.101.0/24'], authentication: LAB }] as const;
    expect(onEast({ ...translated, groups })).toContain(
      'groups[0].authentication: got "bgp-keys", want nothing, a region on FRR with Reachability.hostNetwork',
    );
  });

  test('a key of a group of route servers, which a load balancer stands before', () => {
    const groups = [{ name: 'LAB', kind: 'clients', ranges: ['198.51.101.0/24'], authentication: LAB }] as const;
    const message = refusalOf((chart) => new AnycastRouteServerPair(chart, 'pair', pair(chart, { groups })));
    expect(message).toContain(
      'groups[0].authentication: got "bgp-keys", want nothing, a region on FRR with Reachability.hostNetwork, or clients in pods',
    );
  });

  test('anything without clients that peer from ranges', () => {
    const { clientRanges: _, reachability: __, sides: ___, ...plain } = east;
    const core = { ...plain, clientSessions: { holdTime: 9 } };
    const message = refusalOf((chart) => new RouteReflectorRegion(chart, 'east', core));
    expect(message).toContain('clientSessions.holdTime: got 9, want nothing without clientRanges');
  });

  test('values out of bounds', () => {
    expect(onEast({ clientSessions: { holdTime: 2 } })).toContain('clientSessions.holdTime: got 2, want');
  });
});

test('a hold time is no matter of translation: clients across host ports, of cRPD, too, have it', () => {
  const router = new Crpd({ image: 'registry.example.com/meshrr/crpd:1.0.0' });
  const reachability = Reachability.hostPorts();
  const text = textOf(filesOf({ router, reachability, clientSessions: { holdTime: 9 } }), /routers\/.*east-a.*conf$/);
  expect(text).toMatch(/group MESHRR-CLIENTS \{\n\s+hold-time 9;/);
});
