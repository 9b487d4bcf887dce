import { cut, oneLine } from './shown-text';

/** How much of a refused value, and of each step to its place, a message shows, in characters. */
const SHOWN = 60;

/** The most that a message says of what is allowed, in characters. It may repeat other values. */
const ALLOWED = 1_000;

/** What a message shows in place of a value that may hold a secret. */
const HIDDEN = '(hidden)';

/**
 * A value that was refused, by code that does not yet know whose value it is: the same parsers serve the props of a
 * construct and the environment of a pod. The edge that knows (`readProps`, `parseEnvironment`) adds the name.
 */
export class ValidationError extends Error {
  /** Where inside the named value: `['sides', 'a', 'addresses', '0']`. */
  readonly where: readonly string[];
  /** What the message shows of the value; never a secret. */
  readonly shown: string;
  /** What would have been accepted, to be read after "want". */
  readonly allowed: string;

  private constructor(shown: string, allowed: string, where: readonly string[]) {
    const wanted = cut(oneLine(allowed), ALLOWED);
    super(`got ${shown}, want ${wanted}`);
    this.name = 'ValidationError';
    this.shown = shown;
    this.allowed = wanted;
    this.where = where;
  }

  static of(value: unknown, allowed: string): ValidationError {
    return new ValidationError(show(value), allowed, []);
  }

  /** For values that are, or might be, a password or a hash. */
  static ofSecret(allowed: string): ValidationError {
    return new ValidationError(HIDDEN, allowed, []);
  }

  /** For a value that throws when it is looked at: a getter or a Proxy of one's own. */
  static ofUnreadable(error: unknown): ValidationError {
    const why = error instanceof Error ? error.message : 'it throws';
    return new ValidationError(`a value that cannot be read (${cut(oneLine(why), SHOWN)})`, 'one that can', []);
  }

  /** Where inside the named value, as text: `sides.a.addresses[0]`. */
  get place(): string {
    return this.steps.map((step, i) => (i === 0 ? step : /^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
  }

  /** The steps to the place as a message may show them: names in them are the user's. */
  get steps(): readonly string[] {
    return this.where.map((step) => cut(oneLine(step), SHOWN));
  }

  /** The same refusal, one level further out. */
  within(step: string): ValidationError {
    return new ValidationError(this.shown, this.allowed, [step, ...this.where]);
  }
}

/** Runs `check` on a part of a value, so that a refusal tells which part it was. */
export function inside<T>(step: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof ValidationError ? error.within(step) : error;
  }
}

/** Looks at a value in a way in which one's own getter or Proxy may throw. @throws ValidationError where it does */
export function reading<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw ValidationError.ofUnreadable(error);
  }
}

/** A value on one line, quoted where it is text, cut where it is long. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  try {
    return cut(oneLine(textOf(value)), SHOWN);
  } catch {
    return 'a value that cannot be shown';
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  // What comes later is cut in any case.
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 2 * SHOWN));
  return nameOf(value) ?? JSON.stringify(value) ?? String(value);
}

/** What an instance of a class is called; its fields say nothing to a user. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return undefined;
  const name: unknown = prototype.constructor?.name;
  return typeof name === 'string' && /^\w+$/.test(name) ? `a ${name}` : 'an object of its own class';
}
