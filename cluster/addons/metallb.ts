import * as fs from 'fs';
import * as path from 'path';
import { ControlPlane } from '../control-plane/control-plane';

const MANIFEST = 'metallb-native.yaml';

/** The version of MetalLB's images, which its manifests name. @param folder of the programs and manifests of MetalLB */
export function metallbVersion(folder: string): string {
  const found = /image: quay\.io\/metallb\/controller:(\S+)/.exec(fs.readFileSync(path.join(folder, MANIFEST), 'utf8'));
  if (!found) throw new Error(`${folder}: ${MANIFEST} names no image of the controller`);
  return found[1];
}

/** Installs MetalLB with its native implementation of BGP. Returns when its webhooks answer. */
export async function installMetalLB(plane: ControlPlane, folder: string): Promise<void> {
  await plane.kubectl(['apply', '-f', path.join(folder, MANIFEST)]);
  for (const workload of ['deployment/controller', 'daemonset/speaker']) {
    await plane.kubectl(['-n', 'metallb-system', 'rollout', 'status', workload, '--timeout=180s']);
  }
}
