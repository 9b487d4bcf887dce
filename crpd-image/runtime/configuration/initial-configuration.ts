import * as path from 'path';
import { parseAddress } from '../../../lib/addressing';
import { RUNTIME, Settings } from '../../../lib/settings';
import { CarriedOver, Identity } from './carry-over';
import { carryOverFrr, hasRouterBgp, routerIdInFrr } from './carry-over-frr';
import { carryOverJunos, hasMeshrrGroups, routerIdInJunos } from './carry-over-junos';
import { readPersisted, readText, removeUnfinished, writeWhole, Written } from './configuration-file';
import { JunosSyntaxError } from './junos-text';
import { PodConfiguration } from '../../../lib/configuration';
import { ConfigurationError, renderTemplate, Template } from './render';
import { templateContext } from '../../../lib/configuration';

/** What differs between the routers, in this room. */
const ROUTERS = {
  crpd: {
    file: 'juniper.conf',
    defaultTemplate: 'juniper.conf.j2',
    isOurs: hasMeshrrGroups,
    routerIdIn: routerIdInJunos,
    carryOver: carryOverJunos,
  },
  frr: {
    file: 'bgpd.conf',
    defaultTemplate: 'frr.conf.j2',
    isOurs: hasRouterBgp,
    routerIdIn: routerIdInFrr,
    carryOver: carryOverFrr,
  },
} as const;

/** The name of the file, beside the configuration, that keeps the identity which the configuration was written for. */
const IDENTITY_FILE = 'meshrr-identity.json';

export interface Preparation {
  readonly settings: Settings;
  readonly model: PodConfiguration;
  /** The folder of the default templates. */
  readonly templates: string;
  /** Where the router keeps its configuration. Default: where the router looks for it. */
  readonly folder?: string;
  /** Where an operator's own template may be. Default: where the constructs mount it. */
  readonly operatorTemplate?: string;
}

/** What was done, for the log. */
export interface Prepared {
  /** `rendered` from a template; `carried-over` from before, with changes; `unchanged`, as it was. */
  readonly action: 'rendered' | 'carried-over' | 'unchanged';
  readonly file: string;
  readonly template?: string;
  readonly changes?: readonly string[];
}

/**
 * Sees to it that the router finds a configuration when it starts: a persisted one, carried over to the address that
 * the pod has now, else one rendered from the operator's template, else from the default one. Nothing is written where
 * anything fails.
 *
 * @throws ConfigurationError
 */
export function prepareConfiguration(preparation: Preparation): Prepared {
  const { model, settings, folder = RUNTIME.configurationFolder[model.router] } = preparation;
  const router = ROUTERS[model.router];
  const file = path.join(folder, router.file);
  const identityFile = path.join(folder, IDENTITY_FILE);
  const now: Identity = { routerId: model.routerId.text, podIp: model.podIp.text };

  removeUnfinished([file, identityFile]);
  const persisted = readPersisted(file);
  if (persisted && understood(file, () => router.isOurs(persisted.text))) {
    const kept = readIdentity(identityFile);
    const { text, changes } = understood(file, (): CarriedOver => {
      const inText = router.routerIdIn(persisted.text) ?? now.routerId;
      // A router-id that an operator has typed in stays, unless a setting says otherwise.
      const routerId = settings.routerId || !kept ? inText : kept.routerId;
      const meshes = model.discovered.flatMap(({ kind, name }) => (kind === 'mesh' ? [name] : []));
      return router.carryOver(persisted.text, { routerId, podIp: kept?.podIp ?? inText }, now, meshes);
    });
    const isCurrent = kept?.routerId === now.routerId && kept.podIp === now.podIp;
    writeWhole([
      ...(changes.length > 0 || !persisted.plain ? [{ file, text }] : []),
      ...(isCurrent ? [] : [written(identityFile, now)]),
    ]);
    return changes.length > 0 ? { action: 'carried-over', file, changes } : { action: 'unchanged', file };
  }

  const template = chosenTemplate(preparation, router.defaultTemplate);
  // The identity goes last: an older one beside a new configuration does less harm than the other way round.
  writeWhole([{ file, text: renderTemplate(template, templateContext(settings, model)) }, written(identityFile, now)]);
  return { action: 'rendered', file, template: template.path };
}

function chosenTemplate({ model, templates, operatorTemplate }: Preparation, defaultName: string): Template {
  const candidates = [operatorTemplate ?? RUNTIME.templatePath[model.router], path.join(templates, defaultName)];
  for (const candidate of candidates) {
    const text = readText(candidate);
    if (text !== undefined) return { path: candidate, text };
  }
  throw new ConfigurationError(candidates[1], 'the default template is missing');
}

function understood<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof JunosSyntaxError)) throw error;
    throw new ConfigurationError(file, `${error.message}; mend it, or remove it to start from the template`);
  }
}

/** The identity that the configuration was last written for; a file that makes no sense counts as none. */
function readIdentity(file: string): Identity | undefined {
  try {
    const { routerId, podIp } = JSON.parse(readText(file) ?? '');
    return { routerId: parseAddress(routerId).text, podIp: parseAddress(podIp).text };
  } catch {
    return undefined;
  }
}

function written(file: string, identity: Identity): Written {
  return { file, text: `${JSON.stringify(identity)}\n` };
}
