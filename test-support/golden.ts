import * as fs from 'fs';

/**
 * Compares a text with a reviewed file. With UPDATE_GOLDEN=1, a different text is written to the file, but the test
 * still fails: review the file (`git diff`), then run the test again without the variable.
 *
 * @throws Error if the texts differ, and for UPDATE_GOLDEN in CI, where nobody would review the file
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
