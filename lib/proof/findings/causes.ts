import { Evaluated } from '../evaluation';
import { Outcome } from '../areas/area-reachability';

/** How many single losses are compared one by one with those of another failure. */
const COMPARED = 2_000;

/**
 * Failures that cost the same, the smallest first; without those that cost no more than the smaller ones within them do.
 */
export function causesOf(evaluated: readonly Evaluated[]): readonly (readonly Evaluated[])[] {
  const causes = new Map<string, { readonly members: Evaluated[]; readonly pairs: ReadonlySet<string> | undefined }>();
  const costOf = new Map<string, ReadonlySet<string> | undefined>();
  for (const each of evaluated) {
    const { failure, outcome } = each;
    const pairs = pairsOf(outcome);
    const within = failure.failed
      .filter((id) => failure.failed.length > 1 && costOf.has(id))
      .map((id) => costOf.get(id));
    const explained = (pair: string) => within.some((smaller) => smaller?.has(pair));
    const key = pairs ? [...pairs].sort().join('\n') : textOf(outcome);
    const same = causes.get(key);
    if (same) same.members.push(each);
    else if (within.length === 0 || (pairs && ![...pairs].every(explained)))
      causes.set(key, { members: [each], pairs });
    if (failure.failed.length === 1) costOf.set(failure.failed[0], pairs);
  }
  return [...causes.values()].map(({ members }) => members);
}

/** Each client with each route that it loses; undefined where these are too many to compare. */
function pairsOf({ losses }: Outcome): ReadonlySet<string> | undefined {
  if (losses.reduce((sum, { clients, classes }) => sum + clients.length * classes.length, 0) > COMPARED)
    return undefined;
  return new Set(
    losses.flatMap(({ clients, classes }) =>
      clients.flatMap(({ id }) => classes.map(({ routes: [{ family, route }] }) => `${id} ${family} ${route}`)),
    ),
  );
}

/** The same for failures that cost the same, as far as one can tell without a look at each route. */
function textOf({ losses }: Outcome): string {
  return losses.map(({ clients, count }) => `${clients[0].id} ${clients.length} ${count}`).join('\n');
}
