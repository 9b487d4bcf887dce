import { Line, runChecks, Subject } from '../../../crpd-image/runtime/commands/selftest-checks';
import { Change } from '../../../crpd-image/runtime/router/driver';
import { parsePrefix } from '../../../lib/addressing';
import { FakeRouter } from '../../../test-support/fake-router';

const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };

/** A router in memory that can be drained. */
class Router extends FakeRouter {
  drained = false;
  /** Whether it does what it is asked to. */
  obeys = true;
  override async gracefulShutdown(on?: boolean): Promise<void> {
    if (this.obeys) this.drained = on === true;
  }
  override async draining(): Promise<boolean> {
    return this.drained;
  }
}

function subjectOf(router: Router, changes: Partial<Omit<Subject, 'model'>> & { model?: object } = {}): Subject {
  const model = {
    router: 'crpd',
    discovered: [{ kind: 'mesh', name: 'MESHRR-MESH', service }],
    clients: [{ name: 'MESHRR-CLIENTS', ranges: [parsePrefix('10.42.0.0/16')], asRanges: [] }],
    meshes: [{ name: 'MESHRR-MESH', service: 'core', limit: 256 }],
    meshMd5: true,
    ...changes.model,
  } as Subject['model'];
  return {
    driver: router,
    licenses: 1,
    connectUnsigned: async () => 'silent',
    storedConfiguration: () => router.configured.map(({ address }) => address).join('\n'),
    onVolume: true,
    ...changes,
    model,
  };
}

/** A router of cRPD in good health: a neighbor of the mesh and a client. */
function healthy(): Router {
  const router = new Router();
  router.configured = [{ group: 'MESHRR-MESH', address: '10.42.0.2' }];
  router.up.add('10.42.0.2');
  router.clients = [{ address: '10.42.9.9', state: 'Established', dynamic: true }];
  router.prepare = async () => [];
  return router;
}

async function run(subject: Subject, patience = 1_000): Promise<Readonly<Record<string, string>>> {
  const lines: Line[] = [];
  for await (const line of runChecks(subject, patience)) lines.push(line);
  return Object.fromEntries(lines.map(({ check, result, seen }) => [check, `${result}: ${seen}`]));
}

test('a router in good health passes every check, and is afterwards as it was', async () => {
  const router = healthy();
  expect(await run(subjectOf(router))).toEqual({
    'control channel': expect.stringMatching(/^ok: crpd answers in \d+ ms$/),
    'change and back': 'ok: neighbor 203.0.113.254 was added to MESHRR-MESH and removed',
    'TCP MD5':
      'ok: 1 of 1 sessions are Established; 10.42.0.2 ignores a SYN without a key; 1 clients from ranges beside them',
    license: 'ok: the router accepts it',
    'drain and undrain': 'ok: GRACEFUL_SHUTDOWN was set and removed',
    persistence: 'ok: the committed change is stored, on a volume',
    sessions: 'ok: all 2 sessions stayed Established',
  });
  expect(router.configured).toEqual([{ group: 'MESHRR-MESH', address: '10.42.0.2' }]);
  expect(router.drained).toBe(false);
});

test('a router that does not answer fails, and what cannot be seen without it', async () => {
  const router = healthy();
  router.there = false;
  const seen = await run(subjectOf(router));
  expect(seen).toMatchObject({ 'control channel': 'FAILED: not there', 'change and back': 'FAILED: not there' });
  expect(seen).toMatchObject({ 'TCP MD5': 'FAILED: not there', sessions: 'FAILED: not there' });
});

describe('a change', () => {
  test('that is refused fails with the reason of the router, and leaves nothing', async () => {
    const router = healthy();
    router.refuses.set('203.0.113.254', 'commit failed');
    const seen = await run(subjectOf(router));
    expect(seen['change and back']).toMatch(/^FAILED: neighbor 203.0.113.254 .*commit failed$/);
    expect(seen.persistence).toMatch(/^not checked: /);
  });

  test('takes an address that neither a neighbor nor a range has', async () => {
    const router = healthy();
    router.configured.push({ group: 'OTHERS', address: '203.0.113.254' });
    const clients = [{ name: 'C', ranges: [parsePrefix('198.51.100.0/24')], asRanges: [] }];
    const seen = await run(subjectOf(router, { model: { clients } }));
    expect(seen['change and back']).toMatch(/^ok: neighbor 192.0.2.254 /);
    const everything = [{ name: 'C', ranges: [parsePrefix('0.0.0.0/0')], asRanges: [] }];
    const none = await run(subjectOf(router, { model: { clients: everything } }));
    expect(none['change and back']).toMatch(/^not checked: /);
    expect(router.configured.map(({ address }) => address)).toEqual(['10.42.0.2', '203.0.113.254']);
  });

  test('that stays although it was taken back fails', async () => {
    const router = healthy();
    const apply = router.apply.bind(router);
    router.apply = async (changes: readonly Change[]) =>
      changes[0].action === 'remove' ? [{ change: changes[0], reason: 'locked' }] : apply(changes);
    expect((await run(subjectOf(router)))['change and back']).toBe(
      'FAILED: neighbor 203.0.113.254 of MESHRR-MESH stays: locked',
    );
  });

  test('that the router accepts and does not make, or does not take back, fails', async () => {
    const router = healthy();
    router.apply = async () => [];
    expect((await run(subjectOf(router)))['change and back']).toMatch(/^FAILED: .* accepted, but missing$/);
    router.apply = async ([{ action, group, address }]) => {
      if (action === 'add') router.configured.push({ group, address });
      return [];
    };
    expect((await run(subjectOf(router)))['change and back']).toBe(
      'FAILED: neighbor 203.0.113.254 of MESHRR-MESH is still there',
    );
  });
});

