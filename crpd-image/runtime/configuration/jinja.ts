import { applyFilter, isFilter } from './jinja-filters';
import {
  Environment,
  equal,
  isText,
  JinjaError,
  library,
  listOf,
  pythonText,
  testOf,
  truthy,
  Value,
  valueOf,
} from './jinja-values';
import { TemplateContext } from '../../../lib/configuration';

/** A node of the library's syntax tree. */
interface Node {
  readonly type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [field: string]: any;
}

/** What a ConfigMap holds. */
const MOST_CHARACTERS = 1024 * 1024;
/** The library takes time with the square of the blanks in a row. */
const MOST_BLANKS = 500;
/** Matches from the first blank of a run alone, so that each is looked at once. */
const RUN_OF_BLANKS = new RegExp(`(?<!\\s)\\s{${MOST_BLANKS + 1}}`);

/** Methods of text and of mappings that mean in the library what they mean in Python. */
const METHODS: Record<string, readonly string[]> = {
  StringValue: ['upper', 'lower', 'strip', 'lstrip', 'rstrip', 'startswith', 'endswith', 'split', 'replace'],
  ObjectValue: ['get', 'items', 'keys', 'values'],
  KeywordArgumentsValue: [],
};

/**
 * Renders a template as Python's Jinja2 does with its defaults, which are what the original rendered with: blocks keep
 * the white space around them, one line break at the end is dropped, and what is undefined renders empty.
 *
 * The library was written for other templates. Where it would render something else than Python it is corrected here,
 * and what it does not know is refused: a template renders the same as in Python, or not at all.
 *
 * @throws JinjaError with a reason on one line
 */
export function renderJinja(source: string, context: TemplateContext): string {
  if (source.length > MOST_CHARACTERS) throw new JinjaError(`a template has at most ${MOST_CHARACTERS} characters`);
  const blanks = RUN_OF_BLANKS.exec(source);
  if (blanks) {
    const line = source.slice(0, blanks.index).split('\n').length;
    throw new JinjaError(`more than ${MOST_BLANKS} blanks or empty lines in a row, from line ${line}`);
  }
  // Python's lexer reads every kind of line break as \n.
  const program = parse(source.replace(/\r\n?/g, '\n'));
  const global = new (library().Environment)() as Environment;
  for (const [name, value] of Object.entries({ ...GLOBALS, ...context })) global.set(name, value);
  try {
    return String(interpreter(global).evaluate(withPythonBlocks(program), global).value);
  } catch (error) {
    throw error instanceof JinjaError ? error : new JinjaError((error as Error).message);
  }
}

const GLOBALS = {
  ...{ true: true, false: false, none: null, True: true, False: false, None: null },
  range(...ends: number[]): number[] {
    const [start, stop, step] = ends.length > 1 ? [ends[0], ends[1], ends[2] ?? 1] : [0, ends[0], 1];
    if (![start, stop, step].every(Number.isInteger) || step === 0) throw new JinjaError('range takes whole numbers');
    return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
  },
};

function parse(source: string): Node {
  const { tokenize, parse: parseTokens } = library();
  let reached = 0;
  let tokens: readonly { readonly type: string }[] = [];
  try {
    tokens = tokenize(source);
    const watched = new Proxy(tokens, {
      get: (all, index) => {
        if (typeof index === 'string' && Number(index) > reached) reached = Number(index);
        return Reflect.get(all, index);
      },
    });
    return parseTokens(watched as never) as unknown as Node;
  } catch (error) {
    // Past the last token the parser trips over nothing.
    const open = error instanceof TypeError || reached >= tokens.length;
    const reason = open ? 'a tag or a block is not closed' : (error as Error).message.replace(/^Parser Error: /, '');
    const opened = tokens.slice(0, reached + 1).filter(({ type }) => type.startsWith('Open') && TAG_TOKENS.has(type));
    throw new JinjaError(tokens.length === 0 ? reason : `${reason}, near line ${lineOfTag(source, opened.length)}`);
  }
}

const TAG_TOKENS = new Set(['OpenStatement', 'OpenExpression']);

