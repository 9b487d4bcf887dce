import { Check, integer } from './checks';
import { reading } from './validation-error';

// Values of cdk8s and cdk8s-plus are known by their methods, not by their class: an app may have copies of its own.

/** What a method or field of an object gives; undefined where there is none. */
function gives(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return reading(() => {
    const found = (value as Record<string, unknown>)[name];
    return typeof found === 'function' ? found.call(value) : found;
  });
}

/** A `Duration` of cdk8s, or a number of the unit; reads as a whole number of it. */
export function duration(unit: 'milliseconds' | 'seconds', least: number, most: number): Check<number> {
  const inRange = integer(least, most);
  return (value) => {
    const milliseconds = gives(value, 'toMilliseconds');
    return inRange(typeof milliseconds !== 'number' ? value : unit === 'seconds' ? milliseconds / 1000 : milliseconds);
  };
}

/** A `Size` of cdk8s or a `Cpu` of cdk8s-plus as a Kubernetes quantity; anything else as it is. */
export function quantityText(value: unknown): unknown {
  const size = gives(value, 'asString');
  return typeof size === 'string' ? size : (gives(value, 'amount') ?? value);
}

/**
 * A name, or the construct of cdk8s-plus that has it: an `ISecret`, `IConfigMap` or `IServiceAccount`.
 *
 * @param kind the kind that the construct must be of
 */
export function resourceName<T>(kind: string, check: Check<T>): Check<T> {
  return (value) => check(gives(value, 'kind') === kind ? gives(value, 'name') : value);
}
