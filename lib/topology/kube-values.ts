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
    rejectStrangers(
      given,
      reading(() => toJson(given as T)),
      wanted,
    );
    return given as T;
  };
}

/** @throws ValidationError for the first field or value that does not get into the manifest */
function rejectStrangers(given: unknown, json: unknown, wanted: string): void {
  if (!isRecord(json)) {
    if (typeof json === 'string' || typeof json === 'boolean' || Number.isFinite(json)) return;
    throw ValidationError.of(json, `a text, a number, true or false`);
  }
  if (json instanceof Lazy || !isRecord(given)) return;
  const prototype: unknown = reading(() => Object.getPrototypeOf(given) as unknown);
  const isPlain = prototype === null || prototype === Object.prototype || prototype === Array.prototype;
  // The manifest has no form of the objects of a class, whose fields (as those of a Date) need not be its own.
  if (!isPlain) throw ValidationError.of(given, 'a plain object');
  const fields = new Map(reading(() => Object.entries(json)).map(([field, made]) => [field.toLowerCase(), made]));
  for (const [name, value] of reading(() => Object.entries(given))) {
    if (value === undefined) continue;
    const field = name.toLowerCase();
    if (!fields.has(field)) throw ValidationError.of(`${name}: …`, `only the fields of ${wanted} of cdk8s`);
    inside(name, () => rejectStrangers(value, fields.get(field), wanted));
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
