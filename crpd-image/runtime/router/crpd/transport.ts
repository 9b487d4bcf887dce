/** A stream of bytes to a NETCONF server and back. */
export interface Transport {
  /** The program that serves NETCONF, for messages: `netconf`. */
  readonly name: string;
  write(text: string): void;
  /** Sets the only listener. It also gets earlier bytes. */
  onData(listener: (chunk: Uint8Array) => void): void;
  /** Sets the only listener. It is called once with the reason, even if the stream has already ended. */
  onClose(listener: (why: string) => void): void;
  /** Ends the stream and its process. It may be called more than once. */
  close(): Promise<void>;
}

/** Opens a stream. @throws RouterUnavailable */
export type Connect = () => Promise<Transport>;

/** The end of a stream. Its listener is called once, whether it is set before the end or after. */
export class StreamEnd {
  private why: string | undefined;
  private listener: ((why: string) => void) | undefined;

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
