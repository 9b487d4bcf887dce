import { spawnSync } from 'child_process';
import * as path from 'path';
import { parseArgs } from 'util';
import { filesOf } from '../lab/command/files';
import { LabError } from '../lab/lab-error';
import { guarded } from './command/guarded';
import { UpOptions } from './command/up';
import { enterCommand, kubectlCommand } from './command/kept';
import { Machine, removeAll } from './machine/machine';
import { rejectMissing } from './preflight';

const USAGE = `usage: npm run cluster -- APP [--topology FILE] [--dns fresh|cached|node-cache]
                           [--metallb native|frr-k8s] [--keep]
                                                  start a real Kubernetes, apply an app, show it, remove all
       npm run cluster -- kubectl ARGUMENT …      run kubectl on a cluster that was kept
       npm run cluster -- enter NAME [COMMAND …]  a shell, or a command, on a node, a rack, or a router outside
       npm run cluster -- down                    remove the cluster
  APP         a folder of dist/ whose name ends in -frr, or the path of another folder of manifests
  --topology  the file topology.json of the synth; default for an APP of dist/: topology/APP/topology.json
  --dns       how old DNS answers may be: 5 s (default), 30 s by a cache in CoreDNS, or by a cache on each node
  --metallb   how MetalLB speaks BGP: by itself (default), or by FRR
  --keep      keep the cluster until "down", also one that failed`;

async function run(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === 'help' || verb === '--help') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (verb === 'down') {
    if (!Machine.isThere) throw new LabError('no cluster is up');
    await removeAll();
    return 0;
  }
  if (verb === 'kubectl' || verb === 'enter') {
    const [program, ...first] = verb === 'kubectl' ? await kubectlCommand(rest) : enterCommand(rest);
    return spawnSync(program, first, { stdio: 'inherit' }).status ?? 1;
  }
  const options = readOptions(args);
  rejectMissing();
  // A mistake in a name is reported before anything is built.
  filesOf(options.app, options.topology);
  return guarded(['-r', 'ts-node/register', path.join(__dirname, 'command', 'up.ts'), JSON.stringify(options)]);
}

function readOptions(args: readonly string[]): UpOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      topology: { type: 'string' },
      dns: { type: 'string' },
      metallb: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const { topology, dns = 'fresh', metallb = 'native', keep } = values;
  if (positionals.length !== 1) throw new LabError(`got ${positionals.length} names, want one app`);
  if (dns !== 'fresh' && dns !== 'cached' && dns !== 'node-cache') {
    throw new LabError(`got --dns ${dns}, want fresh, cached or node-cache`);
  }
  if (metallb !== 'native' && metallb !== 'frr-k8s') {
    throw new LabError(`got --metallb ${metallb}, want native or frr-k8s`);
  }
  return { app: positionals[0], topology, dns, metallb, keep };
}

run(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: Error & { readonly code?: string }) => {
    const isMistake = error instanceof LabError || error.code?.startsWith('ERR_PARSE_ARGS');
    process.stderr.write(isMistake ? `cluster: ${error.message}\n` : `${error.stack}\n`);
    process.exitCode = 1;
  },
);
