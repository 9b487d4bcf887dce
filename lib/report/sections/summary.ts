import { traitsOf } from '../../addressing';
import { BgpTopology, counted, grouped, listed, RouterGroup, SessionChoice, sorted, thousands } from '../../model';
import { code, codes, Section, table } from '../elements';
import { Content, html, Markup } from '../markup';
import { clientNumbersOf, clientRangesOf, modeOf, natural, reachedByWords, ROUTER_NAMES } from '../words';

/** Regions that are named in a sentence. */
const LISTED = 6;

/** What the app is: how much of everything, and each workload. */
export function summary(topology: BgpTopology): Section {
  return {
    id: 'summary',
    heading: 'What this app makes',
    content: [tiles(topology), assumptions(topology), workloads(topology), communities(topology), idle(topology)],
  };
}

function tiles({ speakers, groups, nodes, outside, sessions, choices }: BgpTopology): Markup {
  const parts = new Set(groups.map(({ part }) => part.path)).size;
  const sessionsOf = (own: readonly SessionChoice[]) =>
    own.reduce((sum, { most, candidates }) => sum + Math.min(most, candidates.length), 0);
  const upstream = sessionsOf(choices.filter(({ kind }) => kind === 'upstream'));
  const clients = sessionsOf(choices) - upstream;
  const numbers = [...new Set(groups.map(({ autonomousSystem }) => String(autonomousSystem)))];
  const families = [...new Set(groups.flatMap((group) => group.families))].map((family) => traitsOf(family).label);
  const all: readonly (readonly [Content, string])[] = [
    [thousands(speakers.length), speakers.length === 1 ? 'router, in a pod' : 'routers, each in a pod'],
    [thousands(parts), parts === 1 ? 'region or pair' : 'regions or pairs'],
    [thousands(nodes.length), nodes.some(({ assumed }) => assumed) ? 'nodes, assumed' : 'nodes'],
    [
      thousands(outside.length),
      outside.every(({ assumed }) => assumed) ? 'routers outside, assumed' : 'routers outside',
    ],
    [thousands(sessions.length), 'sessions of meshes'],
    ...(upstream > 0 ? [[thousands(upstream), 'sessions upstream'] as const] : []),
    [thousands(clients), 'sessions of clients'],
    [`AS ${listed(numbers, 2)}`, `of the routers, with ${listed(families)}`],
  ];
  return html`<dl class="tiles">
    ${all.map(
      ([value, name]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl> `;
}

function assumptions({ nodes, outside, groups }: BgpTopology): Content {
  const sentences = [
    ...(nodes.some(({ assumed }) => assumed)
      ? ['The app declares no nodes (KubernetesNodes): the fewest on which all pods have a place are assumed.']
      : []),
    ...(outside.some(({ assumed }) => assumed)
      ? ['Regions and pairs for which it declares no clients (OutsideRouter) are taken to have two each.']
      : []),
    ...(groups.length === 0 ? ['It has no routers.'] : []),
  ];
  return sentences.length === 0 ? '' : html`<p>${sentences.join(' ')}</p> `;
}

function workloads({ groups, speakers }: BgpTopology): Content {
  if (groups.length === 0) return '';
  const pods = grouped(speakers, ({ group }) => group.id);
  const cells = (group: RouterGroup): readonly Content[] => [
    code(group.workload),
    `${group.part.kind} ${group.part.name}${group.side === undefined ? '' : `, side ${group.side}`}`,
    `${ROUTER_NAMES[group.router]}, ${modeOf(group)}`,
    thousands(pods.get(group.id)?.length ?? 0),
    group.addresses.length === 0 ? '–' : codes(group.addresses.map(({ text }) => text)),
    reachedByWords(group.reachedBy),
    clientsOf(group),
  ];
  const heads = ['Workload', 'Part', 'Routers', { number: 'Pods' }, 'Clients peer with', 'Reached by'];
  const inOrder = sorted(groups, ({ id }) => natural(id));
  return table('Workloads', [...heads, { sentence: 'Clients accepted' }], inOrder, cells);
}

function clientsOf(group: RouterGroup): Content {
  const [ranges, numbers] = [clientRangesOf(group), clientNumbersOf(group)];
  const services = group.clients.flatMap(({ service }) => service ?? []);
  const listing: Content[] =
    services.length > 0 ? ['pods behind ', codes(services), ...(ranges.length > 0 ? [', '] : [])] : [];
  const who = group.addresses.length === 0 && ranges.length > 0 ? 'pods in ' : '';
  return [...listing, who, codes(ranges), ...(numbers.length > 0 ? [` of AS ${listed(numbers)}`] : [])];
}

/** The communities by which regions tell routes apart. */
function communities({ groups }: BgpTopology): Content {
  const said = groups.flatMap(({ part, communities: { only, preferred } }) => [
    ...(only === undefined ? [] : [{ part, community: only, fate: 'stay in their region' }]),
    ...(preferred === undefined ? [] : [{ part, community: preferred, fate: 'are the last choice of other regions' }]),
  ]);
  return [...grouped(said, ({ community, fate }) => `${community} ${fate}`).values()].map((same) => {
    const [{ community, fate }] = same;
    const names = [...new Set(same.map(({ part }) => part.name))];
    return html`<p>Routes with the community ${code(community)} ${fate}: ${listed(names, LISTED)}.</p> `;
  });
}

function idle({ idle: groups }: BgpTopology): Content {
  if (groups.length === 0) return '';
  return html`<p>
      ${counted(groups.length, 'group')} of neighbors ${groups.length === 1 ? 'finds' : 'find'} nobody in this app:
    </p>
    <ul>
      ${groups.map(
        ({ routers, group, service }) =>
          html`<li>${code(routers)}: ${code(group)} looks for the pods behind Service ${code(service)}</li> `,
      )}
    </ul> `;
}
