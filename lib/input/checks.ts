import { inside, reading, ValidationError } from './validation-error';

/**
 * Reads a value of unknown shape into one that is known to be right, or throws a {@link ValidationError}.
 *
 * Types alone do not do: cdk8s apps usually run without a type check (`ts-node --transpile-only`), and from
 * JavaScript. A schema library would do; the one weighed (zod 4) takes 95 ms to load, a tenth of a whole `cdk8s synth`,
 * and these checks also serve the runtime, which has 50 MB of memory.
 */
export type Check<T> = (value: unknown) => T;

/** Reads an absent value as undefined. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value) => (value === undefined ? undefined : check(value));
}

/** Hides the value that `check` refuses: where the name of a Secret is asked for, the secret itself may have been given. */
export function redacted<T>(check: Check<T>, wanted: string): Check<T> {
  return (value) => {
    try {
      return check(value);
    } catch {
      throw ValidationError.ofSecret(wanted);
    }
  };
}

/** Reads an absent value as `fallback`. */
export function withDefault<T>(check: Check<T>, fallback: NoInfer<T>): Check<T> {
  return (value) => (value === undefined ? fallback : check(value));
}

export const flag: Check<boolean> = (value) => {
  if (typeof value !== 'boolean') throw ValidationError.of(value, 'true or false');
  return value;
};

