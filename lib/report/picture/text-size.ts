/** How texts look: the size of the font, and which one. */
export interface TextStyle {
  /** In pixels. */
  readonly size: number;
  readonly bold?: boolean;
  readonly mono?: boolean;
}

/** The styles of all texts in a picture. */
export const STYLES = {
  title: { size: 17, bold: true },
  heading: { size: 14, bold: true },
  strong: { size: 12, bold: true },
  text: { size: 11.5 },
  mono: { size: 11, mono: true },
} as const satisfies Readonly<Record<string, TextStyle>>;

export type StyleName = keyof typeof STYLES;

/**
 * Widths of characters in ems. They are those of DejaVu Sans, of which Debian's browsers take what a page calls
 * `system-ui`, and which is wider than the fonts of other systems: what fits in it, fits in those.
 */
const WIDTHS: readonly (readonly [characters: RegExp, em: number])[] = [
  [/[ijl,.:;'|! ]/, 0.33],
  [/[frt()\-/[\]I]/, 0.43],
  [/[mMW@%…—]/, 1.01],
  [/[wOQNGHUD+=<>~×→]/, 0.86],
  [/[A-Z&]/, 0.76],
  [/[\u0020-\u024f·–]/, 0.64],
];
const OTHER = 1.1;
const MONO = 0.605;
const BOLD = 1.12;

const widthOfCharacter = new Map<string, number>();

function emOf(character: string): number {
  let em = widthOfCharacter.get(character);
  if (em === undefined) {
    em = WIDTHS.find(([characters]) => characters.test(character))?.[1] ?? OTHER;
    widthOfCharacter.set(character, em);
  }
  return em;
}

/** The width of a text in pixels, rather too much than too little. */
export function widthOf(text: string, name: StyleName): number {
  const { size, bold, mono }: TextStyle = STYLES[name];
  let ems = 0;
  for (const character of text) ems += mono && character <= '\u024f' ? MONO : emOf(character);
  return ems * size * (bold ? BOLD : 1);
}

/** The text, or as much of its beginning and end as fits. */
export function fitted(text: string, name: StyleName, width: number): string {
  if (widthOf(text, name) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 1; kept--) {
    const head = Math.ceil(kept / 2);
    const short = `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (kept - head)).join('')}`;
    if (widthOf(short, name) <= width) return short;
  }
  return '…';
}
