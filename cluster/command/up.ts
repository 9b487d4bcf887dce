import * as path from 'path';
import { filesOf } from '../../lab/command/files';
import { LabError } from '../../lab/lab-error';
import { viewText } from '../../lab/view-text';
import { DnsCaching } from '../addons/core-dns';
import { MetalLBBackend } from '../addons/metallb';
import { RealCluster } from '../real-cluster';

/** The argument of this program, as JSON. */
export interface UpOptions {
  readonly app: string;
  readonly topology?: string;
  readonly dns?: DnsCaching;
  readonly metallb?: MetalLBBackend;
  readonly keep: boolean;
}

/** Starts a cluster, applies an app to it, and shows the result. The process that started this one removes the cluster. */
async function main({ app, topology, dns, metallb, keep }: UpOptions): Promise<void> {
  // Without that process nobody would remove it.
  process.on('disconnect', () => process.exit(1));
  const begun = performance.now();
  const say = (step: string) => {
    const seconds = (performance.now() - begun) / 1000;
    process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${step}\n`);
  };
  const files = filesOf(app, topology);
  const cluster = await RealCluster.up({
    folder: files.folder,
    topologyFile: files.topology,
    dns,
    metallb,
    onProgress: say,
  });
  // Also one that fails from here on.
  if (keep) cluster.keep();
  say('applying the app');
  await cluster.applyApp();
  await cluster.untilConverged();
  say('all sessions are up');
  await cluster.untilAsExpected();
  const view = await cluster.view(path.basename(files.folder));
  process.stdout.write(`\n${viewText(view)}`);
  if (view.proof.differences.length > 0) process.exitCode = 1;
  if (keep) {
    const [pod] = view.pods;
    for (const line of [
      `the cluster stays up; kubeconfig: ${cluster.kubeconfig}, for the network namespace of the control plane`,
      `to run kubectl: npm run cluster -- kubectl get pods -A`,
      `to enter a node or a router outside: npm run cluster -- enter ${pod?.node ?? 'n1'}`,
      'to remove it: npm run cluster -- down',
    ]) {
      process.stdout.write(`${line}\n`);
    }
  }
}

main(JSON.parse(process.argv[2])).then(
  // Routers outside are children of this process: those of a kept cluster stay.
  () => process.exit(),
  (error: Error) => {
    process.stderr.write(error instanceof LabError ? `cluster: ${error.message}\n` : `${error.stack}\n`);
    process.exit(1);
  },
);
