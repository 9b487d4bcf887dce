import * as fs from 'fs';

/** The time between two beats, in milliseconds. `meshrr-watch` misses three looks, two seconds apart. */
const BEAT_MS = 1_000;

/** The daemon's sign of life for `meshrr-watch`: a file with its process id, touched as long as its event loop runs. */
export class Beat {
  private timer?: NodeJS.Timeout;

  constructor(private readonly file: string) {}

  start(): void {
    this.guarded(() => fs.writeFileSync(this.file, `${process.pid}\n`));
    this.timer = setInterval(() => this.touch(), BEAT_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.guarded(() => fs.rmSync(this.file, { force: true }));
  }

  private touch(): void {
    const now = new Date();
    this.guarded(() => fs.utimesSync(this.file, now, now));
  }

  /** Without the file, the stand-in starts, finds the port in use, and does nothing. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch {
      return;
    }
  }
}

/** One look at the file. */
export interface Look {
  readonly pid: string;
  /** The time of the last beat, in milliseconds. */
  readonly at: number;
}

/** @returns undefined if there is no daemon */
export function lookAtBeat(file: string): Look | undefined {
  try {
    return { pid: fs.readFileSync(file, 'utf8'), at: fs.statSync(file).mtimeMs };
  } catch {
    return undefined;
  }
}

/** How many looks in a row the stand-in must see a daemon that runs, and the time between them, in milliseconds. */
export const STEADY = { looks: 15, everyMs: 2_000 } as const;

/** Decides when a daemon runs again for good: the same process has beaten between all looks. */
export class Steadiness {
  private last?: Look;
  private looks = 0;

  observe(look: Look | undefined): boolean {
    const goesOn = look !== undefined && look.pid === this.last?.pid && look.at !== this.last.at;
    this.looks = goesOn ? this.looks + 1 : 0;
    this.last = look;
    return this.looks >= STEADY.looks;
  }
}
