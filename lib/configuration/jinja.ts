import type { Environment } from 'minijinja-js';
import { TemplateContext } from './template-context';

/** A template that does not parse or does not render; the message is the reason, on one line. */
export class JinjaError extends Error {}

/** The size limit of a ConfigMap. */
const MOST_CHARACTERS = 1024 * 1024;
/** The most instructions of one rendering, half a second: a hundred times those of the default template. */
const MOST_INSTRUCTIONS = 5_000_000;

const TAG_START = /\{[{%#]/g;
/** A tag as a whole: quoted text in it may contain what would end the tag. */
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
 * Renders a template as Python's Jinja2 does with its defaults, which are what the original rendered with: blocks keep
 * the white space around them, one line break at the end is dropped, and what is undefined renders empty.
 *
 * The engine is MiniJinja, by the author of Jinja2. Most of what it renders differently is corrected here. What remains:
 * `~` and filters of text write `true`, `false` and `none`, not `True`; the result of a filter such as `map` or `unique`
 * is a list, which is false where it is empty; and Booleans are no numbers.
 *
 * @throws JinjaError
 */
export function renderJinja(source: string, context: TemplateContext): string {
  if (source.length > MOST_CHARACTERS) throw new JinjaError(`a template has at most ${MOST_CHARACTERS} characters`);
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
/** What a filter of ours refused: the engine does not survive an exception of one. */
let failure: string | undefined;

/** The engine, loaded when a template is first rendered: the daemon never needs it. */
function engine(): Environment {
  if (environment) return environment;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Environment } = require('minijinja-js') as typeof import('minijinja-js');
  environment = new Environment();
  environment.enablePyCompat();
  environment.fuel = MOST_INSTRUCTIONS;
  environment.addFilter('int', toInteger);
  environment.addFilter('whole', whole);
  environment.addTest('number', (value: unknown) => ['number', 'bigint', 'boolean'].includes(typeof value));
  environment.addFilter('string', text);
  environment.addTest('lower', (value: unknown) => hasLetters(value) && value === value.toLowerCase());
  environment.addTest('upper', (value: unknown) => hasLetters(value) && value === value.toUpperCase());
  return environment;
}

/**
 * Corrects two differences between MiniJinja and Jinja2 in the text of the template, without changing its lines: how a
 * value is written, and that a variable that is set in a loop is gone in the next turn.
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
    // A tag that is not closed: the engine says so.
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
  failure ??= 'a list or a mapping is written as a whole: use join, or a loop';
  return '';
}

function text(value: unknown): string {
  return typeof value === 'object' && value !== null ? whole() : (PYTHON_WORDS.get(value) ?? String(value ?? ''));
}

/** MiniJinja fails where Python gives the default: what is no number. */
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

/** The first line of the engine's message, and the line of the template, which names what the message may not name. */
function reasonOf(message: string, source: string): string {
  const [first] = message.split('\n');
  const [, reason, line] = /^(.*?) \(in [^)]*:(\d+)\)/.exec(first) ?? [undefined, first, undefined];
  if (line === undefined) return reason;
  const shown = source.split('\n')[Number(line) - 1]?.trim() ?? '';
  return `${reason}, line ${line}: ${shown.length > 100 ? `${shown.slice(0, 100)}…` : shown}`;
}
