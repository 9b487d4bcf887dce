import { BgpTopology, RouterGroup } from '../../model';
import { grouped } from '../../model/order';
import { codes, Section, table } from '../elements';
import { Content, html, Markup } from '../markup';
import { counted, FAMILY_NAMES, listed, modeOf, numeral, REACHED_BY, ROUTER_NAMES } from '../words';

/** What the app is: how much of everything, and each workload. */
export function summary(topology: BgpTopology): Section {
  return {
    id: 'summary',
    heading: 'What this app makes',
    content: [tiles(topology), assumptions(topology), workloads(topology), idle(topology)],
  };
}

function tiles({ speakers, groups, nodes, outside, sessions, choices }: BgpTopology): Markup {
  const parts = new Set(groups.map(({ part }) => part.path)).size;
  const held = (of: (kind: string) => boolean) =>
    choices.reduce((sum, { kind, most, candidates }) => sum + (of(kind) ? Math.min(most, candidates.length) : 0), 0);
  const upstream = held((kind) => kind === 'upstream');
  const clients = held((kind) => kind !== 'upstream');
  const numbers = [...new Set(groups.map(({ autonomousSystem }) => String(autonomousSystem)))];
  const families = [...new Set(groups.flatMap((group) => group.families))].map((family) => FAMILY_NAMES[family]);
  const all: readonly (readonly [Content, string])[] = [
    [numeral(speakers.length), speakers.length === 1 ? 'router, in a pod' : 'routers, each in a pod'],
    [numeral(parts), parts === 1 ? 'region or pair' : 'regions or pairs'],
    [numeral(nodes.length), nodes.some(({ assumed }) => assumed) ? 'nodes, assumed' : 'nodes'],
    [numeral(outside.length), outside.every(({ assumed }) => assumed) ? 'routers outside, assumed' : 'routers outside'],
    [numeral(sessions.length), 'sessions of meshes'],
    ...(upstream > 0 ? [[numeral(upstream), 'sessions upstream'] as const] : []),
    [numeral(clients), 'sessions of clients'],
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
    codes([group.workload]),
    `${group.part.kind} ${group.part.name}${group.side === undefined ? '' : `, side ${group.side}`}`,
    `${ROUTER_NAMES[group.router]}, ${modeOf(group)}`,
    numeral(pods.get(group.id)?.length ?? 0),
    group.addresses.length === 0 ? '–' : codes(group.addresses.map(({ text }) => text)),
    REACHED_BY[group.reachedBy],
    clientsOf(group),
    communitiesOf(group),
  ];
  const heads = ['Workload', 'Part', 'Routers', { number: 'Pods' }, 'Clients peer with', 'Reached by'];
  return table('Workloads', [...heads, 'Clients accepted', 'Communities'], groups, cells);
}

function clientsOf({ addresses, clients }: RouterGroup): Content {
  const ranges = clients.flatMap((group) => group.ranges.map(({ text }) => text));
  const numbers = clients.flatMap(({ asRanges }) =>
    asRanges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)),
  );
  const who = addresses.length === 0 ? 'pods in ' : '';
  return [who, codes(ranges), ...(numbers.length > 0 ? [` of AS ${listed(numbers)}`] : [])];
}

function communitiesOf({ communities: { only, preferred } }: RouterGroup): Content {
  if (only === undefined && preferred === undefined) return '–';
  return [
    ...(only === undefined ? [] : [codes([only]), ' stays in the region']),
    ...(only !== undefined && preferred !== undefined ? ['; '] : []),
    ...(preferred === undefined ? [] : [codes([preferred]), ' is the last choice of others']),
  ];
}

function idle({ idle: groups }: BgpTopology): Content {
  if (groups.length === 0) return '';
  return html`<p>
      ${counted(groups.length, 'group')} of neighbours ${groups.length === 1 ? 'finds' : 'find'} nobody in this app:
    </p>
    <ul>
      ${groups.map(
        ({ routers, group, service }) =>
          html`<li>${codes([routers])}: ${codes([group])} looks for the pods behind Service ${codes([service])}</li> `,
      )}
    </ul> `;
}
