import {
  bitsOf,
  FAMILIES,
  Family,
  IpAddress,
  IpPrefix,
  overlaps,
  parseAsNumber,
  parseDnsSubdomain,
  parseHostAddress,
  parsePrefix,
  traitsOf,
} from '../addressing';
import { Check, inside, integer, list, optional, parseJson, shapeOf, ValidationError } from '../input';
import { CAPABILITIES, rejectBfd } from './capabilities';
import type { Settings } from './definition';
import { checkHoldTime, HoldTime } from './hold-time';
import { checkMaximumPrefixes, MaximumPrefixes, MaximumPrefixesProps, rejectMaximum } from './maximum-prefixes';
import { checkSecretKey, SecretKey, SecretValueLike } from './secret-key';

/** What pods accept from one member, beside what they accept from all clients. */
export interface MemberProps {
  /**
   * How many routes it may send, by family. A family that is not here has the maximum of all clients.
   * @default - that of all clients (`maximumPrefixes`)
   * @example { maximum: { inet: 100 }, excess: 'restart', restartMinutes: 15 }
   */
  readonly maximumPrefixes?: MaximumPrefixesProps;
  /**
   * The IPv4 and IPv6 prefixes that it may announce, with the lengths inside by `ge` and `le` as in prefix lists of routers.
   * Other routes are dropped, those of EVPN and of VPNs are not checked.
   * @default - any
   * @example ['203.0.113.0/24', '2001:db8:100::/40 le 48']
   */
  readonly prefixes?: readonly string[];
  /**
   * The key of a Secret with the TCP MD5 key (RFC 2385) of its sessions; the Secret is in the namespace of the pods. Only in the
   * network of the nodes (`Reachability.hostNetwork`), where nothing translates an address.
   * @default - that of all clients (`clientSessions`)
   * @example { secretName: 'members', key: 'pe1' }
   */
  readonly authentication?: SecretKey | SecretValueLike;
  /**
   * GTSM (RFC 5082): how many hops the member is away at most, 1 to 254. 1 is a router beside the node, 2 is one behind that
   * router. Packets from farther away are dropped. Only in the network of the nodes (`Reachability.hostNetwork`).
   * @default - any number of hops
   * @example 1
   */
  readonly gtsmHops?: number;
  /**
   * The hold time that the pods offer it: a Duration, or seconds, 3 to 65535. The smaller one of both ends counts.
   * @default - that of all clients
   * @example Duration.seconds(9)
   */
  readonly holdTime?: HoldTime;
  /**
   * BFD (RFC 5880), which no router has for sessions of clients: it is refused with the reason.
   * @default - none
   */
  readonly bfd?: never;
}

/** An entry of a prefix list: the prefixes inside of `prefix` with these lengths. */
export interface PrefixEntry {
  readonly prefix: IpPrefix;
  readonly least: number;
  readonly most: number;
}

/** {@link MemberProps}, read. */
export interface MemberTerms {
  readonly maximumPrefixes?: MaximumPrefixes;
  readonly prefixes?: readonly PrefixEntry[];
  readonly authentication?: SecretKey;
  readonly gtsmHops?: number;
  /** In seconds. */
  readonly holdTime?: number;
}

/** A client that is accepted by its AS number and addresses. */
export interface Member extends MemberTerms {
  readonly name: string;
  readonly autonomousSystem: number;
  readonly addresses: readonly IpAddress[];
}

/** More than a file of 1 MiB, the most that a ConfigMap holds, has room for. */
const MOST_MEMBERS = 10_000;

const checkEntry: Check<PrefixEntry> = (value) => {
  const [, text, ge, le] =
    (typeof value === 'string' && /^(\S+?)(?: ge (\d{1,3}))?(?: le (\d{1,3}))?$/.exec(value)) || [];
  if (text === undefined) throw ValidationError.of(value, 'a prefix such as 203.0.113.0/24 or 203.0.113.0/24 le 26');
  const prefix = parsePrefix(text);
  const bits = bitsOf(prefix.family);
  const least = ge === undefined ? prefix.length : Number(ge);
  const most = le !== undefined ? Number(le) : ge === undefined ? prefix.length : bits;
  if (prefix.length <= least && least <= most && most <= bits) return { prefix, least, most };
  throw ValidationError.of(value, `lengths from ${prefix.length} to ${bits}, "ge" not above "le"`);
};

