import { covers, FAMILIES, Family, firstOverlap, IpAddress } from '../addressing';
import { ValidationError } from '../input';
import { actionsRefusal, clientFilters } from './client-filters';
import { familyProblem } from './capabilities';
import { NO_LISTED_CLIENTS, PeerGroup } from './groups';
import { identifierOf } from './identifiers';
import {
  ConfiguredSettings,
  ConstructSettings,
  FAMILY_FLAGS,
  FURTHER_FAMILIES,
  Setting,
  SettingName,
  Settings,
  SETTINGS,
} from './definition';
import { rejectMaximum } from './maximum-prefixes';
import { rejectServers, rtrServers } from './rpki';
import { RUNTIME } from './runtime';
import { threadProblem } from './threads';

/** Environment variables by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that the runtime cannot start with: the variable, the value and what is allowed, on one line. */
export class SettingError extends Error {
  constructor(
    readonly variable: string,
    readonly refusal: ValidationError,
  ) {
    const place = refusal.steps.map((step) => `[${step}]`).join('');
    super(`${variable}${place}: ${refusal.message}`);
    this.name = 'SettingError';
  }
}

export const settingNames = Object.keys(SETTINGS) as SettingName[];

/** The setting of this name, with its type forgotten; the typed view is {@link SETTINGS}. */
export function settingOf(name: SettingName): Setting<unknown> {
  return SETTINGS[name] as Setting<unknown>;
}

/** Whether a variable of a pod is one of the settings that a manifest has. */
export const isVariable = (name: string): boolean => VARIABLES.has(name);

const VARIABLES: ReadonlySet<string> = new Set(
  settingNames.flatMap((name) => (settingOf(name).supplier === 'secret' ? [] : [settingOf(name).variable])),
);

/**
 * Reads the settings of a pod. An empty variable counts as one that is not set.
 *
 * @param secrets whether settings that come from a Secret are read, and asked for where they are required; whoever has
 *   no use for them need not have them
 * @throws SettingError for the first variable, in the order of the table, that is missing or wrong; it shows no secret
 */
export function parseEnvironment(env: Environment, secrets: 'read' | 'ignored' = 'read'): Settings {
  const settings: Record<string, unknown> = {};
  for (const name of settingNames) {
    const { variable, codec, required, supplier, ...setting } = settingOf(name);
    if (supplier === 'secret' && secrets === 'ignored') continue;
    const text = env[variable];
    if (text !== undefined && text !== '') settings[name] = settle(variable, () => codec.parse(text));
    else if (required === 'always') rejectSetting(variable, undefined, 'a value: the variable is required');
    else settings[name] = setting.default;
  }
  const read = withFamilies(settings) as Settings;
  rejectContradictions(read, secrets);
  return read;
}

/** The same with a list of the families in place of a flag for each. */
function withFamilies({
  familyInet: inet,
  familyInet6: inet6,
  familyEvpn: evpn,
  furtherFamilies = [],
  ...others
}: Readonly<Record<string, unknown>>): unknown {
  const flags: Readonly<Record<string, unknown>> = { inet, inet6, evpn };
  const further = furtherFamilies as readonly Family[];
  return { ...others, families: FAMILIES.filter((family) => flags[family] || further.includes(family)) };
}

/** The settings that a pod reads from the variables that {@link formatEnvironment} writes. */
export function withDefaults(settings: ConstructSettings): ConfiguredSettings {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}

const DEFAULTS = withFamilies(
  Object.fromEntries(settingNames.map((name) => [name, settingOf(name).default])),
) as ConfiguredSettings;

/**
 * The BGP identifier that a pod starts with. Without a name it is the IPv4 address of the pod, as in the original; in a cluster with
 * IPv6 first, POD_IP is the IPv6 address of a pod that has an IPv4 address, too.
 *
 * @returns undefined if nothing can serve as one
 */
export function ownIdentifier(settings: Settings): IpAddress | undefined {
  const { routerIds, identity, instance, podIp, podIps = [] } = settings;
  const byName = identifierOf(settings, instance);
  if (byName || routerIds || identity !== undefined) return byName;
  return [podIp, ...podIps].find(({ family, first }) => family === 4 && first !== 0n);
}

