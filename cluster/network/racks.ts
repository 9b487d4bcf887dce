import { BgpTopology, ClusterNode, derive, OutsideSpeaker } from '../../lib/model';
import { neighborConfiguration, neighborText } from '../../lib/neighbors';
import { parseAddress } from '../../lib/addressing';
import { NodePlan } from '../../lab/cluster/node';
import { Addressing } from '../../lab/plan/addressing';

/** The fewest nodes of a cluster. */
const NODES = 4;

/** A node, its address, and the router next to it. */
export interface NodePlace extends NodePlan {
  /** Counted from 1. */
  readonly number: number;
  readonly address: string;
  /** The name of the router. */
  readonly rack: string;
}

/** A router next to nodes, with the text that the library writes for it. */
export interface RackPlan {
  readonly name: string;
  /** Configuration for FRR; undefined where the app has no router in its place. */
  readonly text?: string;
  readonly autonomousSystem: number;
}

/** The nodes of a cluster and the routers next to them. */
export interface Racks {
  /** The topology of the app with these nodes. */
  readonly topology: BgpTopology;
  readonly nodes: readonly NodePlace[];
  readonly racks: readonly RackPlan[];
}

/** The router of nodes that have none in the app. */
const OTHER: RackPlan = { name: 'rack', autonomousSystem: 64_999 };

/**
 * The nodes of an app, with their addresses, and the routers next to them on FRR. An app with fewer than four nodes gets
 * more of them: each has the labels of a declared one, and is next to the same router.
 */
export function racksOf(app: BgpTopology, addressing: Addressing): Racks {
  const [ipv4] = addressing.podNetworks;
  if (ipv4.family !== 4) throw new Error('want a cluster with IPv4');
  const nodes = withMore(app.nodes);
  const addressOf = (id: string, i: number, rack?: OutsideSpeaker) =>
    rack?.nodeAddresses?.[id]?.find(({ family }) => family === 4)?.text ?? addressing.node(i + 1)[0];
  const isNextTo = ({ nodes: own, besideCluster }: OutsideSpeaker, node: ClusterNode) =>
    own.includes(node.id) || besideCluster === node.cluster;
  const rackOf = (model: ClusterNode) => app.outside.find((router) => isNextTo(router, model));
  const places = nodes.map(({ node, model }, i): NodePlace & { readonly id: string } => {
    const rack = rackOf(model);
    const { id, name, labels } = node;
    return { id, name, labels, number: i + 1, address: addressOf(id, i, rack), rack: rack?.id ?? OTHER.name };
  });
  const outside = app.outside.map((router): OutsideSpeaker => {
    const own = places.filter(({ rack }) => rack === router.id);
    if (own.length === 0) return router;
    const known = Object.fromEntries(own.map(({ id, address }) => [id, [parseAddress(address)]]));
    return { ...router, nodes: own.map(({ id }) => id), nodeAddresses: known, besideCluster: undefined };
  });
  const topology = derive({ ...app, nodes: nodes.map(({ node }) => node), outside });
  const racks = outside.filter(({ id }) => places.some(({ rack }) => rack === id));
  return {
    topology,
    nodes: places,
    racks: [
      ...racks.map((router) => ({
        name: router.id,
        autonomousSystem: router.autonomousSystem,
        text: rackText(topology, router),
      })),
      ...(places.some(({ rack }) => rack === OTHER.name) ? [OTHER] : []),
    ],
  };
}

/** The nodes of an app, and more of the same labels where there are fewer than {@link NODES}; each with its model. */
function withMore(declared: readonly ClusterNode[]): { readonly node: ClusterNode; readonly model: ClusterNode }[] {
  const found = declared.map((node) => ({ node, model: node }));
  const names = new Set(declared.map(({ name }) => name));
  for (let number = 1; found.length < NODES; number++) {
    const name = `n${number}`;
    if (names.has(name)) continue;
    const model = declared[(found.length - declared.length) % declared.length];
    const id = model.cluster ? `${model.cluster}/${name}` : name;
    found.push({ node: { ...model, id, name, labels: { ...model.labels, 'kubernetes.io/hostname': name } }, model });
  }
  return found;
}

/**
 * What the library writes for a router next to nodes, had it FRR: without its part as a client, which runs elsewhere, and
 * without its addresses, if it is a client.
 */
function rackText(topology: BgpTopology, router: OutsideSpeaker): string {
  const rack: OutsideSpeaker = { ...router, platform: 'frr', vrf: undefined, clientOf: [], announces: [], routes: 0 };
  const outside = topology.outside.map((one) => (one.id === router.id ? rack : one));
  const text = neighborText(neighborConfiguration({ ...topology, outside }, rack), 'frr');
  if (router.clientOf.length === 0) return text;
  return router.addresses.reduce((left, { text: own }) => left.replace(` ip address ${own}/32\n`, ''), text);
}
