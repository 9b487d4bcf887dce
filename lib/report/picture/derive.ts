import { BgpTopology, counted, grouped, listed, OutsideSpeaker, RouterGroup, sorted, Speaker } from '../../model';
import { FAMILY_NAMES, modeOf, natural, PLATFORM_NAMES, REACHED_BY, ROUTER_NAMES } from '../words';
import { depthsOf, Links, linksOf } from './links';
import { Block, Chip, GroupCard, Net, PartCard, Picture, Tier } from './picture';

/** Up to so many pods every region and pair has a card of its own; above, those that are alike share one. */
const PODS_DRAWN_APART = 64;
/** Pods of a workload, routers of a block, cards of a tier and blocks below it that are drawn; others are counted. */
const PODS_DRAWN = 24;
const ROUTERS_DRAWN = 8;
const CARDS_DRAWN = 24;
const BLOCKS_DRAWN = 12;
/** Names, ranges and the like that are listed in one line. */
const LISTED = 2;

/** The parts that share a card, all of which are alike. */
interface Stack {
  readonly id: string;
  readonly depth: number;
  readonly parts: readonly Part[];
}

interface Part {
  readonly path: string;
  readonly groups: readonly RouterGroup[];
  readonly clients: readonly OutsideSpeaker[];
}

/** What a picture of the topology shows. */
export function pictureOf(topology: BgpTopology, title: string): Picture {
  const links = linksOf(topology);
  const parts = partsOf(topology);
  const depths = depthsOf(
    parts.map(({ path }) => path),
    links,
  );
  const stacks = stacked(parts, depths, links, topology.speakers.length > PODS_DRAWN_APART);
  const cardOf = new Map(stacks.flatMap(({ id, parts: alike }) => alike.map(({ path }) => [path, id] as const)));
  const podsOf = grouped(topology.speakers, ({ group }) => group.id);
  const inside = new Map(links.meshes.flatMap((mesh) => meshInside(mesh, cardOf)));
  const tiers: { parts: PartCard[]; shared: Block[] }[] = [];
  for (const stack of stacks) {
    const tier = (tiers[stack.depth] ??= { parts: [], shared: [] });
    tier.parts.push(partCard(stack, links, podsOf, inside.get(stack.id)));
  }
  const kindOf = new Map(parts.map(({ path, groups }) => [path, clientKindOf(groups[0])] as const));
  const shared = sharedClients(topology.outside, links, cardOf, depths, kindOf);
  for (const { depth, block } of shared) tiers[depth].shared.push(block);
  return {
    title,
    description: descriptionOf(topology),
    tiers: tiers.filter((tier) => tier !== undefined).map(limited),
    nets: [...upstreamNets(links, cardOf), ...meshNets(links, cardOf), ...shared.map(({ net }) => net)],
    foot: footOf(topology),
  };
}

function partsOf({ groups, outside }: BgpTopology): readonly Part[] {
  const clients = grouped(
    outside.filter(({ clientOf }) => clientOf.length === 1),
    ({ clientOf: [path] }) => path,
  );
  const parts = [...grouped(groups, ({ part }) => part.path)].map(([path, own]): Part => ({
    path,
    groups: own,
    clients: clients.get(path) ?? [],
  }));
  return sorted(parts, nameOf);
}

const nameOf = ({ path, groups: [{ part }] }: Part) => natural(`${part.name} ${path}`);

/** One stack for each part; or one for all that are alike but for names and addresses. */
function stacked(
  parts: readonly Part[],
  depths: ReadonlyMap<string, number>,
  links: Links,
  together: boolean,
): readonly Stack[] {
  const upstreams = new Map(links.upstreams.map(({ from, to }) => [from, to]));
  const shapeOf = ({ path, groups, clients }: Part) =>
    JSON.stringify([
      groups.map((group) => [
        ...[group.side, links.podsOf.get(group), group.workloadKind, group.mode, group.router, group.reachedBy],
        ...[group.autonomousSystem, group.families, group.addresses.length, group.cluster, group.meshes.length],
      ]),
      ...[upstreams.get(path), clients.length],
    ]);
  const depthOf = ({ path }: Part) => depths.get(path) ?? 0;
  const keyOf = (part: Part) => (together ? `${depthOf(part)} ${shapeOf(part)}` : part.path);
  return [...grouped(parts, keyOf).values()].map((alike) => ({
    ...{ id: alike[0].path, depth: depthOf(alike[0]), parts: alike },
  }));
}

