import { BgpTopology, instanceOf } from '../../lib/model';
import { Known, routesOf, simulate } from '../../lib/proof';
import { identifierOf, LOCAL_PREFERENCE } from '../../lib/settings';
import { destinationOf, resolve } from '../clients/announcement';
import { Client, LearnedRoute } from '../clients/client';
import { announcementsFor, ClientPlan } from '../plan/clients';
import { UpSessions } from './sessions';

/** A path of a real or of a simulated router, in a form that both share. */
export interface PathOf {
  /** The name of the pod or of the router outside. */
  readonly router: string;
  /** The prefix; of EVPN, the route as FRR shows it. */
  readonly destination: string;
  /** The name of the neighbor. */
  readonly from: string;
  readonly attributes: string;
}

/** The paths that the proof's simulation expects with these sessions. */
export function expectedPaths(topology: BgpTopology, plans: readonly ClientPlan[], up: UpSessions): PathOf[] {
  const nameOf = (id: string) => up.pods.get(id)?.name ?? id;
  const addresses = new Map([...up.pods].map(([id, pod]) => [id, pod.address]));
  const outside = plans.map(({ name, routerId }) => [name, routerId] as const);
  // The model places pods of a Deployment on nodes that Kubernetes need not choose.
  const inside = topology.speakers.flatMap(({ id, group }) => {
    const pod = up.pods.get(id);
    const own = pod && identifierOf(group.identifiers, instanceOf(group, pod));
    return own ? [[id, own.text] as const] : [];
  });
  const known: Known = {
    sessions: up.sessions,
    routerIds: new Map([...inside, ...outside]),
    podAddresses: addresses,
  };
  const running = new Set([...up.pods.keys(), ...plans.map(({ name }) => name)]);
  const destinations = destinationsOf(topology);
  return simulate(topology, known).holdings.flatMap(({ router, paths, family, route }) => {
    if (!running.has(router)) return [];
    // Of equally good eBGP paths, a router may prefer the oldest.
    const mayDiffer = paths.some(({ bestIfOlder }) => bestIfOlder);
    return paths.flatMap((path) => {
      const marked = up.pods.has(router) && !mayDiffer && path.best;
      const [originatorId, clusterList] = [path.originatorId, path.clusterList.map(dotted)];
      const attributes = attributesOf({
        ...{ ...path, clusterList, best: marked },
        originatorId: originatorId === undefined ? undefined : dotted(originatorId),
      });
      const from = nameOf(path.from);
      const all = destinations.get(routeKey(family, route)) as readonly string[];
      return all.map((destination) => ({ router: nameOf(router), destination, from, attributes }));
    });
  });
}

/** The paths of the real routers. The best path is marked only where `expected` marks one. */
export async function actualPaths(
  topology: BgpTopology,
  clients: ReadonlyMap<string, Client>,
  up: UpSessions,
  expected: readonly PathOf[],
): Promise<PathOf[]> {
  const names = new Map([...up.pods.values()].flatMap((pod) => pod.addresses.map((address) => [address, pod.name])));
  for (const { id, addresses } of topology.outside) for (const { text } of addresses) names.set(text, id);
  const withBest = new Set(expected.filter(({ attributes }) => attributes.endsWith(BEST)).map(keyOf));
  const families = [...new Set(topology.groups.flatMap((group) => group.families))];
  const pathsOf = (router: string, routes: readonly LearnedRoute[], names: ReadonlyMap<string, string>) =>
    routes.map((route): PathOf => {
      const place = { router, destination: route.destination };
      const best = route.best && withBest.has(keyOf(place));
      return { ...place, from: names.get(route.from) ?? route.from, attributes: attributesOf({ ...route, best }) };
    });
  const ofPods = [...up.pods.values()].map(async (pod) => {
    const routes = await Promise.all(families.map((family) => pod.paths(family).catch(() => [])));
    return pathsOf(pod.name, routes.flat(), names);
  });
  const ofClients = [...clients].map(async ([router, client]) => {
    const own = up.sessions.filter(({ from }) => from === router);
    const behind = new Map(own.map(({ address = '', to }) => [address, up.pods.get(to)?.name ?? to]));
    return pathsOf(router, await client.learned(), new Map([...names, ...behind]));
  });
  return (await Promise.all([...ofPods, ...ofClients])).flat();
}

const keyOf = ({ router, destination }: Pick<PathOf, 'router' | 'destination'>) => `${router} ${destination}`;

export const routeKey = (family: string, route: string) => `${family} ${route}`;

/** The destinations that stand for each route of the topology, by its {@link routeKey}. */
export function destinationsOf(topology: BgpTopology): ReadonlyMap<string, readonly string[]> {
  return new Map(
    routesOf(topology).map(({ family, route }) => {
      const announcements = announcementsFor(topology, { family, route, communities: [] });
      const texts = announcements.map((one) => destinationOf(resolve(one, ['192.0.2.1', '2001:db8::1'])));
      return [routeKey(family, route), texts];
    }),
  );
}

const BEST = ' best';

type Attributes = Pick<LearnedRoute, 'asPath' | 'localPreference' | 'originatorId' | 'clusterList' | 'best'>;

function attributesOf(path: Attributes): string {
  const { asPath, localPreference = LOCAL_PREFERENCE.usual, originatorId, clusterList, best } = path;
  return [
    asPath.length > 0 ? `AS path ${asPath.join(' ')}` : 'AS path empty',
    `, LOCAL_PREF ${localPreference}`,
    originatorId === undefined ? '' : `, ORIGINATOR_ID ${originatorId}`,
    clusterList.length > 0 ? `, CLUSTER_LIST ${clusterList.join(' ')}` : '',
    best ? BEST : '',
  ].join('');
}

const dotted = (id: number) => [24, 16, 8, 0].map((shift) => (id >>> shift) & 255).join('.');
