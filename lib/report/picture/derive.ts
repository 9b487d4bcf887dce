import { traitsOf } from '../../addressing';
import { BgpTopology, counted, grouped, listed, OutsideSpeaker, RouterGroup, sorted, Speaker } from '../../model';
import { clientNumbersOf, clientRangesOf, modeOf, natural, reachedByWords, ROUTER_NAMES } from '../words';
import { chips, LISTED, routerChips, ROUTERS_DRAWN } from './chips';
import { depthsOf, Links, linksOf } from './links';
import { Block, Chip, GroupCard, Net, PartCard, Picture, Tier } from './picture';
import { reflectorCard, reflectorMeshNets, reflectorsIn } from './reflectors';

/** Up to so many pods every region and pair has a card of its own; above, those that are alike share one. */
const PODS_DRAWN_APART = 64;
/** Pods of a workload, cards of a tier and blocks below it that are drawn; others are counted. */
const PODS_DRAWN = 24;
const CARDS_DRAWN = 24;
const BLOCKS_DRAWN = 12;

/** A region or pair. */
interface Part {
  readonly path: string;
  /** How far it stands below the top. */
  readonly depth: number;
  readonly groups: readonly RouterGroup[];
  /** The clients that no other part has. */
  readonly clients: readonly OutsideSpeaker[];
}

/** The card of each part by its path: an id that parts share which are drawn as one. */
type Cards = ReadonlyMap<string, string>;

/** What a picture of the topology shows. */
export function pictureOf(topology: BgpTopology, title: string): Picture {
  const links = linksOf(topology);
  const reflectors = reflectorsIn(topology);
  const { parts, depths } = partsOf(topology, links, [...reflectors.keys()]);
  const stacks = stacked(parts, links, topology.speakers.length > PODS_DRAWN_APART);
  const cardOf = new Map([
    ...[...reflectors.keys()].map((path) => [path, path] as const),
    ...stacks.flatMap((alike) => alike.map(({ path }) => [path, alike[0].path] as const)),
  ]);
  const meshes = meshesOf(links, cardOf);
  const tiers: { parts: PartCard[]; shared: Block[] }[] = [];
  for (const [path, routers] of reflectors) {
    const tier = (tiers[depths.get(path) ?? 0] ??= { parts: [], shared: [] });
    tier.parts.push(reflectorCard(path, routers, topology));
  }
  for (const alike of stacks) {
    const tier = (tiers[alike[0].depth] ??= { parts: [], shared: [] });
    tier.parts.push(partCard(alike, links, meshes.inside.get(alike[0].path)));
  }
  const shared = sharedClients(topology.outside, links, cardOf, parts);
  for (const { depth, block } of shared) tiers[depth].shared.push(block);
  return {
    title,
    description: descriptionOf(topology),
    tiers: tiers.filter((tier) => tier !== undefined).map(limited),
    nets: [
      ...upstreamNets(links, cardOf),
      ...meshes.nets,
      ...reflectorMeshNets(links, cardOf),
      ...shared.map(({ net }) => net),
    ],
    foot: footOf(topology),
  };
}

function partsOf({ groups, outside }: BgpTopology, links: Links, reflectors: readonly string[]) {
  const clients = grouped(
    outside.filter(({ clientOf }) => clientOf.length === 1),
    ({ clientOf: [path] }) => path,
  );
  const own = grouped(groups, ({ part }) => part.path);
  const nameOf = (path: string) => natural(`${(own.get(path) ?? [])[0].part.name} ${path}`);
  const paths = sorted([...own.keys()], nameOf);
  const depths = depthsOf([...reflectors, ...paths], links);
  const parts = paths.map((path): Part => ({
    path,
    depth: depths.get(path) ?? 0,
    groups: own.get(path) ?? [],
    clients: clients.get(path) ?? [],
  }));
  return { parts, depths };
}

/** The parts by cards: each alone; or together those that are alike but for names and addresses. */
function stacked(parts: readonly Part[], links: Links, together: boolean): readonly (readonly Part[])[] {
  const upstreams = new Map(links.upstreams.map(({ from, to }) => [from, to]));
  const shapeOf = ({ path, depth, groups, clients }: Part) =>
    JSON.stringify([
      groups.map((group) => [
        ...[group.side, links.podsOf(group).length, group.workloadKind, group.mode, group.router, group.reachedBy],
        ...[group.autonomousSystem, group.families, group.addresses.length, group.cluster, group.meshes.length],
      ]),
      ...[depth, upstreams.get(path), clients.length],
    ]);
  return [...grouped(parts, (part) => (together ? shapeOf(part) : part.path)).values()];
}

