import { BgpTopology, counted, thousands } from '../../model';
import { causesOf } from './causes';
import { Evaluated, Evaluation } from '../evaluation';
import { Hiding } from '../areas/path-hiding';
import { Loss, Outcome, AreaReachability } from '../areas/area-reachability';
import { Failure } from '../result';
import { Client } from '../areas/areas';
import { exampleFor, RouteClass } from '../areas/route-classes';
import { DraftFinding } from './draft-finding';
import { exampleOf, LOSE, Phrases } from './phrases';
import { cureOf, whyLeaked, whyNot, whyOscillating } from './reasons';
import { lossesOnRollout } from './rollouts';
import { listed } from './words';

/** What is wrong with a topology, one sentence for all that have one cause. */
export function findingsOf(topology: BgpTopology, evaluation: Evaluation): readonly DraftFinding[] {
  const { reach, evaluated, leftOut, rollouts } = evaluation;
  const about = new Words(topology, reach);
  const { plain, hidden } = byCause(reach);
  return [
    ...about.losses({ ...reach.usual, losses: plain }),
    ...about.hidden(hidden),
    ...about.leaks(reach.usual),
    ...firstOf(evaluated, ({ leaks }) => leaks.length > 0).flatMap(({ failure, outcome }) =>
      reach.usual.leaks.length > 0 ? [] : about.leaks(outcome, failure),
    ),
    ...about.oscillations(reach.usual),
    ...firstOf(evaluated, ({ unsettled }) => unsettled.length > 0).flatMap(({ failure, outcome }) =>
      reach.usual.unsettled.length > 0 ? [] : about.oscillations(outcome, failure),
    ),
    ...about.lossesOnFailure(evaluated),
    ...lossesOnRollout(about, rollouts),
    ...about.idleGroups(),
    ...about.leftOut(leftOut, evaluated.length),
  ];
}

/** A loss for path hiding. */
interface HiddenLoss extends Loss {
  readonly hiding: Hiding;
}

/** What is lost with all in order, apart from what path hiding costs. */
function byCause(reach: AreaReachability): { readonly plain: readonly Loss[]; readonly hidden: readonly HiddenLoss[] } {
  const plain: Loss[] = [];
  const hidden: HiddenLoss[] = [];
  for (const loss of reach.usual.losses) {
    const [client, routes] = [loss.clients[0], loss.classes[0]];
    // A class that is contested is looked at by itself for each client.
    const hiding = reach.hidingFrom(client, routes);
    if (hiding) hidden.push({ ...loss, hiding });
    else plain.push(loss);
  }
  return { plain, hidden };
}

const firstOf = (evaluated: readonly Evaluated[], test: (outcome: Outcome) => boolean) =>
  evaluated.filter(({ outcome }) => test(outcome)).slice(0, 1);

class Words extends Phrases {
  constructor(
    topology: BgpTopology,
    private readonly reach: AreaReachability,
  ) {
    super(topology);
  }

  losses({ losses, cutOff }: Outcome): readonly DraftFinding[] {
    if (losses.length === 0) return [];
    const [{ clients, classes }] = losses;
    const [client, routes] = [clients[0], classes[0]];
    const alone = [client, ...routes.scopes.map(({ client: origin }) => origin)].find((one) => cutOff.includes(one));
    const lonely = cutOff.includes(client) || routes.scopes.every(({ client: origin }) => cutOff.includes(origin));
    const why = () =>
      alone && lonely
        ? `${alone.id} has no session: see that pods are behind the addresses of its region, and accept its own`
        : (whyNot(this.reach, routes, client) ??
          'no sessions lead there: join the routers on both sides of the gap by a mesh, or by a region upstream of both');
    const message = () =>
      `${this.summary(losses)}, such as ${exampleOf(routes, client)}, which never reaches ${client.id}: ${why()}`;
    return [this.found('loss', message, losses, [])];
  }

  hidden(losses: readonly HiddenLoss[]): readonly DraftFinding[] {
    if (losses.length === 0) return [];
    const [{ clients, classes, hiding }] = losses;
    const [client, routes] = [clients[0], classes[0]];
    const { id, autonomousSystem: as } = client;
    const { at, winner, loser, why } = hiding;
    const { route } = exampleFor(client, routes);
    const message = () =>
      `${this.summary(losses)} because of path hiding (RFC 7947, 2.3.1), such as ${route} of ${loser}, which never reaches ${id}: ` +
      `${at} prefers the path of ${winner} (${why}) and sends no other, and ${id} drops that path, as its own AS ${as} is in it: ` +
      `give ${id} an AS number that no other origin of the route has, all paths where it is a client of ${at} (addPath), or accept this where AS ${as} learns the route in another way`;
    return [this.found('pathHiding', message, losses, [])];
  }

