import {
  AnycastRouteServerPair,
  KubernetesNodes,
  Mesh,
  MetalLBBgpPeering,
  neighborConfiguration,
  neighborText,
  OutsideRouter,
  Reachability,
} from '../../lib';
import { eventually } from '../../lab/eventually';
import { dnatRules } from '../../lab/network/dnat';
import { Link } from '../../lab/network/link';
import { Namespace } from '../../lab/network/namespace';
import { Bgpd, stopBgpds } from '../../test-support/bgpd';
import { GOLDEN_CASES, render } from '../../test-support/configuration-cases';
import { frr } from '../../test-support/examples';
import { FrrRouter, FrrRouterOptions } from '../../test-support/frr-router';
import { asNetworkHost } from '../../test-support/lab-host';
import { describeWith } from '../../test-support/needs';
import { topologyIn } from '../../test-support/topology';

const PATIENCE_MS = 120_000;
jest.setTimeout(5 * PATIENCE_MS);

/** Two racks, each a network with a router that has its loopback address as the peer of MetalLB; the second is a VRF. */
const TORS = {
  tor1: { loopback: '192.0.2.254', link: '203.0.113.1', range: '203.0.113.0/25', vrf: undefined },
  tor2: { loopback: '192.0.2.253', link: '203.0.113.129', range: '203.0.113.128/25', vrf: 'DCI' },
} as const;
type TorName = keyof typeof TORS;
const TOR_NAMES = Object.keys(TORS) as TorName[];

/** Nodes by name: the address on each rack's network, and the Service whose pod is on it. */
const NODES = {
  n1: { tor1: '203.0.113.11', tor2: '203.0.113.139', service: '192.0.2.1', pod: '10.42.1.7' },
  n2: { tor1: '203.0.113.12', tor2: '203.0.113.140', service: '192.0.2.2', pod: '10.42.2.7' },
  // The app does not know this one.
  n3: { tor1: '203.0.113.13', tor2: '203.0.113.141', service: '192.0.2.2', pod: '10.42.3.7' },
} as const;
type NodeName = keyof typeof NODES;

const CLIENTS = {
  client1: { as: 65001, loopback: '198.51.100.11', announces: '198.18.1.0/24', vrf: undefined },
  client2: { as: 65002, loopback: '198.51.100.12', announces: '198.18.2.0/24', vrf: 'BLUE' },
} as const;
type ClientName = keyof typeof CLIENTS;
const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[];

const SERVICES = ['192.0.2.1', '192.0.2.2'];

/** The slowest is noticed in 10 × 600 ms; the hold time of the sessions is 180 s. */
const BFD = { receiveInterval: 500, transmitInterval: 600, detectMultiplier: 10 };

/** The link between a router and a client, a /31: the router has the first address. */
const uplink = (tor: TorName, client: ClientName) =>
  [0, 1].map((end) => `10.9.${TOR_NAMES.indexOf(tor)}.${2 * CLIENT_NAMES.indexOf(client) + end}`);

function textsOfApp(): (name: string) => string {
  const topology = topologyIn((chart) => {
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels: { side: 'a' } }, n2: { labels: { side: 'b' } } } });
    const peers = Object.fromEntries(
      TOR_NAMES.map((name) => [name, { peerAsn: 64498, peerAddress: TORS[name].loopback, bfdProfile: 'fast' }]),
    );
    const metallb = new MetalLBBgpPeering(chart, 'lb', { myAsn: 64497, peers, bfdProfiles: { fast: BFD } });
    const pair = new AnycastRouteServerPair(chart, 'rs', {
      ...{
        router: frr,
        podNetworks: ['10.42.0.0/16'],
        clientRanges: ['198.51.100.0/24'],
        reachability: Reachability.metalLB(metallb),
      },
      mesh: new Mesh(chart, 'mesh', { autonomousSystem: 64496, addressFamilies: { inet: true } }),
      sides: { a: { addresses: [SERVICES[0]] }, b: { addresses: [SERVICES[1]] } },
    });
    for (const name of TOR_NAMES) {
      const { loopback, range, vrf } = TORS[name];
      new OutsideRouter(chart, name, {
        ...{ platform: 'frr', autonomousSystem: 64498, addresses: [loopback], nodes: [range], vrf },
        announcesToNodes: 'client-addresses',
      });
    }
    for (const name of CLIENT_NAMES) {
      const { as, loopback, announces, vrf } = CLIENTS[name];
      new OutsideRouter(chart, name, {
        ...{ platform: 'frr', autonomousSystem: as, addresses: [loopback], clientOf: [pair], vrf },
        announces: [announces],
      });
    }
  });
  return (name) => {
    const router = topology.outside.find(({ id }) => id === name)!;
    return neighborText(neighborConfiguration(topology, router), 'frr');
  };
}

