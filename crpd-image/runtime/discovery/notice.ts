type Event = 'self-missing' | 'address-unusable';

/** An event for the log, sent when a condition begins or ends, not at each lookup. */
export interface Notice {
  readonly level: 'info' | 'warn';
  readonly event: Event | `${Event}-ended`;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type OnNotice = (notice: Notice) => void;
