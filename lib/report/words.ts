import { formOf, Platform, ReachedBy, RouterGroup, SessionKind } from '../model';

/** How things are called in a report. */

/** A key by which texts are sorted as people would: r2 before r10. */
export const natural = (text: string): string => text.replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0'));

/** More than any number in a name has. */
const DIGITS = 10;

export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  junos: 'Junos',
  iosxr: 'IOS XR',
  frr: 'FRR',
  eos: 'Arista EOS',
  generic: 'any platform',
};

export const ROUTER_NAMES: Readonly<Record<RouterGroup['router'], string>> = { crpd: 'cRPD', frr: 'FRR' };

export const reachedByWords = (reachedBy: ReachedBy): string => formOf(reachedBy)?.name ?? 'not from outside';

export const SESSION_NAMES: Readonly<Record<SessionKind, string>> = {
  mesh: 'iBGP mesh',
  upstream: 'upstream (iBGP, to route reflectors)',
  client: 'client session (iBGP, from outside)',
  external: 'client session (eBGP, from outside)',
};

export const modeOf = ({ mode }: RouterGroup): string =>
  mode === 'route-server' ? 'route servers' : 'route reflectors';

/** The prefixes that clients of a workload peer from; those of members in a word, as there may be hundreds. */
export const clientRangesOf = ({ clients }: RouterGroup): readonly string[] =>
  clients.flatMap(({ ranges, members }) => (members ? 'addresses of members' : ranges.map(({ text }) => text)));

/** The AS numbers that clients of a workload may have: `65001–65500`. */
export const clientNumbersOf = ({ clients }: RouterGroup): readonly string[] => {
  const numbers = clients.flatMap(({ asRanges }) =>
    asRanges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)),
  );
  return [...new Set(numbers)];
};
