/** Something to tell people when it begins or ends, not at each lookup. A {@link Log} writes it as it is. */
export interface Notice {
  readonly level: 'info' | 'warn';
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type OnNotice = (notice: Notice) => void;
