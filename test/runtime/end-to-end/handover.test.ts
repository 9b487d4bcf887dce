import { LIMITS } from '../../../crpd-image/runtime/handover/limits';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { Cluster, drops, expectSession, logged, meshOfTwo, untilMeshed } from './cluster';

/** How the wait of a pod without a Lease ends. */
const NO_WAIT = { turn: 'not-needed', reason: 'no Lease' };

describeWith(['root', 'ip', 'bgpd'], 'the preStop hook of a pod', () => {
  let cluster: Cluster;
  let a: FrrPod;
  let b: FrrPod;
  beforeAll(async () => {
    ({ cluster, a, b } = await meshOfTwo());
  });
  afterAll(() => cluster?.close());

  const handOver = () => {
    const begun = performance.now();
    const { status, stdout, stderr } = a.meshrr('handover');
    const events = stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));
    return { status, stderr, events, milliseconds: performance.now() - begun };
  };

  test('ends when the neighbors know and the address is withdrawn, and loses no session', async () => {
    a.vtysh(
      ...['configure terminal', 'router bgp 64496', 'no bgp network import-check'],
      ...['address-family ipv4 unicast', 'network 192.0.2.0/24'],
    );
    const preference = () => JSON.parse(b.vtysh('show bgp ipv4 unicast 192.0.2.0/24 json')).paths?.[0].locPrf;
    await eventually(() => expect(preference()).toBe(100));
    const before = drops([a, b]);
    const { milliseconds, ...said } = handOver();
    expect(said).toMatchObject({
      status: 0,
      stderr: '',
      events: [
        { event: 'draining', ...NO_WAIT },
        { event: 'drained', sent: true },
      ],
    });
    expect(milliseconds).toBeGreaterThan(LIMITS.margin.least + LIMITS.withdrawing);
    expect(preference()).toBe(0);
    expect(await logged(a, 'draining')).toMatchObject(NO_WAIT);
    expect(await logged(a, 'drained')).toMatchObject({ sent: true });
    expectSession(a, b);
    expect(drops([a, b])).toEqual(before);
  });

  test('drains again a router that restarts meanwhile', async () => {
    a.bgpd?.kill('SIGKILL');
    a.startBgpd();
    await untilMeshed([a, b]);
    await eventually(() => expect(a.vtysh('show running-config')).toContain(' bgp graceful-shutdown'));
  });

  test('ends, too, when the router does not answer', () => {
    a.bgpd?.kill('SIGKILL');
    expect(handOver()).toMatchObject({
      status: 1,
      events: [],
      stderr: expect.stringMatching(/^meshrr handover: the router does not answer: [^\n]+\n$/),
    });
  });
});