function partCard(
  { id, parts }: Stack,
  { clients: sessions, podsOf: counts, upstreams, meshed }: Links,
  podsOf: ReadonlyMap<string, readonly Speaker[]>,
  mesh: string | undefined,
): PartCard {
  const [{ path, groups, clients }] = parts;
  const count = parts.length;
  const [{ part }] = groups;
  const names = parts.map((each) => each.groups[0].part.name);
  const within = upstreams.find(({ from, to }) => from === path && to === path);
  const pods = groups.reduce((sum, group) => sum + (counts.get(group) ?? 0), 0);
  const held = clients.reduce((sum, client) => sum + (sessions.get(client.id)?.get(path) ?? 0), 0);
  return {
    id,
    count,
    heading: count === 1 ? `${part.kind} ${part.name}` : `${counted(count, part.kind)}, ${counted(pods, 'pod')} each`,
    lines: [
      ...(count === 1 ? [] : [listed(names, LISTED)]),
      characterOf(groups),
      ...rangesOf(groups, count),
      ...(within ? [`${counted(within.sessions, 'upstream session')} within`] : []),
    ],
    mesh,
    groups: groups.map((group) => groupCard(group, podsOf.get(group.id) ?? [], meshed.has(group), count)),
    clientKind: clientKindOf(groups[0]),
    clients:
      clients.length === 0
        ? undefined
        : {
            id: `clients of ${id}`,
            heading: `${counted(clients.length, 'client')}${count === 1 ? '' : ' each'}`,
            lines: [`${counted(held, `${sessionWord(groups[0])} session`)}${count === 1 ? '' : ' each'}`],
            routers: chips(clients.map(routerChip), ROUTERS_DRAWN, 'router'),
          },
  };
}

const sessionWord = (group: RouterGroup) => (clientKindOf(group) === 'external' ? 'eBGP' : 'iBGP');

const clientKindOf = ({ mode }: RouterGroup) => (mode === 'route-server' ? 'external' : 'client');

/** `AS 64496, route reflectors, cRPD, IPv4`. */
function characterOf(groups: readonly RouterGroup[]): string {
  const all = (of: (group: RouterGroup) => string) => [...new Set(groups.map(of))].join('/');
  return [
    `AS ${all(({ autonomousSystem }) => String(autonomousSystem))}`,
    all(modeOf),
    all(({ router }) => ROUTER_NAMES[router]),
    all(({ families }) => families.map((family) => FAMILY_NAMES[family]).join('+')),
  ].join(', ');
}

function rangesOf(groups: readonly RouterGroup[], count: number): readonly string[] {
  const reached = groups.filter(({ addresses }) => addresses.length > 0);
  if (reached.length === 0 || count > 1) return [];
  const all = (of: (group: RouterGroup) => readonly string[]) => [...new Set(reached.flatMap(of))];
  const ranges = all(({ clients }) => clients.flatMap((group) => group.ranges.map(({ text }) => text)));
  const numbers = all(({ clients }) =>
    clients.flatMap(({ asRanges }) =>
      asRanges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)),
    ),
  );
  return [
    `clients in ${listed(ranges, LISTED)}`,
    ...(numbers.length > 0 ? [`clients of AS ${listed(numbers, LISTED)}`] : []),
  ];
}

function groupCard(group: RouterGroup, pods: readonly Speaker[], meshed: boolean, count: number): GroupCard {
  const { id, side, workload, workloadKind, cluster, addresses, reachedBy } = group;
  return {
    id,
    meshed,
    heading: side === undefined ? 'routers' : `side ${side}`,
    workload: count === 1 ? workload : `${workload} …`,
    lines: [`${workloadKind}, ${counted(pods.length, 'pod')}`, ...(cluster === '' ? [] : [`cluster ${cluster}`])],
    pods: chips(pods.map(podChip), PODS_DRAWN, 'pod'),
    address: addressChip(
      addresses.map(({ text }) => (count === 1 ? text : `${text} …`)),
      REACHED_BY[reachedBy],
    ),
  };
}

const addressChip = ([first, ...others]: readonly string[], how: string): Chip | undefined =>
  first === undefined ? undefined : { look: 'address', heading: first, lines: [...others, how] };

