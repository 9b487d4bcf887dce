import { parseAddress } from '../../../../lib/addressing';
import { SESSION_STATES, SessionState } from '../../../../lib/configuration';
import { inBrief, ValidationError } from '../../../../lib/input';
import { RtrServer, rtrServers } from '../../../../lib/settings';
import { Attempts, EndOfRib, Neighbor, OriginData, RouterUnavailable, Session } from '../driver';
import { errorIn, Reply } from './messages';
import { childrenOf, elementsAt, textOf, XmlElement } from './xml';

/** A configured neighbor with its address as the router writes it. */
export interface WrittenNeighbor extends Neighbor {
  readonly written: string;
}

/** The maximum number of neighbors or sessions in an answer: five times those of the largest router. */
const MAX_LISTED = 50_000;

/** The neighbors of these groups in the answer to `configuredNeighbors`, which may contain others. */
export function readNeighbors({ element }: Reply, groups: ReadonlySet<string>): WrittenNeighbor[] {
  return withinReason(ownBgp(element).flatMap((bgp) => elementsAt(bgp, 'group'))).flatMap((group) => {
    const name = textOf(group, 'name');
    if (name === undefined || !groups.has(name)) return [];
    return writtenAddresses(group).map(({ address, written }) => ({ group: name, address, written }));
  });
}

/** The BGP part of the configuration group that the runtime manages. */
function ownBgp(element: XmlElement): XmlElement[] {
  return elementsAt(element, 'configuration', 'groups')
    .filter((configurationGroup) => textOf(configurationGroup, 'name') === 'MESHRR')
    .flatMap((own) => elementsAt(own, 'protocols', 'bgp'));
}

/** The addresses of all neighbors in the answer to `allConfiguredNeighbors`. */
export function readConfiguredAddresses({ element }: Reply): Set<string> {
  const configuration = elementsAt(element, 'configuration');
  const groups = [
    ...configuration.flatMap((e) => elementsAt(e, 'groups', 'protocols', 'bgp', 'group')),
    ...configuration.flatMap((e) => elementsAt(e, 'protocols', 'bgp', 'group')),
  ];
  return new Set(
    withinReason(groups)
      .flatMap(writtenAddresses)
      .map(({ address }) => address),
  );
}

/** @throws RouterUnavailable if there are too many neighbors, which would fill the memory */
function withinReason(groups: readonly XmlElement[]): readonly XmlElement[] {
  const count = groups.reduce((sum, group) => sum + childrenOf(group, 'neighbor').length, 0);
  if (count > MAX_LISTED) throw new RouterUnavailable(`cRPD shows more than ${MAX_LISTED} neighbors`);
  return groups;
}

/** Whether the answer to `configuredShutdown` shows an active graceful shutdown. */
export function isDraining({ element }: Reply): boolean {
  return ownBgp(element).some((bgp) => elementsAt(bgp, 'graceful-shutdown', 'sender').length > 0);
}

function writtenAddresses(group: XmlElement): { address: string; written: string }[] {
  return childrenOf(group, 'neighbor').flatMap((neighbor) => {
    const written = textOf(neighbor, 'name');
    const address = written && canonical(written);
    return address ? [{ address, written }] : [];
  });
}

/**
 * The sessions in the answer to `bgpSummary`, one per address. If an address has several, as in routing instances, the
 * last Established one counts. The answer does not show whether a neighbor is configured.
 *
 * @param configured the addresses of all configured neighbors
 */
export function readSessions(reply: Reply, configured: ReadonlySet<string>): Session[] {
  const sessions = new Map<string, Session>();
  for (const session of listedSessions(reply, configured)) {
    if (session.state === 'Established' || !sessions.has(session.address)) sessions.set(session.address, session);
  }
  return [...sessions.values()];
}

function listedSessions({ element }: Reply, configured: ReadonlySet<string>): Session[] {
  const peers = elementsAt(element, 'bgp-information', 'bgp-peer');
  if (peers.length > MAX_LISTED) throw new RouterUnavailable(`cRPD shows more than ${MAX_LISTED} sessions`);
  return peers.flatMap((peer) => {
    // A port may follow: 10.0.0.2+179.
    const address = canonical(textOf(peer, 'peer-address')?.replace(/\+\d+$/, '') ?? '');
    if (address === undefined) return [];
    const state = stateOf(textOf(peer, 'peer-state'));
    const [elapsed] = childrenOf(peer, 'elapsed-time');
    const received = elementsAt(peer, 'bgp-rib').map((rib) => countIn(textOf(rib, 'received-prefix-count')) ?? 0);
    const seconds = elapsed && (countIn(elapsed.attributes.seconds) ?? secondsIn(elapsed.text));
    const queued = countIn(textOf(peer, 'route-queue-count'));
    const wasUp = (countIn(textOf(peer, 'flap-count')) ?? 0) > 0;
    return {
      address,
      state,
      dynamic: !configured.has(address),
      ...(state === 'Established'
        ? {
            establishedSeconds: seconds,
            prefixesReceived: received.reduce((sum, count) => sum + count, 0),
            ...(queued && { queued }),
          }
        : wasUp && { lostSeconds: seconds }),
    };
  });
}

/**
 * The details of a session in the answer to `bgpNeighbor`. Junos names the last error of a session and each kind of
 * error with its number of NOTIFICATIONs in both directions.
 */
