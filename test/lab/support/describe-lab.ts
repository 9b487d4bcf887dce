import * as path from 'path';
import { Lab, LabOptions } from '../../../lab/lab';
import { LabPlan, planFor, planOf } from '../../../lab/plan/plan';
import { expand } from '../../../lib/model';
import { BUILD_MILLISECONDS, frr10Rootfs } from '../../../test-support/images';
import { LabTestbed } from '../../../test-support/testbed/lab-testbed';
import { Testbed } from '../../../test-support/testbed/testbed';
import { describeWith, has } from '../../../test-support/needs';

const ROOT = path.join(__dirname, '..', '..', '..');

/** What a lab of an example app is made from, as it stands in the repository. */
export const planOfApp = (app: string): LabPlan =>
  planFor(path.join(ROOT, 'dist', app), path.join(ROOT, 'topology', app, 'topology.json'));

/** The same with none of the nodes and routers outside that the app declares: those are assumed which the proof assumes. */
export function assumedPlanOfApp(app: string): LabPlan {
  const { objects, topology } = planOfApp(app);
  return planOf(objects, expand({ ...topology, nodes: [], outside: [] }));
}

/** How long sessions may take to come up, in milliseconds, where other labs come up at the same time. */
const CONVERGED_MS = 180_000;

/** The root that pods get their bgpd from: that of the image where it can be built, else this machine. */
export const labBase = (): string | undefined => (has('buildah') && has('debootstrap') ? frr10Rootfs() : undefined);

/**
 * Tests on a lab that is up and converged before the first of them, and taken down after the last. They run in order,
 * and each leaves the lab as it found it unless it says so.
 *
 * @param optionsOf called only where the lab can be run
 */
export function describeLab(
  name: string,
  optionsOf: () => LabOptions,
  tests: (lab: () => Lab, testbed: () => Testbed) => void,
): void {
  describeWith(['root', 'ip', 'nft', 'curl', 'bgpd', 'dnsmasq', 'bird', 'gobgpd'], name, () => {
    let lab: Lab | undefined;
    beforeAll(() => void labBase(), BUILD_MILLISECONDS);
    beforeAll(async () => {
      lab = await Lab.up({ base: labBase(), ...optionsOf() });
      await lab.untilConverged(CONVERGED_MS);
    });
    afterAll(() => lab?.down());
    let testbed: LabTestbed | undefined;
    tests(
      () => lab as Lab,
      () => (testbed ??= new LabTestbed(lab as Lab)),
    );
  });
}
