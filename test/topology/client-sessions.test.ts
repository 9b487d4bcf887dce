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

describe('in the network of the nodes', () => {
  /** A region below a core, so that no other pod connects to its pods. */
  const below =
    (ofEast: object, ...members: readonly object[]) =>
    (chart: Chart) => {
      const core = new RouteReflectorRegion(chart, 'core', { ...region, podNetworks: east.podNetworks });
      const made = new RouteReflectorRegion(chart, 'east', { ...east, upstream: core, fullMesh: false, ...ofEast });
      members.forEach((member, i) => {
        const own = { autonomousSystem: 64496, addresses: [`198.51.100.${i + 1}`], clientOf: [made], platform: 'frr' };
        new OutsideRouter(chart, `pe${i + 1}`, { ...own, member, announces: [`10.${i}.0.0/16`] } as never);
      });
    };
  const PE1 = { authentication: { secretName: 'members', key: 'pe1' }, gtsmHops: 2, holdTime: Duration.seconds(9) };
  const filesOfRegion = (define: (chart: Chart) => void) => {
    const app = new App();
    define(new Chart(app, 'test'));
    return new Map(topologyFiles(app, {}).map(({ name, text }) => [name, text]));
  };
  const mountsOf = (define: (chart: Chart) => void): readonly string[] => {
    const { containers } = synthChart(define).get('DaemonSet', 'meshrr-east-a').spec.template.spec;
    return containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
  };

  test('clients of ranges have a key, and so have those of a group', () => {
    const groups = [
      { name: 'LAB', kind: 'clients', ranges: ['198.51.101.0/24'], authentication: LAB, holdTime: 6 },
    ] as const;
    const define = below({ clientSessions, groups });
    expect(mountsOf(define)).toEqual(
      expect.arrayContaining(['/etc/meshrr/keys/bgp-keys/clients', '/etc/meshrr/keys/bgp-keys/lab']),
    );
    const text = textOf(filesOfRegion(define), /routers\/.*east-a.*conf$/);
    expect(text).toContain(' neighbor MESHRR-CLIENTS password PLACEHOLDER\n');
    expect(text).toContain(' neighbor LAB password PLACEHOLDER\n');
    expect(text).toContain(' neighbor LAB timers 2 6\n');
  });

  test('a member has key, GTSM and hold time of its own, at both ends', () => {
    const define = below({ clientRanges: undefined, members: true }, PE1, {});
    expect(mountsOf(define)).toContain('/etc/meshrr/keys/members/pe1');
    const manifests = synthChart(define);
    const { members } = JSON.parse(manifests.get('ConfigMap', 'meshrr-east-members').data?.['members.json'] as string);
    expect(members[0]).toMatchObject({ ...PE1, holdTime: 9 });
    const files = filesOfRegion(define);
    const [own, other] = [1, 2].map((number) => textOf(files, new RegExp(`neighbors/pe${number}\\.frr`)));
    expect(own).toContain(' neighbor MESHRR-east password CHANGE\n');
    expect(own).toContain(' neighbor MESHRR-east ttl-security hops 2\n');
    expect(own).toContain(' neighbor MESHRR-east timers 3 9\n');
    expect(own).toMatch(/CHANGE the password CHANGE: stands for pe1 in Secret members/);
    expect(own).toMatch(/accept packets from at most 2 hops away \(GTSM\)/);
    expect(other).not.toMatch(/password|ttl-security|timers 3 9|GTSM/);
    expect(textOf(files, /report\.html$/)).toContain('create secret generic members');
  });

  test('members have key and hold time of all clients, if they have none of their own', () => {
    const define = below({ members: true, clientSessions }, { gtsmHops: 1 }, PE1);
    const text = textOf(filesOfRegion(define), /routers\/.*east-a.*conf$/);
    expect(text).toContain(' neighbor MESHRR-MEMBERS password PLACEHOLDER\n');
    expect(text).toContain(' neighbor MESHRR-MEMBERS timers 3 9\n');
    expect(textOf(filesOfRegion(define), /neighbors\/pe1\./)).toContain('stands for clients in Secret bgp-keys');
    expect(textOf(filesOfRegion(define), /neighbors\/pe2\./)).toContain('stands for pe1 in Secret members');
  });

  test('a key is refused where other pods connect to these: bgpd would accept the client without it', () => {
    const meshed = { fullMesh: true };
    const message = refusalOf(below({ ...meshed, clientSessions }));
    expect(message).toContain(
      'test/east: clientSessions.authentication: got "bgp-keys", want nothing, or a region whose pods',
    );
    expect(message.split('\n')).toHaveLength(1);
    expect(refusalOf(below({ ...meshed, members: true }, PE1))).toContain(
      'test/pe1: member.authentication: got "members", want nothing, or a region whose pods no other pod connects to',
    );
    const other = [{ name: 'OTHER', kind: 'clients', service: 'others' }];
    expect(refusalOf(below({ groups: other, clientSessions }))).toContain('test/east: clientSessions.authentication');
  });

  test('a member has neither key nor GTSM where an address is translated', () => {
    const translated = { reachability: Reachability.hostPorts(), members: true };
    expect(refusalOf(below(translated, PE1)).split('\n')).toEqual([
      'test/pe1: member.authentication: got "members", want nothing, or regions on FRR with Reachability.hostNetwork: host port of test/east translates the address, which TCP MD5 signs',
      'test/pe1: member.gtsmHops: got 2, want nothing, or regions on FRR with Reachability.hostNetwork: host port of test/east has packets forwarded by the node, which lowers their TTL',
    ]);
    expect(() => refusalOf(below(translated, { holdTime: 9 }))).toThrow('the chart was accepted');
  });

  test('BFD is refused with the reason', () => {
    const reason = 'bfdd of FRR needs zebra';
    expect(refusalOf(below({ clientSessions: { bfd: 'fast' as never } }))).toMatch(
      new RegExp(`^test/east: clientSessions.bfd: got "fast", want nothing: .*${reason}`),
    );
    expect(refusalOf(below({ members: true }, { bfd: true }))).toContain(
      'test/pe1: member.bfd: got true, want nothing',
    );
  });
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
