import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { comparisons, comparisonText, isSame } from '../../../command/live/compare';
import { junosPaths, junosPrefixes } from '../../../command/live/junos-routes';
import { Kubectl } from '../../../command/live/kubectl';
import { liveApp } from '../../../command/live/live-app';
import { prefixText, prefixView } from '../../../command/live/routes';
import { buildStandIn, StandIn } from '../../../test-support/crpd/build';
import { healthy } from './support/healthy';

const { app } = healthy('two-regions-hrr-metallb');
const PREFIX = '198.51.100.64/27';
const addressOf = (pod: string) => app.routers.find(({ name }) => name.name === pod)!.pod.status.podIPs![0].ip;
const pe2 = app.topology.outside.find(({ id }) => id === 'pe2')!.addresses[0].text;

let home: string;
let routers: Map<string, StandIn>;
const before = process.env.PATH;

/** Each pod is a stand-in for cRPD, and kubectl runs its cli. */
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'kubectl-'));
  routers = new Map(app.routers.map(({ name }) => [name.name, new StandIn()]));
  for (const [pod, { state }] of routers) fs.symlinkSync(state, path.join(home, pod));
  const script = [
    '#!/bin/sh',
    // exec -n NAMESPACE POD -c CONTAINER -- COMMAND
    `export CRPD_STAND_IN_STATE=${home}/$4 PATH=${buildStandIn()}:$PATH`,
    'shift 7',
    'exec "$@"',
    '',
  ];
  fs.writeFileSync(path.join(home, 'kubectl'), script.join('\n'), { mode: 0o755 });
  process.env.PATH = `${home}:${before}`;
});
afterEach(() => {
  process.env.PATH = before;
  for (const one of routers.values()) one.close();
  fs.rmSync(home, { recursive: true });
});

const kubectls = new Map([['', new Kubectl()]]);

test('routes shows the paths of cRPD: who sent them, and which is the best', async () => {
  const sent = {
    nextHop: pe2,
    from: pe2,
    active: true,
    communities: ['64496:101', 'large:64496:1:2', 'target:64496:7'],
  };
  for (const router of routers.values()) router.routes({ 'inet.0': { [PREFIX]: [sent], '192.0.2.0/24': [sent] } });
  routers.get('meshrr-core-0')!.routes({
    'inet.0': {
      [PREFIX]: [
        {
          ...sent,
          active: false,
          from: addressOf('meshrr-lothlorien-a-0'),
          asPath: '64500 4200000001',
          localPreference: 20,
        },
        sent,
      ],
    },
  });
  const view = await prefixView(app, kubectls, PREFIX);
  expect([view.unasked, view.differences]).toEqual([[], []]);
  expect(view.paths).toHaveLength(app.routers.length + 1);
  expect(view.paths[0]).toEqual({
    ...{ part: 'core', side: '', pod: 'meshrr-core-0', best: true, nextHop: pe2, from: 'pe2', client: 'pe2' },
    attributes: '64496:101 64496:1:2',
  });
  expect(view.paths[1]).toMatchObject({
    ...{ best: false, from: 'meshrr-lothlorien-a-0', client: 'pe2' },
    attributes: 'as 64500 4200000001; pref 20; 64496:101 64496:1:2',
  });
});

test('a side of cRPDs that lacks a prefix is named by routes and compare', async () => {
  const sent = { nextHop: pe2, from: pe2, active: true };
  for (const [pod, router] of routers) {
    const own = { '192.0.2.0/24': [sent], ...(pod.startsWith('meshrr-lothlorien-b') ? {} : { [PREFIX]: [sent] }) };
    router.routes({ 'inet.0': own });
  }
  const { differences } = await prefixView(app, kubectls, PREFIX);
  expect(differences).toEqual(['lothlorien: meshrr-lothlorien-a-0 have it, meshrr-lothlorien-b-0 do not']);
  const all = await comparisons(app, kubectls);
  expect(isSame(all)).toBe(false);
  expect(all[0]).toMatchObject({
    ...{ part: 'lothlorien', family: 'inet', unasked: [] },
    sides: [
      { side: 'a', prefixes: 2 },
      { side: 'b', prefixes: 1 },
    ],
    differing: [{ prefix: PREFIX, at: ['a'], notAt: ['b'] }],
  });
});

test('a cRPD that answers something else is named with its answer', async () => {
  const [first] = app.routers;
  fs.writeFileSync(path.join(home, 'kubectl'), '#!/bin/sh\necho "error: command is not valid"\n', { mode: 0o755 });
  const view = await prefixView(liveApp(app, [{ ...app.snapshots[0], routers: [first] }]), kubectls, PREFIX);
  expect(prefixText(view)).toBe(
    `no pod that answered has ${PREFIX}\nnot asked: ${first.name.name}: cRPD: error: command is not valid\n`,
  );
  const all = await comparisons(liveApp(app, [{ ...app.snapshots[0], routers: [first] }]), kubectls);
  expect(comparisonText(all)).toContain('cRPD: error: command is not valid');
});

test('of labeled routes and of EVPN by prefix, cRPD is not asked', async () => {
  const evpn = healthy('load-balanced-route-servers').app;
  const view = await prefixView(evpn, kubectls, '00:00:5e:00:53:01');
  expect(view.unasked[0].why).toMatch(
    /^cRPD is not read for this: kubectl exec .* -- cli -c 'show route table bgp\.evpn\.0 \| match 00:00:5e:00:53:01'$/,
  );
});

/** As a router with Junos 18.2 shows a path to an indirect next hop, in the documented form of JSON. */
const SHOWN = JSON.stringify({
  'route-information': [
    {
      attributes: { xmlns: 'http://xml.juniper.net/junos/18.2R3/junos-routing' },
      'route-table': [
        {
          'table-name': [{ data: 'inet.0' }],
          rt: [
            {
              attributes: { 'junos:style': 'detail' },
              'rt-destination': [{ data: '198.51.100.96' }],
              'rt-prefix-length': [{ data: '30' }],
              'rt-entry-count': [{ data: '1', attributes: { 'junos:format': '1 entry' } }],
              'rt-state': [{}],
              'rt-entry': [
                {
                  'active-tag': [{ data: '*' }],
                  'current-active': [{ data: [null] }],
                  'protocol-name': [{ data: 'BGP' }],
                  gateway: [{ data: '203.0.113.1' }],
                  nh: [{ 'nh-string': [{ data: 'Next hop' }], to: [{ data: '192.0.2.21' }] }],
                  'protocol-nh': [{ to: [{ data: '203.0.113.7' }] }],
                  metric: [{ data: '0' }],
                  'as-path': [{ data: 'AS path: 64500 {64501 64502} I\nAS path: Recorded' }],
                  communities: [{ community: [{ data: '64496:0' }, { data: 'target:64496:5' }] }],
                  'local-preference': [{ data: '450' }],
                  'peer-id': [{ data: '203.0.113.1' }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
});

test('a path of Junos is read with its details', () => {
  expect(junosPaths(SHOWN, 'inet')).toEqual([
    {
      ...{ family: 'inet', destination: '198.51.100.96/30', from: '203.0.113.1', nextHop: '203.0.113.7', med: 0 },
      ...{ asPath: [64500, 64501, 64502], localPreference: 450, communities: ['64496:0'], routeTargets: ['64496:5'] },
      ...{ clusterList: [], best: true },
    },
  ]);
  expect(junosPrefixes(SHOWN)).toEqual(new Set(['198.51.100.96/30']));
  expect([junosPaths('', 'inet'), junosPrefixes('{"route-information" : [{}]}')]).toEqual([[], new Set()]);
});
