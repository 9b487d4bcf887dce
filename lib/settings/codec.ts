import {
  AsRange,
  Family,
  formatAsRange,
  IpAddress,
  IpPrefix,
  parseAddress,
  parseAsNumber,
  parseAsRange,
  parseCommunity,
  parseDnsLabel,
  parseDnsSubdomain,
  parseJunosPrefix,
  parsePrefix,
  parseRfc1123Label,
  parseServiceReference,
  parseServiceDomain,
} from '../addressing';
import { Check, distinct, inside, integer, mapOf, oneOf, ValidationError } from '../input';

/** How one type of setting is written to and read from an environment variable. */
export interface Codec<T> {
  /** @throws ValidationError */
  parse(text: string): T;
  format(value: T): string;
}

const asText = (parse: (text: string) => string): Codec<string> => ({ parse, format: (value) => value });

export const serviceName = asText(parseDnsLabel);
export const serviceReference = asText(parseServiceReference);
export const namespace = asText(parseRfc1123Label);
export const serviceDomain = asText(parseServiceDomain);
export const community = asText(parseCommunity);
export const dnsName = asText(parseDnsSubdomain);

/** A crypt(3) hash of the kind `$6$` (SHA-512), which is what Junos takes. The value is never shown. */
export const passwordHash = asText((hash) => {
  if (!/^\$6\$(rounds=\d{4,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}$/.test(hash)) {
    throw ValidationError.ofSecret('a SHA-512 crypt hash, $6$salt$hash, as "openssl passwd -6" prints it');
  }
  return hash;
});

export const absolutePath = asText((path) => {
  if (!/^\/[-._~/A-Za-z0-9]+$/.test(path)) {
    throw ValidationError.of(path, 'an absolute path of letters, digits, "-", "_", ".", "~" and "/"');
  }
  return path;
});

export const flagText: Codec<boolean> = {
  parse: (text) => oneOf('true', 'false')(text) === 'true',
  format: String,
};

/** Names joined by "/": cluster, namespace and workload. */
export const identity = asText((name) => {
  if (!/^[-._A-Za-z0-9]+(\/[-._A-Za-z0-9]+)*$/.test(name) || name.length > MOST_IDENTITY) {
    throw ValidationError.of(name, `names of letters, digits, "-", "_" and ".", joined by "/"`);
  }
  return name;
});

/** Three names of Kubernetes, and more. */
const MOST_IDENTITY = 1000;

export const asNumber: Codec<number> = { parse: parseAsNumber, format: String };

export const address: Codec<IpAddress> = { parse: parseAddress, format: (value) => value.text };

/** Reads a BGP identifier, four bytes other than zero (RFC 6286), written as an IPv4 address. @throws ValidationError */
export function checkRouterId(value: unknown): IpAddress {
  const id = parseAddress(value);
  if (id.family !== 4 || id.first === 0n) throw ValidationError.of(value, 'an IPv4 address other than 0.0.0.0');
  return id;
}

export const routerId: Codec<IpAddress> = { parse: checkRouterId, format: (value) => value.text };

/** BGP identifiers by instance, `n1=192.0.2.1`, joined by commas. @throws ValidationError where two are the same */
export const routerIds: Codec<Readonly<Record<string, IpAddress>>> = {
  parse: (text) => {
    const ids = new Map<string, string>();
    text.split(',').forEach((item, i) => {
      const [, instance, id] = /^([^=]+)=([^=]+)$/.exec(item.trim()) ?? [];
      if (instance === undefined || ids.has(instance)) {
        throw ValidationError.of(item, 'an instance that is listed once, and its identifier: n1=192.0.2.1').within(
          String(i),
        );
      }
      ids.set(instance, id);
    });
    return checkRouterIds(Object.fromEntries(ids));
  },
  format: (ids) =>
    Object.entries(ids)
      .map(([instance, { text }]) => `${instance}=${text}`)
      .join(','),
};

/** Reads BGP identifiers by instance. @throws ValidationError where two are the same */
export function checkRouterIds(value: unknown): Readonly<Record<string, IpAddress>> {
  const ids = mapOf(parseDnsSubdomain, checkRouterId, 1)(value);
  const owners = new Map<string, string>();
  for (const [instance, { text }] of ids) {
    const other = owners.get(text);
    if (other !== undefined) {
      throw ValidationError.of(text, `an identifier of its own: ${other} has it already`).within(instance);
    }
    owners.set(text, instance);
  }
  return Object.fromEntries(ids);
}

export function wholeNumber(least: number, most: number): Codec<number> {
  const check = integer(least, most);
  return { parse: (text) => check(/^\d{1,9}$/.test(text) ? Number(text) : text), format: String };
}

/** Threads of a process: none, one for each core (`true`), or a number of them. */
export type Threads = boolean | number;

/** Reads {@link Threads} from a prop. */
export function checkThreads(most: number): Check<Threads> {
  return (value) => {
    if (typeof value === 'boolean') return value;
    if (Number.isInteger(value) && 1 <= Number(value) && Number(value) <= most) return Number(value);
    throw ValidationError.of(value, `true, false or a whole number from 1 to ${most}`);
  };
}

export function threads(most: number): Codec<Threads> {
  const check = checkThreads(most);
  const meanings: Readonly<Record<string, boolean>> = { true: true, false: false };
  return { parse: (text) => check(meanings[text] ?? (/^\d{1,9}$/.test(text) ? Number(text) : text)), format: String };
}

export function choice<T extends string>(...values: readonly T[]): Codec<T> {
  return { parse: oneOf(...values), format: (value) => value };
}

/** More than an environment variable holds of the shortest prefixes. */
const MOST_ITEMS = 20_000;

/** Items joined by commas; at least one. */
function commaList<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    parse: (text) => {
      const items = text.split(',').map((part) => part.trim());
      if (items.length > MOST_ITEMS) throw ValidationError.of(`${items.length} items`, `at most ${MOST_ITEMS}`);
      return items.length === 1
        ? [item.parse(items[0])]
        : items.map((part, i) => inside(String(i), () => item.parse(part)));
    },
    format: (values) => values.map(item.format).join(','),
  };
}

/** Some of these address families, each once. */
export const families = (of: readonly Family[]): Codec<readonly Family[]> => {
  const { parse, format } = commaList<Family>(choice(...of));
  return { parse: distinct((value) => parse(value as string)), format };
};

export const serviceReferences: Codec<readonly string[]> = commaList(serviceReference);
export const addresses: Codec<readonly IpAddress[]> = commaList(address);
export const prefixes: Codec<readonly IpPrefix[]> = commaList({ parse: parsePrefix, format: (value) => value.text });
/** Prefixes as the manifests of the original meshrr have them, in the short form of Junos, too. */
export const junosPrefixes: Codec<readonly IpPrefix[]> = commaList({
  parse: parseJunosPrefix,
  format: (value) => value.text,
});
export const asRanges: Codec<readonly AsRange[]> = commaList({ parse: parseAsRange, format: formatAsRange });
