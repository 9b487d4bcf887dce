import { Check, passThrough, list, mapOf, Read, ValidationError, Shape, shapeOf } from '../../lib/input';

/** An object with these fields and no others: what the lab does not know, it must not pass over. */
export function strict<S extends Readonly<Record<string, Check<unknown>>>>(shape: S): Check<Read<S>> {
  return shapeOf<S>()(shape as S & Shape<S>) as Check<Read<S>>;
}

/** A field that makes no difference here: there is no scheduler to reserve for, no registry, no kernel profile. */
export const withoutEffect: Check<unknown> = passThrough;

export const word: Check<string> = (value) => {
  if (typeof value !== 'string' || value === '') throw ValidationError.of(value, 'a text');
  return value;
};

/** A field that has one value in all manifests that the lab can run. */
export function only<const T extends string | number | boolean>(...values: readonly T[]): Check<T> {
  return (value) => {
    if (!values.includes(value as T))
      throw ValidationError.of(value, values.map((one) => JSON.stringify(one)).join(' or '));
    return value as T;
  };
}

/** A field that asks for what the lab does not have. */
export function absent(why: string): Check<undefined> {
  return (value) => {
    if (value !== undefined) throw ValidationError.of(value, `nothing: ${why}`);
    return undefined;
  };
}

/** A map of labels or the like. */
export const labels: Check<ReadonlyMap<string, string>> = mapOf(word, word);

/** A selector of objects by labels that they must have. */
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
