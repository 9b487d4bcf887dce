import { parseDataKey, parseDnsSubdomain } from '../addressing';
import { Check, redacted, resourceName, shapeOf, ValidationError } from '../input';
import { RUNTIME } from './runtime';

/** One key of a Secret that exists in the namespace of the pods. */
export interface SecretKey {
  readonly secretName: string;
  readonly key: string;
}

/** The same by the construct of the Secret, as `kplus.SecretValue` has it. */
export interface SecretValueLike {
  readonly secret: { readonly name: string };
  readonly key: string;
}

const checkNamedKey = shapeOf<SecretKey>()({ secretName: parseDnsSubdomain, key: parseDataKey });

const checkSecretValue = shapeOf<SecretValueLike>()({
  secret: resourceName('Secret', parseDnsSubdomain),
  key: parseDataKey,
});

/** A key of a Secret, which has a name or is a construct. */
export const checkSecretKey: Check<SecretKey> = redacted((value) => {
  if (typeof value !== 'object' || value === null || !('secret' in value)) return checkNamedKey(value);
  const { secret: secretName, key } = checkSecretValue(value);
  return { secretName, key };
}, '{ secretName, key } or { secret, key } of a Secret');

/** The file in the pod with the TCP MD5 key of sessions, where the constructs mount the key of a Secret. */
export const keyFileOf = ({ secretName, key }: SecretKey): string => `${RUNTIME.keyFolder}/${secretName}/${key}`;

/** The key of a Secret that the constructs mount at this path; undefined for a path elsewhere. */
export function secretKeyAt(file: string): SecretKey | undefined {
  const [secretName, key, ...more] = file.startsWith(`${RUNTIME.keyFolder}/`)
    ? file.slice(RUNTIME.keyFolder.length + 1).split('/')
    : [];
  return key === undefined || more.length > 0 ? undefined : { secretName, key };
}

/** The longest key that Linux takes, in bytes (TCP_MD5SIG_MAXKEYLEN). */
const LONGEST_KEY = 80;

/**
 * Reads the text of a key file. One line break at its end is dropped.
 *
 * @throws ValidationError that does not show the key
 */
export function parseSessionKey(text: string): string {
  const key = text.replace(/\r?\n$/, '');
  // What is a word of both routers' configurations. Junos reads a word that begins with "$" as an encrypted one.
  if (/^[!#%&(-:<=>@A-Z[\]^_a-z~]+$/.test(key) && key.length <= LONGEST_KEY) return key;
  const allowed = `a key of 1 to ${LONGEST_KEY} ASCII characters: letters, digits and !#%&()*+,-./:<=>@[]^_~`;
  throw ValidationError.ofSecret(allowed);
}