const inVrf = (vrf?: string) => (vrf === undefined ? '' : ` vrf ${vrf}`);

/** What the operator of a top-of-rack router has beside our text: the sessions with the rest of the network. */
const restOfTor = (name: TorName) => `
router bgp 64498${inVrf(TORS[name].vrf)}
 no bgp ebgp-requires-policy
${CLIENT_NAMES.flatMap((client) => {
  const [, address] = uplink(name, client);
  return [` neighbor ${address} remote-as ${CLIENTS[client].as}`, ` neighbor ${address} timers connect 1`];
}).join('\n')}
exit
`;

/** What the operator of a client has: the sessions with the routers beside it, which get its loopback, and its routes. */
function restOfClient(name: ClientName): string {
  const { as, loopback, announces, vrf } = CLIENTS[name];
  const tors = TOR_NAMES.map((tor) => uplink(tor, name)[0]);
  return `
ip prefix-list LOOPBACK seq 5 permit ${loopback}/32
router bgp ${as}${inVrf(vrf)}
 no bgp ebgp-requires-policy
 no bgp network import-check
${tors.map((tor) => ` neighbor ${tor} remote-as 64498\n neighbor ${tor} timers connect 1`).join('\n')}
 address-family ipv4 unicast
  network ${loopback}/32
  network ${announces}
${tors.map((tor) => `  neighbor ${tor} prefix-list LOOPBACK out`).join('\n')}
 exit-address-family
exit
`;
}

/** As MetalLB configures its FRR, with an FRRConfiguration that receives the routes to clients. */
function speaker(node: NodeName): string {
  const tors = TOR_NAMES.map((name) => TORS[name].loopback);
  return `
ip prefix-list SERVICES seq 5 permit ${NODES[node].service}/32
ip prefix-list CLIENTS seq 5 permit 198.51.100.0/24 ge 25
route-map OUT permit 10
 match ip address prefix-list SERVICES
exit
route-map IN permit 10
 match ip address prefix-list CLIENTS
exit
router bgp 64497
 bgp router-id ${NODES[node].tor1}
 no bgp ebgp-requires-policy
 no bgp network import-check
 no bgp default ipv4-unicast
${tors
  .map((tor) =>
    ['remote-as 64498', 'ebgp-multihop', 'timers connect 1', 'bfd', 'bfd profile fast']
      .map((line) => ` neighbor ${tor} ${line}`)
      .join('\n'),
  )
  .join('\n')}
 address-family ipv4 unicast
  network ${NODES[node].service}/32
${tors
  .map((tor) => ['activate', 'route-map IN in', 'route-map OUT out'].map((l) => `  neighbor ${tor} ${l}`).join('\n'))
  .join('\n')}
 exit-address-family
exit
bfd
 profile fast
  receive-interval ${BFD.receiveInterval}
  transmit-interval ${BFD.transmitInterval}
  detect-multiplier ${BFD.detectMultiplier}
 exit
exit
`;
}

