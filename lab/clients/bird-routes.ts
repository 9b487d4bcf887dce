import { LearnedRoute } from './client';

/**
 * Parses `show route all table …`:
 *
 * ```
 * 203.0.113.0/24       unreachable [neighbor1 05:39:19.377 from 10.0.0.1] * (100) [AS64497i]
 * 	BGP.next_hop: 10.0.0.3
 * ```
 *
 * A further route to the same destination begins with spaces.
 *
 * @param neighbors addresses of neighbors by protocol; routes of other protocols are the client's own
 */
export function parseBirdRoutes(
  text: string,
  family: 'inet' | 'inet6',
  neighbors: ReadonlyMap<string, string>,
): LearnedRoute[] {
  let destination = '';
  const routes: { from?: string; destination: string; best: boolean; attributes: Map<string, string> }[] = [];
  for (const line of text.split('\n')) {
    const route = /^(\S*) +[a-z]+ \[(\S+) [^\]]*\] (\*?)/.exec(line);
    if (route) {
      destination = route[1] || destination;
      routes.push({ from: neighbors.get(route[2]), destination, best: route[3] === '*', attributes: new Map() });
    }
    const attribute = /^\tBGP\.(\w+):(.*)$/.exec(line);
    if (attribute) routes[routes.length - 1]?.attributes.set(attribute[1], attribute[2].trim());
  }
  return routes.flatMap(({ from, destination, best, attributes }) =>
    from === undefined ? [] : [{ family, destination, from, best, ...attributesOf(attributes) }],
  );
}

function attributesOf(attributes: ReadonlyMap<string, string>) {
  const text = (name: string) => attributes.get(name) ?? '';
  const number = (name: string) => (attributes.has(name) ? Number(text(name)) : undefined);
  return {
    // The global IPv6 address precedes the link-local one.
    nextHop: text('next_hop').split(' ')[0],
    asPath: (text('as_path').match(/\d+/g) ?? []).map(Number),
    localPreference: number('local_pref'),
    med: number('med'),
    communities: [...pairsIn(text('community')), ...triplesIn(text('large_community'))],
    routeTargets: [...text('ext_community').matchAll(/\(rt, ([^,]+), (\d+)\)/g)].map(
      ([, who, what]) => `${who}:${what}`,
    ),
    originatorId: attributes.get('originator_id'),
    clusterList: text('cluster_list').split(' ').filter(Boolean),
  };
}

/** `(64496,101) (64496,102)` */
function pairsIn(text: string): string[] {
  return [...text.matchAll(/\((\d+),(\d+)\)/g)].map(([, high, low]) => `${high}:${low}`);
}

/** `(64496, 1, 2) (64496, 1, 3)` */
function triplesIn(text: string): string[] {
  return [...text.matchAll(/\((\d+), (\d+), (\d+)\)/g)].map(([, ...parts]) => parts.slice(0, 3).join(':'));
}
