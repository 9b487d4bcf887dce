import * as fs from 'fs';
import * as path from 'path';
import { gunzipSync } from 'zlib';
import { ConfigurationError } from './render';

/** More than any configuration; a damaged archive could unpack to anything. */
const MOST_BYTES = 64 << 20;

/** A configuration that an earlier pod, or an earlier start of this one, left behind. */
export interface Persisted {
  readonly text: string;
  /** Whether the text is in the plain file, and not compressed beside it. */
  readonly plain: boolean;
}

/**
 * Reads the configuration at this path, or the one compressed beside it (`.gz`, as Junos writes it unless told not to);
 * of two, the one written last. An empty one, which a crash can leave behind, counts as none.
 *
 * @throws ConfigurationError where it cannot be read
 */
export function readPersisted(file: string): Persisted | undefined {
  const candidates = [file, `${file}.gz`].flatMap((name) => {
    const time = fs.statSync(name, { throwIfNoEntry: false })?.mtimeMs;
    return time === undefined ? [] : [{ name, time }];
  });
  const [latest] = candidates.sort((a, b) => b.time - a.time);
  if (!latest) return undefined;
  const plain = latest.name === file;
  const text = decoded(latest.name, (bytes) => (plain ? bytes : gunzipSync(bytes, { maxOutputLength: MOST_BYTES })));
  return text.trim() === '' ? undefined : { text, plain };
}

/** The text of a file in UTF-8, or undefined where there is none. @throws ConfigurationError where it cannot be read */
export function readText(file: string): string | undefined {
  return fs.existsSync(file) ? decoded(file, (bytes) => bytes) : undefined;
}

/**
 * Writes the file as a whole or not at all: whoever reads it sees the old text or the new one. Only its owner may read
 * it, as it can hold a password's hash. A compressed one beside it is removed.
 *
 * @throws ConfigurationError where it cannot be written
 */
export function writeWhole(file: string, text: string): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.new`);
  try {
    fs.rmSync(temporary, { force: true });
    const descriptor = fs.openSync(temporary, 'wx', 0o600);
    try {
      fs.writeFileSync(descriptor, text);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, file);
    fs.rmSync(`${file}.gz`, { force: true });
  } catch (error) {
    throw new ConfigurationError(file, `cannot be written (${codeOf(error)})`);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

function decoded(file: string, unpack: (bytes: Buffer) => Buffer): string {
  try {
    // A byte-order mark is dropped.
    return new TextDecoder('utf-8', { fatal: true }).decode(unpack(fs.readFileSync(file)));
  } catch (error) {
    throw new ConfigurationError(file, `cannot be read (${codeOf(error)})`);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
