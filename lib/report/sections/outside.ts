import { BgpTopology, grouped, listed, MetalLBNeighbor, OutsideSpeaker, thousands } from '../../model';
import { ConfigurationLink } from '../data';
import { code, codes, Section, table } from '../elements';
import { Content, html } from '../markup';
import { PLATFORM_NAMES } from '../words';

/** Names in one cell of a table. */
const LISTED = 3;

/** The routers around the cluster, with the configurations that make them neighbors. */
export function outsideSection(topology: BgpTopology, configurations: readonly ConfigurationLink[]): Section {
  const content = [
    ...routers(topology, configurations),
    ...undeclared(topology, configurations),
    ...neighborsOfMetalLB(topology),
  ];
  return {
    id: 'outside',
    heading: 'Routers outside',
    content: content.length > 0 ? content : html`<p>There are none.</p>`,
  };
}

function routers({ outside, groups }: BgpTopology, configurations: readonly ConfigurationLink[]): readonly Content[] {
  if (outside.length === 0) return [];
  const reflectors = outside.flatMap(({ reflects }) => reflects ?? []);
  const nameOf = new Map([...groups, ...reflectors].map(({ part }) => [part.path, part.name]));
  const files = grouped(configurations, ({ router }) => router);
  const cells = ({ id, assumed, platform, ...router }: OutsideSpeaker): readonly Content[] => [
    [code(id), assumed ? ' (assumed)' : router.reflects ? ' (route reflector)' : ''],
    PLATFORM_NAMES[platform],
    String(router.autonomousSystem),
    orNone(codes(router.addresses.map(({ text }) => text))),
    orNone(
      listed(
        router.clientOf.map((path) => nameOf.get(path) ?? path),
        LISTED,
      ),
    ),
    orNone(listed(router.nodes, LISTED)),
    router.routes === 0 ? '–' : thousands(router.routes),
    orNone(links(files.get(id) ?? [])),
  ];
  const heads = ['Router', 'Platform', { number: 'AS' }, 'Peers from', 'Client of', 'Beside nodes'];
  return [table('Routers outside the cluster', [...heads, { number: 'Routes' }, 'Configuration'], outside, cells)];
}

const orNone = (content: string | readonly Content[]): Content => (content.length === 0 ? '–' : content);

/** Configurations for routers that stand for those that the app does not declare. */
function undeclared({ outside }: BgpTopology, configurations: readonly ConfigurationLink[]): readonly Content[] {
  const known = new Set(outside.map(({ id }) => id));
  const files = grouped(
    configurations.filter(({ router }) => !known.has(router)),
    ({ router }) => router,
  );
  if (files.size === 0) return [];
  const items = [...files].map(([router, own]) => html`<li>${code(router)}: ${links(own)}</li> `);
  return [
    html`<p>Configurations for routers that the app does not declare:</p>
      <ul>
        ${items}
      </ul> `,
  ];
}

function neighborsOfMetalLB({ metallb }: BgpTopology): readonly Content[] {
  const neighbors = metallb.flatMap((speakers) => speakers.neighbors);
  if (neighbors.length === 0) return [];
  const cells = (neighbor: MetalLBNeighbor): readonly Content[] => [
    code(neighbor.name),
    neighbor.address ? code(neighbor.address.text) : `interface ${neighbor.interface}`,
    String(neighbor.autonomousSystem),
    String(neighbor.nodesAutonomousSystem),
    `${neighbor.multihop ? 'multihop' : 'one hop'}${neighbor.bfd ? ', BFD' : ''}`,
  ];
  const heads = ['Neighbor', 'Address', { number: 'AS' }, { number: 'AS of the nodes' }, 'Session'];
  return [table('Neighbors of MetalLB on the nodes', heads, neighbors, cells)];
}

/** A path in a link, in which every part is escaped. */
const hrefOf = (file: string) => file.split('/').map(encodeURIComponent).join('/');

const links = (files: readonly ConfigurationLink[]): readonly Content[] =>
  files.map(({ platform, file }, i) => {
    const name = (PLATFORM_NAMES as Readonly<Record<string, string>>)[platform] ?? platform;
    return html`${i === 0 ? '' : ', '}<a href="${hrefOf(file)}">${name}</a>`;
  });
