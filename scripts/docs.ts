import * as fs from 'fs';
import * as path from 'path';
import { FORMS } from '../lib/model';
import { RULES } from '../lib/rules';
import { capabilitiesTable, metricsTable, settingsTable } from '../lib/settings';

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
generate('crpd-image/README.md', 'metrics', metricsTable());

const rules = RULES.map(({ id, wants, source }) => `| \`${id}\` | ${wants} | ${source ?? ''} |`);
generate('docs/rules.md', 'rules', ['| Rule | Requirement | Source |', '|---|---|---|', ...rules].join('\n'));

const yesOrNo = (is: boolean) => (is ? 'yes' : 'no');
const forms = Object.values(FORMS).map(
  ({ name, carries: { sourceAddress, tcpMd5, gtsm, bfd } }) =>
    `| ${name} | ${[sourceAddress, ...[tcpMd5, gtsm, bfd].map(yesOrNo)].join(' | ')} |`,
);
generate(
  'docs/reachability.md',
  'forms',
  ['| Form | Source address is kept | TCP MD5 | GTSM | BFD |', '|---|---|---|---|---|', ...forms].join('\n'),
);
