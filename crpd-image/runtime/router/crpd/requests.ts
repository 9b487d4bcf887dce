import { DiscoveredGroup } from '../../../../lib/configuration';
import { Change } from '../driver';
import { escapeXml } from './xml';
import { tag } from './messages';

/** The configuration group that the runtime manages. */
export const OWN = 'MESHRR';

/** Opens a private copy of the configuration. Changes take effect with a commit only. */
export const openPrivate = tag('open-configuration', tag('private'));

export const closeConfiguration = tag('close-configuration');

/** Checks whether the private copy could be committed. */
export const check = tag('commit-configuration', tag('check'));

/** The difference that a commit would make. */
export const compare = tag('get-configuration', '', { compare: 'rollback', rollback: '0', format: 'text' });

export const closeSession = tag('close-session');

/** One line of `show bgp summary` for each session. */
export const bgpSummary = tag('get-bgp-summary-information');

/** The details of one session: `show bgp neighbor`. */
export function bgpNeighbor(address: string): string {
  return tag('get-bgp-neighbor-information', tag('neighbor-address', escapeXml(address)));
}

/** The sessions with RTR servers. */
export const validationSessions = tag('command', 'show validation session', { format: 'xml' });

/** @param log the comment in the router's list of commits */
export function commit(log: string): string {
  return tag('commit-configuration', tag('log', escapeXml(log)));
}

/** Loads statements into the private copy, in one request. */
export function load(statements: readonly string[]): string {
  const set = tag('configuration-set', escapeXml(`\n${statements.join('\n')}\n`));
  return tag('load-configuration', set, { action: 'set', format: 'text' });
}

/** The committed neighbors of these groups, their addresses only. */
export function configuredNeighbors(groups: readonly string[]): string {
  const content = groups
    .map((name) => tag('group', tag('name', escapeXml(name)) + tag('neighbor', tag('name'))))
    .join('');
  return committed(own(content));
}

/** All committed neighbors, including those of operators' own groups. */
export function allConfiguredNeighbors(): string {
  const content = tag('group', tag('neighbor', tag('name')));
  return committed(own(content) + tag('protocols', tag('bgp', content)));
}

function own(content: string): string {
  return tag('groups', tag('name', OWN) + tag('protocols', tag('bgp', content)));
}

function committed(content: string): string {
  return tag('get-configuration', tag('configuration', content), { database: 'committed' });
}

export function addLicense(file: string): string {
  return tag('request-license-add', tag('filename', escapeXml(file)));
}

/**
 * The statements of a change. A neighbor gets the key of its group in the same commit, so that the router never tries a
 * session without it.
 *
 * @param written the address as the router writes it, for a removal
 */
export function statementsFor(change: Change, group: DiscoveredGroup, written = change.address): string[] {
  const neighbor = (address: string) =>
    `groups ${OWN} protocols bgp group ${quoted(group.name)} neighbor ${quoted(address)}`;
  if (change.action === 'remove') return [`delete ${neighbor(written)}`];
  const set = `set ${neighbor(change.address)}`;
  return group.key === undefined ? [set] : [set, `${set} authentication-key ${quoted(group.key)}`];
}

/** The statement that begins or ends a graceful shutdown (RFC 8326). */
export function gracefulShutdown(on: boolean): string {
  return `${on ? 'set' : 'delete'} groups ${OWN} protocols bgp graceful-shutdown sender`;
}

export function configuredShutdown(): string {
  return committed(own(tag('graceful-shutdown')));
}

/** A word of a statement. Junos strings have the escapes `\"` and `\\`. */
export function quoted(word: string): string {
  return /^[\w.:/-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
