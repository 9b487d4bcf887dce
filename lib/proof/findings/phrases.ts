import { BgpTopology, counted } from '../../model';
import { Client } from '../areas/areas';
import { Loss, Outcome } from '../areas/area-reachability';
import { exampleFor, RouteClass } from '../areas/route-classes';
import { Failure } from '../result';
import { DraftFinding } from './draft-finding';
import { listed } from './words';

/** A verb after one client, and after several. */
export type Verb = readonly [string, string];
export const LOSE: Verb = ['loses', 'lose'];

/** Names and numbers of a topology, as sentences about it have them. */
export class Phrases {
  private readonly names: ReadonlyMap<string, string>;
  /** Names that several regions or pairs have. */
  private readonly shared: ReadonlySet<string>;
  /** Regions and pairs that may have routers in other clusters, whose app is another one. */
  private readonly spanning: ReadonlySet<string>;
  private readonly assumed: ReadonlySet<string>;
  private readonly assumedNodes: ReadonlySet<string>;

  constructor(readonly topology: BgpTopology) {
    const parts = [...topology.groups, ...topology.outside.flatMap(({ reflects }) => reflects ?? [])];
    this.names = new Map(parts.map(({ part }) => [part.path, part.name]));
    const names = [...this.names.values()];
    this.shared = new Set(names.filter((name, i) => names.indexOf(name) < i));
    this.spanning = new Set(topology.groups.flatMap(({ part, exported }) => (exported ? [part.path] : [])));
    this.assumed = new Set(topology.outside.flatMap(({ id, assumed }) => (assumed ? [id] : [])));
    this.assumedNodes = new Set(topology.nodes.flatMap(({ id, assumed }) => (assumed ? [id] : [])));
  }

  /** Whether a client is assumed, and could as well be one of routers in another cluster. */
  mayBeElsewhere({ id, parts }: Client): boolean {
    return this.assumed.has(id) && parts.every((part) => this.spanning.has(part));
  }

  /** Whether all that is lost is to or from clients that have no session left. */
  onlyAbout({ losses, cutOff }: Outcome): boolean {
    const alone = new Set(cutOff);
    return losses.every(
      ({ clients, classes }) =>
        clients.every((client) => alone.has(client)) ||
        classes.every(({ scopes }) => scopes.every(({ client }) => alone.has(client))),
    );
  }

  /** `2 clients of mirkwood lose 6 routes of lothlorien`. */
  summary(losses: readonly Loss[], [one, many]: Verb = ['does not learn', 'do not learn']): string {
    const clients = clientsOf(losses);
    const classes = new Set(losses.flatMap((loss) => loss.classes));
    const routes = [...classes].reduce((sum, each) => sum + each.routes.length, 0);
    const origins = [...new Set([...classes].flatMap(({ scopes }) => scopes.flatMap(({ client }) => client.parts)))];
    const parts = [...new Set(clients.flatMap((client) => client.parts))];
    return (
      `${counted(clients.length, 'client')} of ${this.namesOf(parts)} ${clients.length === 1 ? one : many} ` +
      `${counted(routes, 'route')} of ${this.namesOf(origins)}`
    );
  }

  /** The names of regions and pairs; the paths of those that share one. */
  namesOf(paths: readonly string[]): string {
    return listed(paths.map((path) => (this.shared.has(this.nameOf(path)) ? path : this.nameOf(path))).sort());
  }

  private nameOf(path: string): string {
    return this.names.get(path) ?? path;
  }

  /** A finding about losses. */
  found(
    kind: DraftFinding['kind'],
    message: () => string,
    losses: readonly Loss[],
    failures: readonly Failure[],
  ): DraftFinding {
    const clients = clientsOf(losses);
    const origins = losses.flatMap(({ classes }) =>
      classes.flatMap(({ scopes }) => scopes.map(({ client }) => client)),
    );
    const parts = [...new Set(clients.flatMap((client) => client.parts))].sort();
    return this.shape(kind, message, parts, clients, failures, origins);
  }

  /** A finding about these regions and pairs, clients and failures; it says what of them is assumed. */
  shape(
    kind: DraftFinding['kind'],
    message: () => string,
    parts: readonly string[],
    clients: readonly Client[],
    failures: readonly Failure[],
    others: readonly Client[] = [],
  ): DraftFinding {
    const assumedClients = [...clients, ...others].some(({ id }) => this.assumed.has(id));
    const assumedNodes = failures.some(({ kind: of, name }) => of === 'node' && this.assumedNodes.has(name));
    const what = [...(assumedClients ? ['clients'] : []), ...(assumedNodes ? ['nodes'] : [])];
    const note = what.length > 0 ? ` (${what.join(' and ')} are assumed)` : '';
    const ids = [...new Set(clients.map(({ id }) => id))].sort();
    return {
      ...{ kind, toMessage: () => message() + note, parts, clients: ids, groups: [], assumed: what.length > 0 },
      failures: failures.map(({ id }) => id),
    };
  }
}

/** `198.51.100.0/24 of pe1`, not of the client that does not learn it. */
export function exampleOf(routes: RouteClass, notOf?: Client): string {
  const { route, origins } = notOf ? exampleFor(notOf, routes) : routes.routes[0];
  return `${route} of ${listed([...origins.keys()])}`;
}

export const clientsOf = (losses: readonly Loss[]): readonly Client[] => [
  ...new Set(losses.flatMap(({ clients }) => clients)),
];
