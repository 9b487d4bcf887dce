import { compare } from '../configuration/compare';
import { loadSet } from '../configuration/load-set';
import { Loaded, loadText } from '../configuration/load-text';
import { inherited } from '../configuration/merge';
import { renderSet, renderText } from '../configuration/render';
import { emptyConfiguration, Node } from '../configuration/tree';
import { filtered, loadXml, renderXml } from '../configuration/xml-form';
import { runCommand } from '../cli/commands';
import { Candidates } from '../state/candidates';
import { dialect, Fault } from '../state/faults';
import { Folder } from '../state/folder';
import { OPERATIONAL } from './operational';
import { fromFault, Problem, problems, ValidationError } from './replies';
import { attribute, childNamed, Element, escapeAttribute, escapeXml } from './xml';

/** A session's view on the router. */
export interface Context {
  readonly candidates: Candidates;
  readonly folder: Folder;
  /** How the session came: `netconf` or `cli`. */
  readonly client: string;
}

type Request = (request: Element, context: Context, faults: readonly Fault[]) => string;

const OK = '<ok/>\n';
const LOST = 'uncommitted changes will be discarded on exit';
const warning = (message: string): Problem => ({ severity: 'warning', message });

/** What an element in `<rpc>` does. It returns the body of the reply. */
export const REQUESTS: Record<string, Request> = {
  ...operational(),
  'open-configuration': (request, { candidates, folder }) => {
    const { openWarning, errors } = dialect(folder);
    if (childNamed(request, 'private')) candidates.openPrivate();
    else if (childNamed(request, 'exclusive')) candidates.lock();
    else throw new ValidationError('this stand-in opens private or exclusive', 'operation-not-supported');
    return problems([warning(LOST)], errors) + (openWarning === 'alone' ? '' : OK);
  },
  'close-configuration': (_, { candidates, folder }) => {
    if (!candidates.isPrivate) candidates.unlock();
    else if (candidates.close()) return problems([warning(LOST)], dialect(folder).errors) + OK;
    return OK;
  },
  'lock-configuration': (_, { candidates }) => (candidates.lock(), OK),
  'unlock-configuration': (_, { candidates }) => (candidates.unlock(), OK),
  lock: (_, { candidates }) => (candidates.lock(), OK),
  unlock: (_, { candidates }) => (candidates.unlock(), OK),
  'discard-changes': (_, { candidates }) => (candidates.replace(candidates.running()), OK),
  'load-configuration': load,
  'edit-config': (request, context, faults) => {
    const config = childNamed(request, 'config');
    const inside = (config && childNamed(config, 'configuration')) ?? childNamed(request, 'config-text');
    if (!inside) throw new ValidationError('edit-config needs <config>', 'missing-element', 'config');
    const wrapped: Element = { name: 'load-configuration', attributes: new Map(), text: '', children: [inside] };
    return load(wrapped, context, faults).replace(/<\/?load-configuration-results>\n/g, '');
  },
  'get-configuration': getConfiguration,
  'get-config': (request, context) => {
    const source = childNamed(request, 'source');
    const database = source && childNamed(source, 'running') ? 'committed' : 'candidate';
    const filter = childNamed(request, 'filter');
    const children = filter ? filter.children.filter(({ name }) => name === 'configuration') : [];
    const attributes = new Map([['database', database]]);
    return `<data>\n${getConfiguration({ ...request, children, attributes }, context)}</data>\n`;
  },
  validate: (_, { candidates, client }) => (candidates.commit('check', client), OK),
  commit: (_, { candidates, client }) => (candidates.commit('commit', client), OK),
  'commit-configuration': (request, { candidates, folder, client }) => {
    if (childNamed(request, 'confirmed')) {
      const where = candidates.isPrivate ? ' in private mode' : ' by this stand-in';
      throw new ValidationError(`commit confirmed is not supported${where}`, 'operation-not-supported', 'confirmed');
    }
    const only = childNamed(request, 'check') ? 'check' : 'commit';
    candidates.commit(only, client, childNamed(request, 'log')?.text);
    if (dialect(folder).commit === 'ok') return OK;
    const success = only === 'check' ? '<commit-check-success/>' : '<commit-success/>';
    const engine = `<routing-engine junos:style="normal">\n<name>re0</name>\n${success}\n</routing-engine>\n`;
    return `<commit-results>\n${engine}</commit-results>\n${OK}`;
  },
  'close-session': () => OK,
  'kill-session': (request) => {
    const id = Number(childNamed(request, 'session-id')?.text);
    if (!Number.isInteger(id) || id <= 1 || id === process.pid)
      throw new ValidationError('invalid session-id', 'invalid-value');
    try {
      process.kill(id, 'SIGTERM');
    } catch {
      throw new ValidationError('no such session', 'invalid-value', String(id));
    }
    return OK;
  },
  command: (request, context) => {
    const command = request.text.trim();
    const shown = attribute(request, 'format') === 'xml' ? OPERATIONAL[command] : undefined;
    if (shown) return shown(request, context.candidates, context.folder);
    const output = runCommand(command, context);
    if (output === undefined) throw new ValidationError('syntax error', 'operation-failed', command);
    return `<output>\n${escapeXml(output)}</output>\n`;
  },
};

