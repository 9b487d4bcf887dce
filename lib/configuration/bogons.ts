import { AsRange, IpPrefix, parseAsRange, parsePrefix } from '../addressing';

/** Prefixes that no router announces to the Internet, with all parts of them, and the RFC that says so. */
export const BOGON_PREFIXES: readonly { readonly prefix: IpPrefix; readonly source: string }[] = [
  ['0.0.0.0/8', 'RFC 1122'],
  ['10.0.0.0/8', 'RFC 1918'],
  ['100.64.0.0/10', 'RFC 6598'],
  ['127.0.0.0/8', 'RFC 1122'],
  ['169.254.0.0/16', 'RFC 3927'],
  ['172.16.0.0/12', 'RFC 1918'],
  ['192.0.0.0/24', 'RFC 6890'],
  ['192.0.2.0/24', 'RFC 5737'],
  ['192.168.0.0/16', 'RFC 1918'],
  ['198.18.0.0/15', 'RFC 2544'],
  ['198.51.100.0/24', 'RFC 5737'],
  ['203.0.113.0/24', 'RFC 5737'],
  ['224.0.0.0/4', 'RFC 5771'],
  ['240.0.0.0/4', 'RFC 1112'],
  ['::/8', 'RFC 4291'],
  ['100::/64', 'RFC 6666'],
  ['2001:2::/48', 'RFC 5180'],
  ['2001:10::/28', 'RFC 4843'],
  ['2001:db8::/32', 'RFC 3849'],
  ['3ffe::/16', 'RFC 3701'],
  ['3fff::/20', 'RFC 9637'],
  ['5f00::/16', 'RFC 9602'],
  ['fc00::/7', 'RFC 4193'],
  ['fe80::/10', 'RFC 4291'],
  ['fec0::/10', 'RFC 3879'],
  ['ff00::/8', 'RFC 4291'],
].map(([text, source]) => ({ prefix: parsePrefix(text), source }));

/** AS numbers that are in no AS path of the Internet, and the RFC that says so. */
export const BOGON_AS_NUMBERS: readonly { readonly range: AsRange; readonly source: string }[] = [
  { range: { first: 0, last: 0 }, source: 'RFC 7607' },
  ...[
    ['23456', 'RFC 6793'],
    ['64496-64511', 'RFC 5398'],
    ['64512-65534', 'RFC 6996'],
    ['65535', 'RFC 7300'],
    ['65536-65551', 'RFC 5398'],
    ['4200000000-4294967294', 'RFC 6996'],
    ['4294967295', 'RFC 7300'],
  ].map(([text, source]) => ({ range: parseAsRange(text), source })),
];
