import { FAMILIES, Family } from '../addressing';
import { Check, flag, shapeOf, ValidationError, withDefault } from '../input';

/** The address families of all sessions of a mesh, or with route reflectors outside. At least one is on. */
export interface AddressFamilies {
  /**
   * IPv4 unicast.
   * @default true
   */
  readonly inet?: boolean;
  /**
   * IPv6 unicast.
   * @default false
   */
  readonly inet6?: boolean;
  /**
   * EVPN (RFC 7432).
   * @default false
   */
  readonly evpn?: boolean;
}

/** The address families that are on, at least one, in the order of `FAMILIES`. */
export const checkFamilies: Check<readonly Family[]> = (value) => {
  const flags = shapeOf<AddressFamilies>()({
    inet: withDefault(flag, true),
    inet6: withDefault(flag, false),
    evpn: withDefault(flag, false),
  })(value);
  const families = FAMILIES.filter((family) => flags[family]);
  if (families.length === 0) throw ValidationError.of(value, 'at least one of inet, inet6 and evpn to be on');
  return families;
};
