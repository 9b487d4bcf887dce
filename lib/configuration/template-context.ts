import { FAMILIES, Family, formatAsRange, isLarge, traitsOf } from '../addressing';
import { LOCAL_PREFERENCE, settingOf, Settings, textsOf, Threads } from '../settings';
import { firstAsPatterns } from './as-path-pattern';
import { templateFilters } from './client-filters';
import { clientPolicies } from './client-policies';
import { PodConfiguration } from './pod-configuration';
import { familiesToward } from './router-configuration';
import { ROUTE_SERVER_HOPS, TIMERS, timersOf } from './session';

/** Values that templates are rendered with, by name. */
export type TemplateContext = Readonly<Record<string, TemplateValue>>;

export type TemplateValue =
  string | number | boolean | null | readonly TemplateValue[] | { readonly [name: string]: TemplateValue };

/**
 * What a template sees:
 *
 * - every setting under the name of its variable, as text: `MESHRR_FAMILY_INET` is `'true'` or `'false'`, several
 *   ranges are joined by commas, defaults are filled in, and what has no value is `None`. The original gave its
 *   templates the same, so that an operator's own template keeps working.
 * - `meshrr`, the same and the further groups as numbers, lists and objects, for the default templates.
 *
 * No value has a character that ends a word, a statement or a quotation in either router's configuration; the settings
 * would have been refused.
 */
export function templateContext(settings: Settings, configuration: PodConfiguration): TemplateContext {
  const { listenAddresses, podIp } = settings;
  // The node may have several addresses: other routers know the pod by this one alone.
  const source = { update_source: listenAddresses ? podIp.text : null };
  return { ...variables(settings), meshrr: { ...meshrr(configuration), ...junos(settings), ...source } };
}

function variables(settings: Settings): TemplateContext {
  return Object.fromEntries(textsOf(settings).map(([name, text]) => [settingOf(name).variable, text ?? null]));
}

/** Statements of Junos, by their names. */
function junos({ families, routeServerClient, ribSharding, updateThreading }: Settings) {
  return {
    // Juniper promises AS path and MED as they came for routes from a directly connected eBGP peer. In a mesh, EVPN routes
    // come from other route servers, too.
    route_server_client: routeServerClient ?? !families.includes('evpn'),
    rib_sharding: ribSharding !== false,
    update_threading: (updateThreading ?? ribSharding) !== false,
    // Null: as many as the node has cores.
    shards: numberOf(ribSharding),
    update_threads: numberOf(updateThreading),
  };
}

const numberOf = (threads: Threads | undefined) => (typeof threads === 'number' ? threads : null);

function namesOf(family: Family) {
  const { frr, junos, addPath } = traitsOf(family);
  return { frr: frr ?? null, junos: junos[0], junos_type: junos[1] ?? null, add_path: addPath };
}

function meshrr(configuration: PodConfiguration): TemplateContext {
  const { mode, routerId, clusterId = routerId, clients, clientLimit, families, upstreams } = configuration;
  const { only, preferred } = configuration.communities;
  const policies = clientPolicies(configuration);
  const named = (kind: 'mesh' | 'upstream') => (group: { readonly name: string }) => ({ name: group.name, kind });
  return {
    // In the words of MESHRR_MODE.
    mode: mode === 'route-server' ? 'routeserver' : 'routereflector',
    autonomous_system: configuration.autonomousSystem,
    router_id: routerId.text,
    cluster_id: mode === 'route-reflector' ? clusterId.text : null,
    pod_ip: configuration.podIp.text,
    families,
    carries_vpn: families.some((family) => traitsOf(family).vpn !== undefined),
    // The names of families in each router's own language.
    family_names: Object.fromEntries(FAMILIES.map((family) => [family, namesOf(family)])),
    timers: TIMERS,
    route_server_hops: ROUTE_SERVER_HOPS,
    // FRR alone has a limit.
    listen_limit: clientLimit,
    discovered: [...configuration.meshes.map(named('mesh')), ...upstreams.map(named('upstream'))],
    clients: clients.map(
      ({ name, service, ranges, asRanges, families: own, key, holdSeconds, maximumPrefixes, addPath, members }) => ({
        name,
        // Whether the runtime adds declared neighbors, with their AS numbers.
        members: members === true,
        // Secret.
        key: key ?? null,
        timers: holdSeconds === undefined ? null : timersOf(holdSeconds),
        families: familiesToward(configuration, { families: own }),
        // Whether there are clients that the runtime finds, beside those from ranges.
        discovered: service !== undefined,
        ranges: ranges.map(({ text }) => text),
        as_ranges: asRanges.map(formatAsRange),
        as_patterns: firstAsPatterns(asRanges),
        add_path: addPath === true,
        maximum_prefixes: maximumPrefixes
          ? {
              by_family: maximumPrefixes.maximum,
              threshold: maximumPrefixes.threshold,
              excess: maximumPrefixes.excess,
              restart_minutes: maximumPrefixes.restartMinutes ?? null,
            }
          : null,
      }),
    ),
    has_members: clients.some(({ members }) => members),
    filters: configuration.clientFilters
      ? templateFilters(configuration.clientFilters, families, configuration.autonomousSystem)
      : null,
    rpki: configuration.rpki
      ? {
          servers: configuration.rpki.servers.map(({ host, port }, i) => ({ host, port, preference: i + 1 })),
          // Null: they are dropped.
          mark: configuration.rpki.invalid === 'mark' ? `${configuration.autonomousSystem}:1000:4` : null,
        }
      : null,
    // What is taken from clients, by family, where that is not all as it comes.
    client_policies: policies.map(({ family, version, prefixes }) => ({
      family,
      name: `CLIENTS-IN-${family.toUpperCase()}`,
      version,
      prefixes: prefixes.map(({ text, length }) => ({ text, longer: length < (version === 6 ? 128 : 32) })),
    })),
    bounds_client_routes: policies.some(({ version }) => version !== null),
    resets_local_preference: configuration.resetsLocalPreference,
    local_preference: {
      usual: LOCAL_PREFERENCE.usual,
      preferred_in_region: LOCAL_PREFERENCE.preferredInRegion,
      // What a client may say although others are reset: neither attracts a route.
      kept: [LOCAL_PREFERENCE.preferredInRegion, LOCAL_PREFERENCE.shutdown],
    },
    // Whether what is sent upstream depends on communities.
    upstream_policy: (only !== undefined || preferred !== undefined) && upstreams.length > 0,
    in_region_only: only ?? null,
    in_region_preferred: preferred ?? null,
    // Which of the two are large communities.
    in_region_large: {
      only: only !== undefined && isLarge(only),
      preferred: preferred !== undefined && isLarge(preferred),
    },
  };
}