/** What no variable can be blamed for alone. */
function rejectContradictions(settings: Settings, secrets: 'read' | 'ignored'): void {
  for (const name of settingNames) {
    const { variable, required } = settingOf(name);
    if (typeof required !== 'object' || isSet(settings, name)) continue;
    if (required.unless.some((other) => isSet(settings, other))) continue;
    const other = required.unless.map((one) => settingOf(one).variable).join(' or ');
    rejectSetting(variable, undefined, `a value: the variable is required, unless ${other} is set`);
  }
  if (settings.families.length === 0) {
    rejectSetting('MESHRR_FAMILY_INET', 'false', 'true, unless another family is on');
  }
  const refused = familyProblem(settings);
  if (refused !== undefined) rejectSetting('MESHRR_FAMILIES', settings.families.join(','), refused);
  if (settings.router === 'crpd' && secrets === 'read' && settings.encryptedRootPassword === undefined) {
    rejectSetting(
      'ENCRYPTED_ROOT_PW',
      undefined,
      `a SHA-512 crypt hash, here or in ${RUNTIME.rootPassword.folder}/${RUNTIME.rootPassword.file}: cRPD has no default root password`,
    );
  }
  if (ownIdentifier(settings) === undefined) rejectNameless(settings);
  if (settings.lease !== undefined && settings.podUid === undefined) {
    rejectSetting('MESHRR_POD_UID', undefined, 'the UID of the pod: MESHRR_LEASE is set');
  }
  const { podNetworks, podIp } = settings;
  if (podNetworks && !podNetworks.some((network) => covers(network, podIp))) {
    rejectSetting(
      'MESHRR_POD_NETWORKS',
      podNetworks.map(({ text }) => text).join(','),
      `networks that take in POD_IP ${podIp.text}`,
    );
  }
  if (settings.addPath && settings.clientRanges === undefined && settings.membersFile === undefined) {
    rejectSetting('MESHRR_ADD_PATH', 'true', 'false without MESHRR_CLIENTRANGE and MESHRR_MEMBERS_FILE');
  }
  rejectIdleKeys(settings);
  const problem = threadProblem(settings);
  if (problem) rejectSetting(settingOf(problem.setting).variable, String(settings[problem.setting]), problem.allowed);
  settle('MESHRR_MAXIMUM_PREFIXES', () => rejectMaximum(settings.maximumPrefixes, settings.router));
  if (settings.mode === 'routeserver') rejectForRouteServer(settings);
  else if (settings.clientFilters) {
    const allowed = 'nothing: route reflectors have MESHRR_CLIENT_ROUTES';
    rejectSetting('MESHRR_CLIENT_FILTERS', clientFilters.format(settings.clientFilters), allowed);
  }
  if (settings.rpkiServers && !settings.clientFilters) {
    rejectSetting(
      'MESHRR_RPKI_SERVERS',
      rtrServers.format(settings.rpkiServers),
      'nothing without MESHRR_CLIENT_FILTERS',
    );
  }
  settle('MESHRR_RPKI_SERVERS', () => rejectServers(settings.rpkiServers, settings.router));
  rejectCapture(settings, []);
  rejectActions(settings, []);
  const ranges = settings.clientRanges ?? [];
  const overlap = firstOverlap(ranges);
  if (overlap) {
    const allowed = `a range that does not overlap ${ranges[overlap.earlier].text}`;
    rejectSetting('MESHRR_CLIENTRANGE', ranges[overlap.index].text, allowed);
  }
}

/** A key that no session would have is a mistake: its sessions would be without it. @throws SettingError */
function rejectIdleKeys(settings: Settings): void {
  const { meshMd5, meshKeyFile, upstreamKeyFile, clientKeyFile, rangeKeyFile } = settings;
  if (!meshMd5 && meshKeyFile !== undefined) {
    rejectSetting('MESHRR_MESH_KEY_FILE', meshKeyFile, 'nothing: MESHRR_MESH_MD5 is false');
  }
  if (settings.upstreamServiceName === undefined && upstreamKeyFile !== undefined) {
    rejectSetting('MESHRR_UPSTREAM_KEY_FILE', upstreamKeyFile, 'nothing without UPSTREAM_SERVICE_NAME');
  }
  if (settings.clientServices === undefined && clientKeyFile !== undefined) {
    rejectSetting('MESHRR_CLIENT_KEY_FILE', clientKeyFile, 'nothing without MESHRR_CLIENT_SERVICE');
  }
  if (settings.clientRanges === undefined && rangeKeyFile !== undefined) {
    rejectSetting('MESHRR_CLIENTRANGE_KEY_FILE', rangeKeyFile, 'nothing without MESHRR_CLIENTRANGE');
  }
}

/** @throws SettingError that says what would give the pod a BGP identifier */
function rejectNameless({ routerIds, identity, instance, podIp, podIps = [] }: Settings): never {
  if (identity === undefined && routerIds === undefined) {
    const addresses = [podIp, ...podIps].map(({ text }) => text);
    const allowed = `an IPv4 address: none of the pod's can serve as one (${[...new Set(addresses)].join(', ')})`;
    rejectSetting('MESHRR_ROUTER_ID', undefined, allowed);
  }
  const user = routerIds ? 'MESHRR_ROUTER_IDS' : 'MESHRR_IDENTITY';
  if (instance === undefined) rejectSetting('MESHRR_INSTANCE', undefined, `a value: ${user} needs it`);
  rejectSetting(
    'MESHRR_ROUTER_IDS',
    Object.keys(routerIds ?? {}).join(),
    `an identifier for ${instance}, ${instance}=ADDRESS`,
  );
}

