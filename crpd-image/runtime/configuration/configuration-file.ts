import * as fs from 'fs';
import * as path from 'path';
import { gunzipSync } from 'zlib';
import { ConfigurationError } from '../../../lib/configuration';

/** More than any configuration; a damaged archive could unpack to anything. */
const MOST_BYTES = 64 << 20;

/**
 * Reads the configuration at this path, or the one compressed beside it (`.gz`, as Junos writes it unless told not to);
 * of two, the one written last. An empty one, which a crash can leave behind, counts as none.
 *
 * @throws ConfigurationError where it cannot be read
 */
export function readPersisted(file: string): string | undefined {
  const candidates = [file, `${file}.gz`].flatMap((name) => {
    const time = fs.statSync(name, { throwIfNoEntry: false })?.mtimeMs;
    return time === undefined ? [] : [{ name, time }];
  });
  const [latest] = candidates.sort((a, b) => b.time - a.time);
  if (!latest) return undefined;
  const isPlain = latest.name === file;
  const text = decoded(latest.name, (bytes) => (isPlain ? bytes : gunzipSync(bytes, { maxOutputLength: MOST_BYTES })));
  return text.trim() === '' ? undefined : text;
}

/** The text of a file in UTF-8, or undefined where there is none. @throws ConfigurationError where it cannot be read */
export function readText(file: string): string | undefined {
  return fs.existsSync(file) ? decoded(file, (bytes) => bytes) : undefined;
}

/** A file and what is to stand in it. */
export interface Written {
  readonly file: string;
  readonly text: string;
}

/**
 * Writes files of one folder, all or none, each as a whole: whoever reads one sees the old text or the new one. All are
 * written beside their places first, where a full disk shows, and then put there in this order. Only their owner may
 * read them, as they can hold a password's hash. A compressed one beside a file is removed.
 *
 * @throws ConfigurationError where one cannot be written; then all are as they were
 */
export function writeWhole(files: readonly Written[]): void {
  for (const { file } of files) {
    // Nothing can be put in the place of a folder.
    if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw unwritable(file, 'EISDIR');
  }
  try {
    for (const { file, text } of files) attempt(file, () => writeBeside(file, text));
    for (const { file } of files) {
      attempt(file, () => fs.renameSync(beside(file), file));
      attempt(file, () => fs.rmSync(`${file}.gz`, { force: true }));
    }
  } finally {
    removeUnfinished(files.map(({ file }) => file));
  }
}

/** Removes what a start that was killed left beside these files. */
export function removeUnfinished(files: readonly string[]): void {
  for (const file of files) {
    try {
      fs.rmSync(beside(file), { force: true });
    } catch {
      // It is in nobody's way, and whether files can be written shows when one is.
    }
  }
}

function beside(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.new`);
}

function writeBeside(file: string, text: string): void {
  fs.rmSync(beside(file), { force: true });
  const descriptor = fs.openSync(beside(file), 'wx', 0o600);
  try {
    fs.writeFileSync(descriptor, text);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function attempt(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw unwritable(file, codeOf(error));
  }
}

function unwritable(file: string, code: string): ConfigurationError {
  return new ConfigurationError(file, `cannot be written (${code})`);
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
