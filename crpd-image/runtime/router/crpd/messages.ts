import { inBrief } from '../../../../lib/input';
import { END_OF_MESSAGE } from './framing';
import { elementsAt, escapeXml, MalformedXml, parseXml, textOf, XmlElement } from './xml';

const BASE_NAMESPACE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const BASE_CAPABILITY = 'urn:ietf:params:netconf:base:1.0';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

/** The capability of servers that support Junos's own requests. */
export const JUNOS_CAPABILITY = 'http://xml.juniper.net/netconf/junos/1.0';

/** The first message of both sides. */
export interface Hello {
  readonly kind: 'hello';
  readonly capabilities: readonly string[];
}

export interface Reply {
  readonly kind: 'reply';
  /** The id of the request; undefined if the server could not read the request. */
  readonly messageId?: string;
  readonly element: XmlElement;
  /** The first hundred errors and the first hundred warnings, in order. */
  readonly issues: readonly Issue[];
}

export interface Issue {
  readonly severity: 'error' | 'warning';
  /** The router's message, on one line. It may repeat the request, including secrets. */
  readonly message: string;
  /** Whether another user has locked or changed the configuration, so that a later attempt may succeed. */
  readonly busy: boolean;
}

/** A notification, or a message with comments only. */
export interface OtherMessage {
  readonly kind: 'other';
}

/** The hello of the client. Without base:1.1 there are no chunked frames (RFC 6242, 4.1). */
export function helloMessage(): string {
  const capability = `<capability>${BASE_CAPABILITY}</capability>`;
  return `${DECLARATION}<hello xmlns="${BASE_NAMESPACE}"><capabilities>${capability}</capabilities></hello>${END_OF_MESSAGE}`;
}

/** A request. @param operation XML, as {@link tag} writes it */
export function rpcMessage(messageId: string, operation: string): string {
  return `${DECLARATION}<rpc xmlns="${BASE_NAMESPACE}" message-id="${escapeXml(messageId)}">${operation}</rpc>${END_OF_MESSAGE}`;
}

/** An XML element. @param content XML */
export function tag(name: string, content = '', attributes: Readonly<Record<string, string>> = {}): string {
  const head = Object.entries(attributes).reduce((text, [key, value]) => `${text} ${key}="${escapeXml(value)}"`, name);
  return content === '' ? `<${head}/>` : `<${head}>${content}</${name}>`;
}

/**
 * Reads a message. Junos adds line breaks and comments before and after messages.
 *
 * @throws MalformedXml also for XML that is not a NETCONF message
 */
export function readMessage(text: string): Hello | Reply | OtherMessage {
  const document = afterComments(text);
  if (document === '') return { kind: 'other' };
  const element = parseXml(document);
  switch (element.name) {
    case 'hello':
      return {
        kind: 'hello',
        capabilities: elementsAt(element, 'capabilities', 'capability').map((capability) => capability.text),
      };
    case 'rpc-reply':
      return { kind: 'reply', messageId: element.attributes['message-id'], element, issues: issuesIn(element) };
    case 'notification':
      return { kind: 'other' };
    default:
      throw new MalformedXml(`<${element.name}>, which is not a NETCONF message`);
  }
}

function afterComments(text: string): string {
  let rest = text.trim();
  while (rest.startsWith('<!--') && rest.includes('-->')) rest = rest.slice(rest.indexOf('-->') + 3).trimStart();
  return rest;
}

/** The first error of a reply, or undefined. Warnings do not count. */
export function errorIn({ issues }: Reply): Issue | undefined {
  return issues.find(({ severity }) => severity === 'error');
}

/** The elements that may contain errors. Elsewhere in a reply, `error` may be a configuration statement. */
const AROUND_ISSUES = new Set([
  'load-configuration-results',
  'commit-results',
  'routing-engine',
  'multi-routing-engine-results',
  'multi-routing-engine-item',
]);

/** The maximum number of errors, and of warnings, that are read from a reply. */
const MAX_ISSUES = 100;

function issuesIn(element: XmlElement, kept = { error: 0, warning: 0 }): Issue[] {
  const keep = (one: Issue) => (kept[one.severity]++ < MAX_ISSUES ? [one] : []);
  return element.children.flatMap((child) => {
    if (child.name === 'rpc-error')
      return keep(issue(child, textOf(child, 'error-severity'), textOf(child, 'error-message')));
    // Older releases use Junos's own form, `xnm:error`.
    if (child.name === 'error' || child.name === 'warning')
      return keep(issue(child, child.name, textOf(child, 'message')));
    return AROUND_ISSUES.has(child.name) ? issuesIn(child, kept) : [];
  });
}

function issue(element: XmlElement, severity: string | undefined, message: string | undefined): Issue {
  const errorTag = textOf(element, 'error-tag');
  const [info] = elementsAt(element, 'error-info');
  const bad = textOf(info ?? element, 'bad-element') ?? textOf(element, 'token');
  const said = inBrief(message ?? errorTag ?? element.text) || 'an error without a message';
  return {
    severity: severity === 'warning' ? 'warning' : 'error',
    message: bad && !said.includes(bad) ? `${said} (${inBrief(bad)})` : said,
    busy: isBusy(errorTag, said),
  };
}

/**
 * Whether an error means that another user has locked or changed the configuration. Junos uses one tag,
 * `operation-failed`, for nearly everything, so the message decides: `configuration database locked by: alice …`,
 * `configuration database
 * modified`, `private edits in use`, `commit in progress`, `configuration is outdated`.
 */
function isBusy(errorTag: string | undefined, message: string): boolean {
  if (errorTag === 'lock-denied' || errorTag === 'in-use') return true;
  return (
    /\bdatabase\b.*\b(?:locked|modified|in use|being (?:edited|modified))\b/i.test(message) ||
    /\bprivate edits in use\b|\bcommit\b.*\bin progress\b|\boutdated\b|\block(?:ed)? (?:is )?held\b/i.test(message)
  );
}
