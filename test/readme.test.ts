import * as fs from 'fs';
import * as path from 'path';
import { settingsTable } from '../lib/settings';

const ROOT = path.join(__dirname, '..');
const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');

test('the table of settings in the README is that of the definition', () => {
  expect(readme).toContain(`<!-- settings: npm run docs -->\n${settingsTable()}\n<!-- /settings -->`);
});

test('every file that the README links to is there', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target]) => target);
  expect(links.length).toBeGreaterThan(5);
  for (const target of links) expect([target, fs.existsSync(path.join(ROOT, target))]).toEqual([target, true]);
});

test('every npm script that the README names is there', () => {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/npm (?:run )?(synth|test|docs|import|bench|build)\b/g)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});
