import * as fs from 'fs';
import * as path from 'path';
import { Status } from './status';
import { isStatus } from './status-shape';

/**
 * The daemon tells what it sees in a file of its container, which other commands read. A socket would do the same; what
 * Node loads to listen on one takes a megabyte of the fifty that the runtime may have.
 */
export function writeStatus(file: string, status: Status): void {
  const fresh = `${file}.new`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(fresh, JSON.stringify(status), { mode: 0o600 });
  fs.renameSync(fresh, file);
}

/** What a daemon told last; undefined where none ran since the container was started, or the file makes no sense. */
export function readStatus(file: string): Status | undefined {
  try {
    const status: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    return isStatus(status) ? status : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The longest between two reports of a daemon, in milliseconds, whatever the poll period is. */
export const REPORT_MS = 5_000;

/** A daemon that has not reported for so many seconds, three reports' time, has stopped or hangs. */
export const SILENT_SECONDS = (3 * REPORT_MS) / 1000;

/**
 * Why a report says nothing of now; undefined where it does. One from the future is of before the clock was set back,
 * and nobody knows when that was.
 */
export function staleReason({ time }: Status): string | undefined {
  const age = (Date.now() - Date.parse(time)) / 1000;
  if (age > SILENT_SECONDS) return `the daemon has not reported for ${Math.round(age)} seconds`;
  if (age < -SILENT_SECONDS) return 'the daemon has not reported since the clock was set back';
  return undefined;
}
