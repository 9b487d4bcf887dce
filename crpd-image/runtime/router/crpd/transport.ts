/** A stream of bytes to a NETCONF server and back. */
export interface Transport {
  /** How the server is reached, for people: `netconf`, `SSH to 192.0.2.1 port 830`. */
  readonly name: string;
  write(text: string): void;
  /** Nothing is lost that came before. There is one listener. */
  onData(listener: (chunk: Uint8Array) => void): void;
  /** Called once, with the reason in words, also where the stream has ended before. There is one listener. */
  onClose(listener: (why: string) => void): void;
  /** Ends the stream, and what was started for it. It is safe to call more than once. */
  close(): Promise<void>;
}

/** Opens a stream. @throws RouterUnavailable */
export type Connect = () => Promise<Transport>;

/** The end of a stream, told once to the one who listens, whichever comes first. */
export class StreamEnd {
  private why: string | undefined;
  private listener: ((why: string) => void) | undefined;

  /** Whether the stream has ended. */
  get hasEnded(): boolean {
    return this.why !== undefined;
  }

  end(why: string): void {
    if (this.why !== undefined) return;
    this.why = why;
    this.listener?.(why);
  }

  onEnd(listener: (why: string) => void): void {
    this.listener = listener;
    if (this.why !== undefined) listener(this.why);
  }
}
