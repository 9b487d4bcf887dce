import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { LabPlan, planFor } from '../lab/plan/plan';
import { AppDefinition, synthesize } from '../lib';

/** What a lab of an app is made from that is defined here and stands in no folder. @throws Error where it is refused */
export function planOfDefinition(define: AppDefinition): LabPlan {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-app-'));
  try {
    // A mistake is printed, and leaves the folder empty.
    synthesize({ app: define }, { outdir: folder, report: false, neighbors: false });
    return planFor(path.join(folder, 'app'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
