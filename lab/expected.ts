import { PodConfiguration } from '../lib/configuration';

/** What a router is to have: sessions with so many of these addresses. */
export interface Expectation {
  readonly group: string;
  readonly addresses: readonly string[];
  readonly atLeast: number;
}

/** A router, as {@link expectationsOf} needs to know it. */
export interface Router {
  readonly model: PodConfiguration;
  /** Its own addresses. */
  readonly addresses: readonly string[];
}

/**
 * The sessions that a pod is to have with other pods, by what DNS lists: one with each router of its meshes, and with as
 * many upstream as there are, up to its limit. Which of the routers below it choose it, is theirs to say.
 *
 * @param listed the addresses that DNS has for the Service of this name and namespace
 */
export function expectationsOf(
  { model, addresses }: Router,
  listed: (service: { readonly name: string; readonly namespace: string }) => readonly string[],
): Expectation[] {
  const sought = model.discovered.filter(({ kind }) => kind !== 'clients');
  return sought.map(({ name, service, sessions = Infinity }) => {
    // The first family that a pod has is the one that it peers by.
    const six = addresses[0].includes(':');
    const others = listed(service).filter((one) => !addresses.includes(one) && one.includes(':') === six);
    return { group: name, addresses: others, atLeast: Math.min(others.length, sessions) };
  });
}

/** What is missing of what is expected, in words; nothing where all is there. */
export function missingOf(expectations: readonly Expectation[], established: ReadonlySet<string>): string[] {
  return expectations.flatMap(({ group, addresses, atLeast }) => {
    const up = addresses.filter((address) => established.has(address)).length;
    return up < atLeast ? [`${group} has ${up} of ${atLeast} sessions`] : [];
  });
}
