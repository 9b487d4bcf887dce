import { LearnedRoute } from '../../../lab/clients/client';
import { compared, comparisonText, isSame, prefixesIn } from '../../../command/live/compare';
import { leftWithout, targets } from '../../../command/live/drain';
import { Kubectl } from '../../../command/live/kubectl';
import { liveApp, LiveApp, partNames } from '../../../command/live/live-app';
import { LiveWorkload } from '../../../command/live/objects';
import { differences, isDone, partsOf, rolloutText } from '../../../command/live/rollout';
import { Asked, pathsOf, prefixText, prefixView, viewOf } from '../../../command/live/routes';
import { ClusterSnapshot } from '../../../command/live/snapshot';
import { exitStatusOf, isWell, statusRows, statusText } from '../../../command/live/status';
import { vtysh } from '../../../command/live/vtysh';
import { RouterGroup } from '../../../lib/model';
import { healthy } from './support/healthy';

const { app, snapshot } = healthy('two-regions-hrr-metallb-frr');
const widthOf = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('status', () => {
  const rowsOf = (changed: ClusterSnapshot) => statusRows(liveApp(app, [changed]));

  test('all is well: pods, and then their sessions', async () => {
    const rows = await rowsOf(snapshot);
    expect(isWell(rows)).toBe(true);
    expect(rows.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1])).toEqual([
      'ready',
      'Established',
    ]);
    const text = statusText(rows);
    expect(text).toMatch(/^6 of 6 pods ready, \d+ of \d+ session ends Established, 0 missing of the model\n/);
    expect(widthOf(text)).toBeLessThanOrEqual(100);
  });

  test('the worst is first: pods, missing sessions, sessions that are down', async () => {
    const [first, second, ...others] = snapshot.routers;
    const rows = await rowsOf({
      ...snapshot,
      routers: [
        { ...first, sessions: [{ ...first.sessions[0], state: 'Active' }, ...first.sessions.slice(1)] },
        { ...second, pod: { ...second.pod, status: { ...second.pod.status, conditions: [] } } },
        ...others,
      ],
    });
    expect(isWell(rows)).toBe(false);
    expect(rows.slice(0, 3).map(({ state, pod }) => [state, pod])).toEqual([
      ['NOT READY', second.pod.metadata.name],
      ['MISSING', ''],
      ['Active', first.pod.metadata.name],
    ]);
  });

  test('without the right to ask routers, one line says so, and no session is called missing', async () => {
    const why = 'no right to create pods/exec in the namespace default';
    const silent = snapshot.routers.map((one) => ({ ...one, sessions: [], status: undefined }));
    const rows = await rowsOf({ ...snapshot, routers: silent, unread: new Map([['exec', why]]) });
    expect(rows.map(({ state }) => state)).toEqual(['UNREAD', ...silent.map(() => 'ready')]);
    expect(statusText(rows).split('\n').slice(0, 2)).toEqual(['6 of 6 pods ready', `sessions are not read: ${why}`]);
    expect(exitStatusOf(rows)).toBe(3);
    expect(exitStatusOf([{ ...rows[1], state: 'NOT READY' }, ...rows])).toBe(1);
  });

  test('peers have the names of pods and of routers outside', async () => {
    const peers = new Set((await rowsOf(snapshot)).map(({ peer }) => peer));
    expect([...peers]).toEqual(expect.arrayContaining(['pe1', 'pe2', 'meshrr-core-0', 'meshrr-core-1']));
  });
});

/** The app in several clusters that have nothing in common, with the same names in each. */
function inClusters(clusters: readonly string[]): LiveApp {
  const moved = (group: RouterGroup, cluster: string): RouterGroup => ({
    ...{ ...group, cluster, part: { ...group.part, path: `${cluster}/${group.part.path}` } },
  });
  const groups = clusters.flatMap((cluster) => app.topology.groups.map((group) => moved(group, cluster)));
  const routers = clusters.flatMap((cluster) =>
    app.routers.map((router) => ({ ...router, group: moved(router.group, cluster) })),
  );
  return { ...app, topology: { ...app.topology, groups }, routers };
}

