type Event = 'self-missing' | 'address-unusable';

/** Something to tell people when it begins or ends, not at each lookup. A {@link Log} writes it as it is. */
export interface Notice {
  readonly level: 'info' | 'warn';
  readonly event: Event | `${Event}-ended`;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type OnNotice = (notice: Notice) => void;
