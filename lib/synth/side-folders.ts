import { App, Yaml } from 'cdk8s';
import * as fs from 'fs';
import * as path from 'path';
import { LABEL } from '../topology/labels';

/** The folder of what the sides share. */
const SHARED = 'shared';

/**
 * Runs a synth so that each file of manifests goes to a folder for each side, `side-a/bgp.k8s.yaml`, with the objects of
 * that side, and to `shared/` with all others. cdk8s has no such layout, so its `Yaml.save` is replaced meanwhile.
 */
export function inSideFolders(app: App, synth: () => void): void {
  const { save } = Yaml;
  Yaml.save = (file, objects) => {
    for (const [folder, ones] of bySide(objects)) {
      const place = path.join(app.outdir, folder, path.relative(app.outdir, file));
      fs.mkdirSync(path.dirname(place), { recursive: true });
      save.call(Yaml, place, ones);
    }
  };
  try {
    synth();
  } finally {
    Yaml.save = save;
  }
}

function bySide(objects: readonly unknown[]): ReadonlyMap<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const object of objects) {
    const side = (object as { metadata?: { labels?: Record<string, string> } }).metadata?.labels?.[LABEL.side];
    const folder = side === undefined ? SHARED : `side-${side}`;
    found.set(folder, [...(found.get(folder) ?? []), object]);
  }
  return found;
}
