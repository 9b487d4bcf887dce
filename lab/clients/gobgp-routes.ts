import { Family } from '../../lib/addressing';
import { evpnDestination } from './announcement';
import { LearnedRoute } from './client';

/** Codes of path attributes (RFC 4271, 4456, 1997, 4360, 4760, 6514, 8092). */
const ATTRIBUTE = {
  asPath: 2,
  nextHop: 3,
  med: 4,
  localPreference: 5,
  communities: 8,
  originatorId: 9,
  clusterList: 10,
  reachable: 14,
  extendedCommunities: 16,
  tunnel: 22,
  largeCommunities: 32,
};
/** The subtype and the types of route targets (RFC 4360, RFC 5668). */
const ROUTE_TARGET = 2;
const ROUTE_TARGET_TYPES = [0, 1, 2];

interface Rd {
  readonly admin: number | string;
  readonly assigned: number;
}

interface EvpnValue {
  readonly rd: Rd;
  readonly etag: number;
  readonly mac?: string;
  readonly ip?: string;
  readonly prefix?: string;
  readonly label?: number;
  readonly labels?: readonly number[];
}

interface LargeCommunity {
  readonly ASN: number;
  readonly LocalData1: number;
  readonly LocalData2: number;
}

interface ExtendedCommunity {
  readonly type: number;
  readonly subtype?: number;
  readonly value?: unknown;
}

interface Attribute {
  readonly type: number;
  readonly value?: unknown;
  readonly as_paths?: readonly { readonly asns: readonly number[] }[];
  readonly nexthop?: string;
  readonly metric?: number;
  readonly communities?: readonly number[];
  readonly label?: number;
}

interface Path {
  readonly nlri: {
    readonly prefix?: string;
    readonly rd?: Rd;
    readonly labels?: readonly number[];
    readonly type?: number;
    readonly value?: EvpnValue;
  };
  readonly best?: boolean;
  readonly attrs: readonly Attribute[];
  /** A route of the client itself has none. */
  readonly 'neighbor-ip'?: string;
}

/** Parses `gobgp global rib -j` of one family: an object with the paths to each destination. */
export function parseGobgpRoutes(text: string, family: Family): LearnedRoute[] {
  // Without a route, GoBGP writes nothing or an empty object.
  const paths = Object.values(JSON.parse(text.trim() || '{}') as Record<string, readonly Path[]>).flat();
  return paths.flatMap((path) => {
    const from = path['neighbor-ip'];
    const destination = destinationOf(path);
    return from === undefined || destination === undefined ? [] : [routeOf(path, family, destination, from)];
  });
}

function routeOf({ attrs, best, nlri }: Path, family: Family, destination: string, from: string): LearnedRoute {
  const of = (type: number) => attrs.find((attribute) => attribute.type === type);
  const large = (of(ATTRIBUTE.largeCommunities)?.value ?? []) as readonly LargeCommunity[];
  const extended = (of(ATTRIBUTE.extendedCommunities)?.value ?? []) as readonly ExtendedCommunity[];
  return {
    family,
    destination,
    from,
    best: best === true,
    nextHop: (of(ATTRIBUTE.reachable) ?? of(ATTRIBUTE.nextHop))?.nexthop ?? '',
    asPath: (of(ATTRIBUTE.asPath)?.as_paths ?? []).flatMap(({ asns }) => asns),
    localPreference: of(ATTRIBUTE.localPreference)?.value as number | undefined,
    med: of(ATTRIBUTE.med)?.metric,
    communities: [
      ...(of(ATTRIBUTE.communities)?.communities ?? []).map((value) => `${value >>> 16}:${value & 0xffff}`),
      ...large.map(({ ASN, LocalData1, LocalData2 }) => [ASN, LocalData1, LocalData2].join(':')),
    ],
    routeTargets: extended
      .filter(({ type, subtype }) => ROUTE_TARGET_TYPES.includes(type) && subtype === ROUTE_TARGET)
      .map(({ value }) => withPlainNumber(String(value))),
    label: nlri.labels?.[0] ?? nlri.value?.label ?? nlri.value?.labels?.[0] ?? of(ATTRIBUTE.tunnel)?.label,
    originatorId: of(ATTRIBUTE.originatorId)?.value as string | undefined,
    clusterList: (of(ATTRIBUTE.clusterList)?.value ?? []) as readonly string[],
  };
}

/** @returns undefined for an EVPN type that no client announces */
function destinationOf({ nlri: { prefix, rd, type, value } }: Path): string | undefined {
  if (!value) return rd ? `${rd.admin}:${rd.assigned}:${prefix}` : prefix;
  const common = { rd: `${value.rd.admin}:${value.rd.assigned}`, ethernetTag: value.etag };
  const ip = value.ip === '<nil>' ? undefined : value.ip;
  if (type === 2 && value.mac !== undefined) return evpnDestination({ ...common, type, mac: value.mac, ip });
  if (type === 3 && ip !== undefined) return evpnDestination({ ...common, type, ip });
  if (type === 5 && value.prefix !== undefined) return evpnDestination({ ...common, type, prefix: value.prefix });
  return undefined;
}

/** GoBGP writes an AS number above 65535 in asdot: `64086.59905:100`. */
function withPlainNumber(routeTarget: string): string {
  return routeTarget.replace(/^(\d+)\.(\d+):/, (_, high, low) => `${Number(high) * 0x10000 + Number(low)}:`);
}
