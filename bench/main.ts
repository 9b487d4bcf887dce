import { LabError } from '../lab/lab-error';
import { rejectWithout } from '../lab/preflight';
import { Bench } from './figure';
import { exchangeBench } from './exchange/exchange';
import { discoveryBench } from './cluster/discovery';
import { outagesBench } from './cluster/outages';
import { besideCronBench } from './lab/beside-cron';
import { clientsBench } from './lab/clients';
import { meshBench } from './lab/mesh';
import { hierarchyBench } from './proof/hierarchy';
import { proofOfMeshBench } from './proof/mesh';
import { applyBench } from './runtime/apply';
import { chooseBench } from './runtime/choose';
import { crpdMemoryBench } from './runtime/crpd-memory';
import { establishedBench } from './runtime/established';
import { peersBench } from './runtime/peers';
import { resourcesBench } from './runtime/resources';
import { soakBench } from './runtime/soak';
import { appOverEmpty } from './synth/app-over-empty';
import { regions } from './synth/regions';

/** The benches by suite; each file measures one thing. */
const suites: Readonly<Record<string, readonly Bench[]>> = {
  synth: [appOverEmpty, regions],
  proof: [hierarchyBench, proofOfMeshBench],
  runtime: [chooseBench, applyBench, resourcesBench, crpdMemoryBench, establishedBench],
  soak: [soakBench],
  peers: [peersBench],
  lab: [meshBench, besideCronBench, clientsBench],
  exchange: [exchangeBench],
  cluster: [discoveryBench],
  outages: [outagesBench],
};

async function main(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  const at = args.indexOf('--seconds');
  const seconds = at < 0 ? undefined : Number(args[at + 1]);
  const [suite] = args.filter((arg, i) => !arg.startsWith('--') && (at < 0 || i !== at + 1));
  const benches = suites[suite];
  if (!benches || (seconds !== undefined && !(seconds > 0))) {
    console.error(`usage: npm run bench -- ${Object.keys(suites).join('|')} [--json] [--seconds N]`);
    process.exitCode = 2;
    return;
  }
  const needs = benches.flatMap((bench) => bench.needs ?? []);
  if (needs.length > 0) rejectWithout(suite, needs);
  const figures: Record<string, number> = {};
  for (const bench of benches) {
    if (!json) console.log(bench.about);
    for (const [name, value] of Object.entries(await bench.run({ seconds }))) {
      figures[name] = Math.round(value * 1000) / 1000;
      if (!json) console.log(`  ${name} ${figures[name]}`);
    }
  }
  if (json) console.log(JSON.stringify(figures));
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error instanceof LabError ? `bench: ${error.message}` : error);
  process.exitCode = 1;
});