/** What bgpd 10.3 shows of a prefix: a path from a client, and one by another router of the mesh. */
const SHOWN = JSON.stringify({
  prefix: '198.51.100.64/27',
  paths: [
    {
      ...{ aspath: { segments: [] }, locPrf: 100, bestpath: { overall: true }, originatorId: undefined },
      nexthops: [{ ip: '198.51.100.12', afi: 'ipv4', used: true }],
      peer: { peerId: '198.51.100.12', type: 'internal' },
    },
    {
      ...{ aspath: { segments: [{ list: [64500] }] }, locPrf: 20, originatorId: '198.51.100.12' },
      ...{ community: { list: ['64496:101'] }, clusterList: { list: ['192.0.2.9'] } },
      nexthops: [{ ip: '198.51.100.12', afi: 'ipv4', used: true }],
      peer: { peerId: '10.42.0.1', type: 'internal' },
    },
  ],
});

describe('routes', () => {
  const paths = pathsOf(SHOWN, 'inet', '198.51.100.64/27');
  const asked = (has: (pod: string) => boolean): readonly Asked<readonly LearnedRoute[]>[] =>
    snapshot.routers.map((router) => ({ router, value: has(router.pod.metadata.name) ? paths : [] }));

  test('an answer without the prefix has no path', () => {
    expect(pathsOf('{}', 'inet', '198.51.100.64/27')).toEqual([]);
    expect(paths).toHaveLength(2);
  });

  test('each path has its client, whoever sent it', () => {
    const { paths: shown, differences: none } = viewOf(
      app,
      '198.51.100.64/27',
      asked(() => true),
    );
    expect(none).toEqual([]);
    expect(shown).toHaveLength(12);
    expect(shown[0]).toEqual({
      ...{ part: 'core', side: '', pod: 'meshrr-core-0', best: true, nextHop: '198.51.100.12' },
      ...{ from: 'pe2', client: 'pe2', attributes: '' },
    });
    expect(shown[1]).toMatchObject({
      ...{ best: false, from: 'meshrr-core-0', client: 'pe2', attributes: 'as 64500; pref 20; 64496:101' },
    });
  });

  test('a part whose sides differ is first', () => {
    const view = viewOf(
      app,
      '198.51.100.64/27',
      asked((pod) => !pod.startsWith('meshrr-mirkwood-b')),
    );
    expect(view.differences).toEqual(['mirkwood: meshrr-mirkwood-a-0 have it, meshrr-mirkwood-b-0 do not']);
    expect(view.paths[0].part).toBe('mirkwood');
    const text = prefixText(view);
    expect(text).toMatch(/^DIFFERENT  mirkwood: /);
    expect(text).toContain('not at mirkwood b: meshrr-mirkwood-b-0\n');
    expect(widthOf(text)).toBeLessThanOrEqual(100);
  });

  test('a prefix that a whole part lacks is no difference: regions keep routes to themselves', () => {
    const view = viewOf(
      app,
      '198.51.100.64/27',
      asked((pod) => !pod.startsWith('meshrr-mirkwood')),
    );
    expect(view.differences).toEqual([]);
    expect(view.without.map(({ part, side }) => `${part} ${side}`)).toEqual(['mirkwood a', 'mirkwood b']);
  });

  test('a part of one cluster is no side of a part of the same name in another', () => {
    const far = inClusters(['east', 'west']);
    const all = far.routers.map((router) => ({ router, value: router.group.cluster === 'east' ? paths : [] }));
    const view = viewOf(far, '198.51.100.64/27', all);
    expect(view.differences).toEqual([]);
    expect(new Set(view.paths.map(({ part }) => part))).toEqual(
      new Set(['east/core', 'east/lothlorien', 'east/mirkwood']),
    );
    expect(view.without.map(({ part }) => part)).toEqual(expect.arrayContaining(['west/core']));
    const split = viewOf(
      far,
      'p',
      all.map((one, i) => (i === 0 ? { ...one, value: [] } : one)),
    );
    expect(split.differences).toEqual(['east/core: meshrr-core-1 have it, meshrr-core-0 do not']);
    expect(split.paths[0].part).toBe('east/core');
  });

  test('a router that was not asked is no difference', () => {
    const [{ router }, ...others] = asked(() => true);
    const view = viewOf(app, 'p', [{ router, why: 'cRPD is not read' }, ...others]);
    expect(view.differences).toEqual([]);
    expect(prefixText(view)).toContain('not asked: meshrr-core-0: cRPD is not read\n');
    const nobody = prefixText(
      viewOf(
        app,
        'p',
        snapshot.routers.slice(0, 2).map((one) => ({ router: one, why: 'no right' })),
      ),
    );
    expect(nobody).toBe('no pod that answered has p\nnot asked: meshrr-core-0 and meshrr-core-1: no right\n');
    expect(
      prefixText(
        viewOf(
          app,
          'p',
          asked(() => false),
        ),
      ),
    ).toBe('no pod has p\n');
  });
});

