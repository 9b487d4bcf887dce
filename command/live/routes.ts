import { LearnedRoute } from '../../lab/clients/client';
import { parseFrrRoutes, SHOW_EVPN } from '../../lab/clients/frr-routes';
import { Family, ipFamilyOf, IpPrefix, parsePrefix, traitsOf } from '../../lib/addressing';
import { counted, grouped, listed } from '../../lib/model';
import { UserError } from '../manifests';
import { LiveApp, partNames } from './live-app';
import { junosPaths, showJunosPrefix } from './junos-routes';
import { Kubectl, KubectlError } from './kubectl';
import { LiveRouter } from './snapshot';
import { natural, table } from './text';
import { vtysh } from './vtysh';

/** A path to a prefix in a router. */
export interface RouterPath {
  readonly part: string;
  /** '' in a core. */
  readonly side: string;
  readonly pod: string;
  readonly best: boolean;
  readonly nextHop: string;
  /** The pod or router outside that sent it. */
  readonly from: string;
  /** The router outside that it began at, as far as its attributes tell. */
  readonly client: string;
  readonly attributes: string;
}

export interface PrefixView {
  readonly prefix: string;
  readonly paths: readonly RouterPath[];
  /** Pods without it, by part and side. */
  readonly without: readonly { readonly part: string; readonly side: string; readonly pods: readonly string[] }[];
  /** Sides of a part where some pods have the prefix and others not, first. */
  readonly differences: readonly string[];
  /** Pods that could not be asked, and why. */
  readonly unasked: readonly Unasked[];
}

/** A pod that could not be asked. */
export interface Unasked {
  readonly pod: string;
  readonly why: string;
}

/** A full table takes long to be sent, in milliseconds. */
const TABLE_MS = 300_000;

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/**
 * Who has a prefix, or a MAC address of EVPN, in all clusters of an app.
 *
 * @throws UserError for other text
 */
export async function prefixView(
  app: LiveApp,
  kubectls: ReadonlyMap<string, Kubectl>,
  text: string,
): Promise<PrefixView> {
  const searches = searchesFor(text.toLowerCase());
  const asked = searches.map(({ family, ...how }) => {
    const routers = app.routers.filter(({ group }) => group.families.includes(family));
    return askEach({ ...app, routers }, kubectls, how);
  });
  return viewOf(app, text, (await Promise.all(asked)).flat());
}

/** How a kind of router is asked for something, and how its answer is read. */
export interface Question<T> {
  readonly command: readonly string[];
  readonly read: (output: string) => T;
}

/** The question for each kind of router. What cRPD is not asked, it has a command for that a person reads. */
export interface Questions<T> {
  readonly frr: Question<T>;
  readonly crpd?: Question<T>;
  readonly byHand?: readonly string[];
}

interface Search extends Questions<readonly LearnedRoute[]> {
  readonly family: Family;
}

function searchesFor(text: string): readonly Search[] {
  const prefix = MAC.test(text) ? undefined : prefixIn(text);
  const needle = prefix ? `[${prefix.text.split('/')[1]}]:[${prefix.text.split('/')[0]}]` : `[${text}]`;
  const evpn: Search = {
    family: 'evpn',
    frr: {
      command: vtysh(SHOW_EVPN),
      read: (output) => parseFrrRoutes(output, 'evpn').filter(({ destination }) => destination.includes(needle)),
    },
    byHand: ['cli', '-c', `show route table bgp.evpn.0 | match ${text}`],
  };
  if (!prefix) return [evpn];
  const family = ipFamilyOf(prefix);
  const unicast: Search = {
    family,
    frr: {
      command: vtysh(`show bgp ${traitsOf(family).frr} ${prefix.text} json`),
      read: (output) => pathsOf(output, family, prefix.text),
    },
    crpd: { command: showJunosPrefix(family, prefix.text), read: (output) => junosPaths(output, family) },
  };
  return [unicast, evpn];
}

function prefixIn(text: string): IpPrefix {
  try {
    return parsePrefix(text);
  } catch (error) {
    throw new UserError(`PREFIX: ${(error as Error).message}, or a MAC address`);
  }
}

/** The output for one prefix is one entry of the table of all. */
export const pathsOf = (output: string, family: Family, prefix: string): readonly LearnedRoute[] =>
  parseFrrRoutes(JSON.stringify({ routes: { [prefix]: JSON.parse(output.trim() || '{}') } }), family);

/** What a router answered, or why it did not. */
export interface Asked<T> {
  readonly router: LiveRouter;
  readonly value?: T;
  readonly why?: string;
}

/** Asks all routers. */
export function askEach<T>(
  { routers }: LiveApp,
  kubectls: ReadonlyMap<string, Kubectl>,
  { frr, crpd, byHand }: Questions<T>,
): Promise<readonly Asked<T>[]> {
  return Promise.all(
    routers.map(async (router): Promise<Asked<T>> => {
      const question = router.group.router === 'frr' ? frr : crpd;
      if (!question) {
        const command = byHand?.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ');
        const { name, namespace, container } = router.name;
        const how = command && `: kubectl exec -n ${namespace} ${name} -c ${container} -- ${command}`;
        return { router, why: `cRPD is not read for this${how ?? ''}` };
      }
      try {
        const kubectl = kubectls.get(router.group.cluster) as Kubectl;
        return { router, value: question.read(await kubectl.exec(router.name, question.command, TABLE_MS)) };
      } catch (error) {
        if (error instanceof KubectlError || error instanceof SyntaxError) return { router, why: error.message };
        throw error;
      }
    }),
  );
}

