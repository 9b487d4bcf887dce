import {
  defaultTemplate,
  PodConfiguration,
  podConfiguration,
  renderTemplate,
  templateContext,
} from '../lib/configuration';
import { Environment, parseEnvironment, parsePeerGroups, Settings } from '../lib/settings';

export type RouterKind = 'crpd' | 'frr';

/** The settings of a pod, besides the router. */
export interface Case {
  readonly name: string;
  /** The selected options. */
  readonly choices?: readonly string[];
  readonly env: Environment;
  /** Further groups, in the form of their file. */
  readonly groups?: readonly object[];
}

/** A password hash in a valid form. */
export const HASH = `$6$saltsalt$${'./Az09'.repeat(14)}ab`;

const BASE = { POD_IP: '10.42.1.7', AUTONOMOUS_SYSTEM: '64512', MESHRR_CLIENTRANGE: '198.51.100.0/24' };
const MESH = { MESH_SERVICE_NAME: 'meshrr-core' };
const UPSTREAM = { UPSTREAM_SERVICE_NAME: 'meshrr-super' };

const MODES = { rr: {}, rs: { MESHRR_MODE: 'routeserver', MESHRR_ASRANGE: '65001-65500,4200000000-4200000999' } };

const FAMILIES = Object.fromEntries(
  [1, 2, 3, 4, 5, 6, 7].map((bits) => {
    const [inet, inet6, evpn] = [(bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0];
    const name = [inet && 'inet', inet6 && 'inet6', evpn && 'evpn'].filter(Boolean).join('-');
    const env = { MESHRR_FAMILY_INET: `${inet}`, MESHRR_FAMILY_INET6: `${inet6}`, MESHRR_FAMILY_EVPN: `${evpn}` };
    return [name, env];
  }),
);

const PEERS = { mesh: MESH, upstream: UPSTREAM, both: { ...MESH, ...UPSTREAM } };

const COMMUNITIES = {
  plain: {},
  only: { MESHRR_INREGION_ONLY: '65000:101' },
  preferred: { MESHRR_INREGION_PREFERRED: '65000:102' },
  large: { MESHRR_INREGION_ONLY: '64496:1:2', MESHRR_INREGION_PREFERRED: '65000:102' },
  marked: { MESHRR_INREGION_ONLY: '65000:101', MESHRR_INREGION_PREFERRED: '65000:102' },
};

const RANGES = {
  v4: {},
  v6: { MESHRR_CLIENTRANGE: '2001:db8:c::/64' },
  several: { MESHRR_CLIENTRANGE: '198.51.100.0/24, 203.0.113.0/25, 2001:db8:c::/64, 2001:db8:d::/48' },
};

/** Sessions of each IP family with families of their own. */
const OWN = { MESHRR_SESSION_FAMILIES: 'own' };
const OWN_RANGES = {
  'own-v4': OWN,
  'own-several': { ...RANGES.several, ...OWN },
  'own-and-pods': {
    ...OWN,
    MESHRR_CLIENTRANGE: '198.51.100.0/24,2001:db8:c::/64,10.42.0.0/16,2001:db8:42::/56',
    MESHRR_POD_NETWORKS: '10.42.0.0/16,2001:db8:42::/56',
  },
};

const PODS = { 'pod-v4': {}, 'pod-v6': { POD_IP: '2001:db8:42::7', MESHRR_ROUTER_ID: '192.0.2.7' } };

const GROUPS = {
  own: [],
  further: [
    { name: 'OTHER-MESH', kind: 'mesh', service: 'other-mesh' },
    { name: 'SPARE-UPSTREAM', kind: 'upstream', service: 'spare-core', sessions: 1 },
    {
      name: 'PARTIAL_TABLE',
      kind: 'clients',
      ranges: ['192.0.2.128/26', '2001:db8:e::/48'],
      asRanges: [65534, '1.10-1.20'],
      maximumPrefixes: { maximum: { inet: 100, inet6: 10 }, threshold: 90, excess: 'drop' },
    },
    { name: 'OTHERS', kind: 'clients', ranges: ['10.200.0.0/16'], addPath: true },
  ],
};

const LISTED = { own: [], 'further-listed': [{ name: 'PODS', kind: 'clients', service: 'my-frr' }] };

/** Clients in pods and policies for clients, which only route reflectors have. */
const CLIENTS = {
  ranged: {},
  listed: { MESHRR_CLIENTRANGE: '', MESHRR_CLIENT_SERVICE: 'meshrr-core-clients' },
  both: { MESHRR_CLIENT_SERVICE: 'meshrr-core-clients' },
};
const SAYINGS = {
  keep: {},
  reset: { MESHRR_CLIENT_LOCAL_PREFERENCE: 'reset' },
  routes: { MESHRR_CLIENT_ROUTES: '198.18.0.0/15,192.0.2.1/32,2001:db8::/32,2001:db8:1::1/128' },
  'routes-v4': { MESHRR_CLIENT_ROUTES: '198.18.0.0/15' },
  'routes-v6-reset': { MESHRR_CLIENT_ROUTES: '2001:db8::/32', MESHRR_CLIENT_LOCAL_PREFERENCE: 'reset' },
};

/** Options that only Junos has, with their settings. */
const THREADS = {
  'no-threads': {},
  shards: { MESHRR_RIB_SHARDING: 'true' },
  'some-shards': { MESHRR_RIB_SHARDING: '4' },
  'some-threads': { MESHRR_UPDATE_THREADING: '1' },
  'some-of-both': { MESHRR_RIB_SHARDING: '1', MESHRR_UPDATE_THREADING: '2' },
};
const TRANSPARENCY = {
  'by-family': {},
  transparent: { MESHRR_ROUTE_SERVER_CLIENT: 'true' },
  prepending: { MESHRR_ROUTE_SERVER_CLIENT: 'false' },
};

/** Every combination of options that affect each other. */
export const ALL_CASES: readonly Case[] = [
  ...product({ mode: MODES, families: FAMILIES, peers: PEERS, communities: COMMUNITIES }).map(({ choices, parts }) => ({
    name: choices.join('-'),
    choices,
    env: { ...BASE, ...parts.mode, ...parts.families, ...parts.peers, ...parts.communities },
  })),
  ...product({ mode: MODES, families: FAMILIES, ranges: RANGES, pod: PODS, groups: GROUPS }).map(
    ({ choices, parts }) => ({
      name: choices.join('-'),
      choices,
      env: { ...BASE, ...MESH, ...COMMUNITIES.only, ...parts.mode, ...parts.families, ...parts.ranges, ...parts.pod },
      groups: parts.groups as readonly object[],
    }),
  ),
  ...product({
    mode: MODES,
    families: {
      'inet-inet6': FAMILIES['inet-inet6'],
      'inet6-evpn': FAMILIES['inet6-evpn'],
      'inet-inet6-evpn': FAMILIES['inet-inet6-evpn'],
    },
    ranges: OWN_RANGES,
    pod: PODS,
    groups: GROUPS,
  }).map(({ choices, parts }) => ({
    name: choices.join('-'),
    choices,
    env: { ...BASE, ...MESH, ...parts.mode, ...parts.families, ...parts.ranges, ...parts.pod },
    groups: parts.groups as readonly object[],
  })),
  ...product({
    mode: MODES,
    families: { inet: FAMILIES.inet, 'inet-evpn': FAMILIES['inet-evpn'] },
    threads: THREADS,
    transparency: TRANSPARENCY,
  }).map(({ choices, parts }) => ({
    name: choices.join('-'),
    choices,
    env: { ...BASE, ...MESH, ...parts.mode, ...parts.families, ...parts.threads, ...parts.transparency },
  })),
  ...product({ families: FAMILIES, clients: CLIENTS, sayings: SAYINGS, groups: LISTED }).map(({ choices, parts }) => ({
    name: choices.join('-'),
    choices,
    env: {
      ...BASE,
      ...MESH,
      ...UPSTREAM,
      ...COMMUNITIES.marked,
      ...parts.families,
      ...parts.clients,
      ...parts.sayings,
    },
    groups: parts.groups as readonly object[],
  })),
];

/** A subset of the cases that contains each pair of options that occurs, for slow checks. */
export function pairwiseCases(): readonly Case[] {
  const left = ALL_CASES.map((of) => ({ of, pairs: pairsOf(of.choices ?? []) }));
  const open = new Set(left.flatMap(({ pairs }) => pairs));
  const taken: Case[] = [];
  while (open.size > 0) {
    const news = left.map(({ pairs }) => pairs.filter((pair) => open.has(pair)).length);
    const best = left[news.indexOf(Math.max(...news))];
    best.pairs.forEach((pair) => open.delete(pair));
    taken.push(best.of);
  }
  return taken;
}

function pairsOf(choices: readonly string[]): string[] {
  return choices.flatMap((a, i) => choices.slice(i + 1).map((b) => `${a} ${b}`));
}

/** A few cases whose whole text is in `golden/`, for people to read. */
export const GOLDEN_CASES: readonly Case[] = [
  { name: 'route-reflector', env: { ...BASE, ...MESH } },
  {
    name: 'route-reflector-of-a-region',
    env: { ...BASE, ...MESH, ...UPSTREAM, ...COMMUNITIES.marked, ...FAMILIES['inet-inet6'], ...RANGES.several },
  },
  {
    name: 'core-with-bounds',
    env: {
      ...{ ...BASE, ...MESH, ...CLIENTS.listed, ...FAMILIES['inet-inet6-evpn'] },
      ...{ ...SAYINGS.routes, ...SAYINGS.reset },
    },
  },
  {
    name: 'route-reflector-of-clients-with-both-ip-families',
    env: {
      ...{ ...BASE, ...MESH, ...CLIENTS.both, ...OWN_RANGES['own-several'], ...FAMILIES['inet-inet6-evpn'] },
      ...{ ...SAYINGS.routes, ...SAYINGS.reset },
    },
  },
  {
    name: 'route-server-of-clients-with-both-ip-families',
    env: { ...BASE, ...MESH, ...MODES.rs, ...OWN_RANGES['own-and-pods'], ...FAMILIES['inet-inet6'] },
  },
  {
    name: 'route-reflector-of-vpns',
    env: {
      ...{ ...BASE, ...MESH, ...UPSTREAM, ...COMMUNITIES.large, ...OWN_RANGES['own-several'], ...SAYINGS.reset },
      ...{ ...FAMILIES['inet-inet6'], MESHRR_FAMILIES: 'vpnv4,vpnv6' },
    },
  },
  {
    name: 'route-reflector-of-labeled-routes',
    env: {
      ...{ ...BASE, ...MESH, ...SAYINGS.routes, MESHRR_FAMILY_INET: 'false' },
      ...{ MESHRR_FAMILIES: 'labeledInet,labeledInet6' },
    },
  },
  { name: 'route-server', env: { ...BASE, ...MESH, ...MODES.rs, ...FAMILIES.evpn } },
  {
    name: 'route-server-of-an-exchange',
    env: {
      ...{ ...BASE, ...MESH, ...MODES.rs, ...FAMILIES['inet-inet6-evpn'], ...OWN_RANGES['own-several'] },
      ...{ MESHRR_CLIENT_FILTERS: 'bogons=true', MESHRR_MAXIMUM_PREFIXES: 'inet=1000,inet6=500' },
    },
  },
  {
    name: 'route-server-of-members',
    env: {
      ...{ ...BASE, ...MESH, ...MODES.rs, ...FAMILIES['inet-inet6'], ...OWN, MESHRR_CLIENTRANGE: '' },
      ...{ MESHRR_CLIENT_FILTERS: 'bogons=false,bogonAsNumbers=false' },
      MESHRR_MEMBERS_FILE: '/etc/meshrr/members/members.json',
    },
  },
  {
    name: 'route-server-of-members-with-actions',
    env: {
      ...{ ...BASE, ...MESH, ...MODES.rs, ...FAMILIES['inet-inet6'], ...OWN, MESHRR_CLIENTRANGE: '' },
      ...{ MESHRR_CLIENT_FILTERS: 'bogons=false,bogonAsNumbers=false,blackhole=no-export,actions=true' },
      MESHRR_MEMBERS_FILE: '/etc/meshrr/members/members.json',
    },
  },
  {
    name: 'route-server-that-validates-origins',
    env: {
      ...{
        ...BASE,
        ...MESH,
        ...MODES.rs,
        ...FAMILIES['inet-inet6-evpn'],
        MESHRR_CLIENT_FILTERS: 'bogons=false,blackhole=no-export',
      },
      ...{ MESHRR_RPKI_SERVERS: '192.0.2.53:3323,[2001:db8::53]:323', MESHRR_RPKI_INVALID: 'mark' },
    },
  },
  {
    name: 'route-server-with-threads',
    env: {
      ...{ ...BASE, ...MESH, ...MODES.rs, ...FAMILIES.inet },
      ...{ MESHRR_RIB_SHARDING: '4', MESHRR_UPDATE_THREADING: 'true' },
    },
  },
  {
    name: 'route-server-with-further-groups',
    env: { ...BASE, ...MESH, ...MODES.rs, ...FAMILIES['inet-inet6-evpn'], ...PODS['pod-v6'] },
    groups: GROUPS.further,
  },
];

type Choices = Record<string, Record<string, object>>;
type Product<C extends Choices> = { choices: string[]; parts: { [K in keyof C]: object } }[];

/** All selections of one option per choice. */
function product<C extends Choices>(options: C): Product<C> {
  return Object.entries(options).reduce<Product<Choices>>(
    (taken, [key, named]) =>
      taken.flatMap(({ choices, parts }) =>
        Object.entries(named).map(([name, value]) => ({
          choices: [...choices, name],
          parts: { ...parts, [key]: value },
        })),
      ),
    [{ choices: [], parts: {} }],
  ) as Product<C>;
}

/** The settings of a case, and the model that follows from them. */
export function podOf({ env, groups }: Case, router: RouterKind): { settings: Settings; model: PodConfiguration } {
  const settings = parseEnvironment({ ...env, MESHRR_ROUTER: router, ENCRYPTED_ROOT_PW: HASH });
  return { settings, model: podConfiguration(settings, parsePeerGroups(groups ?? []), () => 'key') };
}

/** The template's variables in a case. */
export function contextOf(of: Case, router: RouterKind): ReturnType<typeof templateContext> {
  const { settings, model } = podOf(of, router);
  return templateContext(settings, model);
}

const rendered = new WeakMap<Case, Partial<Record<RouterKind, string>>>();

/** The configuration that the default template renders for a case. */
export function render(of: Case, router: RouterKind): string {
  const known = rendered.get(of) ?? {};
  rendered.set(of, known);
  return (known[router] ??= renderTemplate(defaultTemplate(router), contextOf(of, router)));
}
