import * as fs from 'fs';

const STANDARD_OUTPUT = 1;

/**
 * Writes lines to standard output without blocking. If nobody reads the pipe, it fills up, and a blocking write would
 * stop the daemon.
 */
export class StandardOutput {
  private readonly descriptor: number;
  /** The part of the current line that is not written yet. */
  private rest = Buffer.alloc(0);

  constructor(stream = STANDARD_OUTPUT) {
    this.descriptor = reopenNonBlocking(stream);
  }

  /** @returns false if the line cannot be written now */
  write(line: string): boolean {
    if (!this.finish()) return false;
    this.rest = Buffer.from(line);
    const { length } = this.rest;
    // The rest of a partly written line goes before the next line.
    if (this.finish() || this.rest.length < length) return true;
    this.rest = Buffer.alloc(0);
    return false;
  }

  private finish(): boolean {
    try {
      while (this.rest.length > 0) this.rest = this.rest.subarray(fs.writeSync(this.descriptor, this.rest));
      return true;
    } catch {
      // A reader that is gone or too slow must not end the daemon.
      return false;
    }
  }
}

/**
 * Opens a file description of our own: O_NONBLOCK would affect every process that shares the old one. Sockets cannot be
 * reopened.
 */
function reopenNonBlocking(stream: number): number {
  const { O_WRONLY, O_APPEND, O_NONBLOCK } = fs.constants;
  try {
    return fs.openSync(`/proc/self/fd/${stream}`, O_WRONLY | O_APPEND | O_NONBLOCK);
  } catch {
    return stream;
  }
}
