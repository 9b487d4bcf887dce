import * as path from 'path';
import {
  ConfigurationError,
  PodConfiguration,
  renderTemplate,
  Template,
  templateContext,
} from '../../../lib/configuration';
import { RUNTIME, Settings } from '../../../lib/settings';
import { readPersisted, readText, removeUnfinished, writeWhole } from './configuration-file';
import { JunosSyntaxError, parseJunos } from './junos-text';
import { withOperatorStatements } from './operator-statements';

/** Files in the folder of the configuration, and the default template. */
const FILES = {
  crpd: { configuration: 'juniper.conf', rendered: 'meshrr-rendered.conf', template: 'juniper.conf.j2' },
  frr: { configuration: 'bgpd.conf', operator: 'operator.conf', listen: 'listen', template: 'frr.conf.j2' },
} as const;

export interface Preparation {
  readonly settings: Settings;
  readonly model: PodConfiguration;
  readonly templates: string;
  /** The folder of the router's configuration. Default: that of the image. */
  readonly folder?: string;
  /** The path of an operator's own template. Default: where the constructs mount it. */
  readonly operatorTemplate?: string;
}

export interface Prepared {
  readonly file: string;
  readonly template: string;
  /** The file with the operator's part of the configuration, if there is one. */
  readonly operator?: string;
}

/**
 * Writes the configuration that the router reads when it starts. It is rendered from the operator's template or from
 * the default one, and the operator's own part is added: on cRPD the statements that an operator committed to the
 * persisted configuration, on FRR the text of a file, which is appended. Writes nothing if anything fails.
 *
 * @throws ConfigurationError
 */
export function prepareConfiguration(preparation: Preparation): Prepared {
  const { model, settings, folder = RUNTIME.configurationFolder[model.router] } = preparation;
  const at = (name: string) => path.join(folder, name);
  const file = at(FILES[model.router].configuration);
  const template = chosenTemplate(preparation, FILES[model.router].template);
  const rendered = renderTemplate(template, templateContext(settings, model));
  const prepared = { file, template: template.path };

  if (model.router === 'frr') {
    const operator = at(FILES.frr.operator);
    removeUnfinished([file]);
    const added = readText(operator);
    const listened = listenedOn(settings, model);
    writeWhole([
      { file, text: added === undefined ? rendered : `${rendered}!\n${added.replace(/\n?$/, '\n')}` },
      ...(listened.length > 0 ? [{ file: at(FILES.frr.listen), text: `${listened.join('\n')}\n` }] : []),
    ]);
    return added === undefined ? prepared : { ...prepared, operator };
  }

  const record = at(FILES.crpd.rendered);
  removeUnfinished([file, record]);
  parsedOrRejected(template.path, 'mend the template', () => parseJunos(rendered));
  const before = readText(record);
  const persisted = readPersisted(file);
  // A file that no start of a pod has written belongs to the image and is replaced.
  const isKnown = persisted !== undefined && (before !== undefined || /\bgroups\s*\{\s*MESHRR\b/.test(persisted));
  const advice = 'mend it, or remove it to start from the template';
  const text = isKnown
    ? parsedOrRejected(file, advice, () => withOperatorStatements(rendered, persisted, parsable(before ?? '')))
    : rendered;
  // The record goes last: an old record beside a new configuration does less harm than a new record beside an old one.
  writeWhole([
    { file, text },
    { file: record, text: rendered },
  ]);
  return text === rendered ? prepared : { ...prepared, operator: file };
}

/**
 * The addresses that bgpd listens on; none: all. In the network of the node, these are the addresses that clients peer with,
 * and those of the pod if other pods connect to it. bgpd has the keys of neighbors on one address of each IP family alone, and
 * accepts a neighbor without its key on another one.
 */
function listenedOn(
  { listenAddresses, podIp, podIps = [podIp] }: Settings,
  { discovered }: PodConfiguration,
): readonly string[] {
  if (!listenAddresses) return [];
  const isDialed = discovered.some(({ kind }) => kind !== 'upstream');
  return [...listenAddresses, ...(isDialed ? podIps : [])].map(({ text }) => text);
}

function chosenTemplate({ model, templates, operatorTemplate }: Preparation, defaultName: string): Template {
  const candidates = [operatorTemplate ?? RUNTIME.templatePath[model.router], path.join(templates, defaultName)];
  for (const candidate of candidates) {
    const text = readText(candidate);
    if (text !== undefined) return { path: candidate, text };
  }
  throw new ConfigurationError(candidates[1], 'the default template is missing');
}

function parsedOrRejected<T>(file: string, advice: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof JunosSyntaxError)) throw error;
    throw new ConfigurationError(file, `${error.message}; ${advice}`);
  }
}

/** A record that cannot be parsed counts as empty. */
function parsable(text: string): string {
  try {
    parseJunos(text);
    return text;
  } catch {
    return '';
  }
}
