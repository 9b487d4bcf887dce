import { formatAsRange } from '../../../lib/addressing';
import { LOCAL_PREFERENCE, settingNames, settingOf, Settings } from '../../../lib/settings';
import { firstAsPatterns } from './as-path-pattern';
import { clientPolicies } from './client-policies';
import { RouterModel } from './model';

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
export function templateContext(settings: Settings, model: RouterModel): TemplateContext {
  return { ...variables(settings), meshrr: meshrr(model) };
}

function variables(settings: Settings): TemplateContext {
  return Object.fromEntries(
    settingNames.map((name) => {
      const { variable, codec } = settingOf(name);
      return [variable, settings[name] === undefined ? null : codec.format(settings[name])];
    }),
  );
}

function meshrr(model: RouterModel): TemplateContext {
  const reflector = model.mode === 'routereflector';
  const { inRegionOnly, inRegionPreferred } = model;
  const marked = inRegionOnly !== undefined || inRegionPreferred !== undefined;
  return {
    mode: model.mode,
    autonomous_system: model.autonomousSystem,
    router_id: model.routerId.text,
    cluster_id: reflector ? model.routerId.text : null,
    pod_ip: model.podIp.text,
    families: model.families,
    // FRR alone has a limit.
    listen_limit: model.clientLimit,
    discovered: model.discovered.flatMap(({ name, kind }) => (kind === 'clients' ? [] : [{ name, kind }])),
    clients: model.clients.map(({ name, ranges, asRanges }) => ({
      name,
      // Whether there are clients that the runtime finds, beside those from ranges.
      discovered: model.discovered.some((group) => group.name === name),
      ranges: ranges.map(({ text }) => text),
      as_ranges: asRanges.map(formatAsRange),
      as_patterns: firstAsPatterns(asRanges),
    })),
    // What is taken from clients, by family, where that is not all as it comes.
    client_policies: clientPolicies(model).map(({ family, version, prefixes }) => ({
      family,
      name: `CLIENTS-IN-${family.toUpperCase()}`,
      version,
      prefixes: prefixes.map(({ text, length }) => ({ text, longer: length < (version === 6 ? 128 : 32) })),
    })),
    bounds_client_routes: clientPolicies(model).some(({ version }) => version !== null),
    resets_local_preference: model.resetsLocalPreference,
    local_preference: {
      usual: LOCAL_PREFERENCE.usual,
      preferred_in_region: LOCAL_PREFERENCE.preferredInRegion,
      // What a client may say although others are reset: neither attracts a route.
      kept: [LOCAL_PREFERENCE.preferredInRegion, LOCAL_PREFERENCE.shutdown],
    },
    // Whether what is sent upstream depends on communities.
    upstream_policy: marked && model.discovered.some(({ kind }) => kind === 'upstream'),
    in_region_only: inRegionOnly ?? null,
    in_region_preferred: inRegionPreferred ?? null,
  };
}
