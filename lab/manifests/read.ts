import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { covers, parseAddress, parseSpan } from '../../lib/addressing';
import { ValidationError } from '../../lib/input';
import { LabError } from '../lab-error';
import { nothingFound, Objects, readObject } from './objects';

/** Reads the manifests in a folder, as `kubectl apply -f` would. @throws LabError for what the lab cannot run */
export function readManifests(folder: string): Objects {
  const files = fs.readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  if (files.length === 0) throw new LabError(`${folder}: no manifest, want files that end in .yaml`);
  const found = nothingFound();
  for (const file of files.sort()) {
    for (const document of parseAllDocuments(fs.readFileSync(path.join(folder, file), 'utf8'))) {
      const [fault] = document.errors;
      if (fault) throw new LabError(`${path.join(folder, file)}: ${fault.message.split('\n')[0]}`);
      const object = document.toJS();
      if (object === null) continue;
      const name = `${path.join(folder, file)}: ${object.kind}/${object.metadata?.name}`;
      try {
        readObject(object, found);
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        throw new LabError(`${name}: ${error.place}: ${error.message}`);
      }
    }
  }
  rejectLoose(found, folder);
  return found;
}

/** References that lead nowhere: in a cluster, pods would wait for ever and addresses stay unannounced. */
function rejectLoose({ workloads, services, pools, advertised, configMaps }: Objects, folder: string): void {
  for (const { name, pod } of workloads) {
    for (const mount of pod.mounts) {
      if (mount.kind !== 'file' || configMaps.get(mount.configMap)?.has(mount.key)) continue;
      throw new LabError(`${folder}: ${name}: got ConfigMap ${mount.configMap}, want one with the key ${mount.key}`);
    }
  }
  for (const { name, addresses, pool: poolName } of services) {
    for (const address of addresses) {
      const pool = pools.find((one) => one.name === poolName);
      const isInPool = pool?.addresses.some((span) => covers(parseSpan(span), parseAddress(address)));
      if (!isInPool || !advertised.includes(pool!.name)) {
        throw new LabError(
          `${folder}: Service/${name}: got ${address}, want an address of an advertised IPAddressPool`,
        );
      }
    }
  }
}
