import { counted } from '../../lib/model';

/** What is being done, on one line of the error output that changes; nothing where no person watches. */
export class Progress {
  private steps = 0;
  private shown = false;

  constructor(
    private readonly what: string,
    private readonly output: NodeJS.WriteStream = process.stderr,
  ) {
    this.show();
  }

  readonly step = (): void => {
    this.steps++;
    this.show();
  };

  /** Removes the line. */
  end(): void {
    if (this.shown) this.output.write('\r\x1b[K');
  }

  private show(): void {
    if (!this.output.isTTY) return;
    this.shown = true;
    this.output.write(`\r\x1b[K${this.what}${this.steps > 0 ? `: ${counted(this.steps, 'pod')}` : ''}`);
  }
}