function operational(): Record<string, Request> {
  return Object.fromEntries(
    Object.entries(OPERATIONAL).map(([name, answer]): [string, Request] => [
      name,
      (request, { candidates, folder }) => answer(request, candidates, folder),
    ]),
  );
}

function load(request: Element, { candidates, folder }: Context, faults: readonly Fault[]): string {
  const rollback = attribute(request, 'rollback');
  const { errors, warnings } =
    rollback === undefined ? loadContents(request, candidates) : rolledBack(rollback, candidates);
  const list = [...warnings.map((each) => fromFault(each, 'warning')), ...errors.map((each) => fromFault(each))];
  const count = `<load-error-count>${errors.length}</load-error-count>\n`;
  const end = errors.length > 0 ? count : OK;
  const told = faults.some(({ fault }) => fault === 'error-count') ? '' : problems(list, dialect(folder).errors);
  return `<load-configuration-results>\n${told}${end}</load-configuration-results>\n`;
}

function rolledBack(number: string, candidates: Candidates): Loaded {
  if (!/^\d{1,2}$/.test(number)) throw new ValidationError(`invalid rollback '${number}'`, 'invalid-value', 'rollback');
  candidates.replace(candidates.rollback(Number(number)));
  return { errors: [], warnings: [] };
}

function loadContents(request: Element, candidates: Candidates): Loaded {
  const action = attribute(request, 'action') ?? 'merge';
  const load = loader(request, action);
  if (action !== 'override' && action !== 'update') return candidates.edit(load);
  // All or nothing: a configuration that is not right replaces none.
  const whole = emptyConfiguration();
  const loaded = load(whole);
  if (loaded.errors.length === 0) candidates.replace(whole);
  return loaded;
}

function loader(request: Element, action: string): (into: Node) => Loaded {
  if (!['merge', 'replace', 'override', 'update', 'set'].includes(action)) {
    throw new ValidationError(`invalid action '${action}'`, 'invalid-value', 'action');
  }
  const commands = childNamed(request, 'configuration-set');
  if ((action === 'set') !== (commands !== undefined)) {
    throw new ValidationError("action 'set' takes <configuration-set>, and no other does", 'missing-element');
  }
  if (commands) return (into) => loadSet(into, commands.text);
  const text = childNamed(request, 'configuration-text');
  if (text) return (into) => loadText(into, text.text, action === 'replace');
  const configuration = childNamed(request, 'configuration');
  if (configuration) return (into) => loadXml(into, configuration);
  throw new ValidationError('there is nothing to load', 'missing-element', 'configuration');
}

function getConfiguration(request: Element, { candidates, folder }: Context): string {
  const format = attribute(request, 'format') ?? 'xml';
  const committed = attribute(request, 'database') === 'committed';
  if (attribute(request, 'compare') !== undefined) {
    if (format !== 'text')
      throw new ValidationError(`this stand-in compares as text, not ${format}`, 'operation-not-supported');
    const before = candidates.rollback(Number(attribute(request, 'rollback') ?? 0));
    const text = '\n' + compare(before, candidates.candidate());
    const output = `<configuration-output>${escapeXml(text)}</configuration-output>\n`;
    return `<configuration-information>\n${output}</configuration-information>\n`;
  }
  let configuration = committed ? candidates.running() : candidates.candidate();
  if (attribute(request, 'inherit') === 'inherit') configuration = inherited(configuration);
  const filter = childNamed(request, 'configuration');
  if (filter) configuration = filtered(configuration, filter);
  const space = `xmlns="http://xml.juniper.net/xnm/1.1/xnm" ${changedBy(committed, folder)}`;
  switch (format) {
    case 'xml':
      return renderXml(configuration).replace(/^<configuration>/, `<configuration ${space}>`);
    case 'text':
      return `<configuration-text ${space}>\n${escapeXml(renderText(configuration))}</configuration-text>\n`;
    case 'set':
      return `<configuration-set>\n${escapeXml(renderSet(configuration))}</configuration-set>\n`;
    default:
      throw new ValidationError(`this stand-in has no format ${format}`, 'operation-not-supported');
  }
}

function changedBy(committed: boolean, folder: Folder): string {
  const commit = folder.change(({ commits }) => commits[0]);
  const time = commit?.time ?? new Date(0).toISOString();
  const local = `${time.slice(0, 19).replace('T', ' ')} UTC`;
  const seconds = Math.floor(Date.parse(time) / 1000);
  if (!committed) return `junos:changed-seconds="${seconds}" junos:changed-localtime="${local}"`;
  const by = `junos:commit-user="${escapeAttribute(commit?.user ?? 'root')}"`;
  return `junos:commit-seconds="${seconds}" junos:commit-localtime="${local}" ${by}`;
}
