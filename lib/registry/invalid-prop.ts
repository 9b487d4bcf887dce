import { IConstruct } from 'constructs';
import { Check, cut, inside, oneLine, ValidationError } from '../input';

/** The most that a message shows of a construct's path, in characters. */
const MOST_PATH = 300;

/** A mistake in a prop: the path of the construct, and the prop with its value and what is allowed. */
export interface Problem {
  readonly path: string;
  readonly error: ValidationError;
}

/** A value that contradicts other props, or other constructs. */
export const problem = (path: string, prop: string, value: unknown, allowed: string): Problem => ({
  path,
  error: ValidationError.of(value, allowed).within(prop),
});

/** A mistake on one line. */
export const lineOf = ({ path, error }: Problem): string =>
  `${cut(oneLine(path || 'app'), MOST_PATH)}: ${error.place || 'props'}: ${error.message}`;

/**
 * Mistakes in what constructs were given: of each the construct's path, the prop, the value and what is allowed, on one
 * line. It carries no stack trace: the line says where the mistake is, the trace would say where it was found.
 */
export class InvalidPropError extends Error {
  /** The path of the construct in the tree, such as `two-regions/core`; of several mistakes, that of the first. */
  readonly path: string;
  /** The prop, with its place inside where it is nested: `sides.a.addresses[0]`. */
  readonly prop: string;

  constructor(problems: readonly Problem[]) {
    super(problems.map(lineOf).join('\n'));
    const [{ path, error }] = problems;
    this.name = 'InvalidPropError';
    this.path = path;
    this.prop = error.place;
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Reads all props of a construct. @throws InvalidPropError for the first one that is wrong */
export function readProps<T>({ node: { path } }: IConstruct, props: unknown, check: Check<T>): T {
  try {
    return check(props);
  } catch (error) {
    throw error instanceof ValidationError ? new InvalidPropError([{ path, error }]) : error;
  }
}

/** Reads one prop of a construct, or the id or namespace that stands for it. @throws InvalidPropError */
export function readProp<V, T>(construct: IConstruct, prop: string, value: V, check: (value: V) => T): T {
  return readProps(construct, value, () => inside(prop, () => check(value)));
}

/** Refuses a prop that is right by itself and wrong with the others. */
export function reject({ node: { path } }: IConstruct, prop: string, value: unknown, allowed: string): never {
  throw new InvalidPropError([problem(path, prop, value, allowed)]);
}
