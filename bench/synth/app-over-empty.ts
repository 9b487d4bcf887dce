import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Bench, median, seconds } from '../figure';

const ROOT = path.join(__dirname, '..', '..');
const CLI = path.join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
const WORK = path.join(ROOT, 'build', 'bench');
const EXAMPLES = ['two-regions-route-servers', 'two-regions-hrr-metallb'].map((name) => `apps/main.ts ${name}`);
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

/** Whole `cdk8s synth` processes in turn, so that a slow spell of the machine meets both; the ratio is that of a pair. */
export const appOverEmpty: Bench = {
  about: `cdk8s synth of an example app over that of an app with one empty chart, the median of ${PAIRS} pairs, the slower app`,
  run() {
    fs.mkdirSync(WORK, { recursive: true });
    const empty = path.join(WORK, 'empty.ts');
    fs.writeFileSync(empty, EMPTY_APP);
    const ratios = EXAMPLES.map((example) => {
      synth(example);
      return median(Array.from({ length: PAIRS }, () => synth(example) / synth(empty)));
    });
    fs.rmSync(WORK, { recursive: true });
    return { appOverEmpty: Math.max(...ratios) };
  },
};
