/**
 * Two values of a prop in one: plain objects by their fields, lists one after the other; of anything else the inner one,
 * unless it is undefined.
 */
export function mergedProps<T>(outer: T, inner: T): T {
  if (inner === undefined) return outer;
  if (Array.isArray(outer) && Array.isArray(inner)) return [...outer, ...inner] as T;
  if (!isPlain(outer) || !isPlain(inner)) return inner;
  const names = new Set([...Object.keys(outer), ...Object.keys(inner)]);
  return Object.fromEntries([...names].map((name) => [name, mergedProps(outer[name], inner[name])])) as T;
}

/** A plain object that is not a trap: what throws when it is looked at is left to the check of the prop. */
function isPlain(value: unknown): value is Record<string, unknown> {
  try {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return (prototype === Object.prototype || prototype === null) && Object.values(value).length >= 0;
  } catch {
    return false;
  }
}
