import { LoadFault } from './tree';

/** A word, or one of the signs of the text; a quoted `"{"` is a word. */
export interface Token {
  readonly text: string;
  readonly sign: boolean;
}

const TOKEN = /\/\*[\s\S]*?\*\/|#[^\n]*|\s+|"((?:[^"\\]|\\[\s\S])*)"|([{}[\];])|((?:(?!\/\*)[^\s{}[\];"#])+)|([\s\S])/y;

/** Splits Junos text or `set` commands. @throws LoadFault */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    const [, quoted, sign, word, stray] = found;
    if (stray !== undefined) throw new LoadFault('syntax error', stray, '[edit]');
    if (quoted !== undefined) tokens.push({ text: unescape(quoted), sign: false });
    else if (sign !== undefined) tokens.push({ text: sign, sign: true });
    else if (word !== undefined) tokens.push({ text: word, sign: false });
  }
  return tokens;
}

const unescape = (text: string): string => text.replace(/\\([\s\S])/g, (_, each) => (each === 'n' ? '\n' : each));

/** A word as text has it: in quotes where it needs them. */
export function quote(word: string): string {
  if (/^[\w.\-/:+*,@<>=%^|~]+$/.test(word)) return word;
  return `"${word.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
