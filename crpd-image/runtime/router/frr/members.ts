import { bitsOf, traitsOf } from '../../../../lib/addressing';
import { ActionsToward, MemberFamily, MemberNeighbor, timersOf } from '../../../../lib/configuration';
import { DEFAULT_THRESHOLD, lengthsText, MaximumPrefixes, murmur3 } from '../../../../lib/settings';
import { actionMap, actionMapName, isWhole, listsFirst, mapOfLine, removalOf } from './member-actions';
import { linesOf } from './running-config';

/** The prefix of the names of the prefix lists of members. */
const LIST = 'MEMBER-';

/** bgpd refuses the line of a limit after `no`, and takes the words before the numbers. */
const LIMIT = 'maximum-prefix';

/** How much of a member's name the names of its lists have; FRR takes 128 characters. */
const NAME = 60;

/** What bgpd's configuration has of members, as it writes it. */
export interface MemberLines {
  /** The lines of each prefix list by its name. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** The route map of each AS number with its lists, by the name of the map: of a router's, the first lines of each part. */
  readonly maps: ReadonlyMap<string, readonly string[]>;
  /** The lines of each neighbor below `router bgp`, by its address. */
  readonly neighbors: ReadonlyMap<string, readonly string[]>;
  /** The lines of neighbors by family, in FRR's words, and without what differs: `neighbor 192.0.2.1 maximum-prefix`. */
  readonly families: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Lines to send in one context. */
export interface Batch {
  readonly context: 'top' | 'bgp' | { readonly family: string };
  readonly lines: readonly string[];
}

/** The lines that configure these neighbors. */
export function linesFor(neighbors: readonly MemberNeighbor[]): MemberLines {
  const lists = new Map<string, readonly string[]>();
  const maps = new Map<string, readonly string[]>();
  const families = new Map<string, Map<string, string>>();
  for (const { name, address, autonomousSystem, actions, families: own } of neighbors) {
    const map = actions && autonomousSystem !== undefined ? actionMapName(autonomousSystem) : undefined;
    if (map !== undefined && !maps.has(map)) maps.set(map, actionMap(map, actions as ActionsToward));
    for (const terms of own) {
      const family = traitsOf(terms.family).frr as string;
      const lines = families.get(family) ?? new Map<string, string>();
      families.set(family, lines);
      const set = (key: string, words: string) =>
        lines.set(`neighbor ${address.text} ${key}`, `neighbor ${address.text} ${key} ${words}`);
      if (terms.entries) {
        const { list, text } = prefixList(name, terms);
        lists.set(list, text);
        set('prefix-list', `${list} in`);
      }
      if (map !== undefined) set('route-map', `${map} out`);
      if (terms.limits) set(LIMIT, limitWords(terms.limits, terms.family));
    }
  }
  return {
    ...{ lists, maps },
    neighbors: new Map(
      neighbors.map(({ address: { text }, group, autonomousSystem, ...session }) => [
        text,
        [
          // A group of internal neighbors has the AS number, and bgpd does not show it again.
          ...(autonomousSystem === undefined ? [] : [`remote-as ${autonomousSystem}`]),
          `peer-group ${group.name}`,
          ...sessionWords(session),
        ].map((words) => `neighbor ${text} ${words}`),
      ]),
    ),
    families,
  };
}

/** What the session of a member has of its own, in the order in which bgpd shows it. */
const sessionWords = ({ key, gtsmHops, holdSeconds }: Pick<MemberNeighbor, 'key' | 'gtsmHops' | 'holdSeconds'>) => {
  const timers = holdSeconds === undefined ? undefined : timersOf(holdSeconds);
  return [
    ...(key === undefined ? [] : [`password ${key}`]),
    ...(gtsmHops === undefined ? [] : [`ttl-security hops ${gtsmHops}`]),
    ...(timers ? [`timers ${timers.keepalive} ${timers.hold}`] : []),
  ];
};

/** The verbs of the lines of a neighbor below `router bgp`. */
const VERBS = new Set(['remote-as', 'peer-group', 'password', 'ttl-security', 'timers']);

/**
 * A list has a hash of its content in its name: a neighbor changes from a whole list to a whole list, and one that is half
 * changed never filters.
 */
function prefixList(member: string, { family, entries = [] }: MemberFamily): { list: string; text: readonly string[] } {
  const version = traitsOf(family).prefixes as 4 | 6;
  const permitted = entries.map((entry) => `permit ${entry.prefix.text}${lengthsText(entry)}`);
  const rules =
    permitted.length > 0 ? permitted : [`deny ${version === 6 ? '::/0' : '0.0.0.0/0'} le ${bitsOf(version)}`];
  const hash = murmur3(rules.join(), 0).toString(16).padStart(8, '0');
  const list = `${LIST}${member.slice(0, NAME)}-${family.toUpperCase()}-${hash}`;
  const command = version === 6 ? 'ipv6' : 'ip';
  return { list, text: rules.map((rule, i) => `${command} prefix-list ${list} seq ${5 * (i + 1)} ${rule}`) };
}

function limitWords({ maximum, threshold, excess, restartMinutes }: MaximumPrefixes, family: MemberFamily['family']) {
  const action = { warn: ' warning-only', drop: '', restart: ` restart ${restartMinutes}` }[excess];
  return `${maximum[family]}${threshold === DEFAULT_THRESHOLD ? '' : ` ${threshold}`}${action}`;
}

/** Reads what `show running-config` has of members. @param groups the names of their peer-groups */
export function linesIn(text: string, groups: ReadonlySet<string>): MemberLines {
  const lists = new Map<string, string[]>();
  const maps = new Map<string, string[]>();
  const below = new Map<string, string[]>();
  const families = new Map<string, Map<string, string>>();
  const members = new Set<string>();
  let place = '';
  for (const line of linesOf(text)) {
    const words = line.trim();
    if (/^[^\s!]/.test(line)) place = /^router bgp \S+(?! (?:view|vrf) )/.test(line) ? 'bgp' : '';
    const [, list] = (place === '' && /^(?:ip|ipv6) prefix-list (\S+) /.exec(words)) || [];
    if (list?.startsWith(LIST)) lists.set(list, [...(lists.get(list) ?? []), words]);
    const map = place === '' ? mapOfLine(line) : undefined;
    if (map !== undefined) maps.set(map, [...(maps.get(map) ?? []), words]);
    if (place === '') continue;
    const [, family] = /^ address-family (.+)$/.exec(line) ?? [];
    if (family !== undefined) place = family;
    else if (words === 'exit-address-family') place = 'bgp';
    const [, address, verb, value] = /^neighbor (\S+) (\S+)(?: (\S+))?/.exec(words) ?? [];
    if (address === undefined) continue;
    if (place !== 'bgp') {
      if (verb !== 'prefix-list' && verb !== 'route-map' && verb !== LIMIT) continue;
      families.set(place, (families.get(place) ?? new Map()).set(`neighbor ${address} ${verb}`, words));
    } else if (VERBS.has(verb)) {
      below.set(address, [...(below.get(address) ?? []), words]);
      if (verb === 'peer-group' && groups.has(value)) members.add(address);
    }
  }
  const isMember = (key: string) => members.has(key.split(' ')[1]);
  return {
    ...{ lists, maps },
    neighbors: new Map([...below].filter(([address]) => members.has(address))),
    families: new Map(
      [...families].map(([family, lines]) => [family, new Map([...lines].filter(([key]) => isMember(key)))]),
    ),
  };
}

/** The lines that lead from one configuration to the other, in batches to send one after the other. */
export function planMembers(have: MemberLines, want: MemberLines): readonly Batch[] {
  const same = (one: readonly string[] = [], other: readonly string[] = []) => one.join('\n') === other.join('\n');
  const fresh = new Set(
    [...want.neighbors].flatMap(([address, lines]) => (same(have.neighbors.get(address), lines) ? [] : [address])),
  );
  const gone = [...have.neighbors.keys()].filter((address) => fresh.has(address) || !want.neighbors.has(address));
  const left = new Set(gone);
  const batches: Batch[] = [
    {
      context: 'top',
      lines: [
        ...[...want.lists].flatMap(([list, lines]) => (have.lists.has(list) ? [] : lines)),
        ...listsFirst([...want.maps].flatMap(([map, lines]) => (isWhole(have.maps.get(map)) ? [] : lines))),
      ],
    },
    {
      context: 'bgp',
      lines: [
        ...gone.map((address) => `no neighbor ${address}`),
        ...[...fresh].flatMap((address) => want.neighbors.get(address) ?? []),
      ],
    },
  ];
  for (const family of new Set([...have.families.keys(), ...want.families.keys()])) {
    const [before, after] = [have.families.get(family), want.families.get(family)];
    const kept = [...(before ?? [])].filter(([key]) => !left.has(key.split(' ')[1]));
    const now = new Map(kept);
    batches.push({
      context: { family },
      lines: [
        ...kept.flatMap(([key, line]) => (after?.has(key) ? [] : [`no ${key.endsWith(LIMIT) ? key : line}`])),
        ...[...(after ?? [])].flatMap(([key, line]) => (now.get(key) === line ? [] : [line])),
      ],
    });
  }
  const stale = [...have.lists].filter(([list]) => !want.lists.has(list));
  batches.push({
    context: 'top',
    lines: [
      ...stale.map(([list, [first]]) => `no ${first.split(' ')[0]} prefix-list ${list}`),
      ...[...have.maps].flatMap(([map, lines]) => (want.maps.has(map) ? [] : lines.map(removalOf))),
    ],
  });
  return batches.filter(({ lines }) => lines.length > 0);
}
