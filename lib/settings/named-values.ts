import { ValidationError } from '../input';

/**
 * Reads names and their values, joined by commas: `inet=1000,excess=drop`. Values are numbers, `true`, `false` or words.
 *
 * @throws ValidationError for another form, and for a name that is there twice
 */
export function namedValues(text: string, example: string): readonly (readonly [string, unknown])[] {
  const names = new Set<string>();
  return text.split(',').map((item) => {
    const [, name, value] = /^([A-Za-z0-9]+)=([-a-z0-9]{1,12})$/.exec(item.trim()) ?? [];
    if (name === undefined || names.has(name)) {
      throw ValidationError.of(item, `a name that is listed once, and its value, such as ${example}`);
    }
    names.add(name);
    if (value === 'true' || value === 'false') return [name, value === 'true'];
    return [name, /^\d+$/.test(value) ? Number(value) : value];
  });
}

/** The text that {@link namedValues} reads. */
export const writtenValues = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',');
