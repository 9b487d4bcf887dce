import { listed as listedUpTo } from '../../model';

/** How many names a sentence lists before it counts the rest. */
const NAMED = 3;

/** `a, b, c and 4 more`; or with "or". */
export const listed = (names: readonly string[], word?: 'and' | 'or'): string => listedUpTo(names, NAMED, word);