export function integer(least: number, most: number): Check<number> {
  return (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw ValidationError.of(value, `a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

export function text(pattern: RegExp, wanted: string): Check<string> {
  return (value) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw ValidationError.of(value, wanted);
    return value;
  };
}

export function oneOf<T extends string>(...values: readonly T[]): Check<T> {
  return (value) => {
    if (!values.includes(value as T)) throw ValidationError.of(value, values.map((v) => `"${v}"`).join(' or '));
    return value as T;
  };
}

/** More items than any list here has a use for: an environment variable holds some 9,000 prefixes. */
const MOST_ITEMS = 10_000;

/** A list whose items all pass; `least` 1 refuses the empty list. Without `most`, it has at most 10,000. */
export function list<T>(check: Check<T>, least: 0 | 1 = 0, most = MOST_ITEMS): Check<readonly T[]> {
  return (value) => {
    const count = reading(() => (Array.isArray(value) ? value.length : undefined));
    if (count !== undefined && count > most) throw ValidationError.of(`${count} items`, `a list of at most ${most}`);
    // Array.from, as map would pass over holes.
    const items: unknown[] | undefined = reading(() => (Array.isArray(value) ? Array.from(value) : undefined));
    if (!items || items.length < least)
      throw ValidationError.of(value, least ? 'a list of at least one item' : 'a list');
    return items.map((item, i) => inside(String(i), () => check(item)));
  };
}

/** A list of which no two items have the same text. */
export function distinct<T>(check: Check<readonly T[]>): Check<readonly T[]> {
  return (value) => {
    const items = check(value);
    const seen = new Set<string>();
    const index = items.findIndex((item) => seen.size === seen.add(JSON.stringify(item)).size);
    if (index >= 0) throw ValidationError.of(items[index], 'each item once').within(String(index));
    return items;
  };
}

/** A plain object used as a map, in the order of its keys: the order in which they are written makes no difference. */
export function mapOf<K extends string, T>(key: Check<K>, check: Check<T>, least: 0 | 1 = 0): Check<ReadonlyMap<K, T>> {
  const read = mapAsWritten(key, check, least);
  return (value) => new Map([...read(value)].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A plain object used as a map, in the order in which it is written. */
export function mapAsWritten<K extends string, T>(
  key: Check<K>,
  check: Check<T>,
  least: 0 | 1 = 0,
): Check<ReadonlyMap<K, T>> {
  return (value) => {
    const entries = Object.entries(propertiesOf(value));
    if (entries.length < least) throw ValidationError.of(value, 'at least one entry');
    return new Map(entries.map(([name, item]) => inside(name, () => [ownName(key(name)), check(item)] as const)));
  };
}

/**
 * A name that is an object's own. Constructs and manifests keep names as properties of objects, and what every object has,
 * such as `constructor`, is in use there.
 */
export function ownName<K extends string>(name: K): K {
  if (name in {}) throw ValidationError.of(name, 'another name: every object has this one already');
  return name;
}

/** An instance of a class, also of one whose constructor is private. */
export function instanceOf<T>(type: { readonly prototype: T }, wanted: string): Check<T> {
  return (value) => {
    const isOne = reading(() => value instanceof (type as unknown as new () => object));
    if (!isOne) throw ValidationError.of(value, wanted);
    return value as T;
  };
}

/** A value that is handed on to a construct, which checks it and names itself in the message. */
export const passThrough: Check<never> = (value) => value as never;

/** Checks for the properties of a shape that are handed on to a construct. */
export const passThroughAll = <S extends object>(shape: S): { readonly [K in keyof S]: Check<never> } =>
  Object.fromEntries(Object.keys(shape).map((name) => [name, passThrough])) as { [K in keyof S]: Check<never> };

/** The properties of an object that a shape has checks for. */
export const selected = <K extends string, G>(given: G, shape: Readonly<Record<K, unknown>>): Pick<G, K & keyof G> =>
  Object.fromEntries(Object.keys(shape).map((name) => [name, given[name as keyof G]])) as Pick<G, K & keyof G>;

/** An object whose properties are handed on to a construct. */
export function objectOf<T extends object>(): Check<T> {
  return (value) => propertiesOf(value) as T;
}

/** One check for each property of `P`; the compiler sees to it that none is forgotten. */
export type Shape<P> = { readonly [K in keyof Required<P>]: Check<unknown> };

/** What an object reads as when each of its properties is read by its check. */
export type Read<S> = { readonly [K in keyof S]: S[K] extends Check<infer T> ? T : never };

/**
 * An object with these properties and no others. A misspelled name is refused with the one that was meant: without a
 * type check it would be passed over in silence.
 */
export function shapeOf<P>() {
  return <S extends Shape<P>>(shape: S): Check<Read<S>> =>
    (value) => {
      const given = propertiesOf(value);
      const known = Object.keys(shape);
      const stranger = Object.keys(given).find((name) => !known.includes(name));
      if (stranger !== undefined) {
        throw ValidationError.of(`${stranger}: …`, otherName(stranger.slice(0, LONGEST_NAME), known));
      }
      const read: Record<string, unknown> = {};
      for (const name of known) read[name] = inside(name, () => shape[name as keyof S](given[name]));
      return read as Read<S>;
    };
}

/** The properties of a plain object, each read once: a getter or a Proxy may throw. */
function propertiesOf(value: unknown): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null;
  const prototype: unknown = isObject ? reading(() => Object.getPrototypeOf(value)) : undefined;
  // An instance of a class, a Map above all, would look like an object without properties.
  if (prototype !== Object.prototype && prototype !== null) throw ValidationError.of(value, 'an object');
  const given = value as Record<string, unknown>;
  const names = reading(() => Object.keys(given));
  return Object.fromEntries(names.map((name) => [name, inside(name, () => reading(() => given[name]))]));
}

/** Longer names are compared by their beginning: the time of a comparison grows with the length. */
const LONGEST_NAME = 60;

/** What is wanted in place of an unknown name: the name that was probably meant, or one of all. */
function otherName(stranger: string, known: readonly string[]): string {
  const [closest] = known
    .map((name) => ({ name, edits: edits(bare(name), bare(stranger)) }))
    .filter(({ name, edits }) => edits <= Math.max(bare(name).length, bare(stranger).length) / 4)
    .sort((one, other) => one.edits - other.edits);
  return closest ? `another name: did you mean ${closest.name}?` : `only the names ${known.join(', ')}`;
}

/** A name in lower case and in the singular. */
const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/(?<!s)s$|(?<=s)es$/, '');

/** How many letters are changed, added, left out, or exchanged with the next one, from one text to the other. */
function edits(one: string, other: string): number {
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1));
      const areExchanged = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (areExchanged) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[other.length];
}

/** Parses JSON. @param form what the text should be, for the message. @throws ValidationError */
export function parseJson(text: string, form: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw ValidationError.of(text, `JSON of the form ${form}`);
  }
}
