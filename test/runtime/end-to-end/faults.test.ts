import * as fs from 'fs';
import { Fault } from '../../../test-support/dns-server';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import {
  accepted,
  Cluster,
  drops,
  end,
  logged,
  members,
  neighbor,
  start,
  throughout,
  told,
  untilMeshed,
} from './cluster';

const MESH = 'MESHRR-MESH';
/** Longer than a neighbor needs that is missing and down before it is removed. */
const LONG_ENOUGH_MS = 3_000;

describeWith(['root', 'ip', 'bgpd'], 'a mesh of three in which something fails', () => {
  let cluster: Cluster;
  let all: readonly FrrPod[];
  let a: FrrPod;
  let b: FrrPod;
  let c: FrrPod;

  beforeAll(async () => {
    cluster = await Cluster.start();
    all = ['10.42.0.1', '10.42.0.2', '10.42.0.3'].map((address) => cluster.pod(address, { MESH_SERVICE_NAME: 'core' }));
    [a, b, c] = all;
    await cluster.list('core', ...all);
    start(...all);
    await untilMeshed(all);
    for (const pod of all) await logged(pod, 'ready');
  });
  afterAll(async () => {
    await cluster?.close();
  });

  /** An address that nobody has, another each time: one that returns is removed ever later. */
  let count = 0;
  const nobody = () => `10.42.200.${++count}`;

  const others = (pod: FrrPod) => all.flatMap(({ address }) => (address === pod.address ? [] : [address]));
  const expectWhole = () => {
    for (const pod of all) expect(members(pod, MESH)).toEqual(others(pod));
  };

  /** Waits until all have found so many routers. */
  async function untilFound(count: number, ...pods: readonly FrrPod[]): Promise<void> {
    for (const pod of pods) await told(pod, ({ groups }) => expect(groups[0].lastAnswer).toBe(`found ${count} by dns`));
  }

  /** Back to the three of them. */
  async function settle(): Promise<void> {
    await cluster.list('core', ...all);
    await eventually(expectWhole, 30_000, 200);
  }

  /** The reasons that events by this name gave, after the first `before` of them. */
  const reasons = (pod: FrrPod, event: string, before: number) =>
    pod
      .events(event)
      .slice(before)
      .map((fields) => fields.reason);

  /**
   * A fault of DNS that each pod tells once, with its end, and that costs nobody a session or a neighbor. `begin` and
   * `mend` act on the DNS server.
   */
  async function survives(event: string, reason: string, begin: () => unknown, mend: () => unknown): Promise<void> {
    const before = drops(all);
    const told = all.map((pod) => [event, `${event}-ended`].map((name) => pod.events(name).length));
    await begin();
    for (const [i, pod] of all.entries()) {
      await eventually(() => expect(reasons(pod, event, told[i][0])).toContain(reason));
    }
    await throughout(LONG_ENOUGH_MS, () => {
      expectWhole();
      expect(drops(all)).toEqual(before);
    });
    await mend();
    for (const [i, pod] of all.entries()) {
      await logged(pod, `${event}-ended`, told[i][1]);
      // A question may time out on a busy machine, which is news, as is what comes after it.
      const given = reasons(pod, event, told[i][0]);
      expect(given.filter((one, at) => at > 0 && one === given[at - 1])).toEqual([]);
    }
    expect(drops(all)).toEqual(before);
  }

  test.each<[Fault, string, string]>([
    ['servfail', 'discovery-failed', 'SERVFAIL'],
    ['silent', 'discovery-failed', 'timeout'],
    ['nxdomain', 'service-empty', 'NXDOMAIN'],
    ['nodata', 'service-empty', 'NODATA'],
  ])('DNS answers with %s: nobody goes, and it is told once', (fault, event, reason) =>
    survives(
      event,
      reason,
      () => cluster.dns.fault(fault),
      () => cluster.dns.fault('none'),
    ),
  );

  test('the DNS server is killed and comes back: no neighbor is removed, and it is logged once', () =>
    survives(
      'discovery-failed',
      'connection refused',
      () => cluster.dns.kill(),
      async () => {
        await cluster.restartDns();
        await cluster.list('core', ...all);
      },
    ));

  test('DNS lists one router of the mesh only, which finds itself alone: Established sessions stay', async () => {
    const before = drops(all);
    await cluster.list('core', a);
    await untilFound(1, ...all);
    await throughout(LONG_ENOUGH_MS, () => {
      expectWhole();
      expect(drops(all)).toEqual(before);
    });
    await cluster.list('core', ...all);
    await untilFound(3, ...all);
  });

  test('the runtime is killed: sessions and readiness stay, and it catches up after its restart', async () => {
    const dead = nobody();
    const before = drops(all);
    await end(a.runtime, 'SIGKILL');
    await cluster.list('core', ...all, dead);
    await eventually(() => expect(members(b, MESH)).toContain(dead));
    expect(members(a, MESH)).toEqual(others(a));
    expect(a.probe('/livez')).toMatchObject({ status: 0, text: expect.stringContaining('ECONNREFUSED') });
    const standIn = a.startStandIn();
    const ready = { status: 200, text: 'ok' };
    await eventually(() => expect(a.probe('/readyz')).toEqual(ready));
    expect(a.probe('/livez')).toEqual(ready);
    a.bgpd?.kill('SIGSTOP');
    try {
      const unanswered = { status: 503, text: expect.stringMatching(/^the router does not answer: /) };
      expect([a.probe('/livez'), a.probe('/readyz')]).toEqual([unanswered, unanswered]);
    } finally {
      a.bgpd?.kill('SIGCONT');
    }
    const known = a.events('started').length;
    a.startRuntime();
    await logged(a, 'started', known);
    // The stand-in keeps the port until the runtime has run for a while.
    expect(a.probe('/readyz')).toEqual(ready);
    await end(standIn, 'SIGTERM');
    await eventually(() => expect(a.probe('/readyz')).toEqual(ready));
    await eventually(() => expect(members(a, MESH)).toContain(dead));
    await settle();
    expect(drops(all)).toEqual(before);
  });

  test('the runtime gets TERM: it ends at once, and leaves every neighbor', async () => {
    const before = drops(all);
    const dead = nobody();
    await cluster.list('core', ...all, dead);
    await eventually(() => expect(members(a, MESH)).toContain(dead));
    const begun = performance.now();
    expect(await end(a.runtime, 'SIGTERM')).toEqual([0, '']);
    // After five seconds the image kills it.
    expect(performance.now() - begun).toBeLessThan(5_000);
    await eventually(() => expect(a.log.at(-1)).toMatchObject({ event: 'stopped' }));
    expect(members(a, MESH)).toEqual([...others(a), dead]);
    // What DNS drops meanwhile is removed as ever.
    await cluster.list('core', ...all);
    a.startRuntime();
    await settle();
    expect(drops(all)).toEqual(before);
  });

  test('a container restarts while the DNS server is away: it begins with the last answer', async () => {
    const before = drops([a, b]);
    await cluster.dns.kill();
    await Promise.all([end(c.bgpd, 'SIGKILL'), end(c.runtime, 'SIGKILL')]);
    start(c);
    await untilMeshed(all);
    await told(c, ({ readiness, groups }) => {
      expect(readiness.ready).toBe(true);
      expect(groups[0].lastAnswer).toBe('found 3 by file');
    });
    await cluster.restartDns();
    await cluster.list('core', ...all);
    await untilFound(3, ...all);
    expectWhole();
    expect(drops([a, b])).toEqual(before);
  });

  test('bgpd is killed and comes back empty: neighbors and key are restored', async () => {
    const before = drops([a, b]);
    await end(c.bgpd, 'SIGKILL');
    // Nobody is taken out for it: DNS knows it all along.
    await eventually(() => expect(neighbor(a, c)?.bgpState).not.toBe('Established'));
    c.startBgpd();
    await untilMeshed(all);
    expectWhole();
    expect(c.vtysh('show running-config')).toMatch(/^ neighbor MESHRR-MESH password [0-9a-f]{32}$/m);
    expect(drops([a, b])).toEqual(before);
  });

  test('the runtime starts before bgpd: it waits, logs it once, and is not live until then', async () => {
    await Promise.all([end(c.bgpd, 'SIGKILL'), end(c.runtime, 'SIGKILL')]);
    const [begun, ended] = [c.events('router-unreachable').length, c.events('router-unreachable-ended').length];
    c.startRuntime();
    await logged(c, 'router-unreachable', begun);
    expect(c.probe('/livez')).toEqual({
      status: 503,
      text: expect.stringMatching(/^the router does not answer: [^\n]+$/),
    });
    c.startBgpd();
    await untilMeshed(all);
    await logged(c, 'router-unreachable-ended', ended);
    expect(c.events('router-unreachable')).toHaveLength(begun + 1);
    expect(c.probe('/livez').status).toBe(200);
  });

  test('bgpd hangs for a while: it is logged once, no session is lost, and pending changes are made later', async () => {
    const dead = nobody();
    const before = drops(all);
    const [begun, ended] = [a.events('router-unreachable').length, a.events('router-unreachable-ended').length];
    a.bgpd?.kill('SIGSTOP');
    try {
      await cluster.list('core', ...all, dead);
      await logged(a, 'router-unreachable', begun);
      expect(a.probe('/livez')).toEqual({
        status: 503,
        text: expect.stringMatching(/^the router does not answer: [^\n]+$/),
      });
    } finally {
      a.bgpd?.kill('SIGCONT');
    }
    await logged(a, 'router-unreachable-ended', ended);
    await eventually(() => expect(members(a, MESH)).toContain(dead));
    expect(drops(all)).toEqual(before);
    expect(a.events('router-unreachable')).toHaveLength(begun + 1);
    await settle();
  });

  test("one neighbor is refused, an operator's own: it is told once, and all others are as they should be", async () => {
    const config = ['configure terminal', 'router bgp 64496'];
    const [foreign, dead] = [nobody(), nobody()];
    const before = drops(all);
    a.vtysh(...config, 'neighbor LAB peer-group', 'neighbor LAB remote-as 64496', `neighbor ${foreign} peer-group LAB`);
    await cluster.list('core', ...all, foreign, dead);
    expect(await logged(a, 'change-refused')).toMatchObject({
      action: 'add',
      address: foreign,
      reason: 'it is a neighbor of the group LAB',
    });
    await eventually(() => expect(members(a, MESH)).toEqual([...others(a), dead]));
    await eventually(() => expect(members(b, MESH)).toEqual([...others(b), dead, foreign].sort()));
    await told(a, ({ problems }) => expect(problems.join()).toContain(foreign));
    expect(a.events('change-refused')).toHaveLength(1);
    a.vtysh(...config, `no neighbor ${foreign}`, 'no neighbor LAB peer-group');
    await eventually(() => expect(members(a, MESH)).toContain(foreign));
    await logged(a, 'change-refused-ended');
    expect(drops(all)).toEqual(before);
    await settle();
  });

  test('DNS loses one for half a minute, and an operator removes another: the first stays and is reported, the other comes back', async () => {
    const before = drops(all);
    a.vtysh('configure terminal', 'router bgp 64496', `no neighbor ${b.address}`);
    await cluster.list('core', a, b);
    // The configuration is read again each half a minute; so long is a pod that is missing itself no news.
    await eventually(() => expect(members(a, MESH)).toEqual(others(a)), 40_000, 500);
    await eventually(() => expect(c.events('self-missing')).toHaveLength(1), 40_000);
    const between = ([pair]: [string, unknown]) => !(pair.includes(a.address) && pair.includes(b.address));
    expect(Object.entries(drops(all)).filter(between)).toEqual(Object.entries(before).filter(between));
    await cluster.list('core', ...all);
    await logged(c, 'self-missing-ended');
    await untilMeshed(all);
    expect(c.events('self-missing')).toHaveLength(1);
  });

  test('has never had one of them as a client, not for a moment', () => {
    expect(all.map((pod) => accepted(pod))).toEqual([[], [], []]);
    // The log that this is read from is there.
    for (const pod of all) expect(fs.readFileSync(pod.outside('bgpd.log'), 'utf8')).toContain('ADJCHANGE');
    expect(all.map(({ errors }) => errors).join('')).toBe('');
    expect(all.flatMap((pod) => pod.events('internal-error'))).toEqual([]);
  });
});
