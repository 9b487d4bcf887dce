/**
 * Characters that end a line, that are not seen, or that change the order in which others are: controls, line
 * separators, marks of direction, characters without width, blanks other than the usual one, halves of characters.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/**
 * Text on one line on which all can be seen: what cannot stands as an escape of JSON, such as `\u202e`. JSON stays the
 * same JSON by this.
 */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, (character) => character.split('').map(escapeOf).join(''));
}

function escapeOf(unit: string): string {
  const json = JSON.stringify(unit).slice(1, -1);
  return json === unit ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : json;
}

/** Text of at most so many characters; an ellipsis follows where it was longer. */
export function cut(text: string, most: number): string {
  // A character takes two units at most: text that is far longer need not be taken apart.
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : text;
}

/** The longest that the words of others become, in characters, where nothing else is said; with an ellipsis 300. */
const WORDS = 299;

/** Others' words, for people: on one line, with single blanks for white space, cut after `most` characters. */
export function inBrief(text: string, most = WORDS): string {
  // White space shrinks; ten times as much is enough of it.
  const start = text.slice(0, 10 * most);
  const line = cut(oneLine(start.replace(/\s+/g, ' ').trim()), most);
  return start.length === text.length || line.endsWith('…') ? line : `${line}…`;
}
