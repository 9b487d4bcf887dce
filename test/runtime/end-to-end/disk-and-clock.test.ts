import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { Cluster, drops, end, expectSession, logged, members, start, throughout, told, untilMeshed } from './cluster';

/** An address that DNS lists and nobody has. */
const DEAD = '10.42.200.1';

/** Two routers with a session. */
async function pair(cluster: Cluster, make: (pod: FrrPod) => void, environment: Readonly<Record<string, string>> = {}) {
  const [a, b] = ['10.42.0.1', '10.42.0.2'].map((address) =>
    cluster.pod(address, { MESH_SERVICE_NAME: 'core', ...environment }),
  );
  make(a);
  await cluster.list('core', a, b);
  start(a, b);
  await untilMeshed([a, b]);
  for (const pod of [a, b]) await logged(pod, 'ready');
  return [a, b];
}

describeWith(['root', 'ip', 'bgpd'], 'a pod whose disk is full', () => {
  /** Folders that the pod writes to. */
  const FOLDERS = ['/run/frr', '/etc/frr'];
  let cluster: Cluster;
  let a: FrrPod;
  let b: FrrPod;
  const mounted: string[] = [];
  beforeAll(async () => {
    cluster = await Cluster.start();
    [a, b] = await pair(cluster, (pod) => {
      for (const folder of FOLDERS.map((inside) => pod.outside(inside))) {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', folder]);
        mounted.push(folder);
      }
    });
  });
  afterAll(async () => {
    for (const folder of mounted) execFileSync('umount', ['--lazy', folder]);
    await cluster?.close();
  });

  const fill = (folder: string) => {
    expect(() => fs.writeFileSync(path.join(a.outside(folder), 'filler'), Buffer.alloc(1 << 20))).toThrow('ENOSPC');
  };

  test('keeps its sessions, follows DNS, drains, and says what it cannot write', async () => {
    const before = drops([a, b]);
    FOLDERS.forEach(fill);
    expect(await logged(a, 'status-not-written')).toMatchObject({ reason: expect.stringMatching(/^ENOSPC: /) });
    await cluster.list('core', a, b, DEAD);
    await eventually(() => expect(members(a, 'MESHRR-MESH')).toEqual([b.address, DEAD]));
    await logged(a, 'answers-not-kept');

    const { status, stdout } = a.meshrr('drain');
    expect(status).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { event: 'status-not-written', reason: expect.stringMatching(/^ENOSPC: /) },
      { event: 'draining' },
      { event: 'status-not-written' },
      { event: 'drained', sent: true },
    ]);
    expect(a.vtysh('show running-config')).toContain(' bgp graceful-shutdown');
    expect(a.meshrr('undrain').status).toBe(0);

    for (const folder of FOLDERS) fs.rmSync(path.join(a.outside(folder), 'filler'));
    for (const event of ['status-not-written-ended', 'answers-not-kept-ended']) await logged(a, event);
    await told(a, ({ readiness, problems }) => {
      expect(readiness).toMatchObject({ ready: true });
      expect(problems).toEqual([]);
    });
    expectSession(a, b);
    expect(drops([a, b])).toEqual(before);
    expect(a.events('internal-error')).toEqual([]);
  });
});

describeWith(['root', 'ip', 'bgpd', 'faketime'], 'a pod whose clock jumps', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-clock-'));
  const shift = path.join(folder, 'shift');
  /** The same for bgpd. */
  const offset = path.join(folder, 'offset');
  const HOUR_MS = 3_600_000;
  /** Longer than the hold time of the sessions: a timer of a clock that went back would not run. */
  const HOLD_MS = 35_000;
  let cluster: Cluster;
  let a: FrrPod;
  let b: FrrPod;
  beforeAll(async () => {
    // The clock of the machine is not for a test to set, so this is that of the processes of one pod.
    const clock = path.join(folder, 'clock.js');
    jump(0);
    fs.writeFileSync(
      clock,
      `const Real = Date;
       const now = () => Real.now() + Number(require('fs').readFileSync(${JSON.stringify(shift)}, 'utf8'));
       globalThis.Date = class extends Real {
         constructor(...args) { super(...(args.length > 0 ? args : [now()])); }
         static now() { return now(); }
       };`,
    );
    cluster = await Cluster.start();
    [a, b] = await pair(cluster, () => undefined, { NODE_OPTIONS: `--require ${clock}` });
    await end(a.bgpd, 'SIGKILL');
    a.startBgpd({
      LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1',
      FAKETIME_TIMESTAMP_FILE: offset,
      ...{ FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
    });
    await untilMeshed([a, b]);
    await eventually(() => expect(a.events('session-established')).toHaveLength(2));
  });
  afterAll(async () => {
    fs.rmSync(folder, { recursive: true });
    await cluster?.close();
  });

  /** Replaces the files, which are read at any time. */
  function jump(milliseconds: number): void {
    for (const [file, text] of [
      [shift, `${milliseconds}`],
      [offset, `${milliseconds < 0 ? '' : '+'}${milliseconds / 1000}`],
    ]) {
      fs.writeFileSync(`${file}.new`, text);
      fs.renameSync(`${file}.new`, file);
    }
  }

  /** When the session with the other pod came up, by the clock of bgpd, in milliseconds since 1970. */
  const established = () =>
    JSON.parse(a.vtysh(`show bgp neighbors ${b.address} json`))[b.address].bgpTimerUpEstablishedEpoch * 1000;

  test.each([
    ['an hour ahead', HOUR_MS],
    ['a year ahead', 365 * 24 * HOUR_MS],
    ['a day back', -24 * HOUR_MS],
    ['right again', 0],
  ])('keeps its sessions, its neighbors and its readiness, and follows DNS: %s', async (_, milliseconds) => {
    const before = drops([a, b]);
    const lost = a.events('session-lost').length;
    jump(milliseconds);
    await eventually(() => expect(Math.abs(established() - Date.now() - milliseconds)).toBeLessThan(HOUR_MS / 2));
    await cluster.list('core', a, b, DEAD);
    await eventually(() => expect(members(a, 'MESHRR-MESH')).toEqual([b.address, DEAD]), 5_000);
    await throughout(milliseconds < 0 ? HOLD_MS : 3_000, () => expect(members(a, 'MESHRR-MESH')).toContain(b.address));
    await told(a, ({ time, readiness, problems }) => {
      expect(Math.abs(Date.parse(time) - Date.now() - milliseconds)).toBeLessThan(60_000);
      expect(readiness).toMatchObject({ ready: true });
      expect(problems).toEqual([]);
    });
    await cluster.list('core', a, b);
    await eventually(() => expect(members(a, 'MESHRR-MESH')).toEqual([b.address]));
    expectSession(a, b);
    expect(drops([a, b])).toEqual(before);
    expect(a.events('session-lost')).toHaveLength(lost);
  });
});
