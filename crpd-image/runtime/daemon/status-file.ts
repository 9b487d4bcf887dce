import * as fs from 'fs';
import * as path from 'path';
import { Status } from './status';

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
    const status = JSON.parse(fs.readFileSync(file, 'utf8'));
    return typeof status?.readiness?.ready === 'boolean' ? status : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The longest between two reports of a daemon, in milliseconds, whatever the poll period is. */
export const REPORT_MS = 5_000;

/** A daemon that has not reported for so many seconds, three reports' time, has stopped or hangs. */
export const SILENT_SECONDS = (3 * REPORT_MS) / 1000;

/** How long ago the daemon told this, in seconds. */
export function ageOf({ time }: Status): number {
  return (Date.now() - Date.parse(time)) / 1000;
}