const podChip = ({ id, ordinal, node }: Speaker): Chip => ({
  look: 'pod',
  heading: `pod ${ordinal}`,
  lines: [node.name],
  full: `${id} on node ${node.id}${node.assumed ? ' (assumed)' : ''}`,
});

function routerChip(router: OutsideSpeaker): Chip {
  const { id, assumed, addresses, autonomousSystem, platform, routes, nodes } = router;
  return {
    look: assumed ? 'assumed' : 'router',
    heading: id,
    lines: [
      ...addresses.map(({ text }) => text),
      platform === 'generic' ? `AS ${autonomousSystem}` : `AS ${autonomousSystem}, ${PLATFORM_NAMES[platform]}`,
      ...(routes > 0 ? [`${counted(routes, 'route')}${assumed ? ', assumed' : ''}`] : assumed ? ['assumed'] : []),
      ...(nodes.length > 0 ? [`beside ${listed(nodes, LISTED)}`] : []),
    ],
    full: id,
  };
}

/** As many chips as may be drawn; the last one counts the others. */
function chips(all: readonly Chip[], most: number, noun: string): readonly Chip[] {
  if (all.length <= most) return all;
  const rest = all.length - (most - 1);
  return [...all.slice(0, most - 1), { look: 'more', heading: `+ ${rest} more`, lines: [`${noun}s`] }];
}

/** The mesh of a card's own pods, by the id of the card. */
function meshInside(mesh: Links['meshes'][number], cardOf: ReadonlyMap<string, string>): [string, string][] {
  const cards = new Set(mesh.parts.map((path) => cardOf.get(path) as string));
  if (cards.size !== 1) return [];
  return [[[...cards][0], `${meshWord(mesh)}, ${counted(mesh.sessions, 'session')}`]];
}

const meshWord = ({ pods, sessions }: Links['meshes'][number]) =>
  sessions === (pods * (pods - 1)) / 2 ? 'full mesh' : 'mesh';

function meshNets({ meshes }: Links, cardOf: ReadonlyMap<string, string>): readonly Net[] {
  return meshes.flatMap((mesh): Net[] => {
    const below = [...new Set(mesh.parts.map((path) => cardOf.get(path) as string))];
    if (below.length === 1) return [];
    const services = [...new Set(mesh.groups.map(({ service }) => service))];
    const label = `${meshWord(mesh)} of ${counted(mesh.pods, 'pod')}, ${counted(mesh.sessions, 'iBGP session')}, found by Service ${listed(services, LISTED)}`;
    return [{ kind: 'mesh', label, above: [], below }];
  });
}

/** One for each card that others are below of. */
function upstreamNets({ upstreams }: Links, cardOf: ReadonlyMap<string, string>): readonly Net[] {
  const nets = new Map<string, { below: Set<string>; sessions: number }>();
  for (const { from, to, sessions } of upstreams) {
    const [lower, upper] = [cardOf.get(from) as string, cardOf.get(to) as string];
    if (lower === upper) continue;
    const net = nets.get(upper) ?? { below: new Set(), sessions: 0 };
    net.below.add(lower);
    net.sessions += sessions;
    nets.set(upper, net);
  }
  return [...nets].map(([above, { below, sessions }]) => ({
    kind: 'upstream',
    label: `upstream, ${counted(sessions, 'session')}`,
    above: [above],
    below: [...below],
  }));
}

interface Shared {
  readonly depth: number;
  readonly block: Block;
  readonly net: Net;
}

