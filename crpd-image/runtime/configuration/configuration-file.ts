import * as fs from 'fs';
import * as path from 'path';
import { gunzipSync } from 'zlib';
import { ConfigurationError } from '../../../lib/configuration';

/** The maximum size of an unpacked configuration: a damaged archive could unpack to any size. */
const MAX_BYTES = 64 << 20;

/**
 * Reads the configuration at this path, or the compressed one beside it (`.gz`, the default of Junos). If both exist,
 * the newer one counts. An empty file, which a crash can leave behind, counts as missing.
 *
 * @throws ConfigurationError if the file cannot be read
 */
export function readPersisted(file: string): string | undefined {
  const candidates = [file, `${file}.gz`].flatMap((name) => {
    const time = fs.statSync(name, { throwIfNoEntry: false })?.mtimeMs;
    return time === undefined ? [] : [{ name, time }];
  });
  const [latest] = candidates.sort((a, b) => b.time - a.time);
  if (!latest) return undefined;
  const isPlain = latest.name === file;
  const text = decoded(latest.name, (bytes) => (isPlain ? bytes : gunzipSync(bytes, { maxOutputLength: MAX_BYTES })));
  return text.trim() === '' ? undefined : text;
}

/** The text of a file in UTF-8; undefined if the file is missing. @throws ConfigurationError if it cannot be read */
export function readText(file: string): string | undefined {
  return fs.existsSync(file) ? decoded(file, (bytes) => bytes) : undefined;
}

export interface Written {
  readonly file: string;
  readonly text: string;
}

/**
 * Writes files of one folder atomically: all or none, and a reader sees either the old text or the new one. Each file
 * is first written under a temporary name, so that a full disk shows early; then all are renamed in this order. Only
 * the owner may read them, because they can contain a password hash. Compressed copies are removed.
 *
 * @throws ConfigurationError if a file cannot be written; then all are unchanged
 */
export function writeWhole(files: readonly Written[]): void {
  for (const { file } of files) {
    // rename() cannot replace a folder.
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

/** Removes the temporary files of a start that was killed. */
export function removeUnfinished(files: readonly string[]): void {
  for (const file of files) {
    try {
      fs.rmSync(beside(file), { force: true });
    } catch {
      // It does no harm, and the next write reports why the folder is not writable.
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
