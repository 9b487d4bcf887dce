import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Bench, median, seconds } from '../figure';

const ROOT = path.join(__dirname, '..', '..');
const OUT = path.join(ROOT, 'build', 'bench');
const RUNS = 5;

function synth(count: number, reached: 'host-ports' | 'metallb' = 'host-ports'): number {
  const args = ['-r', 'ts-node/register', 'bench/synth/hierarchy-app.ts', String(count), reached];
  const env = { ...process.env, CDK8S_OUTDIR: OUT };
  return seconds(() => execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env }));
}

/** Whole processes, the start of Node and the compilation of the library included. */
export const regions: Bench = {
  about: `a hierarchy of 1,000 regions (2,000 workloads) and one of 2,000; the first also with MetalLB; medians of ${RUNS}`,
  run() {
    const runs = Array.from({ length: RUNS }, () => ({
      small: synth(1000),
      large: synth(2000),
      metallb: synth(1000, 'metallb'),
    }));
    fs.rmSync(OUT, { recursive: true });
    return {
      regions1000Seconds: median(runs.map(({ small }) => small)),
      growth2000Over1000: median(runs.map(({ small, large }) => large / small)),
      // Slow spells of a machine only ever add time: beside the median, the least of each size over the other.
      growth2000Over1000Least:
        Math.min(...runs.map(({ large }) => large)) / Math.min(...runs.map(({ small }) => small)),
      regions1000MetalLBSeconds: median(runs.map(({ metallb }) => metallb)),
    };
  },
};
