import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** A pipe with a buffer of 64 kB: when it is full, writers block until somebody reads. */
export class Pipe {
  /** The end that programs are given: reading and writing wait. */
  readonly descriptor: number;
  private readonly own: number;
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-pipe-'));

  constructor() {
    const file = path.join(this.folder, 'pipe');
    execFileSync('mkfifo', [file]);
    // Open for reading and writing, so that it neither waits for the other end nor reaches the end of file.
    this.descriptor = fs.openSync(file, fs.constants.O_RDWR);
    this.own = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
  }

  /** Reads its current content. */
  read(): string {
    const chunks: Buffer[] = [];
    const buffer = Buffer.alloc(1 << 16);
    for (;;) {
      try {
        chunks.push(Buffer.from(buffer.subarray(0, fs.readSync(this.own, buffer))));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        return Buffer.concat(chunks).toString('utf8');
      }
    }
  }

  close(): void {
    fs.closeSync(this.descriptor);
    fs.closeSync(this.own);
    fs.rmSync(this.folder, { recursive: true });
  }
}
