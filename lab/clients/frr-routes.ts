import { Family, traitsOf } from '../../lib/addressing';
import { LearnedRoute } from './client';

/** The communities that bgpd shows by name (RFC 1997, 7999, 8326). */
const WELL_KNOWN: Readonly<Record<string, string>> = {
  noExport: '65535:65281',
  noAdvertise: '65535:65282',
  blackhole: '65535:666',
  gracefulShutdown: '65535:0',
};

/** Shows all paths of EVPN. */
export const SHOW_EVPN = 'show bgp l2vpn evpn route detail json';

/**
 * All paths of a family from neighbors, not only the best.
 *
 * @param show runs a command that shows JSON
 */
export async function frrRoutes(show: (command: string) => Promise<string>, family: Family): Promise<LearnedRoute[]> {
  const { vpn, frr } = traitsOf(family);
  if (vpn !== undefined) return vpnRoutes(show, family);
  const command = family === 'evpn' ? SHOW_EVPN : `show bgp ${frr} json detail`;
  return parseFrrRoutes(await show(command), family);
}

/** FRR 8.4 shows the details of VPN routes one prefix at a time, by route distinguisher. */
async function vpnRoutes(show: (command: string) => Promise<string>, family: Family): Promise<LearnedRoute[]> {
  const table = parseTable(await show(`show bgp ${traitsOf(family).frr} json`));
  const { routeDistinguishers = {} } = (table.routes ?? {}) as { routeDistinguishers?: Record<string, object> };
  const prefixes = new Set(Object.values(routeDistinguishers).flatMap((routes) => Object.keys(routes)));
  const routes: LearnedRoute[] = [];
  for (const prefix of prefixes) {
    const shown = parseTable(await show(`show bgp ${traitsOf(family).frr} ${prefix} json`));
    for (const [rd, paths] of Object.entries(shown)) {
      routes.push(...routesOfEach({ [prefix]: paths }, family, `${rd}:`));
    }
  }
  return routes;
}

const parseTable = (text: string) => JSON.parse(text.trim() || '{}') as Record<string, unknown>;

/** The fields of a path that are read. */
interface Path {
  readonly aspath: { readonly segments?: readonly { readonly list: readonly number[] }[] };
  readonly bestpath?: { readonly overall?: boolean };
  readonly metric?: number;
  readonly locPrf?: number;
  readonly community?: { readonly list: readonly string[] };
  readonly largeCommunity?: { readonly list: readonly string[] };
  readonly extendedCommunity?: { readonly string: string };
  readonly originatorId?: string;
  readonly clusterList?: { readonly list: readonly string[] };
  readonly nexthops: readonly { readonly ip: string; readonly scope?: string }[];
  readonly peer: { readonly peerId: string };
  readonly vni?: string;
  readonly remoteLabel?: number;
  readonly pmsi?: { readonly label?: number };
}

/** Parses the paths of a family other than those of VPNs. @throws SyntaxError */
export function parseFrrRoutes(text: string, family: Family): LearnedRoute[] {
  const table = parseTable(text);
  return family === 'evpn'
    ? evpnRoutes(table)
    : routesOfEach((table.routes ?? {}) as Record<string, unknown>, family, '');
}

/** The table is by route distinguisher, and has some fields of another type. */
function evpnRoutes(table: Readonly<Record<string, unknown>>): LearnedRoute[] {
  return Object.entries(table).flatMap(([rd, routes]) =>
    typeof routes === 'object' ? routesOfEach(routes as Record<string, unknown>, 'evpn', `${rd} `) : [],
  );
}

function routesOfEach(routes: Readonly<Record<string, unknown>>, family: Family, before: string): LearnedRoute[] {
  return Object.entries(routes).flatMap(([destination, shown]) =>
    pathsIn(shown)
      // Its own announcements have no neighbor: '::', '(unspec)' or '0.0.0.0'.
      .filter(({ peer }) => /[.:]/.test(peer.peerId) && !['::', '0.0.0.0'].includes(peer.peerId))
      .map((path) => routeOf(path, family, `${before}${destination}`)),
  );
}

function routeOf(path: Path, family: Family, destination: string): LearnedRoute {
  const { nexthops, originatorId, extendedCommunity, vni, remoteLabel, pmsi } = path;
  const label = vni === undefined ? (remoteLabel ?? pmsi?.label) : Number(vni);
  return {
    family,
    destination,
    nextHop: (nexthops.find(({ scope }) => scope === 'global') ?? nexthops[0]).ip,
    asPath: (path.aspath.segments ?? []).flatMap(({ list }) => list),
    ...(path.locPrf !== undefined && { localPreference: path.locPrf }),
    ...(path.metric !== undefined && { med: path.metric }),
    communities: [
      ...(path.community?.list ?? []).map((one) => WELL_KNOWN[one] ?? one),
      ...(path.largeCommunity?.list ?? []),
    ],
    routeTargets: [...(extendedCommunity?.string ?? '').matchAll(/\bRT:(\S+)/g)].map(([, target]) => target),
    ...(label !== undefined && { label }),
    ...(originatorId !== undefined && { originatorId }),
    clusterList: path.clusterList?.list ?? [],
    from: path.peer.peerId,
    best: path.bestpath?.overall === true,
  };
}

/** The paths in the output for a destination. Their depth differs between families and releases. */
function pathsIn(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('peer' in value && 'nexthops' in value) return [value as Path];
  return Object.values(value).flatMap(pathsIn);
}
