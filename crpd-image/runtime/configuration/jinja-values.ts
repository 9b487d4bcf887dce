// Values of the template library as this room sees them; it exports the classes of none.

/** A template that does not parse or does not render; the message is the reason, on one line. */
export class JinjaError extends Error {}

/** A value while a template is rendered, by the library's name of its type. */
export interface Value {
  readonly type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  value: any;
  toString(): string;
  __bool__(): { readonly value: boolean };
}

/** Variables by name, and those around them. */
export interface Environment {
  parent?: Environment;
  readonly variables: Map<string, unknown>;
  set(name: string, value: unknown): Value;
}

/** The template library, loaded when a template is first rendered: the daemon never needs it. */
export function library(): typeof import('@huggingface/jinja') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('@huggingface/jinja');
}

/** The environment that {@link valueOf} has values made by: the library exports no other way to make one. */
let maker: Environment | undefined;

/** The value of a plain JavaScript one; a number is a float where `type` says so, whatever it is. */
export function valueOf(plain: unknown, type?: 'IntegerValue' | 'FloatValue'): Value {
  maker ??= new (library().Environment)() as unknown as Environment;
  maker.variables.clear();
  // A number with a fraction makes a float, which then takes the value that was asked for.
  const made = maker.set('value', type === 'FloatValue' ? 0.5 : plain);
  if (type === 'FloatValue') made.value = plain;
  return made;
}

export function listOf(items: readonly Value[]): Value {
  const list = valueOf([]);
  list.value = items;
  return list;
}

/** What some of Jinja2's filters give: good for one loop or one more filter, and neither empty nor full. */
export function iteratorOf(items: readonly Value[]): Value {
  const refuse = () => {
    throw new JinjaError('what a filter gave is tested as a whole: put "| list" behind the filter');
  };
  return Object.assign(listOf(items), { type: 'IteratorValue', __bool__: refuse });
}

export function isText(value: Value): value is Value & { value: string } {
  return value.type === 'StringValue';
}

const isNumber = ({ type }: Pick<Value, 'type'>): boolean =>
  ['IntegerValue', 'FloatValue', 'BooleanValue'].includes(type);

export function truthy(value: Value): boolean {
  return value.__bool__().value;
}

/** Equality as Python has it: no text equals a number. */
export function equal(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return Number(a.value) === Number(b.value);
  if (a.type !== b.type || a.type === 'IteratorValue') return a === b;
  if (Array.isArray(a.value)) {
    return a.value.length === b.value.length && a.value.every((item: Value, i: number) => equal(item, b.value[i]));
  }
  if (a.value instanceof Map) {
    const entries: [string, Value][] = [...a.value];
    return a.value.size === b.value.size && entries.every(([k, v]) => b.value.has(k) && equal(v, b.value.get(k)));
  }
  return a.value === b.value;
}

/** What Python writes for a value. A list or a mapping as a whole is always a slip, and refused. */
export function pythonText(value: Value): string {
  switch (value.type) {
    case 'StringValue':
      return value.value;
    case 'IntegerValue':
    case 'FloatValue':
      return value.toString();
    case 'BooleanValue':
      return value.value ? 'True' : 'False';
    case 'NullValue':
      return 'None';
    case 'UndefinedValue':
      return '';
    default:
      throw new JinjaError('a list or a mapping is written as a whole: use join, or a loop');
  }
}

/** The test of this name (`x is defined`), where it is known. */
export function testOf(name: string): ((value: Value) => boolean) | undefined {
  return Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
}

const TESTS: Readonly<Record<string, (value: Value) => boolean>> = {
  defined: ({ type }) => type !== 'UndefinedValue',
  undefined: ({ type }) => type === 'UndefinedValue',
  none: ({ type }) => type === 'NullValue',
  string: isText,
  number: isNumber,
  integer: ({ type }) => type === 'IntegerValue',
  float: ({ type }) => type === 'FloatValue',
  boolean: ({ type }) => type === 'BooleanValue',
  true: ({ type, value }) => type === 'BooleanValue' && value,
  false: ({ type, value }) => type === 'BooleanValue' && !value,
  mapping: ({ value }) => value instanceof Map,
  iterable: ({ type }) => !isNumber({ type }) && !['NullValue', 'FunctionValue'].includes(type),
  odd: (value) => wholeNumber(value) % 2 !== 0,
  even: (value) => wholeNumber(value) % 2 === 0,
  lower: (value) => /\p{L}/u.test(letters(value)) && letters(value) === letters(value).toLowerCase(),
  upper: (value) => /\p{L}/u.test(letters(value)) && letters(value) === letters(value).toUpperCase(),
};

function wholeNumber({ type, value }: Value): number {
  if (type !== 'IntegerValue') throw new JinjaError('only a whole number is odd or even');
  return value;
}

function letters(value: Value): string {
  if (!isText(value)) throw new JinjaError('only text is lower or upper');
  return value.value;
}