/** The line on which the tag of this number (from 1) begins; tags in comments and quotes do not count. */
function lineOfTag(source: string, number: number): number {
  const tags = /\{#[^]*?#\}|(\{[%{])(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^'"])*?(?:%\}|\}\})/g;
  const starts = [...source.matchAll(tags)].filter(([, tag]) => tag).map(({ index }) => index);
  return source.slice(0, starts[Math.min(number, starts.length) - 1] ?? 0).split('\n').length;
}

/**
 * Marks what the library leaves unmarked: what is written out (Python writes `None` and `True`), and the scopes of a
 * loop's body (of its own in each turn) and of a macro (which does not see the variables of its caller).
 */
function withPythonBlocks(node: Node, loopVariables: readonly string[] = []): Node {
  const block = (body: readonly Node[], variables = loopVariables): Node[] =>
    body.map((each) => withPythonBlocks(each, variables));
  switch (node.type) {
    case 'Program':
      return { ...node, body: block(node.body) };
    case 'If':
      return { ...node, body: block(node.body), alternate: block(node.alternate) };
    case 'For': {
      const own: readonly Node[] = node.loopvar.type === 'Identifier' ? [node.loopvar] : node.loopvar.value;
      const turn = { type: 'Turn', body: block(node.body, [...loopVariables, ...own.map(({ value }) => value)]) };
      return { ...node, body: [turn], defaultBlock: block(node.defaultBlock) };
    }
    case 'Set':
      // Within two loops over the same name Python loses it.
      if (loopVariables.includes(node.assignee.value)) throw new JinjaError("a loop's own variable is set in it");
      return { ...node, body: block(node.body) };
    case 'Macro':
      return { ...node, body: [{ type: 'MacroBody', body: block(node.body) }] };
    case 'Comment':
      return node;
    case 'CallStatement':
    case 'FilterStatement':
    case 'Break':
    case 'Continue':
      throw new JinjaError(`the statement ${node.type.replace('Statement', '').toLowerCase()} is not supported`);
    default:
      return { type: 'Output', expression: node };
  }
}

/** The library's interpreter with what Python does otherwise. */
function interpreter(global: Environment): { evaluate(node: Node, scope: Environment): Value } {
  const { Interpreter, Environment: Scope } = library();
  const base = new Interpreter(global as never);
  const usual = base.evaluate.bind(base) as unknown as (node: Node, scope: Environment) => Value;
  const constant = (value: Value): Node => ({ type: 'Constant', value });
  const evaluate = (node: Node, scope: Environment): Value => {
    switch (node?.type) {
      case 'Constant':
        return node.value;
      case 'Output':
        return valueOf(pythonText(evaluate(node.expression, scope)));
      case 'Turn':
        return block(node.body, new Scope(scope as never) as unknown as Environment);
      case 'MacroBody':
        scope.parent = global;
        return block(node.body, scope);
      case 'UnaryExpression':
        if (node.operator.value !== 'not') throw new JinjaError(`"${node.operator.value}" is not supported`);
        return valueOf(!truthy(evaluate(node.argument, scope)));
      case 'BinaryExpression':
        if (['and', 'or'].includes(node.operator.value)) return usual(node, scope);
        return binary(node.operator.value, evaluate(node.left, scope), evaluate(node.right, scope));
      case 'TestExpression': {
        const test = testOf(node.test.value);
        if (!test) throw new JinjaError(`the test "${node.test.value}" is not supported`);
        return valueOf(test(evaluate(node.operand, scope)) !== node.negate);
      }
      case 'FilterExpression': {
        const called = node.filter.type === 'CallExpression';
        const name: string = called ? node.filter.callee.value : node.filter.value;
        if (!isFilter(name)) throw new JinjaError(`the filter "${name}" is not supported`);
        const [args, named] = argumentsOf(called ? node.filter.args : [], scope);
        return applyFilter(name, evaluate(node.operand, scope), args, named);
      }
      case 'MemberExpression':
        return member(node, evaluate(node.object, scope), scope);
      case 'CallExpression':
        return call(node, scope);
      default:
        return usual(node, scope);
    }
  };
  // The library evaluates the parts of what it evaluates itself by way of this method.
  base.evaluate = evaluate as never;

  const block = (body: readonly Node[], scope: Environment): Value =>
    valueOf(body.map((statement) => evaluate(statement, scope).value ?? '').join(''));

  const argumentsOf = (nodes: readonly Node[], scope: Environment): [Value[], Map<string, Value>] => {
    const named = nodes.filter(({ type }) => type === 'KeywordArgumentExpression');
    const plain = nodes.filter(({ type }) => type !== 'KeywordArgumentExpression');
    return [
      plain.map((node) => evaluate(node, scope)),
      new Map(named.map((node) => [node.key.value, evaluate(node.value, scope)])),
    ];
  };

  const member = (node: Node, object: Value, scope: Environment): Value => {
    const fixed = { ...node, object: constant(object) };
    if (object.type === 'UndefinedValue') throw new JinjaError(`${nameOf(node.object)} is undefined`);
    if (object.type === 'IteratorValue') throw new JinjaError('put "| list" behind a filter to look into what it gave');
    if (node.computed && node.property.type === 'SliceExpression') return usual(fixed, scope);
    const key = node.computed ? evaluate(node.property, scope) : valueOf(node.property.value);
    if (object.value instanceof Map && isText(key)) {
      const methods = METHODS[object.type] ?? [];
      if (object.value.has(key.value) || methods.includes(key.value)) return usual(fixed, scope);
      if (node.object.value === 'loop') throw new JinjaError(`loop.${key.value} is not supported`);
      return valueOf(undefined);
    }
    if (isText(object) && isText(key) && !METHODS.StringValue.includes(key.value)) {
      throw new JinjaError(`the method "${key.value}" of text is not supported`);
    }
    if (Array.isArray(object.value) && isText(key)) throw new JinjaError(`a list has no "${key.value}" here`);
    const found = usual({ ...fixed, computed: true, property: constant(key) }, scope);
    return isText(found) && found.value === undefined ? valueOf(undefined) : found;
  };

  const call = (node: Node, scope: Environment): Value => {
    const callee = node.callee as Node;
    const method = callee.type === 'MemberExpression' && !callee.computed ? callee.property.value : undefined;
    if (['strip', 'lstrip', 'rstrip'].includes(method) && node.args.length > 0) {
      const text = evaluate(callee.object, scope);
      const [args, named] = argumentsOf(node.args, scope);
      if (isText(text)) return applyFilter(method === 'strip' ? 'trim' : method, text, args, named);
    }
    const fn = evaluate(callee, scope);
    if (fn.type !== 'FunctionValue') throw new JinjaError(`${nameOf(callee)} is no function`);
    return usual({ ...node, callee: constant(fn) }, scope);
  };
  return { evaluate };
}

function binary(operator: string, left: Value, right: Value): Value {
  const [a, b] = [left.value as never, right.value as never];
  const numbers = [left, right].every(({ type }) => type === 'IntegerValue' || type === 'FloatValue');
  const number = (result: number, whole = left.type === right.type && left.type === 'IntegerValue') =>
    valueOf(result, whole ? 'IntegerValue' : 'FloatValue');
  const texts = isText(left) && isText(right);
  switch (operator) {
    case '==':
      return valueOf(equal(left, right));
    case '!=':
      return valueOf(!equal(left, right));
    case '~':
      return valueOf(pythonText(left) + pythonText(right));
    case 'in':
    case 'not in': {
      const found = contains(right, left);
      return valueOf(operator === 'in' ? found : !found);
    }
    case '<':
      if (numbers || texts) return valueOf(a < b);
      break;
    case '>':
      if (numbers || texts) return valueOf(a > b);
      break;
    case '<=':
      if (numbers || texts) return valueOf(a <= b);
      break;
    case '>=':
      if (numbers || texts) return valueOf(a >= b);
      break;
    case '+':
      if (texts) return valueOf((a as string) + b);
      if (numbers) return number((a as number) + b);
      if (left.type === 'ArrayValue' && right.type === 'ArrayValue')
        return listOf([...(a as Value[]), ...(b as Value[])]);
      break;
    case '-':
      if (numbers) return number((a as number) - b);
      break;
    case '*':
      if (numbers) return number((a as number) * b);
      break;
    case '/':
      if (numbers && b !== 0) return number((a as number) / b, false);
      break;
    case '%':
      // The sign of the result is that of the divisor.
      if (numbers && b !== 0) return number((((a as number) % b) + (b as number)) % (b as number));
      break;
  }
  throw new JinjaError(`"${operator}" cannot join ${kind(left)} and ${kind(right)}`);
}

function contains(whole: Value, part: Value): boolean {
  if (Array.isArray(whole.value)) return whole.value.some((item) => equal(item, part));
  if (isText(whole) && isText(part)) return whole.value.includes(part.value);
  if (whole.value instanceof Map) return isText(part) && whole.value.has(part.value);
  if (whole.type === 'UndefinedValue') return false;
  throw new JinjaError(`"in" cannot join ${kind(part)} and ${kind(whole)}`);
}

function kind({ type }: Value): string {
  const names: Record<string, string> = { StringValue: 'text', NullValue: 'None', UndefinedValue: 'undefined' };
  return names[type] ?? type.replace('Value', '').toLowerCase();
}

function nameOf(node: Node): string {
  if (node.type === 'MemberExpression' && !node.computed) return `${nameOf(node.object)}.${node.property.value}`;
  return node.type === 'Identifier' ? node.value : 'what is called or looked into';
}
