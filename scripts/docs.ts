import * as fs from 'fs';
import * as path from 'path';
import { settingsTable } from '../lib/settings';

/** Writes what is generated in the README: the table of settings, between its markers. */
const readme = path.join(__dirname, '..', 'README.md');
const generated = `<!-- settings: npm run docs -->\n${settingsTable()}\n<!-- /settings -->`;
const text = fs.readFileSync(readme, 'utf8');
fs.writeFileSync(
  readme,
  text.replace(/<!-- settings: npm run docs -->[^]*<!-- \/settings -->/, () => generated),
);
