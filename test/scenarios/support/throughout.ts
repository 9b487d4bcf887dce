import { setTimeout as pause } from 'timers/promises';

/** Fails as soon as `check` does, all along this time. */
export async function throughout(milliseconds: number, check: () => unknown, every = 200): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; await pause(every)) await check();
  await check();
}