describeWith(
  ['root', 'ip', 'nft', 'bgpd'],
  'two top-of-rack routers and clients on FRR, with all of its daemons',
  () => {
    const prefix = `rk${process.pid.toString(36)}`;
    const namespaces: Namespace[] = [];
    const routers = new Map<string, FrrRouter>();
    const pods = new Map<NodeName, Bgpd>();
    /** Where the interfaces of a router are: in its namespace, or in that of its VRF. */
    const sides = new Map<string, Namespace>();

    const namespace = async (name: string) => {
      const made = await Namespace.create(`${prefix}-${name}`);
      namespaces.push(made);
      return made;
    };

    /** A router, whose daemons are started by the function that is returned, once its interfaces are there. */
    async function machine(name: string, vrf?: string) {
      const own = await namespace(name);
      const side = vrf === undefined ? own : await namespace(`${name}-${vrf}`);
      sides.set(name, side);
      if (vrf) await side.ip(`link add ${vrf} type veth peer name other`, `link set ${vrf} up`, 'link set other up');
      return async (text: string, options: FrrRouterOptions = {}) => {
        const vrfOptions = vrf === undefined ? {} : { vrf: { name: vrf, namespace: side } };
        routers.set(name, await FrrRouter.start(own, text, { ...options, ...vrfOptions }));
      };
    }

    /** Plugs a machine into the network of a rack. */
    async function plug(rack: TorName, name: string, address: string): Promise<void> {
      const side = sides.get(name)!;
      await sides
        .get(`net-${rack}`)!
        .ip(`link add ${name} type veth peer name ${rack} netns ${side.name}`, `link set ${name} master bridge up`);
      await side.ip(`addr add ${address}/25 dev ${rack}`, `link set ${rack} up`);
    }

    async function addNode(name: NodeName): Promise<void> {
      const { service, pod: podAddress } = NODES[name];
      const start = await machine(name);
      const node = sides.get(name)!;
      for (const tor of TOR_NAMES) {
        await plug(tor, name, NODES[name][tor]);
        await node.ip(`route add ${TORS[tor].loopback}/32 via ${TORS[tor].link}`);
      }
      const pod = await namespace(`${name}-pod`);
      await Link.connect({ namespace: node, address: NODES[name].tor1 }, pod, 'pod', [podAddress]);
      await node.nft(dnatRules([{ address: service, port: 179, pods: [podAddress], podPort: 179 }]));
      const settings = {
        ...{ AUTONOMOUS_SYSTEM: '64496', MESHRR_MODE: 'routeserver', MESHRR_CLIENTRANGE: '198.51.100.0/24' },
        POD_IP: podAddress,
      };
      const text = render({ name: 'pod', env: { ...GOLDEN_CASES[0].env, ...settings } }, 'frr');
      pods.set(name, await Bgpd.start(asNetworkHost(pod, [podAddress]), text));
      await start(speaker(name), { listens: false });
    }

    const router = (name: string) => routers.get(name)!;
    const vrfOf = (name: string): string | undefined => ({ ...TORS, ...CLIENTS })[name as TorName | ClientName]?.vrf;
    /** `show ip route`, `show bgp …`: of the VRF that the router is in. */
    const neighborsOf = async (name: string) => {
      const vrf = vrfOf(name);
      return router(name).json(`show bgp${inVrf(vrf)} neighbors json`);
    };
    const stateOf = async (name: string, address: string) => (await neighborsOf(name))[address]?.bgpState;
    /** The addresses of the next hops by which the kernel of a router forwards to an address, in order. */
    const nextHops = async (name: string, address: string): Promise<string[]> => {
      const shown = await sides.get(name)!.run('ip', '-json', 'route', 'show', `${address}/32`, 'proto', 'bgp');
      const routes = JSON.parse(shown || '[]') as { gateway?: string; nexthops?: { gateway: string }[] }[];
      return routes
        .flatMap(({ gateway, nexthops = [] }) => [...(gateway ? [gateway] : []), ...nexthops.map((n) => n.gateway)])
        .sort();
    };
    const uplinksOf = (client: ClientName) => TOR_NAMES.map((tor) => uplink(tor, client)[0]);
    const pathsTo = async (client: ClientName, prefix: string) => {
      const { routes } = await router(client).json(`show bgp${inVrf(CLIENTS[client].vrf)} ipv4 unicast json`);
      // eslint-disable-next-line @typescript-eslint/no-explicit-any
      return (routes[prefix] ?? []).map(({ peerId, path }: any) => `${peerId} ${path}`).sort();
    };

    beforeAll(async () => {
      const textOf = textsOfApp();
      for (const name of TOR_NAMES) {
        const rack = await namespace(`net-${name}`);
        sides.set(`net-${name}`, rack);
        await rack.ip('link add bridge type bridge forward_delay 0', 'link set bridge up');
      }
      const starts = new Map<string, Awaited<ReturnType<typeof machine>>>();
      for (const name of [...TOR_NAMES, ...CLIENT_NAMES]) starts.set(name, await machine(name, vrfOf(name)));
      for (const tor of TOR_NAMES) {
        await plug(tor, tor, TORS[tor].link);
        for (const client of CLIENT_NAMES) {
          const [own, other] = uplink(tor, client);
          await sides
            .get(tor)!
            .ip(
              `link add ${client} type veth peer name ${tor} netns ${sides.get(client)!.name}`,
              `addr add ${own}/31 dev ${client}`,
              `link set ${client} up`,
            );
          await sides.get(client)!.ip(`addr add ${other}/31 dev ${tor}`, `link set ${tor} up`);
        }
      }
      // What is written comes first, word for word.
      for (const name of TOR_NAMES) await starts.get(name)!(textOf(name) + restOfTor(name));
      for (const name of CLIENT_NAMES) await starts.get(name)!(textOf(name) + restOfClient(name));
      await addNode('n1');
      await addNode('n2');
    });

    afterAll(async () => {
      stopBgpds();
      await Promise.all([...routers.values()].map((one) => one.close()));
      await Promise.all(namespaces.map((one) => one.close()));
    });

    test('nodes have sessions with both, under BFD with the timers of MetalLB at one end and ours at the other', async () => {
      await eventually(async () => {
        for (const node of ['n1', 'n2'] as const) {
          for (const tor of TOR_NAMES) {
            expect([node, tor, await stateOf(node, TORS[tor].loopback)]).toEqual([node, tor, 'Established']);
            const peers = await router(tor).json(`show bfd${inVrf(TORS[tor].vrf)} peers json`);
            const own = peers.find(({ peer }: { peer: string }) => peer === NODES[node][tor]);
            expect(own).toMatchObject({
              ...{ status: 'up', multihop: true, local: TORS[tor].loopback },
              ...{ 'receive-interval': 600, 'transmit-interval': 500, 'detect-multiplier': 10 },
              ...{ 'remote-receive-interval': 500, 'remote-transmit-interval': 600 },
            });
          }
        }
      }, PATIENCE_MS);
    });

    test('routes to the pods are in the kernel of each router beside nodes, also in that of a VRF', async () => {
      await eventually(async () => {
        for (const tor of TOR_NAMES) {
          expect([tor, await nextHops(tor, '192.0.2.1')]).toEqual([tor, [NODES.n1[tor]]]);
          expect([tor, await nextHops(tor, '192.0.2.2')]).toEqual([tor, [NODES.n2[tor]]]);
        }
      }, PATIENCE_MS);
      // The routing table outside of the VRF has none of it.
      const outside = await router('tor2').namespace.run('ip', 'route', 'show');
      expect(outside.trim()).toBe('');
    });

    test('clients reach the pods by these routes alone, and have the routes of each other from both', async () => {
      await eventually(async () => {
        for (const client of CLIENT_NAMES) {
          for (const service of SERVICES) {
            expect([client, await nextHops(client, service)]).toEqual([client, uplinksOf(client)]);
            expect([client, await stateOf(client, service)]).toEqual([client, 'Established']);
          }
        }
        expect(await pathsTo('client1', '198.18.2.0/24')).toEqual(SERVICES.map((service) => `${service} 65002`));
        expect(await pathsTo('client2', '198.18.1.0/24')).toEqual(SERVICES.map((service) => `${service} 65001`));
      }, PATIENCE_MS);
      for (const { loopback } of Object.values(CLIENTS)) {
        for (const node of ['n1', 'n2'] as const) {
          // Pods answer by what the routers announce to the nodes.
          expect(await nextHops(node, loopback)).toEqual([TORS.tor2.link, TORS.tor1.link].sort());
        }
      }
    });

    /** Powers a router off, or on again: all of its links go, and none of the nodes' does. */
    async function power(tor: TorName, on: boolean): Promise<void> {
      const state = on ? 'up' : 'down';
      await sides.get(`net-${tor}`)!.ip(`link set ${tor} ${state}`);
      await sides.get(tor)!.ip(...CLIENT_NAMES.map((client) => `link set ${client} ${state}`));
    }

    test('one of them dies: BFD tells the nodes, and clients keep their sessions with the pods', async () => {
      const sessions = async () =>
        Promise.all(
          CLIENT_NAMES.map(async (client) => {
            const neighbors = await neighborsOf(client);
            return SERVICES.map((service) => {
              const { bgpState, connectionsEstablished, connectionsDropped } = neighbors[service];
              return { client, service, bgpState, connectionsEstablished, connectionsDropped };
            });
          }),
        );
      const before = await sessions();
      const begun = performance.now();
      await power('tor1', false);
      try {
        await eventually(async () => {
          for (const node of ['n1', 'n2'] as const) {
            const { bgpState, lastNotificationReason } = (await neighborsOf(node))[TORS.tor1.loopback];
            expect({ node, bgpState, lastNotificationReason }).toMatchObject({
              lastNotificationReason: 'Cease/BFD Down',
            });
            expect(bgpState).not.toBe('Established');
            const peers = await router(node).json('show bfd peers json');
            const lost = peers.find(({ peer }: { peer: string }) => peer === TORS.tor1.loopback);
            expect(lost).toMatchObject({ status: 'down', diagnostic: 'control detection time expired' });
          }
        }, PATIENCE_MS);
        // Far from the hold time, also where the machine is busy.
        expect(performance.now() - begun).toBeLessThan(60_000);
        for (const client of CLIENT_NAMES) {
          await eventually(async () => {
            for (const service of SERVICES)
              expect(await nextHops(client, service)).toEqual([uplink('tor2', client)[0]]);
          }, PATIENCE_MS);
        }
        // Something that is sent after the loss arrives by the sessions that were there before.
        for (const name of ['n1', 'n2'] as const) {
          const lines = ['no bgp network import-check', 'address-family ipv4 unicast', 'network 198.18.9.0/24'];
          pods.get(name)!.configure(64496, ...lines);
        }
        await eventually(async () => {
          for (const client of CLIENT_NAMES) expect(await pathsTo(client, '198.18.9.0/24')).toHaveLength(2);
        }, PATIENCE_MS);
        expect(await sessions()).toEqual(before);
      } finally {
        await power('tor1', true);
      }
      await eventually(async () => {
        for (const node of ['n1', 'n2'] as const) expect(await stateOf(node, TORS.tor1.loopback)).toBe('Established');
        expect(await nextHops('tor1', SERVICES[0])).toEqual([NODES.n1.tor1]);
      }, PATIENCE_MS);
    });

    test('a node is added in their ranges: both take it without a change', async () => {
      const configurations = () => Promise.all(TOR_NAMES.map((tor) => router(tor).show('show running-config')));
      const before = await configurations();
      await addNode('n3');
      await eventually(async () => {
        for (const tor of TOR_NAMES) {
          expect([tor, await stateOf('n3', TORS[tor].loopback)]).toEqual([tor, 'Established']);
          expect([tor, await nextHops(tor, '192.0.2.2')]).toEqual([tor, [NODES.n2[tor], NODES.n3[tor]]]);
        }
      }, PATIENCE_MS);
      expect(await configurations()).toEqual(before);
    });
  },
);