function partCard(
  parts: readonly Part[],
  { clients: sessionsOf, podsOf, upstreams, meshed }: Links,
  mesh: string | undefined,
): PartCard {
  const [{ path, groups, clients }] = parts;
  const count = parts.length;
  const [{ part }] = groups;
  const names = parts.map((one) => one.groups[0].part.name);
  const within = upstreams.find(({ from, to }) => from === path && to === path);
  const pods = groups.flatMap(podsOf).length;
  const sessions = clients.reduce((sum, client) => sum + (sessionsOf.get(client.id)?.get(path) ?? 0), 0);
  const kind = clientKindOf(groups);
  const each = count === 1 ? '' : ' each';
  return {
    ...{ id: path, count },
    heading: count === 1 ? `${part.kind} ${part.name}` : `${counted(count, part.kind)}, ${counted(pods, 'pod')} each`,
    lines: [
      ...(count === 1 ? [] : [listed(names, LISTED)]),
      characterOf(groups),
      ...rangesOf(groups, count),
      ...(within ? [`${counted(within.sessions, 'upstream session')} within`] : []),
    ],
    mesh,
    groups: groups.map((group) => groupCard(group, podsOf(group), meshed.has(group), count)),
    clientKind: kind,
    clients:
      clients.length === 0
        ? undefined
        : {
            id: `clients of ${path}`,
            heading: `${counted(clients.length, 'client')}${each}`,
            lines: [`${counted(sessions, kind === 'external' ? 'eBGP session' : 'iBGP session')}${each}`],
            routers: routerChips(clients),
          },
  };
}

const clientKindOf = ([{ mode }]: readonly RouterGroup[]) => (mode === 'route-server' ? 'external' : 'client');

/** `AS 64496, route reflectors, cRPD, IPv4`. */
function characterOf(groups: readonly RouterGroup[]): string {
  const all = (of: (group: RouterGroup) => string) => [...new Set(groups.map(of))].join('/');
  return [
    `AS ${all(({ autonomousSystem }) => String(autonomousSystem))}`,
    all(modeOf),
    all(({ router }) => ROUTER_NAMES[router]),
    all(({ families }) => families.map((family) => traitsOf(family).label).join('+')),
  ].join(', ');
}

function rangesOf(groups: readonly RouterGroup[], count: number): readonly string[] {
  const reached = groups.filter(({ addresses }) => addresses.length > 0);
  if (reached.length === 0 || count > 1) return [];
  const numbers = [...new Set(reached.flatMap(clientNumbersOf))];
  return [
    `clients in ${listed([...new Set(reached.flatMap(clientRangesOf))], LISTED)}`,
    ...(numbers.length > 0 ? [`clients of AS ${listed(numbers, LISTED)}`] : []),
  ];
}

function groupCard(group: RouterGroup, pods: readonly Speaker[], meshed: boolean, count: number): GroupCard {
  const { side, workload, workloadKind, cluster, addresses, reachedBy } = group;
  const more = count === 1 ? '' : ' …';
  const [address, ...others] = addresses.map(({ text }) => `${text}${more}`);
  return {
    meshed,
    heading: side === undefined ? 'routers' : `side ${side}`,
    workload: `${workload}${more}`,
    lines: [`${workloadKind}, ${counted(pods.length, 'pod')}`, ...(cluster === '' ? [] : [`cluster ${cluster}`])],
    pods: chips(pods.map(podChip), PODS_DRAWN, 'pod'),
    address: address ? { look: 'address', heading: address, lines: [...others, reachedByWords(reachedBy)] } : undefined,
  };
}

const podChip = (speaker: Speaker): Chip => ({
  look: 'pod',
  heading: `pod ${speaker.ordinal}`,
  lines: [speaker.node.name],
  full: podTitle(speaker),
});

/** The title of a pod in the picture: no other pod has it. */
export const podTitle = ({ id, node }: Speaker): string =>
  `${id} on node ${node.id}${node.assumed ? ' (assumed)' : ''}`;

