/**
 * MurmurHash3 for 32 bits (Austin Appleby, public domain) of a text in UTF-8: a hash that spreads well and guards
 * nothing. Node's crypto would do; loading it takes 4 MB of the 50 that the runtime may have.
 *
 * @returns a whole number from 0 to 2^32 - 1
 */
export function murmur3(text: string, seed: number): number {
  const bytes = Buffer.from(text, 'utf8');
  const blocks = bytes.length & ~3;
  let hash = seed;
  for (let i = 0; i < blocks; i += 4) {
    hash = rotated(hash ^ mixed(bytes.readInt32LE(i)), 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let i = bytes.length - 1; i >= blocks; i--) rest = (rest << 8) | bytes[i];
  hash ^= mixed(rest) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixed(block: number): number {
  return Math.imul(rotated(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
