import { AddressAtNode, BgpTopology, EXCLUDED, grouped, Obstacle, RouterGroup } from '../../model';
import { DraftFinding } from './draft-finding';
import { listed } from './words';

/** Addresses that clients peer with and that no node announces, with the cause and what to change. */
export const unannounced = (topology: BgpTopology): readonly DraftFinding[] => [
  ...announcedNowhere(topology),
  ...announcedElsewhere(topology),
];

function announcedNowhere({ groups, nodes, addressesAtNodes }: BgpTopology): readonly DraftFinding[] {
  const groupOf = new Map(groups.map((group) => [group.id, group]));
  const assumedNodes = new Set(nodes.flatMap(({ id, assumed }) => (assumed ? [id] : [])));
  const places = grouped(addressesAtNodes, ({ group, address }) => `${group} ${address}`);
  return [...places.values()].flatMap((at): DraftFinding[] => {
    if (at.some(({ obstacle }) => obstacle === undefined || obstacle.why === 'assumed')) return [];
    const [{ group, address }] = at;
    const assumed = at.every(({ node }) => assumedNodes.has(node));
    const { part } = groupOf.get(group) as RouterGroup;
    const why = [...grouped(at, ({ obstacle }) => JSON.stringify(obstacle)).values()].map(causeOf);
    // A router that the app does not declare may have the static route.
    const isStatic = at.some(({ obstacle }) => obstacle?.why === 'static route');
    const missing = isStatic ? 'no router has a route to' : 'no node announces';
    const toMessage = () =>
      `${missing} ${address} of ${group}: ${why.join('; ')}${assumed ? ' (nodes are assumed)' : ''}`;
    return [
      {
        ...{
          kind: 'unannounced',
          toMessage,
          parts: [part.path],
          failures: [],
          clients: [],
          groups: [group],
          assumed: assumed || isStatic,
        },
        mergeKey: `unannounced ${at.map(({ obstacle }) => obstacle?.why).join()}`,
      },
    ];
  });
}

/** Addresses that load balancers are to announce which the app does not describe: a finding for each load balancer. */
function announcedElsewhere({ groups }: BgpTopology): readonly DraftFinding[] {
  const theirs = groups.filter(({ reachedBy }) => reachedBy === 'load-balancer');
  return [...grouped(theirs, ({ announcer = 'load balancer' }) => announcer)].map(([announcer, some]) => {
    const places = some.flatMap(({ id, addresses }) => addresses.map(({ text }) => `${text} of ${id}`));
    return {
      kind: 'unannounced',
      toMessage: () =>
        `no object of the app announces ${listed(places)}: assumed is that the ${announcer} does so, from nodes with a ready pod, and keeps the addresses of clients`,
      ...{ parts: [...new Set(some.map(({ part }) => part.path))].sort(), failures: [], clients: [] },
      ...{ groups: some.map(({ id }) => id), assumed: true },
    };
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
    case 'assumed':
      return 'a load balancer that the app does not describe is to announce it';
    case 'static route':
      return `no router is declared next to ${nodes}, which ${at.length === 1 ? 'carries' : 'carry'} it: declare one with these nodes, so that it has the static route`;
  }
}
