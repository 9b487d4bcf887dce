import { FAMILIES, Family, FAMILY, familyConflict } from '../addressing';
import { Check, flag, shapeOf, ValidationError, withDefault } from '../input';
import { listed } from '../model';

/** The address families of all sessions of a mesh, or with route reflectors outside. At least one is on. */
export type AddressFamilies = { readonly [F in keyof typeof FAMILY]?: boolean };

/** Which families are on unless a prop says otherwise. */
const USUAL: readonly Family[] = ['inet'];

/** A check of each family, which the table has a row for. */
const FLAGS = Object.fromEntries(
  FAMILIES.map((family) => [family, withDefault(flag, USUAL.includes(family))]),
) as Readonly<Record<Family, Check<boolean>>>;

/** The address families that are on, at least one, in the order of `FAMILIES`. */
export const checkFamilies: Check<readonly Family[]> = (value) => {
  const flags = shapeOf<AddressFamilies>()(FLAGS)(value);
  const families = FAMILIES.filter((family) => flags[family]);
  if (families.length === 0) throw ValidationError.of(value, `at least one of ${listed(FAMILIES)} to be on`);
  const conflict = familyConflict(families);
  if (conflict !== undefined) throw ValidationError.of(value, conflict);
  return families;
};
