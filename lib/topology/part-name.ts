import { Check, Refusal } from '../input';

/**
 * The name of a part, which is the id of its construct, too. The constructs library keeps ids as properties of an
 * object, and takes those that every object has, such as `constructor`, for ids that are in use.
 */
export function partName(check: Check<string>): Check<string> {
  return (value) => {
    const name = check(value);
    if (name in {}) throw Refusal.of(name, 'another name: no construct can have this one for its id');
    return name;
  };
}
