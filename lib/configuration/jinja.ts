import type { Environment } from 'minijinja-js';
import { TemplateContext } from './template-context';

/** A template cannot be parsed or rendered. The message is the reason, on one line. */
export class JinjaError extends Error {}

/** The size limit of a ConfigMap. */
const MAX_CHARACTERS = 1024 * 1024;
/** The instruction limit of one rendering, about half a second: a hundred times what the default template needs. */
const MAX_INSTRUCTIONS = 5_000_000;

const TAG_START = /\{[{%#]/g;
/** The inside of a tag: quoted text in it may contain the characters that end a tag. */
const INSIDE = `(?:'(?:\\\\[^]|[^'\\\\])*'|"(?:\\\\[^]|[^"\\\\])*"|(?![-+]?[%}]\\})[^'"])*`;
const COMMENT = '\\{#[^]*?#\\}';
const RAW = '\\{%[-+]?\\s*raw\\s*[-+]?%\\}[^]*?\\{%[-+]?\\s*endraw\\s*[-+]?%\\}';
const OUTPUT = `(?<open>\\{\\{[-+]?)(?<expression>${INSIDE})(?<close>[-+]?\\}\\})`;
const STATEMENT = `(?<begin>\\{%[-+]?)\\s*(?<word>\\w+)${INSIDE}(?<end>[-+]?%\\})`;
const TAG = new RegExp(`${COMMENT}|${RAW}|${OUTPUT}|${STATEMENT}`, 'y');

const PYTHON_WORDS = new Map<unknown, string>([
  [null, 'None'],
  [true, 'True'],
  [false, 'False'],
]);

/** How Python writes a value; "VALUE" is a variable that exists in one tag only. */
const WRITTEN =
  "{{ 'None' if VALUE is none else 'True' if VALUE is true else 'False' if VALUE is false else " +
  'VALUE if VALUE is string or VALUE is number or VALUE is undefined else VALUE | whole }}';

/**
 * Renders a template like Python's Jinja2 with its defaults, as the original meshrr did: blocks keep the white space
 * around them, one final line break is dropped, and undefined values render as nothing.
 *
 * The engine is MiniJinja, by the author of Jinja2. Most differences are corrected here. These remain: `~` and text
 * filters write `true`, `false` and `none`, not `True`; filters such as `map` or `unique` return a list, which is false
 * if it is empty; and Booleans are not numbers.
 *
 * @throws JinjaError
 */
export function renderJinja(source: string, context: TemplateContext): string {
  if (source.length > MAX_CHARACTERS) throw new JinjaError(`a template has at most ${MAX_CHARACTERS} characters`);
  // Python's lexer reads every kind of line break as \n.
  const template = source.replace(/\r\n?/g, '\n');
  failure = undefined;
  // The engine copies what it is given into its own memory, and a template names few of the variables.
  const named = Object.fromEntries(Object.entries(context).filter(([name]) => template.includes(name)));
  try {
    const rendered = compiled(template).renderTemplate(NAME, named);
    if (failure === undefined) return rendered;
  } catch (error) {
    throw new JinjaError(reasonOf((error as Error).message ?? String(error), template));
  }
  throw new JinjaError(failure);
}

/** The template that the engine has compiled last; a synth renders one for many workloads. */
let last: string | undefined;
const NAME = 'template';

function compiled(template: string): Environment {
  const environment = engine();
  if (template !== last) {
    last = undefined;
    environment.addTemplate(NAME, asInPython(template));
    last = template;
  }
  return environment;
}

let environment: Environment | undefined;
/** The error of one of our filters: an exception in a filter would abort the engine. */
let failure: string | undefined;

/** The engine, loaded when a template is first rendered: the daemon never needs it. */
function engine(): Environment {
  if (environment) return environment;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Environment } = require('minijinja-js') as typeof import('minijinja-js');
  environment = new Environment();
  environment.enablePyCompat();
  environment.fuel = MAX_INSTRUCTIONS;
  environment.addFilter('int', toInteger);
  environment.addFilter('whole', whole);
  environment.addTest('number', (value: unknown) => ['number', 'bigint', 'boolean'].includes(typeof value));
  environment.addFilter('string', text);
  environment.addTest('lower', (value: unknown) => hasLetters(value) && value === value.toLowerCase());
  environment.addTest('upper', (value: unknown) => hasLetters(value) && value === value.toUpperCase());
  return environment;
}

/**
 * Rewrites a template to correct two differences between MiniJinja and Jinja2, and keeps its lines: how values are
 * written, and that a variable that is set in a loop does not exist in the next iteration.
 */
function asInPython(source: string): string {
  let done = '';
  let at = 0;
  const loops: boolean[] = [];
  for (;;) {
    TAG_START.lastIndex = at;
    const start = TAG_START.exec(source);
    if (!start) return done + source.slice(at);
    TAG.lastIndex = start.index;
    const found = TAG.exec(source);
    // The engine reports a tag that is not closed.
    if (!found) return done + source.slice(at);
    done += source.slice(at, found.index) + corrected(found, loops);
    at = TAG.lastIndex;
  }
}

/** @param loops for each open block `for` or `if`, whether it is the body of a loop */
function corrected({ 0: tag, groups = {} }: RegExpExecArray, loops: boolean[]): string {
  const { open, expression, close, begin, word, end } = groups;
  if (open !== undefined) {
    return `${open.replace('{{', '{%')} with VALUE = (${expression}) %}${WRITTEN}{% endwith ${close.replace('}}', '%}')}`;
  }
  const leaveTurn = () => `${begin} endwith %}${tag.replace(begin, '{%')}`;
  switch (word) {
    case 'for':
      loops.push(true);
      return `${tag}{% with ${end}`;
    case 'if':
      loops.push(false);
      return tag;
    case 'else':
      return loops.at(-1) && loops.splice(-1, 1, false) ? leaveTurn() : tag;
    case 'endif':
      loops.pop();
      return tag;
    case 'endfor':
      return loops.pop() ? leaveTurn() : tag;
    default:
      return tag;
  }
}

function whole(): string {
  failure ??= 'a list or a mapping cannot be written as text: use join or a loop';
  return '';
}

function text(value: unknown): string {
  return typeof value === 'object' && value !== null ? whole() : (PYTHON_WORDS.get(value) ?? String(value ?? ''));
}

/** For text that is not a number, Python returns the default, but MiniJinja fails. */
function toInteger(value: unknown, fallback: unknown = 0): unknown {
  if (value === undefined) failure ??= 'the filter "int" cannot take an undefined value';
  const number = typeof value === 'boolean' ? Number(value) : value;
  const written =
    typeof number === 'object'
      ? ''
      : String(number)
          .trim()
          .replace(/(?<=\d)_(?=\d)/g, '');
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(written) ? Math.trunc(Number(written)) : fallback;
}

function hasLetters(value: unknown): value is string {
  return typeof value === 'string' && /\p{L}/u.test(value);
}

/** The first line of the engine's message and the template's line, which may contain a name that the message lacks. */
function reasonOf(message: string, source: string): string {
  const [first] = message.split('\n');
  const [, reason, line] = /^(.*?) \(in [^)]*:(\d+)\)/.exec(first) ?? [undefined, first, undefined];
  if (line === undefined) return reason;
  const shown = source.split('\n')[Number(line) - 1]?.trim() ?? '';
  return `${reason}, line ${line}: ${shown.length > 100 ? `${shown.slice(0, 100)}…` : shown}`;
}