export function readAttempts({ element }: Reply, address: string): Attempts | undefined {
  const peer = peerAt(element, address);
  if (!peer) return undefined;
  const lastError = textOf(peer, 'last-error');
  const error = lastError === undefined || lastError === 'None' ? undefined : inBrief(lastError);
  const counted = childrenOf(peer, 'bgp-error').find((one) => textOf(one, 'name') === lastError);
  const count = (name: string) => (counted && countIn(textOf(counted, name))) ?? 0;
  const direction = count('receive-count') > count('send-count') ? 'received' : 'sent';
  const event = textOf(peer, 'last-event');
  const neverUp = (countIn(textOf(peer, 'flap-count')) ?? 0) === 0;
  const notification = error && `${direction} ${error}`;
  return {
    address,
    state: stateOf(textOf(peer, 'peer-state')),
    passive: false,
    closed: event === 'Closed' && error === undefined,
    ...(notification && neverUp && { notification }),
    ...(notification && { lastEnd: notification }),
  };
}

/**
 * Whether End-of-RIB was received in each family of the session, in the answer to `bgpNeighbor`. Junos shows the element
 * if the neighbor has the capability for graceful restart.
 */
export function readEndOfRib({ element }: Reply, address: string): EndOfRib | undefined {
  const peer = peerAt(element, address);
  if (!peer) return undefined;
  const words = (text = '') => text.split(/\s+/).filter(Boolean);
  const [received] = childrenOf(peer, 'peer-end-of-rib-received');
  if (!received) return 'none';
  const families = words(textOf(peer, 'nlri-type-session'));
  const isWhole = (families.length > 0 ? families : ['inet-unicast']).every((f) => words(received.text).includes(f));
  return isWhole ? 'received' : 'missing';
}

/** The data of the servers in the answer to `validationSessions`. The servers have the same records, so the most count. */
export function readOriginData({ element }: Reply, servers: readonly RtrServer[]): OriginData {
  const sessions = elementsAt(element, 'rv-session-information', 'rv-session');
  const up = sessions.flatMap((session) =>
    textOf(session, 'session-state')?.toLowerCase() === 'up' ? [canonical(textOf(session, 'ip-address') ?? '')] : [],
  );
  const records = (session: XmlElement, name: string) => countIn(textOf(session, name)) ?? 0;
  return {
    servers: servers.map((server) => ({
      server: rtrServers.format([server]),
      isConnected: up.includes(server.host),
    })),
    prefixes: sessions.reduce(
      (most, session) => Math.max(most, records(session, 'ip-prefix-count') + records(session, 'ip6-prefix-count')),
      0,
    ),
  };
}

function peerAt(element: XmlElement, address: string): XmlElement | undefined {
  const peers = elementsAt(element, 'bgp-information', 'bgp-peer');
  return peers.find((one) => canonical(textOf(one, 'peer-address')?.replace(/\+\d+$/, '') ?? '') === address);
}

/** Junos abbreviates the state in some outputs: `Establ`. */
function stateOf(text = ''): SessionState {
  const word = text.toLowerCase();
  return SESSION_STATES.find((state) => word.length >= 4 && state.toLowerCase().startsWith(word)) ?? 'Idle';
}

/** The difference that a commit would make; empty if there is none. */
export function readDifference({ element }: Reply): string {
  return elementsAt(element, 'configuration-information', 'configuration-output')
    .map(({ text }) => text)
    .join('\n')
    .trim();
}

/** Why a load was refused, or undefined. Warnings do not count: a statement to delete was not there. */
export function loadRefusal(reply: Reply): string | undefined {
  const error = errorIn(reply);
  if (error) return error.message;
  const counts = elementsAt(reply.element, 'load-configuration-results', 'load-error-count').map(({ text }) => text);
  const failed = counts.some((count) => countIn(count) !== 0) && reply.issues.length === 0;
  return failed ? `${inBrief(counts[0])} errors without a message` : undefined;
}

/** Whether the router confirms a commit explicitly. */
export function isCommitted({ element }: Reply): boolean {
  const success = (e: XmlElement): boolean =>
    e.name === 'ok' || e.name === 'commit-success' || e.children.some(success);
  return success(element);
}

/** Why a license was refused, or undefined. An installed license is not an error. */
export function licenseRefusal(reply: Reply): string | undefined {
  const words = textsIn(reply.element);
  const said = inBrief(words.join(' '));
  if (/\balready\b|\bduplicate\b/i.test(said)) return undefined;
  const error = errorIn(reply);
  if (error) return error.message;
  const counts = elementsAt(reply.element, 'add-license-results', 'add-error-count').map(({ text }) => text);
  const failed = counts.some((count) => countIn(count) !== 0) || /\b[1-9]\d* errors?\b|\bfailed\b/i.test(said);
  return failed ? said : undefined;
}

function textsIn(element: XmlElement): string[] {
  return [element.text, ...element.children.flatMap(textsIn)].filter(Boolean);
}

function canonical(text: string): string | undefined {
  try {
    return parseAddress(text).text;
  } catch (error) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
}

function countIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Junos writes `2:57`, `1:02:57`, `3d 1:02:57` and `2w3d 01:02:57`. */
function secondsIn(text: string): number | undefined {
  const found = /^(?:(\d{1,6})w)?(?:(\d{1,6})d)?\s*(?:(?:(\d{1,6}):)?(\d{1,6}):)?(\d{1,6})?$/.exec(text);
  if (!found || found[0] === '') return undefined;
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
}
