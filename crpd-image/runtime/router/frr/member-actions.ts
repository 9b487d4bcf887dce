import { ActionCommunity, ActionsToward } from '../../../../lib/configuration';

/** The list of the extended communities about members, which are removed one by one from routes to all members. */
const REMOVED = 'bgp extcommunity-list standard TO-MEMBERS ';

/** The name of the map that the first line of an entry, or the line of a list, is for; undefined: it is for none. */
export function mapOfLine(line: string): string | undefined {
  const [, name] = /^(?:route-map|bgp (?:large-|ext)?community-list standard) (TO-\d+)[- ]/.exec(line) ?? [];
  if (name !== undefined || !line.startsWith(REMOVED)) return name;
  const [, autonomousSystem] = / rt 0:(\d+)/.exec(line) ?? [];
  return autonomousSystem === undefined ? undefined : actionMapName(Number(autonomousSystem));
}

/** The last entry of each map. A map without it is not whole, and denies what its other entries do not decide. */
const LAST = 'permit 50';

/** The entry that those continue with that let a route pass. */
const PASSED = 40;

/** The kinds of communities, with what bgpd writes before the names of their lists, and before each community. */
const KINDS = [
  ['standard', '', ''],
  ['large', 'large-', ''],
  ['extended', 'ext', 'rt '],
] as const;

/** The route map that routes to members with an AS number pass. */
export const actionMapName = (autonomousSystem: number): string => `TO-${autonomousSystem}`;

/**
 * The lines of such a map, after those of its lists. The template has what all of them share: TO-NOBODY, MEMBERS-PREPENDED and
 * MEMBERS-SENT. A line that begins with a space belongs to the line before it.
 */
export function actionMap(name: string, { withhold, send, nobody, prepend }: ActionsToward): readonly string[] {
  const listed: string[] = [];
  const list = (kind: string, own: string, community: string) => {
    listed.push(`bgp ${kind}community-list standard ${own} permit ${community}`);
    return `match ${kind}community ${own}`;
  };
  const entry = (decision: string, ...lines: string[]) => [
    `route-map ${name} ${decision}`,
    ...lines.map((line) => ` ${line}`),
  ];
  const decided = (decision: string, own: string, communities: ActionCommunity, ...more: string[]) =>
    KINDS.flatMap(([kind, words, type], i) =>
      communities[kind].flatMap((each) => entry(`${decision}${i}`, list(words, own, `${type}${each}`), ...more)),
    );
  const entries = [
    ...decided('deny 1', `${name}-NOT`, withhold),
    ...decided('permit 2', `${name}-TOO`, send, `on-match goto ${PASSED}`),
    ...KINDS.flatMap(([kind, words], i) =>
      nobody[kind].length > 0 ? entry(`deny 3${i}`, `match ${words}community TO-NOBODY`) : [],
    ),
    ...prepend.flatMap(({ count, large }, i) =>
      entry(
        `permit ${PASSED + i}`,
        list('large-', `${name}-PREPEND-${count}`, large),
        `set as-path prepend last-as ${count}`,
        'call MEMBERS-SENT',
      ),
    ),
    ...entry(LAST, 'call MEMBERS-PREPENDED'),
  ];
  // No pattern: bgpd matches it with the text of all extended communities of a route together.
  const removed = [...withhold.extended, ...send.extended].map((each) => `rt ${each}`);
  return [...listed, `${REMOVED}permit ${removed.join(' ')}`, ...entries];
}

/** Whether bgpd has all of a map. */
export const isWhole = (lines: readonly string[] = []): boolean => lines.some((line) => line.endsWith(` ${LAST}`));

/**
 * The lines of several maps with all lists before all entries. A list is outside of bgpd's transactions, and commits what has come
 * before it: 200 maps, each with its lists, took minutes.
 */
export const listsFirst = (lines: readonly string[]): readonly string[] => {
  const isList = (line: string) => line.startsWith('bgp ');
  return [...lines.filter(isList), ...lines.filter((line) => !isList(line))];
};

/** The line that removes what a line of a map began. */
export const removalOf = (line: string): string =>
  `no ${line.startsWith(REMOVED) ? line : line.split(' ').slice(0, 4).join(' ')}`;
