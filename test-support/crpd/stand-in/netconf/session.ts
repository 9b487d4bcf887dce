import { CommitRefused, lockedBy } from '../state/candidates';
import { LoadFault } from '../configuration/tree';
import { dialect, Fault, strike } from '../state/faults';
import { fromFault, fromRefusal, Problem, problems, ValidationError } from './replies';
import { Context, REQUESTS } from './requests';
import { Element, escapeAttribute, parseXml, XmlFault } from './xml';

/** The end of a message (RFC 6242, 4.3). Junos's own process speaks no other framing. */
export const END = ']]>]]>';

const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';

const CAPABILITIES = [
  BASE,
  'urn:ietf:params:netconf:base:1.0',
  ...['candidate', 'confirmed-commit', 'validate'].map((name) => `urn:ietf:params:netconf:capability:${name}:1.0`),
  'urn:ietf:params:netconf:capability:url:1.0?scheme=http,ftp,file',
  'urn:ietf:params:xml:ns:netconf:capability:candidate:1.0',
  'http://xml.juniper.net/dmi/system/1.0',
];
const JUNOS = 'http://xml.juniper.net/netconf/junos/1.0';

/** What is to be sent, and how. */
export interface Outgoing {
  readonly text: string;
  readonly faults: readonly Fault[];
  readonly end: boolean;
}

export function greeting(context: Context): Outgoing {
  const faults = strike(context.folder, 'hello');
  const names = faults.some(({ fault }) => fault === 'no-junos') ? CAPABILITIES : [...CAPABILITIES, JUNOS];
  const list = names.map((name) => `<capability>${name}</capability>\n`).join('');
  const text =
    '<!-- No zombies were killed during the creation of this user interface -->\n' +
    `<!-- user ${context.candidates.me.user}, class super-user -->\n` +
    `<hello xmlns="${BASE}">\n<capabilities>\n${list}</capabilities>\n` +
    `<session-id>${process.pid}</session-id>\n</hello>\n${END}\n`;
  return { text, faults, end: false };
}

/** Answers one message; a client's `<hello>` has no answer. */
export function answer(message: string, context: Context): Outgoing | undefined {
  const failed = (problem: Problem, attributes = ''): Outgoing => ({
    text: reply(attributes, problems([problem], dialect(context.folder).errors)),
    faults: [],
    end: false,
  });
  let rpc: Element;
  try {
    rpc = parseXml(message);
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    return failed({ severity: 'error', message: `syntax error: ${error.message}`, tag: 'malformed-message' });
  }
  if (rpc.name === 'hello') return undefined;
  const attributes = [...rpc.attributes]
    .filter(([name]) => name !== 'xmlns' && name !== 'xmlns:junos')
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join('');
  const [request] = rpc.children;
  if (rpc.name !== 'rpc' || !request) {
    return failed(
      { severity: 'error', message: 'syntax error', tag: 'unknown-element', badElement: rpc.name },
      attributes,
    );
  }
  context.folder.append('log.jsonl', { pid: process.pid, rpc: request.name });
  const faults = strike(context.folder, request.name);
  if (faults.some(({ fault }) => fault === 'die-before')) process.exit(1);
  const body = bodyOf(request, context, faults);
  if (faults.some(({ fault }) => fault === 'die-after')) process.exit(1);
  return { text: reply(attributes, body), faults, end: request.name === 'close-session' };
}

function reply(attributes: string, body: string): string {
  const names = `xmlns="${BASE}" xmlns:junos="http://xml.juniper.net/junos/22.4R1/junos"`;
  return `<rpc-reply ${names}${attributes}>\n${body}</rpc-reply>\n${END}\n`;
}

function bodyOf(request: Element, context: Context, faults: readonly Fault[]): string {
  const { errors } = dialect(context.folder);
  const warnings = faults
    .filter(({ fault }) => fault === 'warning')
    .map(({ message = 'a warning' }): Problem => ({ severity: 'warning', message }));
  const results = (list: readonly Problem[]): string => {
    const text = problems(list, errors);
    return request.name === 'commit-configuration' ? `<commit-results>\n${text}</commit-results>\n` : text;
  };
  try {
    for (const fault of faults) reject(fault);
    if (!Object.hasOwn(REQUESTS, request.name))
      throw new ValidationError('syntax error', 'operation-failed', request.name);
    return problems(warnings, errors) + REQUESTS[request.name](request, context, faults);
  } catch (error) {
    if (error instanceof ValidationError) return problems([fromRefusal(error)], errors);
    if (error instanceof CommitRefused) return results([...warnings, ...error.problems]);
    if (error instanceof LoadFault) return problems([fromFault(error)], errors);
    throw error;
  }
}

function reject({ fault, user = 'alice', message = 'refused' }: Fault): void {
  const since = new Date().toISOString();
  if (fault === 'busy') throw new ValidationError(lockedBy({ user, pid: 4711, since }));
  if (fault === 'modified') throw new ValidationError('configuration database modified');
  if (fault === 'error') throw new ValidationError(message);
}