describe('TCP MD5', () => {
  const md5 = async (router: Router, changes?: Parameters<typeof subjectOf>[1]) =>
    (await run(subjectOf(router, changes)))['TCP MD5'];

  test('fails where a neighbor answers who has no key', async () => {
    const seen = await md5(healthy(), { connectUnsigned: async () => 'answered' });
    expect(seen).toBe('FAILED: 10.42.0.2 answers without a key');
  });

  test('fails where no session of the mesh is up', async () => {
    const router = healthy();
    router.up.clear();
    expect(await md5(router)).toBe('FAILED: none of 1 sessions of the mesh is Established');
  });

  test('is not checked where it is turned off, where there is no mesh, and in a mesh of one', async () => {
    expect(await md5(healthy(), { model: { meshMd5: false } })).toMatch(/^not checked: turned off/);
    expect(await md5(healthy(), { model: { meshes: [] } })).toBe('not checked: no mesh');
    const alone = healthy();
    alone.configured = [];
    expect(await md5(alone)).toBe('not checked: no other router is in the mesh');
  });

  test('says where there is no client to see beside it', async () => {
    const router = healthy();
    router.clients = [];
    expect(await md5(router)).toMatch(/^ok: .*; no client from a range to see beside them$/);
  });
});

test('a license that is refused, that is missing, and that the router has no use for', async () => {
  const refused = healthy();
  refused.prepare = async () => ['license /config/license/safenet/junos_sfnt.lic: expired'];
  expect((await run(subjectOf(refused))).license).toMatch(/^FAILED: license .*: expired$/);
  expect((await run(subjectOf(healthy(), { licenses: 0 }))).license).toBe('not checked: no license file is mounted');
  const frr = healthy();
  frr.prepare = undefined;
  expect((await run(subjectOf(frr, { model: { router: 'frr' } }))).license).toBe('not checked: frr needs none');
});

test('a router that is drained already stays drained', async () => {
  const router = healthy();
  router.drained = true;
  expect((await run(subjectOf(router)))['drain and undrain']).toMatch(/^not checked: /);
  expect(router.drained).toBe(true);
});

test('a router that does not drain, or does not come back, fails', async () => {
  const deaf = healthy();
  deaf.obeys = false;
  expect((await run(subjectOf(deaf)))['drain and undrain']).toMatch(/^FAILED: .*does not show GRACEFUL_SHUTDOWN/);
  const stuck = healthy();
  stuck.gracefulShutdown = async () => void (stuck.drained = true);
  expect((await run(subjectOf(stuck)))['drain and undrain']).toBe('FAILED: the router stays drained');
});

test('a configuration that is not stored fails; that of FRR is none of its own', async () => {
  const stored = (changes: Parameters<typeof subjectOf>[1]) => run(subjectOf(healthy(), changes));
  expect((await stored({ storedConfiguration: () => 'old' })).persistence).toMatch(/^FAILED: /);
  expect((await stored({ storedConfiguration: () => undefined })).persistence).toMatch(/^not checked: /);
  expect((await stored({ onVolume: false })).persistence).toMatch(/^ok: .*it ends with the pod$/);
  expect((await stored({ model: { router: 'frr' } })).persistence).toMatch(/^not checked: FRR /);
});

test('a session that is lost in between fails, also one that came back', async () => {
  const router = healthy();
  router.onApply = () => (router.clients = []);
  expect((await run(subjectOf(router))).sessions).toBe('FAILED: 1 of 2 were lost: 10.42.9.9');
  const flapped = healthy();
  const client = { address: '10.42.9.9', state: 'Established', dynamic: true } as const;
  flapped.clients = [{ ...client, establishedSeconds: 100 }];
  flapped.onApply = () => (flapped.clients = [{ ...client, establishedSeconds: 1 }]);
  expect((await run(subjectOf(flapped))).sessions).toMatch(/^FAILED: 1 of 2 were lost/);
});

test('a check that does not end is given up, and the others go on', async () => {
  const router = healthy();
  router.ping = () => new Promise<void>(() => undefined);
  const seen = await run(subjectOf(router), 50);
  expect(seen['control channel']).toBe('FAILED: not done in 0.05 seconds');
  expect(seen['drain and undrain']).toMatch(/^ok: /);
});
