import { Family, traitsOf } from '../../lib/addressing';
import { counted, grouped, listed, thousands } from '../../lib/model';
import { junosPrefixes, showJunosTable } from './junos-routes';
import { Kubectl } from './kubectl';
import { LiveApp, partNames } from './live-app';
import { Asked, askEach, Question, Unasked, unaskedLines } from './routes';
import { natural } from './text';
import { vtysh } from './vtysh';

/** The command that shows all prefixes of a family. */
const showPrefixes = (family: Family): string =>
  `show bgp ${traitsOf(family).frr}${family === 'evpn' ? ' route' : ''} json`;

/** The most prefixes of a difference that a person gets to see. */
const MOST_SHOWN = 20;

/** How the pods of a region or pair differ in a family. */
export interface PartComparison {
  readonly part: string;
  readonly family: Family;
  /** The number of prefixes that at least one pod of a side has; in a core, each pod is a side. */
  readonly sides: readonly { readonly side: string; readonly prefixes: number }[];
  /** Prefixes that some sides have and others not. */
  readonly differing: readonly {
    readonly prefix: string;
    readonly at: readonly string[];
    readonly notAt: readonly string[];
  }[];
  /** Pods that could not be asked, and why. */
  readonly unasked: readonly Unasked[];
}

/** Compares the prefixes of all sides, in all families that they carry. */
export async function comparisons(
  app: LiveApp,
  kubectls: ReadonlyMap<string, Kubectl>,
  onAnswer: () => void = () => undefined,
): Promise<readonly PartComparison[]> {
  const families = [...new Set(app.topology.groups.flatMap((group) => group.families))];
  const all = await Promise.all(
    families.map(async (family) => {
      const carrying = { ...app, routers: app.routers.filter(({ group }) => group.families.includes(family)) };
      const counting = (read: Question<ReadonlySet<string>>['read']) => (output: string) => {
        onAnswer();
        return read(output);
      };
      const command = showJunosTable(family);
      const questions = {
        frr: { command: vtysh(showPrefixes(family)), read: counting((output) => prefixesIn(output, family)) },
        crpd: command && { command, read: counting(junosPrefixes) },
      };
      return compared(await askEach(carrying, kubectls, questions), family);
    }),
  );
  return all
    .flat()
    .sort((one, other) => other.differing.length - one.differing.length || natural(one.part, other.part));
}

/** The prefixes in the output of bgpd; of EVPN and VPNs, with the route distinguisher. */
export function prefixesIn(output: string, family: Family): ReadonlySet<string> {
  const shown = JSON.parse(output.trim() || '{}') as Record<string, unknown>;
  if (traitsOf(family).vpn !== undefined) {
    const { routeDistinguishers = {} } = (shown.routes ?? {}) as { routeDistinguishers?: Record<string, object> };
    return new Set(
      Object.entries(routeDistinguishers).flatMap(([rd, routes]) => Object.keys(routes).map((key) => `${rd}:${key}`)),
    );
  }
  if (family !== 'evpn') return new Set(Object.keys((shown.routes ?? {}) as object));
  const isRoute = (key: string) => key.startsWith('[');
  return new Set(
    Object.entries(shown).flatMap(([rd, routes]) =>
      typeof routes === 'object' && routes !== null
        ? Object.keys(routes)
            .filter(isRoute)
            .map((key) => `${rd} ${key}`)
        : [],
    ),
  );
}

/** Compares the sides of each part. */
export function compared(asked: readonly Asked<ReadonlySet<string>>[], family: Family): readonly PartComparison[] {
  const partOf = partNames(asked.map(({ router }) => router.group));
  return [...grouped(asked, ({ router }) => router.group.part.path).values()].map((own): PartComparison => {
    const sideOf = ({ router: { group, pod } }: Asked<unknown>) => group.side ?? pod.metadata.name;
    const answered = own.filter(({ value }) => value !== undefined);
    const sides = [...grouped(answered, sideOf)]
      .map(([side, ones]) => ({ side, has: new Set(ones.flatMap(({ value = new Set<string>() }) => [...value])) }))
      .sort((one, other) => natural(one.side, other.side));
    const everywhere = new Set(sides.flatMap(({ has }) => [...has]));
    const differing = [...everywhere].flatMap((prefix) => {
      const notAt = sides.filter(({ has }) => !has.has(prefix)).map(({ side }) => side);
      if (notAt.length === 0) return [];
      return [{ prefix, at: sides.filter(({ has }) => has.has(prefix)).map(({ side }) => side), notAt }];
    });
    return {
      ...{ part: partOf(own[0].router.group), family },
      sides: sides.map(({ side, has }) => ({ side, prefixes: has.size })),
      differing: differing.sort((one, other) => natural(one.prefix, other.prefix)),
      unasked: own.flatMap(({ router, why }) => (why === undefined ? [] : [{ pod: router.pod.metadata.name, why }])),
    };
  });
}

export const isSame = (all: readonly PartComparison[]): boolean => all.every(({ differing }) => differing.length === 0);

export function comparisonText(all: readonly PartComparison[]): string {
  return `${all
    .flatMap(({ part, family, sides, differing, unasked }) => {
      const counts = sides.map(({ side, prefixes }) => `${side} has ${thousands(prefixes)}`).join(', ');
      const more = differing.length - MOST_SHOWN;
      const result = differing.length === 0 ? 'the same' : `${counted(differing.length, 'prefix', 'prefixes')} differ`;
      return [
        `${part}, ${family}: ${counts === '' ? 'no side answered' : `${counts}: ${result}`}`,
        ...differing
          .slice(0, MOST_SHOWN)
          .map(({ prefix, at, notAt }) => `  ${prefix}: at ${listed(at)}, not at ${listed(notAt)}`),
        ...(more > 0 ? [`  … and ${thousands(more)} more: --json has all`] : []),
        ...unaskedLines(unasked).map((line) => `  ${line}`),
      ];
    })
    .join('\n')}\n`;
}
