import { Link } from '../../lab/network/link';
import { Namespace } from '../../lab/network/namespace';
import { routeOver } from '../../lab/network/routes';
import { Addressing } from '../../lab/plan/addressing';
import { Machine, PREFIX } from '../machine/machine';
import { FrrRouter } from './frr';
import { NodePlace, RackPlan } from './racks';

/** The AS number of the network between racks and clients: the last that is reserved for documentation (RFC 5398). */
const CORE_AS = 65_551;
/** The first number of the addresses of racks. */
const FIRST_RACK = 100;

/** The host of a node. */
export interface NodeHost {
  readonly namespace: Namespace;
  /** Connects it to its rack, or disconnects it as a loss of power does. Its programs go on. */
  connected(on: boolean): Promise<void>;
}

interface Rack {
  readonly namespace: Namespace;
  readonly router: FrrRouter;
  /** Its link to the core. */
  readonly link: Link;
  readonly address: string;
}

/** What bgpd shows of a prefix; nothing, where it has no route. */
interface ShownRoute {
  readonly paths?: readonly { readonly peer: { readonly peerId: string } }[];
}

/**
 * The network of a cluster: nodes behind the routers next to them (racks), and a core between racks and outside routers.
 * Racks learn the addresses of Services from MetalLB, and pass them on to the core.
 */
export class Network {
  private readonly racks = new Map<string, Rack>();
  private core!: Namespace;
  private coreRouter!: FrrRouter;
  /** The names of nodes, by address. */
  private readonly nodes = new Map<string, string>();
  private links = 0;

  private constructor(
    private readonly machine: Machine,
    private readonly addressing: Addressing,
  ) {}

  /** Starts the core and all racks. */
  static async start(machine: Machine, addressing: Addressing, racks: readonly RackPlan[]): Promise<Network> {
    const network = new Network(machine, addressing);
    network.core = await Namespace.create(`${PREFIX}network`);
    network.coreRouter = new FrrRouter(network.core, machine.folder('routers', 'network'));
    await network.coreRouter.start(coreText(addressing.gateway));
    await Promise.all(racks.map((plan, i) => network.addRack(plan, i)));
    return network;
  }

  /** Creates a host at the core: a router outside of the cluster, or the control plane. */
  async attach(name: string, addresses: readonly string[]): Promise<Namespace> {
    const namespace = await Namespace.create(`${PREFIX}${name}`);
    await this.plug(namespace, addresses);
    return namespace;
  }

  /** Creates the host of a node next to its rack. */
  async addNode({ name, number, address, rack: rackName }: NodePlace): Promise<NodeHost> {
    const rack = this.racks.get(rackName);
    if (!rack) throw new Error(`got the rack ${rackName}, want one of ${[...this.racks.keys()].join(', ')}`);
    const namespace = await Namespace.create(`${PREFIX}${name}`);
    const link = await Link.connect(rack, namespace, this.port(), [address]);
    const [pods] = this.addressing.podPrefixes(number);
    for (const prefix of [`${address}/32`, pods]) await routeOver(this.core, prefix, [rack.link]);
    const connected = async (on: boolean) => {
      await link.connected(on);
      // The route of its pods goes with an interface that is down.
      if (on) await routeOver(rack.namespace, pods, [link]);
    };
    await connected(true);
    this.nodes.set(address, name);
    return { namespace, connected };
  }

  /** The nodes from which racks have a route to an IPv4 address at this moment. */
  async announcersOf(address: string): Promise<readonly string[]> {
    const racks = [...this.racks.values()].map(async ({ router }) => {
      const { paths = [] } = JSON.parse(await router.show(`show bgp ipv4 unicast ${address}/32 json`)) as ShownRoute;
      return paths.flatMap(({ peer }) => this.nodes.get(peer.peerId) ?? []);
    });
    return (await Promise.all(racks)).flat();
  }

  private async addRack({ name, autonomousSystem, text }: RackPlan, i: number): Promise<void> {
    const namespace = await Namespace.create(`${PREFIX}rack-${name}`);
    const [address] = this.addressing.node(FIRST_RACK + i);
    const link = await this.plug(namespace, [address]);
    const router = new FrrRouter(namespace, this.machine.folder('routers', `rack-${name}`));
    this.racks.set(name, { namespace, router, link, address });
    await router.start(...(text ? [text] : []), toCore(autonomousSystem, this.addressing.gateway));
  }

  private plug(namespace: Namespace, addresses: readonly string[]): Promise<Link> {
    return Link.connect({ namespace: this.core, address: this.addressing.gateway }, namespace, this.port(), addresses);
  }

  private port(): string {
    return `link${++this.links}`;
  }
}

/** The core accepts sessions of all racks, and their routes. */
function coreText(routerId: string): string {
  return `router bgp ${CORE_AS}
 bgp router-id ${routerId}
 no bgp ebgp-requires-policy
 bgp bestpath as-path multipath-relax
 neighbor RACKS peer-group
 neighbor RACKS remote-as external
 neighbor RACKS ebgp-multihop 2
 bgp listen range 172.31.0.0/16 peer-group RACKS
exit
`;
}

/** What an operator adds to the text of a rack: the session with the core. */
function toCore(autonomousSystem: number, core: string): string {
  return `route-map TO-CORE permit 10
exit
route-map FROM-CORE deny 10
exit
router bgp ${autonomousSystem}
 neighbor ${core} remote-as ${CORE_AS}
 neighbor ${core} ebgp-multihop 2
 neighbor ${core} timers connect 1
 address-family ipv4 unicast
  neighbor ${core} activate
  neighbor ${core} route-map TO-CORE out
  neighbor ${core} route-map FROM-CORE in
 exit-address-family
exit
`;
}
