import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { ValidationError } from '../../lib/input';
import { LabError } from '../lab-error';
import { nothingFound, Objects, readObject } from './objects';

/** Reads the manifests in a folder and in those inside, as `kubectl apply -R -f` would. @throws LabError for an object that the lab does not support */
export function readManifests(folder: string): Objects {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
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
  rejectMissingConfigMaps(found, folder);
  return found;
}

/** A pod with a missing ConfigMap never starts. */
function rejectMissingConfigMaps({ workloads, configMaps }: Objects, folder: string): void {
  for (const { name, pod } of workloads) {
    for (const mount of pod.mounts) {
      if (mount.kind !== 'file' || configMaps.get(mount.configMap)?.has(mount.key)) continue;
      throw new LabError(`${folder}: ${name}: got ConfigMap ${mount.configMap}, want one with the key ${mount.key}`);
    }
  }
}
