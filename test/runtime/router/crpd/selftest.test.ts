import * as fs from 'fs';
import * as path from 'path';
import { runChecks, Subject } from '../../../../crpd-image/runtime/commands/selftest-checks';
import { CrpdDriver } from '../../../../crpd-image/runtime/router/crpd/driver';
import { Command, onBox } from '../../../../crpd-image/runtime/router/crpd/on-box';
import { podConfiguration } from '../../../../lib/configuration';
import { parseEnvironment } from '../../../../lib/settings';
import { StandIn } from '../../../../test-support/crpd/build';
import { GOLDEN_CASES, render } from '../../../../test-support/configuration-cases';

const POD = { ...GOLDEN_CASES[0].env, MESHRR_ROUTER: 'crpd' };
const MEMBER = '10.42.1.8';

let crpd: StandIn;
let driver: CrpdDriver;

beforeEach(async () => {
  const model = podConfiguration(parseEnvironment(POD, 'ignored'), [], () => '');
  crpd = new StandIn(render(GOLDEN_CASES[0], 'crpd'));
  const license = path.join(crpd.state, 'junos_sfnt.lic');
  fs.writeFileSync(license, 'E423000000 license\n');
  driver = new CrpdDriver({
    connect: onBox([crpd.command as Command]),
    groups: model.discovered,
    licenses: [license],
    retryTimes: { firstMilliseconds: 20, maxMilliseconds: 50, deadlineMilliseconds: 10_000 },
  });
  await driver.apply([{ action: 'add', group: 'MESHRR-MESH', address: MEMBER }]);
  crpd.bgp({
    peers: { [MEMBER]: { state: 'Established', seconds: 100, received: 1 } },
    dynamic: [{ address: '198.51.100.7', group: 'MESHRR-CLIENTS', seconds: 100, received: 1 }],
  });
});
afterEach(() => driver.close());

async function selftest(changes: Partial<Subject> = {}) {
  const subject: Subject = {
    model: podConfiguration(parseEnvironment(POD, 'ignored'), [], () => ''),
    driver,
    licenses: 1,
    connectUnsigned: async () => 'silent',
    storedConfiguration: () => crpd.running(),
    onVolume: false,
    ...changes,
  };
  const lines: Record<string, string> = {};
  for await (const { check, result, seen } of runChecks(subject, 30_000)) lines[check] = `${result}: ${seen}`;
  return lines;
}

test('the checklist passes on the stand-in for cRPD, whose configuration is then what it was', async () => {
  const before = crpd.runningSet();
  const commits = crpd.commits().length;
  const lines = await selftest();
  expect(Object.values(lines).map((line) => line.split(':')[0])).toEqual(Array(7).fill('ok'));
  expect(lines['change and back']).toBe('ok: neighbor 203.0.113.254 was added to MESHRR-MESH and removed');
  expect(crpd.runningSet()).toEqual(before);
  // A neighbor that comes and goes, a drain and its end.
  expect(crpd.commits().length - commits).toBe(4);
});

test('a router that refuses to commit has a line that failed', async () => {
  crpd.faults([{ on: 'commit-configuration', fault: 'error', message: 'commit failed: disk full' }]);
  const lines = await selftest();
  expect(lines['control channel']).toMatch(/^ok: /);
  expect(lines['change and back']).toMatch(/^FAILED: /);
});
