import { LabError } from './lab-error';

/** The item of this name. @throws LabError where there is none */
export function named<T extends { readonly name: string }>(items: readonly T[], name: string): T {
  const found = items.find((one) => one.name === name);
  if (!found) throw new LabError(`got ${name}, want one of ${items.map((one) => one.name).join(', ')}`);
  return found;
}
