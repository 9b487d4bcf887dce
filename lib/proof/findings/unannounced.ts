import { AddressAtNode, BgpTopology, EXCLUDED, grouped, Obstacle, RouterGroup } from '../../model';
import { DraftFinding } from './draft-finding';
import { listed } from './words';

/** Addresses that clients peer with and that no node announces, with the cause and what to change. */
export function unannounced({ groups, nodes, addressesAtNodes }: BgpTopology): readonly DraftFinding[] {
  const groupOf = new Map(groups.map((group) => [group.id, group]));
  const assumedNodes = new Set(nodes.flatMap(({ id, assumed }) => (assumed ? [id] : [])));
  const places = grouped(addressesAtNodes, ({ group, address }) => `${group} ${address}`);
  return [...places.values()].flatMap((at): DraftFinding[] => {
    if (at.some(({ obstacle }) => obstacle === undefined)) return [];
    const [{ group, address }] = at;
    const assumed = at.every(({ node }) => assumedNodes.has(node));
    const { part } = groupOf.get(group) as RouterGroup;
    const why = [...grouped(at, ({ obstacle }) => JSON.stringify(obstacle)).values()].map(causeOf);
    const isStatic = at.some(({ obstacle }) => obstacle?.why === 'static route');
    const missing = isStatic ? 'no router has a route to' : 'no node announces';
    const toMessage = () =>
      `${missing} ${address} of ${group}: ${why.join('; ')}${assumed ? ' (nodes are assumed)' : ''}`;
    return [
      {
        ...{ kind: 'unannounced', toMessage, parts: [part.path], failures: [], clients: [], groups: [group], assumed },
        mergeKey: `unannounced ${at.map(({ obstacle }) => obstacle?.why).join()}`,
      },
    ];
  });
}

/** Why some nodes, which have one obstacle, do not announce an address, and what to change. */
function causeOf(at: readonly AddressAtNode[]): string {
  const { why, peers } = at[0].obstacle as Obstacle;
  const nodes = listed(at.map(({ node }) => node));
  const named = `${peers.length === 1 ? 'peer' : 'peers'} ${listed(peers)}`;
  switch (why) {
    case 'excluded':
      return `${nodes} ${at.length === 1 ? 'has' : 'have'} the label ${EXCLUDED}, with which MetalLB announces nothing: remove it, or place the pods elsewhere`;
    case 'no peers':
      return 'MetalLB has no peers: declare them, or accept this where objects outside of the app are its peers';
    case 'advertisement':
      return `the nodeSelectors of its advertisement do not match ${nodes}: change them, or label the nodes`;
    case 'peers':
      return peers.length === 0
        ? `its advertisement is for no peer`
        : `${named} of MetalLB ${peers.length === 1 ? 'is' : 'are'} not for ${nodes}: change nodeSelectors, or label the nodes`;
    case 'family':
      return `${named} of MetalLB on ${nodes} ${peers.length === 1 ? 'carries' : 'carry'} the other IP family: add a peer of this family, or set dualStackAddressFamily`;
    case 'routers':
      return `no router next to ${nodes} is ${named} of MetalLB: declare the router next to the nodes, or correct its addresses`;
    case 'static route':
      return `no router is declared next to ${nodes}, which ${at.length === 1 ? 'carries' : 'carry'} it: declare one with these nodes, so that it has the static route`;
  }
}
