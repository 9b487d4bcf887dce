import { App } from 'cdk8s';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { readManifests } from '../lab/manifests/read';
import { LabPlan, planOf } from '../lab/plan/plan';
import { AppDefinition, topologyOf } from '../lib';

/** What a lab of an app is made from that stands in no folder, whether or not the proof finds fault with it. */
export function planOfDefinition(define: AppDefinition): LabPlan {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-app-'));
  try {
    const app = new App({ outdir: folder });
    define(app);
    app.synth();
    return planOf(readManifests(folder), topologyOf(app));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
