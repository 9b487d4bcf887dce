import { BgpTopology, OutsideSpeaker } from '../../model';
import { grouped } from '../../model/order';
import { ConfigurationLink } from '../data';
import { code, codes, Section, table } from '../elements';
import { Content, html } from '../markup';
import { listed, numeral, PLATFORM_NAMES } from '../words';

const LISTED = 3;

/** The routers around the cluster, with what makes them neighbours. */
export function outsideSection(
  { outside, groups, metallb }: BgpTopology,
  configurations: readonly ConfigurationLink[],
): Section {
  const nameOf = new Map(groups.map(({ part }) => [part.path, part.name]));
  const files = grouped(configurations, ({ router }) => router);
  const rows = outside.map((router) => rowOf(router, nameOf, files.get(router.id) ?? []));
  const known = new Set(outside.map(({ id }) => id));
  const generic = configurations.filter(({ router }) => !known.has(router));
  const neighbours = metallb.flatMap((speakers) => speakers.neighbours);
  return {
    id: 'outside',
    heading: 'Routers outside',
    content: [
      rows.length === 0
        ? ''
        : table(
            'Routers outside the cluster',
            [
              'Router',
              'Platform',
              { number: 'AS' },
              'Peers from',
              'Client of',
              'Beside nodes',
              'Routes',
              'Configuration',
            ],
            rows,
          ),
      generic.length === 0
        ? ''
        : html`<p>Configurations for routers that the app does not declare, with names of their own:</p>
            <ul>
              ${[...grouped(generic, ({ router }) => router)].map(
                ([router, own]) => html`<li>${code(router)}: ${links(own)}</li> `,
              )}
            </ul> `,
      neighbours.length === 0
        ? ''
        : table(
            'Neighbours of MetalLB on the nodes',
            ['Neighbour', 'Address', { number: 'AS' }, { number: 'AS of the nodes' }, 'Session'],
            neighbours.map(
              ({ name, address, interface: link, autonomousSystem, nodesAutonomousSystem, multihop, bfd }) => [
                code(name),
                address ? code(address.text) : `interface ${link}`,
                String(autonomousSystem),
                String(nodesAutonomousSystem),
                [multihop ? 'multihop' : 'one hop', bfd ? ', BFD' : ''],
              ],
            ),
          ),
    ],
  };
}

function rowOf(
  { id, assumed, platform, autonomousSystem, addresses, clientOf, nodes, routes }: OutsideSpeaker,
  nameOf: ReadonlyMap<string, string>,
  files: readonly ConfigurationLink[],
): readonly Content[] {
  return [
    [code(id), assumed ? ' (assumed)' : ''],
    PLATFORM_NAMES[platform],
    String(autonomousSystem),
    addresses.length === 0 ? '–' : codes(addresses.map(({ text }) => text)),
    clientOf.length === 0
      ? '–'
      : listed(
          clientOf.map((path) => nameOf.get(path) ?? path),
          LISTED,
        ),
    nodes.length === 0 ? '–' : listed(nodes, LISTED),
    routes === 0 ? '–' : numeral(routes),
    files.length === 0 ? '–' : links(files),
  ];
}

/** A path in a link, in which every part is escaped. */
const hrefOf = (file: string) => file.split('/').map(encodeURIComponent).join('/');

const links = (files: readonly ConfigurationLink[]): Content =>
  files.map(({ platform, file }, i) => {
    const name = (PLATFORM_NAMES as Readonly<Record<string, string>>)[platform] ?? platform;
    return html`${i === 0 ? '' : ', '}<a href="${hrefOf(file)}">${name}</a>`;
  });