/** The meshes within a card, as text by its id; and those between cards. */
function meshesOf({ meshes }: Links, cardOf: Cards) {
  const inside = new Map<string, string>();
  const nets: Net[] = [];
  for (const { parts, groups, pods, sessions } of meshes) {
    const below = [...new Set(parts.map((path) => cardOf.get(path) as string))];
    const word = sessions === (pods * (pods - 1)) / 2 ? 'full mesh' : 'mesh';
    const services = [...new Set(groups.map(({ service }) => service))];
    const label = `${word} of ${counted(pods, 'pod')}, ${counted(sessions, 'iBGP session')}, found by Service ${listed(services, LISTED)}`;
    if (below.length > 1) nets.push({ kind: 'mesh', label, above: [], below });
    else inside.set(below[0], `${word}, ${counted(sessions, 'session')}`);
  }
  return { inside, nets };
}

/** One for each card that others are below of. */
function upstreamNets({ upstreams }: Links, cardOf: Cards): readonly Net[] {
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

/** Clients of more than one part: a block, below the lowest of them, for each set of parts that have the same ones. */
function sharedClients(
  outside: readonly OutsideSpeaker[],
  { clients: sessionsOf }: Links,
  cardOf: Cards,
  parts: readonly Part[],
): readonly { readonly depth: number; readonly block: Block; readonly net: Net }[] {
  const partOf = new Map(parts.map((part) => [part.path, part]));
  const pathsOf = ({ clientOf }: OutsideSpeaker) => clientOf.filter((path) => partOf.has(path)).sort();
  const sets = grouped(
    outside.filter((router) => pathsOf(router).length > 1),
    (router) => JSON.stringify(pathsOf(router)),
  );
  return [...sets].map(([key, routers]) => {
    const paths = pathsOf(routers[0]);
    const counts = routers.flatMap(({ id }) => [...(sessionsOf.get(id)?.values() ?? [])]);
    const sessions = counted(
      counts.reduce((sum, count) => sum + count, 0),
      'session',
    );
    const of = paths.map((path) => partOf.get(path) as Part);
    const id = `clients of ${key}`;
    const heading = `${counted(routers.length, 'client')} of ${paths.length} parts`;
    return {
      depth: Math.max(...of.map(({ depth }) => depth)),
      block: { id, heading, lines: [sessions], routers: routerChips(routers) },
      net: {
        kind: clientKindOf(of[0].groups),
        label: `clients of ${paths.length} parts, ${sessions}`,
        above: [...new Set(paths.map((path) => cardOf.get(path) as string))],
        below: [id],
      },
    };
  });
}

/** A tier with as many cards as are drawn, and one that counts the others. */
function limited({ parts, shared: all }: Tier): Tier {
  const shared = all.slice(0, BLOCKS_DRAWN);
  if (parts.length <= CARDS_DRAWN) return { parts, shared };
  const drawn = parts.slice(0, CARDS_DRAWN - 1);
  const count = parts.slice(drawn.length).reduce((sum, card) => sum + card.count, 0);
  const heading = counted(count, 'more region or pair', 'more regions or pairs');
  const rest = { id: `more than ${drawn.length}`, heading, lines: ['of other shapes'], count, groups: [] };
  return { parts: [...drawn, { ...rest, clientKind: 'client' }], shared };
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
  const others = outside.filter(({ clientOf, reflects }) => clientOf.length === 0 && !reflects);
  if (others.length === 0) return speakers;
  const heading = `${counted(others.length, 'other router')} outside`;
  return [
    ...speakers,
    { id: 'other routers', heading, lines: ['no client of these parts'], routers: routerChips(others) },
  ];
}

/** The topology in a sentence or two. */
export function descriptionOf({ speakers, groups, nodes, outside, sessions }: BgpTopology): string {
  const parts = new Map(groups.map(({ part }) => [part.path, part.kind]));
  const of = (kind: string) => [...parts.values()].filter((each) => each === kind).length;
  const assumed = (things: readonly { readonly assumed: boolean }[]) => things.filter((thing) => thing.assumed).length;
  const some = (count: number, noun: string, plural?: string) => (count > 0 ? [counted(count, noun, plural)] : []);
  const places = [...some(of('region'), 'region'), ...some(of('pair'), 'pair')];
  const assumptions = [...some(assumed(nodes), 'node'), ...some(assumed(outside), 'router outside', 'routers outside')];
  return [
    `${counted(speakers.length, 'pod')} in ${listed(places)}, on ${counted(nodes.length, 'node')},`,
    `with ${counted(sessions.length, 'session')} of meshes and ${counted(outside.length, 'router')} outside.`,
    ...(assumptions.length > 0 ? [`Not declared and therefore assumed: ${listed(assumptions)}.`] : []),
  ].join(' ');
}
