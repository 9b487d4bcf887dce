import { randomInt } from 'crypto';

/**
 * Junos's reversible `$9$` form of secrets. It hides them from a glance only; the scheme is public. A character's code
 * is written as gaps between letters of this alphabet, weighted by the character's place; the first letter is a salt
 * and tells, by its family, how many letters of padding follow.
 */
const FAMILIES = ['QzF3n6/9CAtpu0O', 'B1IREhcSyrleKvMW8LXx', '7N-dVbwsY2g4oaJZGUDj', 'iHkq.mPf5T'];
const ALPHABET = FAMILIES.join('');
const PADDING = (letter: string): number => 3 - FAMILIES.findIndex((family) => family.includes(letter));
const WEIGHTS = [
  [1, 4, 32],
  [1, 16, 32],
  [1, 8, 32],
  [1, 64],
  [1, 32],
  [1, 4, 16, 128],
  [1, 32, 64],
];

const letter = (): string => ALPHABET[randomInt(ALPHABET.length)];

/** Another form of the same secret each time. */
export function encodeSecret(plain: string): string {
  const salt = letter();
  let text = salt + Array.from({ length: PADDING(salt) }, letter).join('');
  let previous = salt;
  [...Buffer.from(plain)].forEach((code, place) => {
    const weights = WEIGHTS[place % WEIGHTS.length];
    const gaps: number[] = [];
    let rest = code;
    for (const weight of [...weights].reverse()) {
      gaps.unshift(Math.floor(rest / weight));
      rest %= weight;
    }
    for (const gap of gaps) {
      previous = ALPHABET[(ALPHABET.indexOf(previous) + gap + 1) % ALPHABET.length];
      text += previous;
    }
  });
  return `$9$${text}`;
}

/** The secret of a `$9$` form; undefined where it is none. */
export function decodeSecret(encoded: string): string | undefined {
  if (!encoded.startsWith('$9$') || encoded.length < 4) return undefined;
  const text = encoded.slice(3);
  if ([...text].some((each) => !ALPHABET.includes(each))) return undefined;
  let previous = text[0];
  let rest = text.slice(1 + PADDING(previous));
  const codes: number[] = [];
  while (rest !== '') {
    const weights = WEIGHTS[codes.length % WEIGHTS.length];
    if (rest.length < weights.length) return undefined;
    let code = 0;
    for (const weight of weights) {
      const gap = (ALPHABET.indexOf(rest[0]) - ALPHABET.indexOf(previous) + ALPHABET.length) % ALPHABET.length;
      code += ((gap + ALPHABET.length - 1) % ALPHABET.length) * weight;
      previous = rest[0];
      rest = rest.slice(1);
    }
    codes.push(code % 256);
  }
  return Buffer.from(codes).toString();
}

export const isSecret = (text: string): boolean => decodeSecret(text) !== undefined;
