import { quotationEnd } from './quotation';

/** A word of a statement and where it stands; in quotes, what is between them. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A statement of Junos configuration text: `router-id 192.0.2.1;`, or a block with what is in it. */
export interface Statement {
  /** The words of the blocks around it, then its own; tags such as `inactive:` are left out. */
  readonly path: readonly Word[];
  /** How many words of the path are its own. */
  readonly own: number;
  readonly block: boolean;
  /** From its first word or tag to its `;` or `}`. */
  readonly start: number;
  readonly end: number;
}

/** Junos configuration text that does not hold together; the message says where. */
export class JunosSyntaxError extends Error {
  constructor(what: string, text: string, at: number) {
    super(`${what}, line ${text.slice(0, at).split('\n').length}`);
    this.name = 'JunosSyntaxError';
  }
}

/** The most words of the blocks around a statement, which each statement keeps. Junos has no place for a tenth of them. */
const MOST_AROUND = 500;

const TAGS = ['inactive:', 'protect:', 'replace:', 'delete:'];

interface Open {
  readonly words: readonly Word[];
  readonly start: number;
}

/**
 * All statements of a configuration, those in a block before the block. Comments are passed over, and so is what
 * looks like a statement in quotes.
 *
 * @throws JunosSyntaxError for a quotation, a comment, a block or a statement that does not end
 */
export function statementsOf(text: string): readonly Statement[] {
  const found: Statement[] = [];
  const blocks: Open[] = [];
  let words: Word[] = [];
  let start: number | undefined;
  const statement = (own: readonly Word[], from: number, end: number, block: boolean) => {
    const around = blocks.flatMap((open) => open.words);
    found.push({ path: [...around, ...own], own: own.length, block, start: from, end });
  };
  for (const { text: token, start: at, end, quoted } of tokensOf(text)) {
    if (quoted || !['{', '}', ';'].includes(token)) {
      start ??= quoted ? at - 1 : at;
      if (quoted || !TAGS.includes(token)) words.push({ text: token, start: at, end });
      continue;
    }
    if (token === '}') {
      if (start !== undefined) throw new JunosSyntaxError('a statement without ";"', text, start);
      const open = blocks.pop();
      if (!open) throw new JunosSyntaxError('a "}" too many', text, at);
      statement(open.words, open.start, end, true);
      continue;
    }
    if (start !== undefined) {
      if (token === '{') {
        blocks.push({ words, start });
        const around = blocks.reduce((sum, open) => sum + open.words.length, 0);
        if (around > MOST_AROUND) throw new JunosSyntaxError(`blocks of more than ${MOST_AROUND} words`, text, start);
      } else statement(words, start, end, false);
    } else if (token === '{') throw new JunosSyntaxError('a block without a name', text, at);
    words = [];
    start = undefined;
  }
  if (start !== undefined) throw new JunosSyntaxError('a statement without ";"', text, start);
  const open = blocks.at(-1);
  if (open) throw new JunosSyntaxError('a block without "}"', text, open.start);
  return found;
}

type Token = Word & { readonly quoted: boolean };

/** White space; comments; a sign; a word. The last alternative begins a quotation, or a comment that does not end. */
const TOKEN = /(\s+|#[^\n]*|\/\*[^]*?\*\/)|([{};[\]])|((?!\/\*)[^\s{};[\]"]+)|(\/\*|")/y;

function* tokensOf(text: string): Generator<Token> {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const [whole, passed, sign, word, opening] = TOKEN.exec(text) as unknown as (string | undefined)[];
    if (opening === '/*') throw new JunosSyntaxError('a comment without "*/"', text, at);
    const end = opening ? quotationEnd(text, at) : at + (whole as string).length;
    if (end < 0) throw new JunosSyntaxError('a quotation without its end', text, at);
    if (opening) yield { text: text.slice(at + 1, end - 1), start: at + 1, end: end - 1, quoted: true };
    else if (passed === undefined) yield { text: (sign ?? word) as string, start: at, end, quoted: false };
    TOKEN.lastIndex = end;
  }
}
