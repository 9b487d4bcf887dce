import { LearnedRoute } from '../../lab/clients/client';
import { Family, IpFamily } from '../../lib/addressing';

/** The tables of Junos that have the routes of a family as they came from neighbors. */
const TABLES: Partial<Record<Family, string>> = {
  ...{ inet: 'inet.0', inet6: 'inet6.0', evpn: 'bgp.evpn.0' },
  ...{ vpnv4: 'bgp.l3vpn.0', vpnv6: 'bgp.l3vpn-inet6.0' },
};

const cli = (command: string): readonly string[] => ['cli', '-c', `${command} | display json`];

/** The command that shows the paths to a prefix. */
export const showJunosPrefix = (family: IpFamily, prefix: string): readonly string[] =>
  cli(`show route ${prefix} exact table ${family}.0 protocol bgp detail`);

/** The command that shows all prefixes of a family; undefined for labeled routes, which share a table with others. */
export function showJunosTable(family: Family): readonly string[] | undefined {
  const table = TABLES[family];
  return table === undefined ? undefined : cli(`show route table ${table} protocol bgp`);
}

/**
 * An element as Junos writes it as JSON: its children by their names, each a list, and the text of a leaf in `data`. See
 * "Map Junos OS Command Output to JSON in the CLI".
 */
interface Element {
  readonly [name: string]: unknown;
}

const all = (element: Element, name: string) => (element[name] ?? []) as readonly Element[];

/** The text of the first leaf of a path; undefined where there is none. */
function textOf(element: Element, ...path: readonly string[]): string | undefined {
  const leaf = path.reduce<Element | undefined>((one, name) => one && all(one, name)[0], element);
  return typeof leaf?.data === 'string' ? leaf.data.trim() : undefined;
}

interface Route {
  readonly destination: string;
  readonly entries: readonly Element[];
}

/** @throws SyntaxError for other output */
function routesIn(output: string): readonly Route[] {
  const text = output.trim();
  if (text !== '' && !text.startsWith('{')) throw new SyntaxError(`cRPD: ${text.split('\n')[0]}`);
  const shown = JSON.parse(text || '{}') as Element;
  return all(shown, 'route-information')
    .flatMap((one) => all(one, 'route-table'))
    .flatMap((table) => all(table, 'rt'))
    .map((route) => {
      // With details, the length is apart.
      const [address = '', length] = [textOf(route, 'rt-destination'), textOf(route, 'rt-prefix-length')];
      return {
        destination: length === undefined || address.includes('/') ? address : `${address}/${length}`,
        entries: all(route, 'rt-entry'),
      };
    });
}

/** The prefixes of a table, in the notation of Junos. */
export const junosPrefixes = (output: string): ReadonlySet<string> =>
  new Set(routesIn(output).map(({ destination }) => destination));

/** The paths to prefixes, with details. */
export const junosPaths = (output: string, family: IpFamily): readonly LearnedRoute[] =>
  routesIn(output).flatMap(({ destination, entries }) => entries.map((entry) => pathIn(entry, family, destination)));

function pathIn(entry: Element, family: IpFamily, destination: string): LearnedRoute {
  const from = textOf(entry, 'gateway') ?? textOf(entry, 'learned-from') ?? '';
  const preference = textOf(entry, 'local-preference');
  const med = textOf(entry, 'metric');
  const path =
    textOf(entry, 'bgp-path-attributes', 'attr-as-path-effective', 'attr-value') ??
    textOf(entry, 'as-path')?.split('\n')[0] ??
    '';
  const communities = all(entry, 'communities').flatMap((one) =>
    all(one, 'community').flatMap(({ data }) => (typeof data === 'string' ? data.trim() : [])),
  );
  const isExtended = (text: string) => /^(?!large:)[a-z]/.test(text);
  return {
    ...{ family, destination, from },
    nextHop: textOf(entry, 'protocol-nh', 'to') ?? textOf(entry, 'nh', 'to') ?? from,
    asPath: [...path.matchAll(/\d+/g)].map(Number),
    ...(preference !== undefined && { localPreference: Number(preference) }),
    ...(med !== undefined && { med: Number(med) }),
    communities: communities.filter((text) => !isExtended(text)).map((text) => text.replace(/^large:/, '')),
    routeTargets: communities.flatMap((text) => text.match(/^target:(.*)$/)?.[1] ?? []),
    clusterList: [],
    best: textOf(entry, 'active-tag')?.includes('*') === true,
  };
}