describe('what routers are asked', () => {
  const path = (from: string) => ({
    ...{ aspath: { segments: [{ list: [4259840101] }] }, bestpath: { overall: true }, peer: { peerId: from } },
    nexthops: [{ ip: from, afi: 'ipv4', used: true }],
  });
  const EVPN = JSON.stringify({
    '64496:1': {
      rd: '64496:1',
      '[2]:[0]:[48]:[00:00:5e:00:53:01]': { paths: [[path('198.51.100.11')]] },
      '[2]:[0]:[48]:[00:00:5e:00:53:02]': { paths: [[path('198.51.100.12')]] },
      '[5]:[0]:[24]:[203.0.113.0]': { paths: [[path('198.51.100.12')]] },
    },
  });
  /** A kubectl whose routers answer so. */
  const answering = (commands: string[], output: string) => {
    const exec = async (_: unknown, command: readonly string[]) => (commands.push(command.join(' ')), output);
    return new Map([['', { exec } as unknown as Kubectl]]);
  };
  const { app: evpn } = healthy('load-balanced-route-servers-frr');

  test.each([
    ['00:00:5E:00:53:01', 'dc1-leaf1'],
    ['203.0.113.0/24', 'dc2-leaf1'],
  ])('%s of EVPN is of %s', async (text, client) => {
    const commands: string[] = [];
    const { paths, differences: none } = await prefixView(evpn, answering(commands, EVPN), text);
    expect(new Set(commands)).toEqual(new Set([vtysh('show bgp l2vpn evpn route detail json').join(' ')]));
    expect(paths.map((one) => [one.pod, one.client])).toEqual(
      evpn.routers.map(({ pod }) => [pod.metadata.name, client]),
    );
    expect(none).toEqual([]);
  });

  test('a prefix is asked for alone, not with the whole table', async () => {
    const commands: string[] = [];
    const { paths } = await prefixView(app, answering(commands, SHOWN), '198.51.100.64/27');
    expect(new Set(commands)).toEqual(new Set([vtysh('show bgp ipv4 unicast 198.51.100.64/27 json').join(' ')]));
    expect(paths).toHaveLength(2 * app.routers.length);
  });

  test('other text is a mistake', async () => {
    await expect(prefixView(app, answering([], ''), '198.51.100.64')).rejects.toThrow(
      /^PREFIX: got "198\.51\.100\.64", want a prefix .* or a MAC address$/,
    );
  });

  test('cRPD is asked by its cli', async () => {
    const [one] = app.routers;
    const onCrpd = { ...app, routers: [{ ...one, group: { ...one.group, router: 'crpd' as const } }] };
    const commands: string[] = [];
    const { unasked } = await prefixView(onCrpd, answering(commands, ''), '198.51.100.64/27');
    expect([unasked, commands]).toEqual([
      [],
      ['cli -c show route 198.51.100.64/27 exact table inet.0 protocol bgp detail | display json'],
    ]);
  });

  test('an answer that is none is reported for its pod', async () => {
    const { unasked, paths } = await prefixView(app, answering([], '% no such command'), '198.51.100.64/27');
    expect(paths).toEqual([]);
    expect(unasked).toHaveLength(app.routers.length);
  });
});

