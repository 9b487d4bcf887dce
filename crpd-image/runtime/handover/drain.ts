import { Fields } from '../logging/log';
import { RouterDriver, RouterUnavailable } from '../router/driver';
import { HandoverState } from './handover-file';
import { Turn } from './interlock';
import { advance, Limits, Progress } from './progress';

/** The time between two looks at the output queues, in milliseconds. */
const LOOK_MS = 250;

/** What a drain works with. */
export interface DrainParts {
  readonly driver: Pick<RouterDriver, 'gracefulShutdown' | 'sessions'>;
  /** The bytes that the kernel has for the neighbors. */
  readonly bytesOnTheWay: () => number;
  /** Called with each new state, the last one with whether all output was sent in time. */
  readonly record: (state: HandoverState, fields?: Fields) => void;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly limits: Limits;
  /** When to be done at the latest. */
  readonly deadline: number;
  /** Whether to wait until the address is withdrawn, too. */
  readonly untilWithdrawn: boolean;
  /** How the wait before it ended. @default there was none */
  readonly turn?: Turn;
}

/**
 * Asks all neighbors to prefer other paths (RFC 8326), waits until they have been told, and makes the pod not ready.
 *
 * @throws RouterUnavailable if the router cannot be asked
 */
export async function drain(parts: DrainParts): Promise<void> {
  const { record, now, pause, limits, deadline, untilWithdrawn, turn } = parts;
  await ask(parts);
  record('draining', { ...turn });
  let progress: Progress = { phase: 'sending', since: now() };
  for (;;) {
    const empty = progress.phase === 'sending' && (await isEmpty(parts));
    const next = advance(progress, { now: now(), empty, deadline }, limits);
    if (next.phase === 'withdrawing' && progress.phase === 'sending') {
      record('drained', { sent: next.sent });
      if (!untilWithdrawn) return;
    }
    if (next.phase === 'over') return;
    progress = next;
    await pause(LOOK_MS);
  }
}

async function ask({ driver, now, pause, limits }: DrainParts): Promise<void> {
  const since = now();
  for (;;) {
    try {
      return await driver.gracefulShutdown(true);
    } catch (error) {
      if (!(error instanceof RouterUnavailable) || now() - since >= limits.asking) throw error;
      await pause(LOOK_MS);
    }
  }
}

async function isEmpty({ driver, bytesOnTheWay }: DrainParts): Promise<boolean> {
  try {
    const sessions = await driver.sessions();
    return sessions.every(({ queued = 0 }) => queued === 0) && bytesOnTheWay() === 0;
  } catch (error) {
    if (error instanceof RouterUnavailable) return false;
    throw error;
  }
}
