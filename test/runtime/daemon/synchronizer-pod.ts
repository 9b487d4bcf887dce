import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parsePrefix } from '../../../lib/addressing';
import { DiscoveredGroup, PodConfiguration } from '../../../lib/configuration';
import { RouterView } from '../../../crpd-image/runtime/daemon/router-view';
import { statusOf } from '../../../crpd-image/runtime/daemon/status';
import { Synchronizer } from '../../../crpd-image/runtime/daemon/synchronizer';
import { KeptAnswers } from '../../../crpd-image/runtime/discovery/kept-answers';
import { Answer, Discovery } from '../../../crpd-image/runtime/discovery/discovery';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';
import { podModel } from '../../../test-support/pod-model';
import { FakeRouter } from '../../../test-support/fake-router';

export const OWN = '10.42.0.1';
const service = (name: string) => ({ name, namespace: 'default', rootDomain: 'svc.cluster.local' });
export const MESH: DiscoveredGroup = { kind: 'mesh', name: 'MESHRR-MESH', service: service('core') };
export const UPSTREAM: DiscoveredGroup = {
  kind: 'upstream',
  name: 'MESHRR-UPSTREAM',
  service: service('top'),
  sessions: 2,
};

export const CLIENTS: DiscoveredGroup = { kind: 'clients', name: 'MESHRR-CLIENTS', service: service('below') };

export const found = (...addresses: string[]): Answer => {
  return { kind: 'found', source: 'dns', endpoints: addresses.map((address) => ({ address })) };
};
export const FAILED: Answer = { kind: 'failed', reason: 'SERVFAIL' };

/** Where pods of a test keep the answers of discovery, so that they outlive a container. */
export const keptAnswers = { folder: '', file: '' };
beforeEach(() => {
  keptAnswers.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-answers-'));
  keptAnswers.file = path.join(keptAnswers.folder, 'answers.json');
});
afterEach(() => fs.rmSync(keptAnswers.folder, { recursive: true, force: true }));

/** A pod of a mesh whose discovery and router are in memory. */
export function setUp(...discovered: DiscoveredGroup[]) {
  return setUpWith({}, ...discovered);
}

export function setUpWith(given: Partial<PodConfiguration>, ...discovered: DiscoveredGroup[]) {
  const model = podModel({
    podNetworks: [parsePrefix('10.42.0.0/16')],
    discovered,
    clients: [{ name: 'MESHRR-CLIENTS', ranges: [parsePrefix('10.42.9.0/24')], asRanges: [] }],
    ...given,
  });
  const lines: string[] = [];
  const clock = { now: 0 };
  const now = () => clock.now;
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const conditions = new Conditions(log, now);
  const fake = new FakeRouter();
  const answers: Record<string, Answer> = { core: found(OWN), top: found(), below: found() };
  const discovery: Discovery = { lookup: async ({ name }) => answers[name], close: () => undefined };
  const router = new RouterView(fake, log, conditions, now);
  const kept = new KeptAnswers(keptAnswers.file);
  const synchronizer = new Synchronizer({ model, discovery, router, log, conditions, kept, now, own: new Set([OWN]) });
  return {
    fake,
    answers,
    synchronizer,
    configured: () => fake.configured.map(({ group, address }) => `${group} ${address}`).sort(),
    events: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    status: () =>
      statusOf({
        model,
        synchronizer,
        router,
        startedAt: new Date(0),
        readiness: { ready: false, reason: '' },
        problems: conditions.current,
      }),
    /** A turn a second. */
    async turns(count: number) {
      for (let i = 0; i < count; i++) {
        await synchronizer.turn();
        clock.now += 1000;
      }
    },
  };
}