describe('compare', () => {
  test('prefixes of both forms of output are read', () => {
    expect(prefixesIn('{"routes":{"192.0.2.0/24":[],"198.51.100.0/24":[]}}', 'inet')).toEqual(
      new Set(['192.0.2.0/24', '198.51.100.0/24']),
    );
    const evpn = {
      bgpLocalRouterId: '1',
      '64496:1': { rd: '64496:1', '[5]:[0]:[24]:[192.0.2.0]': { paths: [] } },
      numPrefix: 1,
    };
    expect(prefixesIn(JSON.stringify(evpn), 'evpn')).toEqual(new Set(['64496:1 [5]:[0]:[24]:[192.0.2.0]']));
    const vpn = {
      routes: { routeDistinguishers: { '64496:1': { '10.0.0.0/8': [] }, '64496:2': { '10.0.0.0/8': [] } } },
    };
    expect(prefixesIn(JSON.stringify(vpn), 'vpnv4')).toEqual(new Set(['64496:1:10.0.0.0/8', '64496:2:10.0.0.0/8']));
    expect(prefixesIn('', 'inet')).toEqual(new Set());
  });

  test('sides are compared as wholes, a core by its pods, and each part alone', () => {
    const has = (pod: string) =>
      new Set(['192.0.2.10/32', ...(/mirkwood-b|core-1/.test(pod) ? [] : ['192.0.2.2/32', '192.0.2.1/32'])]);
    const all = compared(
      snapshot.routers.map((router) => ({ router, value: has(router.pod.metadata.name) })),
      'inet',
    );
    expect(isSame(all)).toBe(false);
    expect(all.map(({ part, sides }) => [part, ...sides.map(({ side, prefixes }) => `${side} ${prefixes}`)])).toEqual([
      ['core', 'meshrr-core-0 3', 'meshrr-core-1 1'],
      ['lothlorien', 'a 3', 'b 3'],
      ['mirkwood', 'a 3', 'b 1'],
    ]);
    expect(all[2].differing).toEqual([
      { prefix: '192.0.2.1/32', at: ['a'], notAt: ['b'] },
      { prefix: '192.0.2.2/32', at: ['a'], notAt: ['b'] },
    ]);
    expect(comparisonText(all)).toContain(
      'lothlorien, inet: a has 3, b has 3: the same\nmirkwood, inet: a has 3, b has 1: 2 prefixes differ\n  192.0.2.1/32: at a, not at b\n',
    );
  });

  test('parts of the same name in two clusters are compared each alone, and named with their cluster', () => {
    const has = new Map([
      ['east', new Set(['192.0.2.1/32'])],
      ['west', new Set(['192.0.2.2/32'])],
    ]);
    const far = inClusters(['west', 'east']).routers;
    const all = compared(
      far.map((router) => ({ router, value: has.get(router.group.cluster) })),
      'inet',
    );
    expect(isSame(all)).toBe(true);
    expect(comparisonText(all)).toContain('east/mirkwood, inet: a has 1, b has 1: the same\n');
    expect(all.map(({ part }) => part)).toHaveLength(6);
  });

  test('a part whose sides are in two clusters is one; two of the same name in a cluster have their paths', () => {
    const [core, , , side, other] = inClusters(['east']).routers.map(({ group }) => group);
    const name = partNames([side, { ...other, part: side.part, cluster: 'west' }]);
    expect(name(side)).toBe(side.part.name);
    const twice = { ...core, part: { ...core.part, path: 'elsewhere/core' } };
    expect([core, twice].map(partNames([core, twice]))).toEqual([core.part.path, 'elsewhere/core']);
  });

  test('the first 20 of many are shown', () => {
    const [one, ...others] = snapshot.routers;
    const many = new Set(Array.from({ length: 1025 }, (_, i) => `10.0.${i >> 8}.${i & 255}/32`));
    const [core] = compared(
      [{ router: one, value: many }, ...others.map((router) => ({ router, value: new Set<string>() }))],
      'inet',
    );
    const text = comparisonText([core]);
    expect(text.split('\n')).toHaveLength(23);
    expect(text).toContain('… and 1,005 more: --json has all');
  });
});

