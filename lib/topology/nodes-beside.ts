import {
  bitsOf,
  IpAddress,
  IpPrefix,
  parseAddress,
  parseDnsSubdomain,
  parseHostAddress,
  parsePrefix,
  prefixAround,
} from '../addressing';
import { Check, distinct, list, mapOf, text, ValidationError } from '../input';
import { checkAddresses } from '../reachability/load-balanced-address';

/** The nodes beside a router, read. */
export interface Nodes {
  /** The addresses of each node by its name; undefined where they are not said. */
  readonly names: ReadonlyMap<string, readonly IpAddress[] | undefined>;
  readonly ranges: readonly IpPrefix[];
  readonly links: readonly IpPrefix[];
}

/** Where a node is: its address, perhaps with the network of its link, or a prefix that has its address. */
type Place = { readonly range: IpPrefix } | { readonly address: IpAddress; readonly link?: IpPrefix };

const checkPlace: Check<Place> = (value) => {
  if (typeof value !== 'string' || !value.includes('/')) return { address: parseHostAddress(value) };
  const [text, digits] = value.split('/');
  const { family, first } = parseAddress(text);
  const network =
    /^\d{1,3}$/.test(digits) &&
    Number(digits) <= bitsOf(family) &&
    prefixAround({ family, first, last: first, text }, Number(digits));
  if (!network) throw ValidationError.of(value, 'an address such as 203.0.113.129/31, or a prefix');
  return first === network.first && first !== network.last
    ? { range: network }
    : { address: parseHostAddress(text), link: network };
};

const checkPlaces: Check<readonly Place[]> = (value) => {
  const places = list(checkPlace, 1)(value);
  checkAddresses(places.map((place) => ('range' in place ? place.range.text.split('/')[0] : place.address.text)));
  return places;
};

/** Reads the prop `nodes` of an OutsideRouter. @throws ValidationError */
export const checkNodes: Check<Nodes> = (value) => {
  if (!Array.isArray(value) && typeof value === 'object') {
    const places = mapOf(parseDnsSubdomain, checkPlaces, 1)(value);
    const all = [...places.values()].flat();
    const addressesOf = (own: readonly Place[]) => own.flatMap((place) => ('range' in place ? [] : [place.address]));
    return {
      names: new Map(
        [...places].map(([name, own]) => [name, addressesOf(own).length > 0 ? addressesOf(own) : undefined]),
      ),
      ranges: unique(all.flatMap((place) => ('range' in place ? [place.range] : []))),
      links: unique(all.flatMap((place) => ('range' in place || !place.link ? [] : [place.link]))),
    };
  }
  const items = list(checkNameOrRange)(distinct(list(text(/^\S+$/, 'the name of a node, or a prefix'), 1))(value));
  return {
    names: new Map(items.flatMap((item) => (typeof item === 'string' ? [[item, undefined] as const] : []))),
    ranges: items.flatMap((item) => (typeof item === 'string' ? [] : [item])),
    links: [],
  };
};

const checkNameOrRange: Check<string | IpPrefix> = (value) =>
  typeof value === 'string' && value.includes('/') ? parsePrefix(value) : parseDnsSubdomain(value);

const unique = (prefixes: readonly IpPrefix[]) => [...new Map(prefixes.map((each) => [each.text, each])).values()];
