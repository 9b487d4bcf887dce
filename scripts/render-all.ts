// Writes every configuration that the default templates can make into a folder, so that other programs can check them:
// ts-node scripts/render-all.ts FOLDER [--pairs]     (FOLDER/junos/NAME.conf and FOLDER/frr/NAME.conf)
// and those of pods and routers outside in the example apps and in the tests (FOLDER/files/NAME.junos.conf).
// With --pairs, only as many as it takes for any two choices to meet in one: a strict check takes seconds a file.
import * as fs from 'fs';
import * as path from 'path';
import { ALL_CASES, GOLDEN_CASES, pairwiseCases, render } from '../test-support/configuration-cases';

/**
 * A value of an action that Junos writes without its name, with the name that the vendor's model gives it: checkers that know the
 * model alone do not find it otherwise.
 */
function asModeled(junos: string): string {
  return junos
    .replace(/(?<!from )\blocal-preference (\d+);/g, 'local-preference { local-preference $1; }')
    .replace(/\bcommunity (add|delete) (\S+);/g, 'community $1 "" $2;')
    .replace(/\bas-path (\S+) (".*");/g, 'as-path $1 { path $2; }');
}

const [folder, option] = process.argv.slice(2);
if (!folder || (option !== undefined && option !== '--pairs')) {
  console.error('usage: render-all.ts FOLDER [--pairs]');
  process.exit(2);
}
const cases = [...(option ? pairwiseCases() : ALL_CASES), ...GOLDEN_CASES];
for (const [kind, router] of [
  ['junos', 'crpd'],
  ['frr', 'frr'],
] as const) {
  fs.mkdirSync(path.join(folder, kind), { recursive: true });
  for (const one of cases) {
    const text = render(one, router);
    fs.writeFileSync(path.join(folder, kind, `${one.name}.conf`), router === 'crpd' ? asModeled(text) : text);
  }
}
const root = path.join(__dirname, '..');
const files = ['topology', path.join('test', 'neighbors', 'golden')].flatMap((place) =>
  fs
    .readdirSync(path.join(root, place), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.junos.conf'))
    .map((name) => path.join(place, name)),
);
fs.mkdirSync(path.join(folder, 'files'), { recursive: true });
for (const name of files) {
  const text = asModeled(fs.readFileSync(path.join(root, name), 'utf8'));
  fs.writeFileSync(path.join(folder, 'files', name.replaceAll(path.sep, '--')), text);
}
console.log(`${cases.length} cases and ${files.length} configurations of the apps and tests in ${folder}`);
