import { oneLine } from '../../../lib/input';
import type { LoggedEvent } from './events';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

export type Fields = Readonly<Record<string, unknown>>;

/** Writes events, one JSON object per line: `{"time":"…","level":"info","event":"peers-changed",…}`. */
export interface Log {
  info(event: LoggedEvent, fields?: Fields): void;
  warn(event: LoggedEvent, fields?: Fields): void;
}

export interface LogOptions {
  readonly level: Level;
  /** Values that are hidden in every line. */
  readonly secrets?: readonly (string | undefined)[];
  /** Returns false if the line is lost. The number of lost lines is logged before the next line. */
  readonly write: (line: string) => unknown;
  readonly now?: () => Date;
}

export function createLog({ level, secrets = [], write, now = () => new Date() }: LogOptions): Log {
  // Encoded as in a line.
  const hidden = secrets.flatMap((secret) => (secret ? [oneLine(JSON.stringify(secret)).slice(1, -1)] : []));
  let lost = 0;
  const wrote = (of: Level, event: string, fields: Fields): boolean => {
    const line = oneLine(JSON.stringify({ time: now().toISOString(), level: of, event, ...fields }));
    return write(`${hidden.reduce((text, secret) => text.replaceAll(secret, '(hidden)'), line)}\n`) !== false;
  };
  const at =
    (of: Level) =>
    (event: LoggedEvent, fields: Fields = {}) => {
      if (LEVELS.indexOf(of) < LEVELS.indexOf(level)) return;
      if (lost > 0 && wrote('warn', 'log-dropped', { lines: lost })) lost = 0;
      if (lost > 0 || !wrote(of, event, fields)) lost++;
    };
  return { info: at('info'), warn: at('warn') };
}
