import * as fs from 'fs';

const STANDARD_OUTPUT = 1;

/**
 * Lines on standard output, without ever waiting for whoever reads them: where nobody does, a daemon that waited would
 * stand still with the pipe full.
 */
export class StandardOutput {
  private readonly descriptor: number;
  /** What is left of a line that was begun. */
  private rest = Buffer.alloc(0);

  constructor(stream = STANDARD_OUTPUT) {
    this.descriptor = reopenNonBlocking(stream);
  }

  /** @returns false where the line cannot be written now */
  write(line: string): boolean {
    if (!this.finish()) return false;
    this.rest = Buffer.from(line);
    const { length } = this.rest;
    // A line that has begun is finished before the next one.
    if (this.finish() || this.rest.length < length) return true;
    this.rest = Buffer.alloc(0);
    return false;
  }

  private finish(): boolean {
    try {
      while (this.rest.length > 0) this.rest = this.rest.subarray(fs.writeSync(this.descriptor, this.rest));
      return true;
    } catch {
      // A reader that went away, or that does not keep up, must not end the daemon.
      return false;
    }
  }
}

/** A description of its own, so that those who share the stream find theirs as it was. Not all streams can be had so. */
function reopenNonBlocking(stream: number): number {
  const { O_WRONLY, O_APPEND, O_NONBLOCK } = fs.constants;
  try {
    return fs.openSync(`/proc/self/fd/${stream}`, O_WRONLY | O_APPEND | O_NONBLOCK);
  } catch {
    return stream;
  }
}
