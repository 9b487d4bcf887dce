import {
  equal,
  isText,
  iteratorOf,
  JinjaError,
  listOf,
  pythonText,
  testOf,
  truthy,
  Value,
  valueOf,
} from './jinja-values';

type Named = ReadonlyMap<string, Value>;
type Filter = (operand: Value, args: readonly Value[]) => unknown;

/** The parameters of filters that take any, in order, as Python names them. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  default: ['default_value', 'boolean'],
  d: ['default_value', 'boolean'],
  trim: ['chars'],
  lstrip: ['chars'],
  rstrip: ['chars'],
  replace: ['old', 'new', 'count'],
  indent: ['width', 'first', 'blank'],
  int: ['default'],
  join: ['d'],
  sort: ['reverse', 'case_sensitive', 'attribute'],
  unique: ['case_sensitive'],
  map: ['attribute'],
  selectattr: ['', '', ''],
  rejectattr: ['', '', ''],
};

/** Filters that are the library's way to write methods of text with arguments, not filters of Jinja2. */
const METHODS_ONLY = ['lstrip', 'rstrip'];

/** Filters that do what they do in Jinja2. */
const FILTERS: Readonly<Record<string, Filter>> = {
  default: orDefault,
  d: orDefault,
  upper: (text) => pythonText(text).toUpperCase(),
  lower: (text) => pythonText(text).toLowerCase(),
  capitalize: (text) => capitalized(pythonText(text)),
  title: (text) =>
    pythonText(text)
      .split(/([-\s({[<]+)/)
      .map(capitalized)
      .join(''),
  trim: (text, [chars]) => stripped(pythonText(text), chars, 'both'),
  lstrip: (text, [chars]) => stripped(pythonText(text), chars, 'start'),
  rstrip: (text, [chars]) => stripped(pythonText(text), chars, 'end'),
  replace,
  indent,
  int: toInteger,
  string: pythonText,
  safe: (value) => value,
  length: (value) => items(value).length,
  count: (value) => items(value).length,
  list: (value) => listOf(items(value)),
  first: (value) => items(value)[0],
  last: (value) => items(value).at(-1),
  join: (value, [separator]) =>
    items(value)
      .map(pythonText)
      .join(separator ? pythonText(separator) : ''),
  reverse: (value) => {
    const reversed = [...items(value)].reverse();
    return isText(value) ? reversed.map(pythonText).join('') : iteratorOf(reversed);
  },
  sort,
  unique,
  map: (list, [attribute]) => iteratorOf(items(list).map((item) => attributeOf(item, attribute))),
  items: ({ value }) => {
    if (!(value instanceof Map)) throw new JinjaError('the filter "items" takes a mapping');
    return iteratorOf([...value].map(([key, item]: [string, Value]) => listOf([valueOf(key), item])));
  },
  selectattr: (list, args) => iteratorOf(items(list).filter((item) => matches(item, args))),
  rejectattr: (list, args) => iteratorOf(items(list).filter((item) => !matches(item, args))),
};

/** The value that a filter makes of another. @throws JinjaError also for arguments that are not known */
export function applyFilter(
  name: string,
  operand: Value,
  args: readonly Value[] = [],
  named: Named = new Map(),
): Value {
  const parameters = PARAMETERS[name] ?? [];
  const stranger = [...named.keys()].find((key) => key === '' || !parameters.includes(key));
  if (args.length > parameters.length || stranger !== undefined || (name === 'map' && args.length > 0)) {
    throw new JinjaError(`the filter "${name}" with ${stranger ?? 'so many arguments'} is not supported`);
  }
  const all = parameters.map((parameter, i) => args[i] ?? named.get(parameter)) as Value[];
  const result = FILTERS[name](operand, all);
  return isValue(result) ? result : valueOf(result);
}

/** Whether a filter may be named in a template. */
export function isFilter(name: string): boolean {
  return Object.hasOwn(FILTERS, name) && !METHODS_ONLY.includes(name);
}

function isValue(result: unknown): result is Value {
  return typeof result === 'object' && result !== null && 'type' in result && 'value' in result;
}

function orDefault(value: Value, [fallback, boolean]: readonly Value[]): Value {
  const absent = value.type === 'UndefinedValue' || (boolean && truthy(boolean) && !truthy(value));
  return absent ? (fallback ?? valueOf('')) : value;
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

function stripped(text: string, chars: Value | undefined, where: 'both' | 'start' | 'end'): string {
  const drop = (char: string) => (chars && truthy(chars) ? pythonText(chars).includes(char) : /\s/.test(char));
  let [start, end] = [0, text.length];
  if (where !== 'end') while (start < end && drop(text[start])) start++;
  if (where !== 'start') while (start < end && drop(text[end - 1])) end--;
  return text.slice(start, end);
}

function replace(text: Value, [old, by, count]: readonly Value[]): string {
  if (!old || !by || pythonText(old) === '') throw new JinjaError('the filter "replace" takes an old and a new text');
  const parts = pythonText(text).split(pythonText(old));
  const times = count && count.type === 'IntegerValue' && count.value >= 0 ? count.value : parts.length;
  return parts.reduce((done, part, i) => done + (i <= times ? pythonText(by) : pythonText(old)) + part);
}

function indent(text: Value, [width, first, blank]: readonly Value[]): string {
  if (width && width.type !== 'IntegerValue') throw new JinjaError('the filter "indent" takes a number of spaces');
  const space = ' '.repeat(width?.value ?? 4);
  const indented = pythonText(text)
    .split('\n')
    .map((line, i) => (i > 0 && (line !== '' || (blank && truthy(blank))) ? space + line : line));
  return (first && truthy(first) ? space : '') + indented.join('\n');
}

function toInteger({ type, value }: Value, [fallback]: readonly Value[]): unknown {
  if (type === 'IntegerValue' || type === 'FloatValue' || type === 'BooleanValue') return Math.trunc(Number(value));
  if (type === 'UndefinedValue') throw new JinjaError('an undefined value is no number');
  const text = type === 'StringValue' ? value.trim() : '';
  if (/^[-+]?\d+(_\d+)*$/.test(text)) return Number(text.replaceAll('_', ''));
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Math.trunc(Number(text));
  return fallback ?? 0;
}

/** What a loop over the value would go through. */
function items({ type, value }: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys()].map((key) => valueOf(key));
  if (typeof value === 'string') return [...value].map((char) => valueOf(char));
  throw new JinjaError(`a filter of lists cannot take ${type.replace('Value', '').toLowerCase()}`);
}

function attributeOf(item: Value, attribute: Value | undefined): Value {
  if (!attribute || !isText(attribute) || attribute.value.includes('.')) {
    throw new JinjaError('the name of an attribute is missing, or goes deeper than one');
  }
  return item.value instanceof Map ? (item.value.get(attribute.value) ?? valueOf(undefined)) : valueOf(undefined);
}

function sortKey(value: Value, caseSensitive: Value | undefined): string | number {
  if (isText(value)) return caseSensitive && truthy(caseSensitive) ? value.value : value.value.toLowerCase();
  if (value.type === 'IntegerValue' || value.type === 'FloatValue') return value.value;
  throw new JinjaError('only text and numbers can be put in order');
}

function sort(list: Value, [reverse, caseSensitive, attribute]: readonly Value[]): Value {
  const keyed = items(list).map((item) => {
    return { item, key: sortKey(attribute ? attributeOf(item, attribute) : item, caseSensitive) };
  });
  if (new Set(keyed.map(({ key }) => typeof key)).size > 1) throw new JinjaError('text and numbers have no order');
  const sign = reverse && truthy(reverse) ? -1 : 1;
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0));
  return listOf(keyed.map(({ item }) => item));
}

function unique(list: Value, [caseSensitive]: readonly Value[]): Value {
  const keys = items(list).map((item) => sortKey(item, caseSensitive));
  const first = new Map<string | number, number>();
  keys.forEach((key, i) => first.has(key) || first.set(key, i));
  return iteratorOf(items(list).filter((_, i) => first.get(keys[i]) === i));
}

/** Whether an attribute is true, passes a test, or equals a value: `selectattr('kind', 'equalto', 'mesh')`. */
function matches(item: Value, [attribute, test, wanted]: readonly Value[]): boolean {
  const value = attributeOf(item, attribute);
  if (!test) return truthy(value);
  const name = pythonText(test);
  if (['eq', 'equalto', '=='].includes(name) && wanted) return equal(value, wanted);
  if (['ne', '!='].includes(name) && wanted) return !equal(value, wanted);
  const known = wanted ? undefined : testOf(name);
  if (known) return known(value);
  throw new JinjaError(`the test "${name}" is not supported`);
}
