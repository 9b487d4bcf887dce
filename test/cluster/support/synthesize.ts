import { App } from 'cdk8s';
import * as fs from 'fs';
import { AppDefinition } from '../../../lib';

/** Writes the manifests of an app, whether or not the proof finds fault with it. Returns the folder. */
export function synthesizeTo(folder: string, define: AppDefinition): string {
  fs.rmSync(folder, { recursive: true, force: true });
  const app = new App({ outdir: folder });
  define(app);
  app.synth();
  return folder;
}
