import { Folder } from '../state/folder';

/** What routes.json says: the paths of each table, by their destinations. */
export type RoutesFile = Readonly<Record<string, Readonly<Record<string, readonly RoutePath[]>>>>;

export interface RoutePath {
  /** The neighbor that sent it. */
  readonly from: string;
  readonly nextHop: string;
  /** @default none */
  readonly asPath?: string;
  /** @default 100 */
  readonly localPreference?: number;
  readonly communities?: readonly string[];
  readonly active?: boolean;
}

const leaf = (data: string | number) => [{ data: String(data) }];

/**
 * `show route [PREFIX exact] table TABLE protocol bgp [detail] | display json`: its elements, and the place of each, are
 * those of Junos 18.2 as XML, mapped to JSON as Juniper documents it.
 */
export function showRoutes(words: readonly string[], folder: Folder): string | undefined {
  const [, prefix, name, detail] =
    /^show route (?:(\S+) exact )?table (\S+) protocol bgp( detail)?$/.exec(words.join(' ')) ?? [];
  if (name === undefined) return undefined;
  const table = Object.entries(folder.json<RoutesFile>('routes.json')?.[name] ?? {});
  const shown = table.filter(([destination]) => prefix === undefined || destination === prefix);
  const attributes = { xmlns: 'http://xml.juniper.net/junos/22.4R1/junos-routing' };
  const tables = shown.length === 0 ? {} : { 'route-table': [tableOf(name, shown, detail !== undefined)] };
  return `${JSON.stringify({ 'route-information': [{ attributes, ...tables }] }, null, 2)}\n`;
}

function tableOf(name: string, routes: readonly (readonly [string, readonly RoutePath[]])[], isDetailed: boolean) {
  const paths = routes.flatMap(([, all]) => all);
  return {
    'table-name': leaf(name),
    'destination-count': leaf(routes.length),
    'total-route-count': leaf(paths.length),
    rt: routes.map(([destination, all]) => {
      const [address, length] = destination.split('/');
      return {
        attributes: { 'junos:style': isDetailed ? 'detail' : 'brief' },
        'rt-destination': leaf(isDetailed ? address : destination),
        ...(isDetailed && { 'rt-prefix-length': leaf(length) }),
        'rt-entry': all.map((path) => entryOf(path, isDetailed)),
      };
    }),
  };
}

function entryOf(path: RoutePath, isDetailed: boolean) {
  const { from, nextHop, asPath = '', localPreference = 100, communities = [], active = false } = path;
  const told = `${asPath} I`.trim();
  const common = {
    'active-tag': active ? leaf('*') : [{}],
    'protocol-name': leaf('BGP'),
    preference: leaf(170),
    'local-preference': leaf(localPreference),
  };
  if (!isDetailed) return { ...common, 'learned-from': leaf(from), 'as-path': leaf(told), nh: [{ to: leaf(nextHop) }] };
  return {
    ...common,
    gateway: leaf(from),
    nh: [{ to: leaf('192.0.2.254'), via: leaf('eth0') }],
    'protocol-nh': [{ to: leaf(nextHop) }],
    'as-path': leaf(`AS path: ${told}\nAS path: Recorded`),
    'bgp-path-attributes': [{ 'attr-as-path-effective': [{ 'attr-value': leaf(told) }] }],
    ...(communities.length > 0 && { communities: [{ community: communities.flatMap(leaf) }] }),
  };
}