/** Clients of more than one part: a block for each set of parts that have the same ones. */
function sharedClients(
  outside: readonly OutsideSpeaker[],
  { clients: sessions }: Links,
  cardOf: ReadonlyMap<string, string>,
  depths: ReadonlyMap<string, number>,
  kindOf: ReadonlyMap<string, PartCard['clientKind']>,
): readonly Shared[] {
  const pathsOf = ({ clientOf }: OutsideSpeaker) => clientOf.filter((path) => cardOf.has(path)).sort();
  const sets = grouped(
    outside.filter((router) => pathsOf(router).length > 1),
    (router) => JSON.stringify(pathsOf(router)),
  );
  return [...sets].map(([key, routers]): Shared => {
    const paths = JSON.parse(key) as string[];
    const held = routers.reduce(
      (sum, { id }) => sum + [...(sessions.get(id)?.values() ?? [])].reduce((all, count) => all + count, 0),
      0,
    );
    const id = `clients of ${key}`;
    return {
      depth: Math.max(...paths.map((path) => depths.get(path) ?? 0)),
      block: {
        id,
        heading: `${counted(routers.length, 'client')} of ${paths.length} parts`,
        lines: [counted(held, 'session')],
        routers: chips(routers.map(routerChip), ROUTERS_DRAWN, 'router'),
      },
      net: {
        kind: kindOf.get(paths[0]) ?? 'client',
        label: `clients of ${paths.length} parts, ${counted(held, 'session')}`,
        above: [...new Set(paths.map((path) => cardOf.get(path) as string))],
        below: [id],
      },
    };
  });
}

/** A tier with as many cards as are drawn, and one that counts the others. */
function limited({ parts, shared }: Tier): Tier {
  return { parts: limitedParts(parts), shared: shared.slice(0, BLOCKS_DRAWN) };
}

function limitedParts(parts: readonly PartCard[]): readonly PartCard[] {
  if (parts.length <= CARDS_DRAWN) return parts;
  const drawn = parts.slice(0, CARDS_DRAWN - 1);
  const rest = parts.slice(drawn.length);
  const count = rest.reduce((sum, card) => sum + card.count, 0);
  const heading = `${counted(count, 'more region or pair', 'more regions or pairs')}`;
  return [
    ...drawn,
    { id: `more than ${drawn.length}`, heading, lines: ['of other shapes'], count, groups: [], clientKind: 'client' },
  ];
}

/** MetalLB, and the routers that are nobody's clients. */
function footOf({ metallb, outside }: BgpTopology): readonly Block[] {
  const speakers = metallb.map(({ path, cluster, neighbors }): Block => {
    const numbers = [...new Set(neighbors.map(({ nodesAutonomousSystem }) => `AS ${nodesAutonomousSystem}`))];
    return {
      id: `metallb ${path}`,
      heading: `MetalLB on the nodes${cluster === '' ? '' : ` of ${cluster}`}, ${listed(numbers, LISTED)}`,
      lines: ['announces the addresses to'],
      routers: chips(
        neighbors.map(({ name, address, interface: link, autonomousSystem, multihop, bfd }) => ({
          look: 'router',
          heading: name,
          lines: [
            address?.text ?? `interface ${link}`,
            `AS ${autonomousSystem}${multihop ? ', multihop' : ''}${bfd ? ', BFD' : ''}`,
          ],
        })),
        ROUTERS_DRAWN,
        'neighbor',
      ),
    };
  });
  const others = outside.filter(({ clientOf }) => clientOf.length === 0);
  if (others.length === 0) return speakers;
  const heading = `${counted(others.length, 'other router')} outside`;
  const routers = chips(others.map(routerChip), ROUTERS_DRAWN, 'router');
  return [...speakers, { id: 'other routers', heading, lines: ['no client of these parts'], routers }];
}

/** The topology in a sentence or two. */
export function descriptionOf({ speakers, groups, nodes, outside, sessions }: BgpTopology): string {
  const parts = new Map(groups.map(({ part }) => [part.path, part.kind]));
  const of = (kind: string) => [...parts.values()].filter((each) => each === kind).length;
  const assumed = (things: readonly { readonly assumed: boolean }[]) => things.filter((thing) => thing.assumed).length;
  const places = [
    ...(of('region') > 0 ? [counted(of('region'), 'region')] : []),
    ...(of('pair') > 0 ? [counted(of('pair'), 'pair')] : []),
  ];
  const assumptions = [
    ...(assumed(nodes) > 0 ? [counted(assumed(nodes), 'node')] : []),
    ...(assumed(outside) > 0 ? [counted(assumed(outside), 'router outside', 'routers outside')] : []),
  ];
  return [
    `${counted(speakers.length, 'pod')} in ${listed(places)}, on ${counted(nodes.length, 'node')},`,
    `with ${counted(sessions.length, 'session')} of meshes and ${counted(outside.length, 'router')} outside.`,
    ...(assumptions.length > 0 ? [`Not declared and therefore assumed: ${listed(assumptions)}.`] : []),
  ].join(' ');
}
