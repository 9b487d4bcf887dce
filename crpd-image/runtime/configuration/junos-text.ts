import { quotationEnd } from './quotation';

/** A statement of Junos configuration text: `router-id 192.0.2.1;`, or a block with the statements in it. */
export interface JunosStatement {
  readonly comments: readonly string[];
  /** Unchanged, with tags such as `inactive:`, brackets and quotes. */
  readonly words: readonly string[];
  readonly children?: readonly JunosStatement[];
}

/** Malformed Junos configuration text. The message has the line number. */
export class JunosSyntaxError extends Error {
  constructor(what: string, text: string, at: number) {
    super(`${what}, line ${text.slice(0, at).split('\n').length}`);
    this.name = 'JunosSyntaxError';
  }
}

/**
 * Ten times more than Junos needs. The names of all enclosing blocks identify a statement, so both limits bound memory.
 */
const MAX_DEPTH = 200;
const MAX_NAME_CHARACTERS = 2000;

const TAGS = ['inactive:', 'protect:', 'replace:', 'delete:'];

/** White space; a comment; a sign; a word. The last alternative is the start of a string or of an unclosed comment. */
const TOKEN = /(\s+)|(#[^\n]*|\/\*[^]*?\*\/)|([{};])|([[\]]|(?!\/\*)[^\s{};[\]"]+)|(\/\*|")/y;

/** @throws JunosSyntaxError for a string, a comment, a block or a statement without its end */
export function parseJunos(text: string): readonly JunosStatement[] {
  const top: JunosStatement[] = [];
  const open: { readonly at: number; readonly children: JunosStatement[] }[] = [{ at: 0, children: top }];
  let [words, comments]: [string[], string[]] = [[], []];
  let start = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const [, , comment, sign, word, opening] = TOKEN.exec(text) as unknown as (string | undefined)[];
    if (opening === '/*') throw new JunosSyntaxError('a comment without "*/"', text, at);
    if (comment !== undefined) comments.push(comment.trimEnd());
    if (opening || word !== undefined) {
      if (words.length === 0) start = at;
      const end = opening ? quotationEnd(text, at) : TOKEN.lastIndex;
      if (end < 0) throw new JunosSyntaxError('a string without its closing quote', text, at);
      words.push(text.slice(at, end));
      TOKEN.lastIndex = end;
    }
    if (sign === undefined) continue;
    if (sign === '}') {
      if (words.length > 0) throw new JunosSyntaxError('a statement without ";"', text, start);
      if (open.length === 1) throw new JunosSyntaxError('a "}" without a block', text, at);
      open.pop();
    } else if (words.length > 0) {
      const children: JunosStatement[] | undefined = sign === '{' ? [] : undefined;
      if (children && at - start > MAX_NAME_CHARACTERS)
        throw new JunosSyntaxError(`a block name of more than ${MAX_NAME_CHARACTERS} characters`, text, start);
      open[open.length - 1].children.push({ comments, words, ...(children && { children }) });
      if (children && open.push({ at: start, children }) > MAX_DEPTH) {
        throw new JunosSyntaxError(`blocks nest more than ${MAX_DEPTH} deep`, text, start);
      }
    } else if (sign === '{') throw new JunosSyntaxError('a block without a name', text, at);
    [words, comments] = [[], []];
  }
  if (words.length > 0) throw new JunosSyntaxError('a statement without ";"', text, start);
  const unclosed = open.slice(1).at(-1);
  if (unclosed) throw new JunosSyntaxError('a block without "}"', text, unclosed.at);
  return top;
}

/** The words of a statement without tags, brackets and quotes, for comparison. */
export function plainWords({ words }: JunosStatement): readonly string[] {
  return words.flatMap((word) => {
    if (word.startsWith('"')) return [word.slice(1, -1)];
    return word === '[' || word === ']' || TAGS.includes(word) ? [] : [word];
  });
}

export function writeJunos(statements: readonly JunosStatement[], indent = ''): string {
  return statements
    .map(({ comments, words, children }) => {
      const lines = [...comments, `${words.join(' ')}${children ? ' {' : ';'}`].map((line) => `${indent}${line}\n`);
      return lines.join('') + (children ? `${writeJunos(children, `${indent}    `)}${indent}}\n` : '');
    })
    .join('');
}
