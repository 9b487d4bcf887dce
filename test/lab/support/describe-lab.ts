import * as path from 'path';
import { Lab, LabOptions } from '../../../lab/lab';
import { LabPlan, planFor } from '../../../lab/plan/plan';
import { describeWith } from '../../../test-support/needs';

const DIST = path.join(__dirname, '..', '..', '..', 'dist');

/** What a lab of an example app is made from, as it stands in dist/. */
export function planOfApp(app: string): LabPlan {
  return planFor(path.join(DIST, app));
}

/** How long sessions may take to come up, in milliseconds, where other labs come up at the same time. */
const CONVERGED_MS = 180_000;

/**
 * Tests on a lab that is up and converged before the first of them, and taken down after the last. They run in order,
 * and each leaves the lab as it found it unless it says so.
 *
 * @param optionsOf called only where the lab can be run
 */
export function describeLab(name: string, optionsOf: () => LabOptions, tests: (lab: () => Lab) => void): void {
  describeWith(['root', 'ip', 'nft', 'bgpd', 'dnsmasq', 'bird', 'gobgpd'], name, () => {
    let lab: Lab | undefined;
    beforeAll(async () => {
      lab = await Lab.up(optionsOf());
      await lab.untilConverged(CONVERGED_MS);
    });
    afterAll(() => lab?.down());
    tests(() => lab as Lab);
  });
}