const checkEntries: Check<readonly PrefixEntry[]> = (value) => {
  const entries = list(checkEntry, 1)(value);
  const seen = new Set<string>();
  entries.forEach((entry, i) => {
    const text = entryText(entry);
    if (seen.has(text)) throw ValidationError.of(text, 'each entry once').within(String(i));
    seen.add(text);
  });
  return entries;
};

const memberShape = {
  maximumPrefixes: optional(checkMaximumPrefixes),
  prefixes: optional(checkEntries),
  authentication: optional(checkSecretKey),
  gtsmHops: optional(integer(1, 254)),
  holdTime: optional(checkHoldTime),
  bfd: rejectBfd,
};

/** Reads {@link MemberProps}. @throws ValidationError */
export const checkMember: Check<MemberTerms> = shapeOf<MemberProps>()(memberShape);

/** `ge 25 le 26`, without what follows from the prefix. */
export function lengthsText({ prefix, least, most }: PrefixEntry): string {
  const ge = least > prefix.length ? ` ge ${least}` : '';
  const implied = ge ? bitsOf(prefix.family) : prefix.length;
  return most === implied ? ge : `${ge} le ${most}`;
}

const entryText = (entry: PrefixEntry): string => `${entry.prefix.text}${lengthsText(entry)}`;

/** Why the prefix list of a member drops a route; undefined where it does not. */
export function entryRefusal(entries: readonly PrefixEntry[], family: Family, route: string): string | undefined {
  if (traitsOf(family).prefixes === undefined) return undefined;
  const own = parsePrefix(route);
  const permits = ({ prefix, least, most }: PrefixEntry) =>
    prefix.length <= own.length && overlaps(prefix, own) && least <= own.length && own.length <= most;
  return entries.some(permits) ? undefined : entries.map(entryText).join(', ');
}

/** The families whose routes the prefix list of a member concerns. */
export const listedFamilies = (families: readonly Family[]): readonly Family[] =>
  FAMILIES.filter((family) => families.includes(family) && traitsOf(family).prefixes !== undefined);

/** The text of the file that MESHRR_MEMBERS_FILE names. */
export function formatMembers(members: readonly Member[]): string {
  const plain = members.map(({ addresses, prefixes, ...member }) => ({
    ...member,
    addresses: addresses.map(({ text }) => text),
    prefixes: prefixes?.map(entryText),
  }));
  const lines = plain.map((member) => `    ${JSON.stringify(member)}`);
  return lines.length === 0 ? '{ "members": [] }\n' : `{\n  "members": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

const checkListed = shapeOf<{ name: string; autonomousSystem: number; addresses: readonly string[] } & MemberProps>()({
  ...memberShape,
  name: parseDnsSubdomain,
  autonomousSystem: parseAsNumber,
  addresses: list(parseHostAddress, 1, 2),
});

/**
 * Reads the text of the file that MESHRR_MEMBERS_FILE names.
 *
 * @throws ValidationError for the first member that is wrong, with its index
 */
export function parseMembers(
  text: string,
  { mode, autonomousSystem, router }: Pick<Settings, 'mode' | 'autonomousSystem' | 'router'>,
): readonly Member[] {
  const content = parseJson(text, '{"members": [ … ]}');
  const taken = new Set<string>();
  const once = (value: string) => {
    if (taken.has(value)) throw ValidationError.of(value, 'one that no other member has');
    taken.add(value);
  };
  const { members } = shapeOf<{ members: unknown }>()({ members: list(checkListed, 0, MOST_MEMBERS) })(content);
  members.forEach((member, i) =>
    inside('members', () =>
      inside(String(i), () => {
        inside('name', () => once(`name ${member.name}`));
        member.addresses.forEach((address, j) =>
          inside('addresses', () => inside(String(j), () => once(address.text))),
        );
        if ((member.autonomousSystem === autonomousSystem) === (mode === 'routeserver')) {
          const allowed =
            mode === 'routeserver' ? `an AS number other than ${autonomousSystem}` : `${autonomousSystem}`;
          throw ValidationError.of(member.autonomousSystem, allowed).within('autonomousSystem');
        }
        inside('maximumPrefixes', () => rejectMaximum(member.maximumPrefixes, router));
        for (const prop of ['authentication', 'gtsmHops'] as const) {
          if (member[prop] === undefined || CAPABILITIES[router].hostNetwork) continue;
          throw ValidationError.of(member[prop], `nothing: an address of ${router} is translated`).within(prop);
        }
      }),
    ),
  );
  return members;
}
