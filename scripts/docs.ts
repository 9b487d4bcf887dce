import * as fs from 'fs';
import * as path from 'path';
import { RULES } from '../lib/rules';
import { capabilitiesTable, settingsTable } from '../lib/settings';

/** Writes what is generated in a page between its markers. */
function generate(page: string, name: string, table: string): void {
  const file = path.join(__dirname, '..', page);
  const text = fs.readFileSync(file, 'utf8');
  const place = new RegExp(`<!-- ${name}: npm run docs -->[^]*<!-- /${name} -->`);
  if (!place.test(text)) throw new Error(`${page} has no place for the table of ${name}`);
  const generated = `<!-- ${name}: npm run docs -->\n${table}\n<!-- /${name} -->`;
  fs.writeFileSync(
    file,
    text.replace(place, () => generated),
  );
}

generate('README.md', 'settings', settingsTable());
generate('docs/routers.md', 'capabilities', capabilitiesTable());

const rules = RULES.map(({ id, wants, source }) => `| \`${id}\` | ${wants} | ${source ?? ''} |`);
generate('docs/rules.md', 'rules', ['| Rule | Requirement | Source |', '|---|---|---|', ...rules].join('\n'));
