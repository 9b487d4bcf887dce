/** How much of a refused value a message shows, in characters. */
const SHOWN = 60;

/** What a message shows in place of a value that may hold a secret. */
const HIDDEN = '(hidden)';

/**
 * A value that was refused, by code that does not yet know whose value it is: the same parsers serve the props of a
 * construct and the environment of a pod. The edge that knows (`readProps`, `parseEnvironment`) adds the name.
 */
export class Refusal extends Error {
  /** Where inside the named value: `['sides', 'a', 'addresses', '0']`. */
  readonly where: readonly string[];
  /** What the message shows of the value; never a secret. */
  readonly shown: string;
  /** What would have been accepted, to be read after "want". */
  readonly allowed: string;

  private constructor(shown: string, allowed: string, where: readonly string[]) {
    super(`got ${shown}, want ${allowed}`);
    this.name = 'Refusal';
    this.shown = shown;
    this.allowed = allowed;
    this.where = where;
  }

  static of(value: unknown, allowed: string): Refusal {
    return new Refusal(show(value), allowed, []);
  }

  /** For values that are, or might be, a password or a hash. */
  static ofSecret(allowed: string): Refusal {
    return new Refusal(HIDDEN, allowed, []);
  }

  /** Where inside the named value, as text: `sides.a.addresses[0]`. */
  get place(): string {
    return this.where.map((step, i) => (i === 0 ? step : /^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
  }

  /** The same refusal, one level further out. */
  within(step: string): Refusal {
    return new Refusal(this.shown, this.allowed, [step, ...this.where]);
  }
}

/** Runs `check` on a part of a value, so that a refusal tells which part it was. */
export function inside<T>(step: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof Refusal ? error.within(step) : error;
  }
}

/** A value on one line, quoted where it is text, cut where it is long. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  const text =
    typeof value === 'number' || typeof value === 'bigint' ? String(value) : (nameOf(value) ?? asJson(value));
  const letters = [...text];
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : text;
}

/** What an instance of a class is called; its fields say nothing to a user. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return undefined;
  const name: unknown = prototype.constructor?.name;
  return typeof name === 'string' && /^\w+$/.test(name) ? `a ${name}` : 'an object of its own class';
}

function asJson(value: unknown): string {
  try {
    return oneLine(JSON.stringify(value) ?? String(value));
  } catch {
    return 'a value that cannot be shown';
  }
}

/** Text without line breaks or other controls; JSON leaves U+0085, U+2028 and U+2029 as they are. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
}