export function viewOf(app: LiveApp, prefix: string, asked: readonly Asked<readonly LearnedRoute[]>[]): PrefixView {
  const answered = asked.filter(({ value }) => value !== undefined);
  const partOf = partNames(app.topology.groups);
  const paths = answered.flatMap(({ router, value = [] }) =>
    value.map((path) => ({ part: partOf(router.group), ...pathIn(app, router, path) })),
  );
  const sides = [...grouped(answered, ({ router: { group } }) => `${group.part.path} ${group.side ?? ''}`).values()];
  const without = sides.flatMap((own) => {
    const [{ router }] = own;
    const pods = own.filter(({ value = [] }) => value.length === 0).map((one) => one.router.pod.metadata.name);
    return pods.length === 0 ? [] : [{ part: partOf(router.group), side: router.group.side ?? '', pods }];
  });
  const isSplit = (part: string) =>
    paths.some((path) => path.part === part) && without.some((one) => one.part === part);
  const differences = [...new Set(without.map(({ part }) => part))].filter(isSplit).map((part) => {
    const having = [...new Set(paths.filter((path) => path.part === part).map(({ pod }) => pod))];
    const lacking = without.filter((one) => one.part === part).flatMap(({ pods }) => pods);
    return `${part}: ${listed(having.sort(natural))} have it, ${listed(lacking.sort(natural))} do not`;
  });
  return {
    ...{ prefix, without, differences },
    paths: [...paths].sort(
      (one, other) =>
        Number(differences.some((text) => text.startsWith(`${other.part}:`))) -
          Number(differences.some((text) => text.startsWith(`${one.part}:`))) ||
        natural(one.part, other.part) ||
        natural(one.side, other.side) ||
        natural(one.pod, other.pod) ||
        Number(other.best) - Number(one.best) ||
        natural(one.from, other.from),
    ),
    unasked: asked.flatMap(({ router, why }) => (why === undefined ? [] : [{ pod: router.pod.metadata.name, why }])),
  };
}

function pathIn(
  { nameOf, topology }: LiveApp,
  { group, pod }: LiveRouter,
  path: LearnedRoute,
): Omit<RouterPath, 'part'> {
  const { best, nextHop, from, asPath, localPreference, communities, originatorId } = path;
  const outside = new Set(topology.outside.map(({ id }) => id));
  // A reflector leaves next hop and originator as the client sent them; the first that names a router is taken.
  const candidates = [from, originatorId ?? nextHop, nextHop].map(nameOf);
  return {
    ...{ side: group.side ?? '', pod: pod.metadata.name, best, nextHop, from: nameOf(from) },
    client: candidates.find((name) => outside.has(name)) ?? originatorId ?? nextHop,
    attributes: [
      asPath.length > 0 && `as ${asPath.join(' ')}`,
      localPreference !== undefined && localPreference !== 100 && `pref ${localPreference}`,
      communities.length > 0 && communities.join(' '),
    ]
      .filter(Boolean)
      .join('; '),
  };
}

/** Of pods with the same reason, so many are named. */
const PODS_LISTED = 3;

/** One line for each reason. */
export const unaskedLines = (unasked: readonly Unasked[]): readonly string[] =>
  [...grouped(unasked, ({ why }) => why)].map(
    ([why, all]) => `not asked: ${listed([...new Set(all.map(({ pod }) => pod))].sort(natural), PODS_LISTED)}: ${why}`,
  );

/** 0: all is well. 1: something differs. 3: nothing does, but something could not be read. */
export const exitStatusOf = (isSame: boolean, unasked: readonly Unasked[]): number =>
  !isSame ? 1 : unasked.length > 0 ? 3 : 0;

const HEADINGS = ['PART', 'SIDE', 'POD', '', 'FROM', 'CLIENT', 'ATTRIBUTES'];

export function prefixText({ prefix, paths, without, differences, unasked }: PrefixView): string {
  const rows = paths.map(({ part, side, pod, best, from, client, attributes }) => [
    ...[part, side || '-', pod, best ? '*' : '', from, client, attributes],
  ]);
  const lacking = without.map(
    ({ part, side, pods }) => `not at ${part}${side === '' ? '' : ` ${side}`}: ${listed([...pods].sort(natural))}`,
  );
  return `${[
    ...differences.map((text) => `DIFFERENT  ${text}`),
    ...(rows.length > 0
      ? table([HEADINGS, ...rows])
      : [unasked.length === 0 ? `no pod has ${prefix}` : `no pod that answered has ${prefix}`]),
    ...(rows.length > 0 ? lacking : []),
    ...unaskedLines(unasked),
    ...(rows.length > 0 ? [`${counted(paths.length, 'path')} to ${prefix}; * is the best of a pod`] : []),
  ].join('\n')}\n`;
}
