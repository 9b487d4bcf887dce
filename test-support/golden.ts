import * as fs from 'fs';

/**
 * Holds a text against the file that people have read. With UPDATE_GOLDEN=1 the file is written anew where it differs,
 * and the test fails all the same: what was written is to be read first (`git diff`), then the test be run without it.
 *
 * @throws Error where the texts differ, and for UPDATE_GOLDEN on a CI, where nobody would read what was written
 */
export function expectGolden(file: string, text: string): void {
  const { UPDATE_GOLDEN, CI } = process.env;
  if (UPDATE_GOLDEN && CI) throw new Error('UPDATE_GOLDEN is set on a CI: golden files are written by people');
  const golden = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  if (UPDATE_GOLDEN && golden !== text) {
    fs.writeFileSync(file, text);
    throw new Error(`${file} is written anew: read the difference, and run the test again without UPDATE_GOLDEN`);
  }
  expect(text).toBe(golden);
}
