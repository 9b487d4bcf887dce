import { MESH, CLIENTS, found, setUp } from './synchronizer-pod';

describe('clients that a Service lists', () => {
  const up = (address: string) => ({ address, state: 'Established' as const, dynamic: true });

  test('are configured, but their sessions do not make a pod ready', async () => {
    const pod = setUp(MESH, CLIENTS);
    pod.answers.below = found('10.42.0.7', '10.42.0.8');
    await pod.turns(1);
    expect(pod.configured()).toEqual(['MESHRR-CLIENTS 10.42.0.7', 'MESHRR-CLIENTS 10.42.0.8']);
    expect(pod.synchronizer.peers).toEqual([]);
    expect(pod.synchronizer.synchronized).toBe(true);
  });

  test('are not waited for: a core without regions below is in step, too', async () => {
    const pod = setUp(MESH, CLIENTS);
    pod.answers.below = { kind: 'empty', reason: 'NXDOMAIN' };
    await pod.turns(1);
    expect(pod.synchronizer.synchronized).toBe(true);
  });

  test('are left to a range that takes them in', async () => {
    const pod = setUp(MESH, CLIENTS);
    pod.answers.below = found('10.42.0.7', '10.42.9.7');
    await pod.turns(1);
    expect(pod.configured()).toEqual(['MESHRR-CLIENTS 10.42.0.7']);
  });

  test('stay for a minute if they have a session and DNS no longer lists them', async () => {
    const pod = setUp(MESH, CLIENTS);
    pod.answers.below = found('10.42.0.7', '10.42.0.8');
    await pod.turns(1);
    pod.fake.up.add('10.42.0.7');
    pod.answers.below = found('10.42.0.9');
    await pod.turns(30);
    expect(pod.configured()).toEqual(['MESHRR-CLIENTS 10.42.0.7', 'MESHRR-CLIENTS 10.42.0.9']);
    await pod.turns(60);
    expect(pod.configured()).toEqual(['MESHRR-CLIENTS 10.42.0.9']);
  });

  test('are counted as clients, whether they are configured or come from a range', async () => {
    const pod = setUp(MESH, CLIENTS);
    pod.answers.below = found('10.42.0.7');
    pod.fake.up.add('10.42.0.7');
    pod.fake.clients = [up('198.51.100.1')];
    await pod.turns(12);
    expect(pod.status().clients).toEqual({ established: 2, total: 2 });
  });

  test('are the only ones in the pod networks: another one is a problem, which is logged once', async () => {
    const pod = setUp(MESH, CLIENTS);
    pod.answers.below = found('10.42.0.7');
    pod.fake.clients = [up('198.51.100.1'), up('10.42.9.200')];
    await pod.turns(30);
    const told = () => pod.events().filter(({ event }) => String(event).startsWith('unlisted-client'));
    expect(told()).toMatchObject([{ level: 'warn', event: 'unlisted-client', address: '10.42.9.200' }]);
    expect(pod.status().problems).toEqual([
      'unlisted-client 10.42.9.200: a client in the pod networks has a session, but no Service lists it',
    ]);
    pod.fake.clients = [];
    await pod.turns(12);
    expect(told()).toHaveLength(2);
    expect(pod.status().problems).toEqual([]);
  });

  test('elsewhere, every client may be in a pod', async () => {
    const pod = setUp(MESH);
    pod.fake.clients = [up('10.42.9.200')];
    await pod.turns(3);
    expect(pod.status().problems).toEqual([]);
  });
});
