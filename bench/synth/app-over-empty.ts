import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Bench, median, seconds } from '../figure';

const ROOT = path.join(__dirname, '..', '..');
const CLI = path.join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
const WORK = path.join(ROOT, 'build', 'bench');
const EXAMPLES = ['two-regions-route-servers', 'two-regions-hrr-metallb'];
const PAIRS = 11;

const EMPTY_APP = `import { App, Chart } from 'cdk8s';
const app = new App();
new Chart(app, 'empty');
app.synth();
`;

function synth(app: string): number {
  const args = [
    CLI,
    'synth',
    '--check-upgrade=false',
    '--app',
    `node -r ts-node/register ${app}`,
    '--output',
    `${WORK}/out`,
  ];
  return seconds(() => execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'pipe' }));
}

/** The slowest example, each whole process next to one of the empty app, so that a slow spell of the machine meets both. */
function overEmpty(main: string, empty: string): number {
  const ratios = EXAMPLES.map((example) => {
    synth(`${main} ${example}`);
    return median(Array.from({ length: PAIRS }, () => synth(`${main} ${example}`) / synth(empty)));
  });
  return Math.max(...ratios);
}

/** The example apps with the compiled library beside them, as those who install the package have it. */
function installed(): string {
  execFileSync(process.execPath, ['scripts/build.js'], { cwd: ROOT, stdio: 'pipe' });
  fs.cpSync(path.join(ROOT, 'apps'), WORK, { recursive: true });
  return path.join(WORK, 'main.ts');
}

export const appOverEmpty: Bench = {
  about:
    `cdk8s synth of an example app over that of an app with one empty chart, the median of ${PAIRS} pairs, the slower app: ` +
    'with the library as it is installed, and from its source, which is compiled at each start',
  run() {
    fs.mkdirSync(WORK, { recursive: true });
    const empty = path.join(WORK, 'empty.ts');
    fs.writeFileSync(empty, EMPTY_APP);
    const figures = {
      appOverEmpty: overEmpty(installed(), empty),
      appOverEmptyFromSource: overEmpty('apps/main.ts', empty),
    };
    fs.rmSync(WORK, { recursive: true });
    return figures;
  },
};
