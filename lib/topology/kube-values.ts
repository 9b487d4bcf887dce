import { Lazy } from 'cdk8s';
import { Check, inside, list, reading, ValidationError } from '../input';

/** Reads a list of {@link kubeObject}. */
export const kubeObjects = <T>(toJson: (typed: T | undefined) => unknown, wanted: string): Check<readonly T[]> =>
  list(kubeObject(toJson, wanted));

/**
 * A part of a manifest, as cdk8s types it (`hostIp`), or as a class of cdk8s-plus that makes it. A field that Kubernetes
 * does not have is refused: cdk8s would leave it out without a word.
 *
 * @param toJson the function of cdk8s that writes the type
 */
export function kubeObject<T>(toJson: (typed: T | undefined) => unknown, wanted: string): Check<T> {
  return (value) => {
    if (!isRecord(value) || reading(() => Array.isArray(value))) throw ValidationError.of(value, wanted);
    const given = reading(() => {
      // The method is internal to cdk8s-plus, which has no other way from its classes to a manifest.
      const { _toKube: toKube } = value;
      return typeof toKube === 'function' ? (toKube.call(value) as unknown) : value;
    });
    return copied(
      given,
      reading(() => toJson(given as T)),
      wanted,
    ) as T;
  };
}

/**
 * Copies a value, so that it is read once: what throws later would end in an error of cdk8s.
 *
 * @throws ValidationError for the first field or value that does not get into the manifest
 */
function copied(given: unknown, json: unknown, wanted: string): unknown {
  if (!isRecord(json)) {
    if (typeof json === 'string' || typeof json === 'boolean' || Number.isFinite(json)) return given;
    throw ValidationError.of(json, `a text, a number, true or false`);
  }
  if (json instanceof Lazy || !isRecord(given)) return given;
  const prototype: unknown = reading(() => Object.getPrototypeOf(given) as unknown);
  const isList = prototype === Array.prototype;
  // The manifest has no form of the objects of a class, whose fields (as those of a Date) need not be its own.
  if (prototype !== null && prototype !== Object.prototype && !isList)
    throw ValidationError.of(given, 'a plain object');
  const fields = new Map(reading(() => Object.entries(json)).map(([field, made]) => [field.toLowerCase(), made]));
  const copy: Record<string, unknown> | unknown[] = isList ? [] : {};
  for (const [name, value] of reading(() => Object.entries(given))) {
    if (value === undefined) continue;
    const field = name.toLowerCase();
    if (!fields.has(field)) throw ValidationError.of(`${name}: …`, `only the fields of ${wanted} of cdk8s`);
    const made = inside(name, () => copied(value, fields.get(field), wanted));
    Object.defineProperty(copy, name, { value: made, enumerable: true, writable: true, configurable: true });
  }
  return copy;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
