import { parseArgs } from 'util';
import { LabError } from '../lab/lab-error';
import { rejectWithout } from '../lab/preflight';
import { Bench } from './figure';
import { discoveryBench } from './cluster/discovery';
import { outagesBench } from './cluster/outages';
import { exchangeBench } from './exchange/exchange';
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

async function main(args: string[]): Promise<void> {
  const options = { json: { type: 'boolean' }, seconds: { type: 'string' }, only: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const { json, only } = values;
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
  const benches = suites[positionals[0]];
  if (!benches || (seconds !== undefined && !(seconds > 0))) {
    console.error(`usage: npm run bench -- ${Object.keys(suites).join('|')} [--json] [--seconds N] [--only NAME,…]`);
    process.exitCode = 2;
    return;
  }
  const needs = benches.flatMap((bench) => bench.needs ?? []);
  if (needs.length > 0) rejectWithout(positionals[0], needs);
  const figures: Record<string, number> = {};
  for (const bench of benches) {
    if (!json) console.log(bench.about);
    for (const [name, value] of Object.entries(await bench.run({ seconds, only: only?.split(',') }))) {
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