describe('rollout', () => {
  const template = (image: string) => ({
    spec: { containers: [{ name: 'frr', image, env: [{ name: 'A', value: '1' }] }] },
  });
  const withTemplate = (image: string): readonly LiveWorkload[] =>
    snapshot.workloads.map((one) => ({ ...one, spec: { ...one.spec, template: template(image) } }));
  const live = { ...snapshot, workloads: withTemplate('a:1') };

  test('fields that differ are named by the items of lists', () => {
    expect(differences(template('a'), template('a'))).toEqual([]);
    expect(differences(template('a'), template('b'))).toEqual(['spec.containers.frr.image']);
    const other = { spec: { containers: [{ name: 'frr', image: 'a', env: [{ name: 'B', value: '1' }] }] } };
    expect(differences(template('a'), other)).toEqual(['spec.containers.frr.env.A', 'spec.containers.frr.env.B']);
  });

  test('before an apply, it says what will be replaced; after it, nothing', () => {
    const pending = partsOf(app, live, withTemplate('a:2'));
    expect(isDone(pending)).toBe(false);
    expect(rolloutText(pending)).toMatch(
      /^an apply will replace 2 pods of 1 workload\n|^an apply will replace \d pods of 5 workloads\n/,
    );
    const [core] = partsOf(app, live, withTemplate('a:1'));
    expect(core.workloads).toMatchObject([{ workload: 'meshrr-core', toApply: [], pods: 2, updated: 2, ready: 2 }]);
  });

  test('while it goes, it names the pod that ends, and counts those that are new', () => {
    const [{ metadata, ...rest }, ...others] = live.workloads;
    const pod = snapshot.routers[0].pod.metadata;
    const lease = {
      metadata: { name: 'core', labels: { 'meshrr/part': 'core' } },
      spec: { holderIdentity: `x/${pod.uid}` },
    };
    const going = { ...rest, metadata, status: { observedGeneration: 1, updatedReplicas: 1 } };
    const parts = partsOf(app, { ...live, workloads: [going, ...others], leases: [lease] }, []);
    expect(parts[0]).toMatchObject({
      part: 'core',
      interlock: true,
      holder: pod.name,
      workloads: [{ updated: 1, pods: 2 }],
    });
    expect(isDone(parts)).toBe(false);
    expect(rolloutText(parts)).toMatch(/core +meshrr-core +- +1 of 2 +2 of 2 +meshrr-core-0\n/);
    expect(widthOf(rolloutText(parts))).toBeLessThanOrEqual(100);
    // A controller that has not seen the new generation has replaced nothing.
    const unseen = {
      ...going,
      metadata: { ...metadata, generation: 2 },
      status: { observedGeneration: 1, updatedReplicas: 2 },
    };
    expect(partsOf(app, { ...live, workloads: [unseen, ...others] }, [])[0].workloads[0].updated).toBe(0);
  });
});

describe('drain', () => {
  const pods = snapshot.routers.map(({ pod }) => pod);
  const names = (name: string) => targets(pods, name).map(({ metadata }) => metadata.name);

  test('takes a pod, or all pods of a node', () => {
    expect(names('meshrr-core-0')).toEqual(['meshrr-core-0']);
    expect(names('n2')).toEqual(expect.arrayContaining(['meshrr-lothlorien-b-0', 'meshrr-mirkwood-b-0']));
    expect(() => targets(pods, 'n9')).toThrow(
      /^got n9, want a node with routers, or a pod: meshrr-core-0, meshrr-core-1,/,
    );
  });

  test('a part must keep a pod that is ready', () => {
    const [one, other, ...rest] = pods;
    expect(leftWithout(pods, [one])).toEqual([]);
    expect(leftWithout(pods, [one, other])).toEqual(['core']);
    const unready = { ...other, status: { ...other.status, conditions: [] } };
    expect(leftWithout([one, unready, ...rest], [one])).toEqual(['core']);
    const ending = { ...other, metadata: { ...other.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(leftWithout([one, ending, ...rest], [one])).toEqual(['core']);
  });
});
