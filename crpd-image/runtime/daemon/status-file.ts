import * as fs from 'fs';
import * as path from 'path';
import { Status } from './status';
import { isStatus } from './status-shape';

/**
 * Writes the daemon's status to a file, which other commands read. A socket would work, too, but costs a megabyte of
 * memory, and the runtime may have fifty.
 */
export function writeStatus(file: string, status: Status): void {
  const fresh = `${file}.new`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(fresh, JSON.stringify(status), { mode: 0o600 });
  fs.renameSync(fresh, file);
}

/** The daemon's last report; undefined if there is none since the container started, or if the file is damaged. */
export function readStatus(file: string): Status | undefined {
  try {
    const status: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    return isStatus(status) ? status : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The longest time between two reports of the daemon, in milliseconds, independent of the poll period. */
export const REPORT_MS = 5_000;

/** A daemon without a report for this many seconds has stopped or hangs. */
export const SILENT_SECONDS = (3 * REPORT_MS) / 1000;

/**
 * Why a report is outdated; undefined if it is current. A report with a future time was written before the clock was
 * set back, so its age is not known.
 */
export function staleReason({ time }: Status): string | undefined {
  const age = (Date.now() - Date.parse(time)) / 1000;
  if (age > SILENT_SECONDS) return `the daemon has not reported for ${Math.round(age)} seconds`;
  if (age < -SILENT_SECONDS) return 'the daemon has not reported since the clock was set back';
  return undefined;
}
