import * as fs from 'fs';
import { parseAddress, parsePrefix } from '../../../lib/addressing';
import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { OWN, MESH, UPSTREAM, CLIENTS, found, FAILED, setUp, setUpWith, keptAnswers } from './synchronizer-pod';

describe('the synchronizer', () => {
  test('adds new routers in the next turn, all at once, and never itself', async () => {
    const pod = setUp(MESH);
    pod.answers.core = found(OWN, '10.42.0.2', '10.42.0.3');
    await pod.turns(1);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2', 'MESHRR-MESH 10.42.0.3']);
    expect(pod.fake.applied).toHaveLength(1);
    expect(pod.synchronizer.synchronized).toBe(true);
  });

  test('adds routers at given addresses, also outside of the pod networks, asks nobody for them and keeps no answer', async () => {
    const addresses = [parseAddress('192.0.2.1'), parseAddress('192.0.2.2'), parseAddress('192.0.2.3')];
    const pod = setUp({ kind: 'upstream', name: 'RR', addresses, sessions: 2 });
    await pod.turns(1);
    expect(pod.configured()).toHaveLength(2);
    expect(pod.synchronizer.synchronized).toBe(true);
    expect(pod.synchronizer.source).toBeUndefined();
    expect(fs.existsSync(keptAnswers.file)).toBe(false);
    const [{ service: where, lastAnswer }] = pod.status().groups;
    expect([where, lastAnswer]).toEqual(['192.0.2.1, 192.0.2.2, 192.0.2.3', 'found 3 by settings']);
    // One that does not answer loses its place to the third.
    const [first, second] = pod.fake.configured.map(({ address }) => address);
    pod.fake.up.add(first);
    await pod.turns(40);
    expect(pod.configured()).toEqual(
      [first, ...addresses.map(({ text }) => text).filter((one) => one !== first && one !== second)]
        .map((one) => `RR ${one}`)
        .sort(),
    );
  });

  test('takes no router of a mesh at given addresses for itself that is missing', async () => {
    const pod = setUp({ kind: 'mesh', name: 'MEMBERS', addresses: [parseAddress('192.0.2.1')], limit: 9 });
    await pod.turns(200);
    expect(pod.configured()).toEqual(['MEMBERS 192.0.2.1']);
    expect(pod.events().map(({ event }) => event)).toEqual(['peers-changed', 'synchronized']);
  });

  test('asks the router for its sessions only while nothing changes', async () => {
    const pod = setUp(MESH);
    pod.answers.core = found(OWN, '10.42.0.2');
    await pod.turns(1);
    pod.fake.up.add('10.42.0.2');
    await pod.turns(2);
    const before = { ...pod.fake.calls };
    await pod.turns(9);
    expect(pod.fake.calls.apply).toBe(1);
    expect(pod.fake.calls.neighbors - before.neighbors).toBe(0);
  });

  test.each<[string, Answer]>([
    ['SERVFAIL', FAILED],
    ['NXDOMAIN', { kind: 'empty', reason: 'NXDOMAIN' }],
    ['NODATA', { kind: 'empty', reason: 'NODATA' }],
  ])('keeps everybody through an hour of %s, sessions up or down, and says so once', async (_, answer) => {
    const pod = setUp(MESH);
    pod.answers.core = found(OWN, '10.42.0.2', '10.42.0.3');
    await pod.turns(2);
    pod.fake.up.add('10.42.0.2');
    pod.answers.core = answer;
    await pod.turns(3600);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2', 'MESHRR-MESH 10.42.0.3']);
    expect(pod.events().filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('removes one that is gone and down within seconds, and one that is gone and up after a minute', async () => {
    const pod = setUp(MESH);
    pod.answers.core = found(OWN, '10.42.0.2', '10.42.0.3', '10.42.0.4');
    await pod.turns(2);
    pod.fake.up = new Set(['10.42.0.2', '10.42.0.4']);
    await pod.turns(2);
    pod.answers.core = found(OWN, '10.42.0.4');
    await pod.turns(6);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2', 'MESHRR-MESH 10.42.0.4']);
    await pod.turns(50);
    expect(pod.configured()).toHaveLength(2);
    await pod.turns(15);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.4']);
  });

  test('takes stale neighbors of an earlier life for what they are', async () => {
    const pod = setUp(MESH);
    pod.fake.configured = ['10.42.9.9', '10.42.0.2'].map((address) => ({ group: MESH.name, address }));
    pod.fake.up.add('10.42.0.2');
    pod.answers.core = found(OWN, '10.42.0.2');
    await pod.turns(10);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
  });

  test('leaves a dead router upstream for one that may answer, after half a minute', async () => {
    const pod = setUp(UPSTREAM);
    pod.answers.top = found('10.42.1.1', '10.42.1.2', '10.42.1.3');
    await pod.turns(1);
    const chosen = pod.fake.configured.map(({ address }) => address);
    expect(chosen).toHaveLength(2);
    pod.fake.up.add(chosen[0]);
    await pod.turns(25);
    expect(pod.fake.configured.map(({ address }) => address)).toEqual(chosen);
    await pod.turns(10);
    const now = pod.fake.configured.map(({ address }) => address);
    expect(now).toContain(chosen[0]);
    expect(now).not.toContain(chosen[1]);
    expect(now).toHaveLength(2);
  });

  describe('with a core router that is replaced', () => {
    /** Two upstream sessions with a core of two; a third core router starts. */
    async function served() {
      const pod = setUp(UPSTREAM);
      pod.answers.top = found('10.42.1.1', '10.42.1.2');
      await pod.turns(1);
      pod.fake.up = new Set(['10.42.1.1', '10.42.1.2']);
      await pod.turns(1);
      return { ...pod, upstreams: () => pod.fake.configured.map(({ address }) => address).sort() };
    }

    test('adds the new one while the old one terminates, and removes the old one when it is gone', async () => {
      const pod = await served();
      const endpoints = [{ address: '10.42.1.1', departing: true as const }, { address: '10.42.1.2' }];
      const fresh = { address: '10.42.1.3' };
      pod.answers.top = { kind: 'found', source: 'endpointslice', endpoints: [...endpoints, fresh] };
      await pod.turns(1);
      expect(pod.upstreams()).toEqual(['10.42.1.1', '10.42.1.2', '10.42.1.3']);
      pod.fake.up.add('10.42.1.3');
      await pod.turns(60);
      expect(pod.upstreams()).toEqual(['10.42.1.1', '10.42.1.2', '10.42.1.3']);
      pod.fake.up.delete('10.42.1.1');
      pod.answers.top = { kind: 'found', source: 'endpointslice', endpoints: [endpoints[1], fresh] };
      await pod.turns(5);
      expect(pod.upstreams()).toEqual(['10.42.1.2', '10.42.1.3']);
    });

    test('adds the new one by DNS once the session with the old one has ended, though DNS still lists it', async () => {
      const pod = await served();
      pod.answers.top = found('10.42.1.1', '10.42.1.2', '10.42.1.3');
      await pod.turns(15);
      expect(pod.upstreams()).toEqual(['10.42.1.1', '10.42.1.2']);
      pod.fake.up.delete('10.42.1.1');
      // By then the sessions were read again.
      await pod.turns(12);
      expect(pod.upstreams()).toEqual(['10.42.1.1', '10.42.1.2', '10.42.1.3']);
      await pod.turns(30);
      expect(pod.upstreams()).toEqual(['10.42.1.2', '10.42.1.3']);
    });

    test('returns to two upstream sessions when the old one was only away for a moment', async () => {
      const pod = await served();
      pod.answers.top = found('10.42.1.1', '10.42.1.2', '10.42.1.3');
      pod.fake.up.delete('10.42.1.1');
      await pod.turns(12);
      expect(pod.upstreams()).toHaveLength(3);
      pod.fake.up = new Set(['10.42.1.1', '10.42.1.2', '10.42.1.3']);
      await pod.turns(12);
      expect(pod.upstreams()).toHaveLength(2);
    });
  });

  test('gives an address that two groups find to the mesh, and logs it', async () => {
    const pod = setUp(MESH, UPSTREAM);
    pod.answers.core = found(OWN, '10.42.0.2');
    pod.answers.top = found('10.42.0.2', '10.42.1.1');
    await pod.turns(3);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2', 'MESHRR-UPSTREAM 10.42.1.1']);
    expect(pod.events().filter(({ event }) => event === 'address-in-two-groups')).toHaveLength(1);
    pod.answers.top = found('10.42.1.1');
    await pod.turns(20);
    expect(pod.status().problems).toEqual([]);
  });

  test('leaves an address in the group of its Established session until the session is lost', async () => {
    const pod = setUp(MESH, UPSTREAM);
    pod.answers.top = found('10.42.0.2');
    await pod.turns(1);
    // It comes up after the sessions were read.
    pod.fake.up.add('10.42.0.2');
    pod.answers.core = found(OWN, '10.42.0.2');
    await pod.turns(3);
    expect(pod.configured()).toEqual(['MESHRR-UPSTREAM 10.42.0.2']);
    expect(pod.events().filter(({ event }) => event === 'address-in-two-groups')).toMatchObject([
      { address: '10.42.0.2', reason: 'it belongs to MESHRR-UPSTREAM, but MESHRR-MESH found it, too' },
    ]);
    pod.fake.up.clear();
    await pod.turns(15);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
  });

  test('asks for the sessions as they are now before an address changes hands, though others are up', async () => {
    const pod = setUp(MESH, UPSTREAM);
    pod.answers.top = found('10.42.0.2', '10.42.1.1');
    await pod.turns(1);
    pod.fake.up.add('10.42.1.1');
    await pod.turns(1);
    const { sessions } = pod.fake.calls;
    // It comes up after the sessions were read, which nothing else would have read again for ten seconds.
    pod.fake.up.add('10.42.0.2');
    pod.answers.core = found(OWN, '10.42.0.2');
    await pod.turns(1);
    expect(pod.fake.calls.sessions).toBe(sessions + 1);
    expect(pod.configured()).toEqual(['MESHRR-UPSTREAM 10.42.0.2', 'MESHRR-UPSTREAM 10.42.1.1']);
  });

  test('takes a router of the mesh at once whose session as a client has just ended', async () => {
    const pod = setUp(MESH);
    pod.answers.core = found(OWN, '10.42.0.3');
    await pod.turns(1);
    pod.fake.up.add('10.42.0.3');
    pod.fake.clients = [{ address: '10.42.0.2', state: 'Established', dynamic: true }];
    await pod.turns(1);
    pod.fake.clients = [];
    pod.answers.core = found(OWN, '10.42.0.2', '10.42.0.3');
    await pod.turns(1);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2', 'MESHRR-MESH 10.42.0.3']);
  });

  test('does not move a client to the mesh while its session is Established', async () => {
    const pod = setUp(MESH);
    await pod.turns(1);
    const client = { address: '10.42.0.2', state: 'Established', dynamic: true } as const;
    pod.fake.clients = [client];
    await pod.turns(11);
    pod.answers.core = found(OWN, '10.42.0.2');
    await pod.turns(20);
    expect(pod.configured()).toEqual([]);
    expect(pod.events().filter(({ event }) => event === 'address-in-two-groups')).toMatchObject([
      { address: '10.42.0.2', reason: 'it belongs to a client, but MESHRR-MESH found it, too' },
    ]);
    pod.fake.clients = [{ ...client, state: 'Idle' }];
    await pod.turns(11);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
    expect(pod.status().problems).toEqual([]);
  });

  describe('with more addresses than it should take', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `10.42.${(i >> 8) + 9}.${i & 255}`);

    test('configures the maximum number on trial, and logs that once, with a problem in between', async () => {
      const pod = setUp({ ...MESH, limit: 256 });
      pod.answers.core = found(OWN, ...many(1000));
      await pod.turns(30);
      expect(pod.configured()).toHaveLength(64);
      expect(pod.status().problems).toEqual([
        'routers-left-out MESHRR-MESH: discovery found more routers than the peer limit of 256',
      ]);
      // Other addresses are no other fault.
      pod.answers.core = found(OWN, ...many(2000).slice(1000));
      await pod.turns(120);
      pod.answers.core = found(OWN, ...many(10));
      await pod.turns(120);
      expect(pod.configured()).toHaveLength(10);
      expect(pod.status().problems).toEqual([]);
      expect(pod.events().filter(({ level }) => level === 'warn')).toMatchObject([
        { event: 'routers-left-out', group: MESH.name },
      ]);
    });

    test('keeps its real mesh, and adds a router that joins it', async () => {
      const pod = setUp({ ...MESH, limit: 256 });
      const real = ['10.42.0.2', '10.42.0.3'];
      pod.fake.up = new Set(real);
      pod.answers.core = found(OWN, ...real);
      await pod.turns(15);
      pod.answers.core = found(OWN, ...real, ...many(1000));
      await pod.turns(5);
      pod.fake.up.add('10.42.0.4');
      pod.answers.core = found(OWN, ...real, ...many(1000), '10.42.0.4');
      await pod.turns(700);
      expect(pod.configured()).toHaveLength(64 + 3);
      const configured = pod.fake.configured.map(({ address }) => address);
      expect(configured).toEqual(expect.arrayContaining([...real, '10.42.0.4']));
    });

    test('says nothing of a large mesh that is about to come up', async () => {
      const pod = setUp({ ...MESH, limit: 256 });
      pod.fake.up = new Set(many(200));
      pod.answers.core = found(OWN, ...many(200));
      await pod.turns(10);
      expect(pod.configured()).toHaveLength(200);
      expect(pod.events().filter(({ level }) => level === 'warn')).toEqual([]);
    });

    test('reports why it waits if too many do not answer', async () => {
      const pod = setUp({ ...MESH, limit: 256 });
      pod.answers.core = found(OWN, ...many(70));
      await pod.turns(20);
      expect(pod.status().problems).toEqual([
        'routers-left-out MESHRR-MESH: the routers on trial do not answer, so others have to wait',
      ]);
    });

    test('takes in as many clients as the router accepts, at once', async () => {
      const clients = { ...MESH, kind: 'clients', name: 'MESHRR-CLIENTS', limit: 100 } as const;
      const pod = setUpWith({ clients: [] }, clients);
      pod.answers.core = found(OWN, ...many(300));
      await pod.turns(2);
      expect(pod.configured()).toHaveLength(100);
      expect(pod.status().problems).toContain(
        'routers-left-out MESHRR-CLIENTS: discovery found more routers than the client limit of 100',
      );
    });

    test('ignores addresses outside of the pod networks, and logs that once', async () => {
      const pod = setUpWith({ podNetworks: [parsePrefix('10.42.0.0/24')] }, MESH, UPSTREAM);
      pod.answers.core = found(OWN, '10.42.0.2', ...many(100));
      pod.answers.top = found('10.77.0.1');
      await pod.turns(30);
      expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
      pod.answers.core = found(OWN, '10.42.0.2', ...many(100).slice(50));
      pod.answers.top = FAILED;
      await pod.turns(30);
      expect([...pod.status().problems].sort()).toEqual([
        'addresses-outside MESHRR-MESH: discovery found 10.42.9.0, and maybe others, outside of MESHRR_POD_NETWORKS',
        'addresses-outside MESHRR-UPSTREAM: discovery found 10.77.0.1, and maybe others, outside of MESHRR_POD_NETWORKS',
        'discovery-failed top.default.svc.cluster.local: SERVFAIL',
      ]);
      pod.answers.core = found(OWN, '10.42.0.2');
      pod.answers.top = found('10.42.0.3');
      await pod.turns(1);
      expect(pod.status().problems).toEqual([]);
      expect(pod.events().filter(({ event }) => event === 'addresses-outside')).toHaveLength(2);
    });

    test('removes no neighbor after an answer with only such addresses', async () => {
      const pod = setUpWith({ podNetworks: [parsePrefix('10.42.0.0/24')] }, MESH);
      pod.answers.core = found(OWN, '10.42.0.2');
      await pod.turns(1);
      pod.answers.core = found('10.77.0.1');
      await pod.turns(600);
      expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
    });
  });

  test('moves an address from one group to another in one step', async () => {
    const pod = setUp(MESH, UPSTREAM);
    pod.answers.top = found('10.42.0.2');
    await pod.turns(1);
    expect(pod.configured()).toEqual(['MESHRR-UPSTREAM 10.42.0.2']);
    pod.answers.core = found(OWN, '10.42.0.2');
    await pod.turns(1);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
    expect(pod.fake.applied.at(-1)?.map(({ action }) => action)).toEqual(['remove', 'add']);
  });

  test('is not in step while the router is not there or one Service was not answered for, and catches up', async () => {
    const pod = setUp(MESH, UPSTREAM);
    pod.fake.there = false;
    pod.answers.core = found(OWN, '10.42.0.2');
    pod.answers.top = FAILED;
    await pod.turns(5);
    expect(pod.synchronizer.synchronized).toBe(false);
    pod.fake.there = true;
    await pod.turns(6);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
    expect(pod.synchronizer.synchronized).toBe(false);
    // DNS that knows of none may just not have heard of them yet.
    pod.answers.top = { kind: 'empty', reason: 'NXDOMAIN' };
    await pod.turns(60);
    expect(pod.synchronizer.synchronized).toBe(false);
    pod.answers.top = found('10.42.1.1');
    await pod.turns(1);
    expect(pod.synchronizer.synchronized).toBe(true);
  });

  test('puts everything back when the router comes back empty', async () => {
    const pod = setUp(MESH);
    pod.answers.core = found(OWN, '10.42.0.2');
    await pod.turns(2);
    pod.fake.configured = [];
    pod.fake.there = false;
    await pod.turns(12);
    pod.fake.there = true;
    await pod.turns(6);
    expect(pod.configured()).toEqual(['MESHRR-MESH 10.42.0.2']);
  });

  test('reports the status', async () => {
    const pod = setUp(MESH);
    pod.answers.core = found(OWN, '10.42.0.2', '10.42.0.3');
    pod.fake.refuses.set('10.42.0.3', 'no more neighbors');
    pod.fake.clients = [
      { address: '192.0.2.1', state: 'Established', dynamic: true },
      { address: '192.0.2.2', state: 'OpenSent', dynamic: true },
    ];
    await pod.turns(1);
    pod.fake.up.add('10.42.0.2');
    await pod.turns(1);
    expect(pod.status()).toMatchObject({
      router: { kind: 'frr', reachable: true, autonomousSystem: 64496, routerId: OWN },
      groups: [
        {
          name: 'MESHRR-MESH',
          service: 'core.default.svc.cluster.local',
          lastAnswer: 'found 3 by dns',
          answerAgeSeconds: 1,
          peers: [
            { address: '10.42.0.2', discovered: true, configured: true, state: 'Established' },
            { address: '10.42.0.3', discovered: true, configured: false },
          ],
        },
      ],
      clients: { established: 1, total: 2 },
      lastChange: { changes: [{ action: 'add', group: 'MESHRR-MESH', address: '10.42.0.2' }] },
      problems: ['change-refused add MESHRR-MESH 10.42.0.3: no more neighbors'],
    });
  });
});

test('the source of the answers is the least current one, and none if a lookup failed', async () => {
  const pod = setUp(MESH, UPSTREAM, CLIENTS);
  const bySlices = { kind: 'found', source: 'endpointslice', endpoints: [{ address: OWN }] } as const;
  pod.answers = Object.assign(pod.answers, { core: bySlices, top: bySlices, below: FAILED });
  await pod.turns(1);
  expect(pod.synchronizer.source).toBe('endpointslice');
  pod.answers.top = found('10.42.1.1');
  await pod.turns(1);
  expect(pod.synchronizer.source).toBe('dns');
  pod.answers.core = FAILED;
  await pod.turns(1);
  expect(pod.synchronizer.source).toBeUndefined();
});
