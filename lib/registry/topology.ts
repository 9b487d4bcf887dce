import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { DisjointSpans, IpAddress } from '../addressing';
import {
  AnnouncedPool,
  BgpTopology,
  ClusterNode,
  expand,
  MetalLBSpeakers,
  nodeId,
  OutsideSpeaker,
  RouterGroup,
  sorted,
} from '../model';
import { Template } from '../configuration';
import { ConstructSettings, PeerGroup } from '../settings';
import { clusterOf } from './declared';
import { reject } from './invalid-prop';

/** What the pods of a workload render their configuration from, beside what {@link DeclaredGroup} says. */
export interface DeclaredPod {
  readonly construct: IConstruct;
  /** Ask once all constructs are there. */
  readonly settings: () => ConstructSettings;
  readonly groups: readonly PeerGroup[];
  /** An operator's template; `elsewhere` in a ConfigMap that the app does not make. */
  readonly template?: Template | 'elsewhere';
}

/** What a workload declares; the id comes from a look at all of them. */
export type DeclaredGroup = Omit<RouterGroup, 'id'>;

/**
 * What the constructs of an app have declared of its BGP topology, across its clusters. What depends on constructs that
 * are made later is declared by a function.
 */
class Register {
  readonly groups: (() => DeclaredGroup)[] = [];
  /** By cluster, namespace and name of the workload, in JSON. */
  readonly pods = new Map<string, DeclaredPod>();
  readonly nodes: Omit<ClusterNode, 'id' | 'assumed'>[] = [];
  readonly outside: (() => OutsideSpeaker)[] = [];
  readonly metallb: Omit<MetalLBSpeakers, 'pools'>[] = [];
  /** Pools that MetalLB announces, by the path of its peering. */
  readonly pools = new Map<string, AnnouncedPool[]>();
  /** The paths of the constructs that declare a node or a router outside, by its id. */
  readonly names = { nodes: new Map<string, string>(), outside: new Map<string, string>() };
  /** The paths of the routers outside that have an address. */
  readonly addresses = new DisjointSpans<string>();
  /** Derived when first asked for, and again after another declaration. */
  topology?: BgpTopology;
}

const apps = new WeakMap<IConstruct, Register>();

function registerOf({ node: { root } }: IConstruct): Register {
  const register = apps.get(root) ?? new Register();
  apps.set(root, register);
  return register;
}

function declareIn(construct: IConstruct): Register {
  const register = registerOf(construct);
  register.topology = undefined;
  return register;
}

/** Declares the routers of a workload. */
export function declareRouters(
  construct: IConstruct,
  workload: string,
  group: () => DeclaredGroup,
  pod: DeclaredPod,
): void {
  const { groups, pods } = declareIn(construct);
  groups.push(group);
  pods.set(JSON.stringify([clusterOf(construct), Chart.of(construct).namespace, workload]), pod);
}

/** What the pods of all workloads render their configurations from, by cluster, namespace and workload, in JSON. */
export const declaredPods = (construct: IConstruct): ReadonlyMap<string, DeclaredPod> => registerOf(construct).pods;

/**
 * Declares a node of a cluster, which then has no nodes but those that are declared.
 *
 * @throws InvalidPropError where another construct declares it, too
 */
export function declareNode(construct: IConstruct, prop: string, node: Omit<ClusterNode, 'id' | 'assumed'>): void {
  const { nodes, names } = declareIn(construct);
  claimName(names.nodes, construct, prop, node.name, nodeId(node.cluster, node.name));
  nodes.push(node);
}

/**
 * Declares a router outside, by its name and addresses, of which no other may have one.
 *
 * @throws InvalidPropError
 */
export function declareOutside(
  construct: IConstruct,
  { name, addresses }: { readonly name: string; readonly addresses: readonly IpAddress[] },
  router: () => OutsideSpeaker,
): void {
  const register = declareIn(construct);
  claimName(register.names.outside, construct, 'name', name, name);
  addresses.forEach((address, i) => {
    const other = register.addresses.claim(address, construct.node.path);
    if (other) reject(construct, `addresses[${i}]`, address.text, `an address of its own: ${other} has it already`);
  });
  register.outside.push(router);
}

function claimName(names: Map<string, string>, construct: IConstruct, prop: string, name: string, id: string): void {
  const other = names.get(id);
  if (other !== undefined) reject(construct, prop, name, `a name of its own: ${other} has it already`);
  names.set(id, construct.node.path);
}

/** Declares the MetalLB of a cluster. */
export function declareMetalLB(construct: IConstruct, metallb: Omit<MetalLBSpeakers, 'pools'>): void {
  declareIn(construct).metallb.push(metallb);
}

/** Declares a pool that the MetalLB of a peering announces by BGP. */
export function declareAnnouncedPool(peering: IConstruct, pool: AnnouncedPool): void {
  const { pools } = declareIn(peering);
  pools.set(peering.node.path, [...(pools.get(peering.node.path) ?? []), pool]);
}

/** The routers outside that an app declares. Ask once all constructs are there. */
export function declaredOutside(construct: IConstruct): readonly OutsideSpeaker[] {
  return registerOf(construct).outside.map((router) => router());
}

/**
 * The BGP topology that an app makes: routers in pods and outside, and the sessions between them. Ask once all
 * constructs are there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where a region names an upstream that is not there
 */
export function topologyOf(construct: IConstruct): BgpTopology {
  const register = registerOf(construct);
  return (register.topology ??= expand({
    groups: register.groups.map((group) => group()),
    nodes: register.nodes,
    outside: register.outside.map((router) => router()),
    metallb: register.metallb.map((speakers) => ({
      ...speakers,
      pools: sorted(register.pools.get(speakers.path) ?? [], ({ name }) => name),
    })),
  }));
}