const isSet = (settings: Settings, name: SettingName) => (settings as Record<string, unknown>)[name] !== undefined;

/** What the clients of a route reflector may have, and those of a route server not. */
function rejectForRouteServer({ clientServices, clientLocalPreference, clientRoutes }: Settings): void {
  if (clientServices !== undefined) {
    rejectSetting('MESHRR_CLIENT_SERVICE', clientServices.join(','), `nothing: ${NO_LISTED_CLIENTS}`);
  }
  if (clientLocalPreference === 'reset') {
    const allowed = '"keep": clients of a route server send no local preference';
    rejectSetting('MESHRR_CLIENT_LOCAL_PREFERENCE', clientLocalPreference, allowed);
  }
  if (clientRoutes) {
    const given = clientRoutes.map(({ text }) => text).join(',');
    rejectSetting('MESHRR_CLIENT_ROUTES', given, 'nothing: a route server filters its clients by AS number');
  }
}

/**
 * Refuses actions by communities where clients are not declared.
 *
 * @param groups those of the file that MESHRR_GROUPS_FILE names
 * @throws SettingError
 */
export function rejectActions(settings: Settings, groups: readonly PeerGroup[]): void {
  const refused = actionsRefusal(settings.clientFilters, {
    ...settings,
    ...{ hasMembers: settings.membersFile !== undefined, groups },
  });
  if (refused !== undefined) rejectSetting('MESHRR_CLIENT_FILTERS', 'actions=true', refused);
}

/**
 * Refuses a mesh without TCP MD5 whose routers could be accepted as clients: nothing would keep the two apart on a
 * route reflector.
 *
 * @param further the groups of the file that MESHRR_GROUPS_FILE names
 * @throws SettingError
 */
export function rejectCapture(settings: Settings, further: readonly PeerGroup[]): void {
  const { meshMd5, mode, podIp } = settings;
  const inMesh = settings.meshServiceName !== undefined || further.some(({ kind }) => kind === 'mesh');
  const ranges = [
    ...(settings.clientRanges ?? []),
    ...further.flatMap((group) => (group.kind === 'clients' ? group.ranges : [])),
  ];
  const range = ranges.find((candidate) => covers(candidate, podIp));
  if (!meshMd5 && mode === 'routereflector' && inMesh && range) {
    const where = `the client range ${range.text} takes in POD_IP ${podIp.text}`;
    const allowed = `true, or ranges apart from the pods, whose clients MESHRR_CLIENT_SERVICE lists: ${where}`;
    rejectSetting('MESHRR_MESH_MD5', 'false', `${allowed}, and only TCP MD5 keeps the mesh out of it`);
  }
}

/**
 * Refuses a router without any peers to learn routes from.
 *
 * @param further the groups of the file that MESHRR_GROUPS_FILE names
 * @throws SettingError
 */
export function rejectAlone({ meshServiceName, upstreamServiceName }: Settings, further: readonly PeerGroup[]): void {
  if (meshServiceName !== undefined || upstreamServiceName !== undefined) return;
  if (further.some(({ kind }) => kind !== 'clients')) return;
  rejectSetting('MESH_SERVICE_NAME', undefined, 'a value: MESHRR_GROUPS_FILE has no mesh and no upstream');
}

/**
 * The variables that a construct writes for these settings, in the order of the table. What equals its default is left
 * out: the defaults are part of the contract.
 */
export function formatEnvironment(settings: ConstructSettings): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [name, text] of textsOf(settings)) {
    const { variable, codec, default: fallback } = settingOf(name);
    if (text !== undefined && (fallback === undefined || text !== codec.format(fallback))) env[variable] = text;
  }
  return env;
}

/** Every setting as the text of its variable, in the order of the table; undefined where it has no value. */
export function textsOf(settings: Partial<Settings>): readonly (readonly [SettingName, string | undefined])[] {
  const { families, ...others } = settings;
  const values: Partial<Record<SettingName, unknown>> = { ...others };
  if (families) {
    for (const [family, name] of Object.entries(FAMILY_FLAGS)) values[name] = families.includes(family as Family);
    const further = FURTHER_FAMILIES.filter((family) => families.includes(family));
    if (further.length > 0) values.furtherFamilies = further;
  }
  return settingNames.map((name) => [
    name,
    values[name] === undefined ? undefined : settingOf(name).codec.format(values[name]),
  ]);
}

function settle<T>(variable: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof ValidationError ? new SettingError(variable, error) : error;
  }
}

function rejectSetting(variable: string, value: unknown, allowed: string): never {
  throw new SettingError(variable, ValidationError.of(value, allowed));
}
