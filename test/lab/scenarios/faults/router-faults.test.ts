import { eventually } from '../../../../lab/eventually';
import { ClientPlan } from '../../../../lab/plan/clients';
import { Pod } from '../../../../lab/pod/pod';
import { describeLab } from '../../support/describe-lab';
import { eventsOf } from '../../support/runtime-events';
import { countersOf, onlyConcerns } from '../../../scenarios/support/session-counters';
import { losesNoRoute } from '../../../scenarios/support/kept-promises';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { throughout } from '../../../scenarios/support/throughout';
import {
  addressesOf,
  CORE,
  joinCore,
  labOptions,
  leaveCore,
  LONG_ENOUGH_MS,
  neighborsOf,
  PATIENCE_MS,
  plan,
  SIDE_A,
  untilForgotten,
} from './topology';

const AS = 64496;
const BGP = `router bgp ${AS}`;

const title = 'a fault of a router costs no session but its own, and passes without help:';

describeLab(title, labOptions, (lab, testbed) => {
  const core = () => lab().cluster.podsOf(CORE.workload);
  const sideA = () => lab().cluster.podsOf(SIDE_A)[0];
  const concerning = (pod: Pod) => [pod.name, ...pod.addresses, ...addressesOf(pod)];

  /** A session of a pod, as another router has it. */
  const sessionWith = async (pod: Pod, address: string) =>
    (await pod.sessions()).find((session) => session.address === address);

  const isUp = async (pod: Pod, address: string) => (await sessionWith(pod, address))?.state === 'Established';

  /** Does something while a pod joins the core and leaves it again. */
  async function withOneMore(work: (fresh: Pod) => unknown = () => undefined): Promise<void> {
    const fresh = await joinCore(lab());
    await work(fresh);
    await lab().untilConverged();
    await leaveCore(lab(), fresh);
  }

  const logged = (pod: Pod, event: string, before: number, matches: Record<string, unknown> = {}) =>
    eventually(
      () =>
        expect(eventsOf(pod, event).slice(before)).toEqual(expect.arrayContaining([expect.objectContaining(matches)])),
      PATIENCE_MS,
    );

  test('bgpd is killed, and is back without its neighbors: no client is ever without a route', async () => {
    const pod = sideA();
    await losesNoRoute(testbed(), promisedRoutes(plan()), () =>
      onlyConcerns(testbed(), concerning(pod), async () => {
        const killed = pod.services.bgpd.pid;
        pod.services.bgpd.signal('SIGKILL');
        await withOneMore(() =>
          eventually(() => expect([killed, undefined]).not.toContain(pod.services.bgpd.pid), PATIENCE_MS),
        );
      }),
    );
  });

  test('bgpd does not run when the runtime starts', async () => {
    const [pod] = core();
    const [begun, ended] = ['router-unreachable', 'router-unreachable-ended'].map((name) => eventsOf(pod, name).length);
    await onlyConcerns(testbed(), concerning(pod), async () => {
      await Promise.all([pod.services.bgpd.kill(), pod.services.meshrr.kill()]);
      pod.services.meshrr.start();
      await withOneMore(async () => {
        await logged(pod, 'router-unreachable', begun);
        pod.services.bgpd.start();
        await logged(pod, 'router-unreachable-ended', ended);
      });
    });
    expect(eventsOf(pod, 'router-unreachable')).toHaveLength(begun + 1);
  });

  test('bgpd hangs for less than the hold time: no session is lost, and missed changes are applied afterwards', async () => {
    const [pod] = core();
    const begun = eventsOf(pod, 'router-unreachable').length;
    await onlyConcerns(testbed(), [], async () => {
      pod.services.bgpd.signal('SIGSTOP');
      await withOneMore(async () => {
        await logged(pod, 'router-unreachable', begun);
        pod.services.bgpd.signal('SIGCONT');
      });
    });
  });

  test("a neighbor is refused, as it is an operator's own: all others are followed, and it is tried again", async () => {
    const [pod, other] = core();
    const refusals = eventsOf(pod, 'change-refused').length;
    await onlyConcerns(testbed(), [], async () => {
      pod.services.meshrr.signal('SIGSTOP');
      await withOneMore(async ({ address }) => {
        await pod.configure(BGP, 'neighbor LAB peer-group', `neighbor LAB remote-as ${AS}`);
        await pod.configure(BGP, `neighbor ${address} peer-group LAB`);
        pod.services.meshrr.signal('SIGCONT');
        const reason = 'it is a neighbor of the group LAB';
        await logged(pod, 'change-refused', refusals, { action: 'add', address, reason });
        await eventually(async () => expect(await isUp(other, address)).toBe(true), PATIENCE_MS);
        expect(eventsOf(pod, 'change-refused')).toHaveLength(refusals + 1);
        await pod.configure(BGP, `no neighbor ${address}`, 'no neighbor LAB peer-group');
      });
    });
  });

  test('an operator edits all routers all the time', async () => {
    let over = false;
    let edits = 0;
    const editing = Promise.all(
      [...lab().cluster.pods].map(async (pod) => {
        while (!over) await pod.configure(BGP, `neighbor MESHRR-CLIENTS description edited ${++edits} times`);
      }),
    );
    try {
      await onlyConcerns(testbed(), [], () => withOneMore());
    } finally {
      over = true;
      await editing;
    }
    expect(edits).toBeGreaterThan(100);
    for (const pod of lab().cluster.pods) {
      expect(eventsOf(pod, 'change-refused').filter(({ reason }) => !/group LAB/.test(String(reason)))).toEqual([]);
      await pod.configure(BGP, 'no neighbor MESHRR-CLIENTS description');
    }
  });

  /** Segments that were dropped as they were signed with a key for an address that the router has none for. */
  async function unexpectedKeys(pod: Pod): Promise<number> {
    const [names, values] = (await pod.namespace.run('cat', '/proc/net/netstat'))
      .split('\n')
      .filter((line) => line.startsWith('TcpExt:'))
      .map((line) => line.split(' '));
    return Number(values[names.indexOf('TCPMD5Unexpected')]);
  }

  /** Routers of the mesh dial one that does not know them yet: it has none of them for a client, or at all. */
  async function dialledInVain(pod: Pod, others: readonly Pod[], before: number): Promise<void> {
    await eventually(async () => {
      const addresses = (await pod.sessions()).map(({ address }) => address);
      for (const { address } of others) expect(addresses).not.toContain(address);
      expect(await unexpectedKeys(pod)).toBeGreaterThan(before + others.length);
    }, PATIENCE_MS);
  }

  test('a new router dials routers that do not know it yet: they do not accept it as a client', () =>
    onlyConcerns(testbed(), [], async () => {
      const known = [...core()];
      const before = await Promise.all(known.map(unexpectedKeys));
      for (const pod of known) pod.services.meshrr.signal('SIGSTOP');
      await withOneMore(async (fresh) => {
        for (const [i, pod] of known.entries()) await dialledInVain(pod, [fresh], before[i]);
        for (const pod of known) pod.services.meshrr.signal('SIGCONT');
      });
    }));

  test('routers dial a router that does not know them yet: it does not accept them as clients', async () => {
    // Of two in a mesh the one with the higher address dials.
    const [lowest] = core();
    await onlyConcerns(testbed(), concerning(lowest), () =>
      withOneMore(async () => {
        await lab().untilConverged();
        lowest.services.meshrr.signal('SIGSTOP');
        const before = await unexpectedKeys(lowest);
        lowest.services.bgpd.signal('SIGKILL');
        await eventually(() => lowest.sessions(), PATIENCE_MS);
        const others = core().filter((pod) => pod !== lowest);
        await dialledInVain(lowest, others, before);
        lowest.services.meshrr.signal('SIGCONT');
      }),
    );
  });

  /** A client more, which is gone afterwards. */
  async function withClient(plan: Partial<ClientPlan>, work: (plan: ClientPlan) => Promise<void>): Promise<void> {
    const address = '198.51.100.77';
    const [like] = labOptions().clients;
    const neighbors = (plan.neighbors ?? like.neighbors).map((one) => ({ ...one, localAddress: address }));
    const client = { ...like, addresses: [address], routerId: address, announcements: [], ...plan, neighbors };
    await lab().addClient(client as ClientPlan);
    try {
      await work(client as ClientPlan);
    } finally {
      await lab().client(client.name).stop();
      lab().clients.delete(client.name);
    }
  }

  test('the limit of accepted clients is reached: existing sessions stay, and the next client is accepted when one ends', async () => {
    const [pod, b] = [sideA(), lab().cluster.podsOf('meshrr-lothlorien-b')[0]];
    const clients = (await pod.sessions()).filter(({ dynamic }) => dynamic);
    await onlyConcerns(testbed(), [], async () => {
      await pod.configure(BGP, `bgp listen limit ${clients.length}`);
      await withClient({ name: 'client-too-many' }, async ({ addresses: [address] }) => {
        await eventually(async () => expect(await isUp(b, address)).toBe(true), PATIENCE_MS);
        await throughout(LONG_ENOUGH_MS, async () => expect(await isUp(pod, address)).toBe(false));
        await pod.configure(BGP, 'bgp listen limit 5000');
        await lab().untilConverged();
      });
    });
  });

  /** Waits until bgpd has said this of an address at least twice while `event` lasts. */
  async function saysAgain(pod: Pod, about: string, event: () => Promise<unknown>): Promise<void> {
    const before = pod.log('bgpd').length;
    await event();
    await eventually(() => expect(pod.log('bgpd').slice(before).split(about).length).toBeGreaterThan(2), PATIENCE_MS);
  }

  test('a client of the wrong AS is rejected at every attempt', () =>
    onlyConcerns(testbed(), [], () =>
      withClient({ name: 'client-wrong-as', autonomousSystem: 64999 }, ({ addresses: [address] }) =>
        saysAgain(sideA(), `sent to neighbor ${address} 2/2 (OPEN Message Error/Bad Peer AS)`, async () => undefined),
      ),
    ));

  test('an operator gives the mesh a wrong password on one router: its mesh sessions alone are lost, until the runtime puts it right', async () => {
    const [pod, other] = core();
    const isBetween = ({ at, neighbor }: { at: string; neighbor: string }) =>
      [pod.name, other.name].includes(at) && [pod.address, other.address].includes(neighbor);
    const standing = async () => (await countersOf(testbed())).filter((counter) => !isBetween(counter));
    const before = await standing();
    await pod.configure(BGP, 'neighbor MESHRR-MESH password wrong');
    await eventually(async () => expect(await isUp(other, pod.address)).toBe(false), PATIENCE_MS);
    await withOneMore();
    expect(await standing()).toEqual(before);
  });

  test('a client sends more prefixes than an operator allows: its session alone is lost, until it sends fewer', async () => {
    const [{ name, addresses, neighbors, announcements }] = labOptions().clients;
    const [pod, client] = [sideA(), lab().client(name)];
    const more = [50, 51, 52].map((i) => ({ family: 'inet' as const, prefix: `198.18.1.${i}/32` }));
    const isBetween = ({ at, neighbor }: { at: string; neighbor: string }) =>
      (at === pod.name && neighbor === addresses[0]) || (at === name && neighbor === neighbors[0].address);
    const standing = async () => (await countersOf(testbed())).filter((counter) => !isBetween(counter));
    const before = await standing();
    // FRR counts before it takes the next prefix.
    const limit = `neighbor MESHRR-CLIENTS maximum-prefix ${announcements.length + more.length - 2}`;
    await pod.configure(BGP, 'address-family ipv4 unicast', limit);
    expect(await standing()).toEqual(before);
    await saysAgain(
      pod,
      `sent to neighbor ${addresses[0]} 6/1 (Cease/Maximum Number of Prefixes Reached)`,
      async () => {
        for (const announcement of more) await client.announce(announcement);
      },
    );
    expect(await standing()).toEqual(before);
    for (const announcement of more) await client.withdraw(announcement);
    await lab().untilConverged();
    await throughout(LONG_ENOUGH_MS, () => lab().untilConverged(0));
    await pod.configure(BGP, 'address-family ipv4 unicast', 'no neighbor MESHRR-CLIENTS maximum-prefix');
    expect(await standing()).toEqual(before);
  });

  test('a router starts with a neighbor that an operator has saved and that is gone: it is removed in seconds', async () => {
    const [pod] = core();
    let gone = '';
    await withOneMore(async (fresh) => {
      await lab().untilConverged();
      gone = fresh.address;
      expect(await pod.show('write memory')).toContain('saved');
    });
    expect(await neighborsOf(pod)).not.toContain(gone);
    await onlyConcerns(testbed(), concerning(pod), async () => {
      pod.services.meshrr.signal('SIGSTOP');
      pod.services.bgpd.signal('SIGKILL');
      await eventually(async () => expect(await neighborsOf(pod)).toContain(gone), PATIENCE_MS);
      pod.services.meshrr.signal('SIGCONT');
      await untilForgotten(lab(), gone);
      await lab().untilConverged();
    });
  });
});
