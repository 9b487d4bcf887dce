import { inBrief } from '../../../../lib/input';
import { Attempts } from '../driver';
import { stateOf } from './sessions';

/** The fields of a neighbor in `show bgp neighbors ADDRESS json` that are used. */
export interface Shown {
  readonly bgpState?: unknown;
  readonly connectionsEstablished?: unknown;
  readonly lastResetDueTo?: unknown;
  readonly lastNotificationReason?: unknown;
  readonly messageStats?: { readonly opensSent?: unknown; readonly opensRecv?: unknown };
  readonly neighborCapabilities?: {
    readonly multiprotocolExtensions?: Readonly<Record<string, object>>;
    readonly gracefulRestart?: unknown;
  };
  readonly gracefulRestartInfo?: { readonly endOfRibRecv?: Readonly<Record<string, unknown>> };
}

/**
 * How many more OPENs are sent than received if the neighbor closes connections. A few are lost otherwise, too: two
 * routers that connect at the same time close one of the two connections.
 */
const UNANSWERED_OPENS = 3;

/** The reset reason of every new neighbor. It says nothing: the neighbor gets its families from its group. */
const NO_REASON = 'No AFI/SAFI activated for peer';

/**
 * Reads `show bgp neighbors ADDRESS json`. bgpd keeps the last NOTIFICATION for ever. It explains why the session is
 * down now only if no session has been up since, or while bgpd waits after an error (Idle).
 *
 * @returns undefined if the neighbor does not exist, or the text is not of this form
 */
export function parseAttempts(text: string, address: string, passive: boolean): Attempts | undefined {
  const shown = shownIn(text, address);
  if (shown === undefined) return undefined;
  const { messageStats, lastResetDueTo, lastNotificationReason, connectionsEstablished } = shown;
  const state = stateOf(shown.bgpState);
  const unanswered = Number(messageStats?.opensSent ?? 0) - Number(messageStats?.opensRecv ?? 0);
  const reset = typeof lastResetDueTo === 'string' ? lastResetDueTo : NO_REASON;
  const [, direction] = /^BGP Notification (send|received)$/.exec(reset) ?? [];
  const notification =
    direction && `${direction === 'send' ? 'sent' : direction} ${inBrief(String(lastNotificationReason ?? reset))}`;
  const lastEnd = notification ?? (reset === NO_REASON ? undefined : inBrief(reset));
  return {
    address,
    state,
    passive,
    closed: unanswered >= UNANSWERED_OPENS,
    ...(notification && (state === 'Idle' || connectionsEstablished === 0) && { notification }),
    ...(lastEnd && { lastEnd }),
  };
}

/** @returns undefined if the neighbor does not exist, or the text is not of this form */
export function shownIn(text: string, address: string): Shown | undefined {
  try {
    const all: unknown = JSON.parse(text);
    const shown: unknown =
      typeof all === 'object' && all !== null && Object.hasOwn(all, address) && all[address as never];
    return typeof shown === 'object' && shown !== null ? shown : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
