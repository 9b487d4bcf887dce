import { createHash } from 'crypto';
import { Folder } from './folder';

/** Something that goes wrong, as faults.json has it; the README tells what each does. */
export interface Fault {
  /** The request's element, `hello` or `*`. */
  readonly on: string;
  readonly fault:
    | 'die-before'
    | 'die-after'
    | 'truncated'
    | 'hang'
    | 'slow'
    | 'malformed'
    | 'huge'
    | 'split'
    | 'merged'
    | 'busy'
    | 'modified'
    | 'warning'
    | 'error'
    | 'error-count'
    | 'no-junos';
  readonly times?: number;
  readonly after?: number;
  readonly ms?: number;
  readonly bytes?: number;
  readonly size?: number;
  readonly user?: string;
  readonly message?: string;
}

/** The faults that strike this request. Each counts the requests that it meets, over all sessions. */
export function strike(folder: Folder, request: string): Fault[] {
  const faults = folder.json<Fault[]>('faults.json');
  if (!faults || faults.length === 0) return [];
  const of = createHash('sha256').update(JSON.stringify(faults)).digest('hex');
  return folder.change((state) => {
    if (state.struck.of !== of) state.struck = { of, counts: faults.map(() => 0) };
    return faults.filter(({ on, times = Infinity, after = 0 }, i) => {
      if (on !== '*' && on !== request) return false;
      const count = state.struck.counts[i]++;
      return count >= after && count < after + times;
    });
  });
}

/** Details in which releases of Junos differ, as dialect.json has them. */
export interface Dialect {
  /** What a commit answers: `<commit-results>` and `<ok/>`, or `<ok/>` alone. */
  readonly commit: 'results' | 'ok';
  /** The warning when a private copy is opened: alone, or with `<ok/>`. */
  readonly openWarning: 'alone' | 'with-ok';
  readonly errors: 'rpc-error' | 'xnm';
}

export function dialect(folder: Folder): Dialect {
  return {
    commit: 'results',
    openWarning: 'alone',
    errors: 'rpc-error',
    ...folder.json<Partial<Dialect>>('dialect.json'),
  };
}
