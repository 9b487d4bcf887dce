import { Check, passThrough, list, mapOf, Read, ValidationError, Shape, shapeOf } from '../../lib/input';

/** An object with these fields and no others: the lab rejects a field that it does not know. */
export function strict<S extends Readonly<Record<string, Check<unknown>>>>(shape: S): Check<Read<S>> {
  return shapeOf<S>()(shape as S & Shape<S>) as Check<Read<S>>;
}

/** A field without effect in the lab, which has no scheduler, no registry and no kernel profiles. */
export const withoutEffect: Check<unknown> = passThrough;

export const word: Check<string> = (value) => {
  if (typeof value !== 'string' || value === '') throw ValidationError.of(value, 'a text');
  return value;
};

/** A field that the lab supports these values of. */
export function only<const T extends string | number | boolean>(...values: readonly T[]): Check<T> {
  return (value) => {
    if (!values.includes(value as T))
      throw ValidationError.of(value, values.map((one) => JSON.stringify(one)).join(' or '));
    return value as T;
  };
}

/** A field of a feature that the lab does not have. */
export function absent(why: string): Check<undefined> {
  return (value) => {
    if (value !== undefined) throw ValidationError.of(value, `nothing: ${why}`);
    return undefined;
  };
}

/** A map of labels or the like. */
export const labels: Check<ReadonlyMap<string, string>> = mapOf(word, word);

/** A label selector. */
export const matchLabels = strict({ matchLabels: labels });

/** Whether an object with these labels is selected. */
export function selects(selector: ReadonlyMap<string, string>, of: ReadonlyMap<string, string>): boolean {
  return [...selector].every(([key, value]) => of.get(key) === value);
}

/** A list with exactly one item. */
export function single<T>(check: Check<T>): Check<T> {
  return (value) => {
    const items = list(check, 1)(value);
    if (items.length > 1) throw ValidationError.of(`${items.length} items`, 'one item').within('1');
    return items[0];
  };
}
