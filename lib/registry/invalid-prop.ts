import { IConstruct } from 'constructs';
import { Check, cut, oneLine, ValidationError } from '../input';

/** The most that a message shows of a construct's path, in characters. */
const MOST_PATH = 300;

/**
 * A mistake in what a construct was given: the construct's path, the prop, the value and what is allowed, on one line.
 * It carries no stack trace: the line says where the mistake is, the trace would say where it was found.
 */
export class InvalidPropError extends Error {
  /** The path of the construct in the tree, such as `two-regions/core`. */
  readonly path: string;
  /** The prop, with its place inside where it is nested: `sides.a.addresses[0]`. */
  readonly prop: string;

  constructor(construct: IConstruct, refusal: ValidationError) {
    const path = cut(oneLine(construct.node.path || 'app'), MOST_PATH);
    super(`${path}: ${refusal.place || 'props'}: ${refusal.message}`);
    this.name = 'InvalidPropError';
    this.path = construct.node.path;
    this.prop = refusal.place;
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Reads all props of a construct. @throws InvalidPropError for the first one that is wrong */
export function readProps<T>(construct: IConstruct, props: unknown, check: Check<T>): T {
  try {
    return check(props);
  } catch (error) {
    throw error instanceof ValidationError ? new InvalidPropError(construct, error) : error;
  }
}

/** Refuses a prop that is right by itself and wrong with the others. */
export function reject(construct: IConstruct, prop: string, value: unknown, allowed: string): never {
  throw new InvalidPropError(construct, ValidationError.of(value, allowed).within(prop));
}