  leaks({ leaks }: Outcome, failure?: Failure): readonly DraftFinding[] {
    if (leaks.length === 0) return [];
    const [{ routes, speaker }] = leaks;
    const parts = [...new Set(leaks.flatMap(({ routes: { scopes } }) => scopes.flatMap(({ client }) => client.parts)))];
    const more = leaks.reduce((sum, { routes: { routes: all } }) => sum + all.length, -1);
    const scope = [...new Set(routes.scopes.flatMap(({ scope: own }) => [...(own ?? [])]))];
    const message = () =>
      `${exampleOf(routes)} is for clients of ${this.namesOf(scope)} only, and ${speaker} has it` +
      (failure ? ` when ${failure.id} fails` : '') +
      whyLeaked(this.reach, leaks[0], new Set(scope), new Set(failure?.failed)) +
      (more > 0 ? `; the same holds for ${counted(more, 'more route')}` : '');
    const clients = routes.scopes.map(({ client }) => client);
    return [{ ...this.shape('leak', message, parts, clients, failure ? [failure] : []) }];
  }

  oscillations({ unsettled }: Outcome, failure?: Failure): readonly DraftFinding[] {
    if (unsettled.length === 0) return [];
    const clients = unsettled.flatMap(({ scopes }) => scopes.map(({ client }) => client));
    const parts = [...new Set(clients.flatMap((client) => client.parts))];
    const when = failure ? ` once ${failure.id} has failed` : '';
    const message = () =>
      `${exampleOf(unsettled[0])} oscillates${when}` +
      (whyOscillating(this.reach, unsettled[0], new Set(failure?.failed)) ??
        ': the routers never converge on a best path');
    return [this.shape('oscillation', message, parts, clients, failure ? [failure] : [])];
  }

  lossesOnFailure(evaluated: readonly Evaluated[]): readonly DraftFinding[] {
    const costly = evaluated.filter(({ outcome }) => outcome.losses.length > 0);
    return causesOf(costly).flatMap((cause) => {
      const [{ outcome }] = cause;
      if (!this.onlyAbout(outcome)) return [this.lossOnFailure(cause)];
      return outcome.cutOff.every((client) => this.mayBeElsewhere(client)) ? [] : [this.cutOff(cause)];
    });
  }

  private cutOff(cause: readonly Evaluated[]): DraftFinding {
    const [{ failure, outcome }] = cause;
    const { losses, cutOff } = outcome;
    const parts = [...new Set(cutOff.flatMap((client) => client.parts))].sort();
    const have = cutOff.length === 1 ? 'has' : 'have';
    const message = () =>
      `${listed(cutOff.map(({ id }) => id))} of ${this.namesOf(parts)} ${have} sessions only with ${throughOf(failure)}: ` +
      `if ${anyOf(cause)} fails, ${this.summary(losses, LOSE)}: ${cureOf(this.topology, failure)}`;
    const failures = cause.map((each) => each.failure);
    const found = this.shape('lossOnFailure', message, parts, cutOff, failures);
    return { ...found, mergeKey: `cut off by ${kindsOf(cause)}` };
  }

  private lossOnFailure(cause: readonly Evaluated[]): DraftFinding {
    const [{ failure, outcome }] = cause;
    const { losses } = outcome;
    const loss = losses.find(({ classes }) => classes.length > 0) as Loss;
    const [client, routes] = [loss.clients[0], loss.classes[0]];
    const message = () =>
      `${exampleOf(routes, client)} reaches ${client.id} only through ${throughOf(failure)}: ` +
      `if ${anyOf(cause)} fails, ${this.summary(losses, LOSE)}` +
      this.afterwards(routes, client, failure);
    const failures = cause.map((each) => each.failure);
    return { ...this.found('lossOnFailure', message, losses, failures), mergeKey: `lost by ${kindsOf(cause)}` };
  }

  /** Why no other way is left after a failure, and what to change. */
  private afterwards(routes: RouteClass, client: Client, failure: Failure): string {
    const why = whyNot(this.reach, routes, client, new Set(failure.failed));
    return why === undefined ? `: ${cureOf(this.topology, failure)}` : `, as ${why}`;
  }

  idleGroups(): readonly DraftFinding[] {
    const paths = new Map(this.topology.groups.map(({ id, part }) => [id, part.path]));
    return this.topology.idle.map(({ routers, group, service }) => ({
      ...this.shape(
        'idleGroup',
        () =>
          `${routers} finds no router for its group ${group}: no pod of the app behind the Service ${service} would peer with it: correct the name, or accept this where another app has the pods`,
        [paths.get(routers) as string],
        [],
        [],
      ),
      groups: [routers],
    }));
  }

  leftOut(failures: readonly Failure[], looked: number): readonly DraftFinding[] {
    if (failures.length === 0) return [];
    const message = () =>
      `${thousands(failures.length)} of ${counted(failures.length + looked, 'single failure')} are not proven, ` +
      `as the topology is too large: ${listed(failures.map(({ id }) => id))}; make some regions an app of their own`;
    return [this.shape('unproven', message, [], [], failures)];
  }
}

const throughOf = ({ kind, name, id }: Failure): string => (kind === 'pod' ? name : id);

/** `it`, `it or node n1`. */
const anyOf = (cause: readonly Evaluated[]): string =>
  listed(['it', ...cause.slice(1).map(({ failure }) => failure.id)], 'or');

const kindsOf = (cause: readonly Evaluated[]): string => cause.map(({ failure }) => failure.kind).join();
