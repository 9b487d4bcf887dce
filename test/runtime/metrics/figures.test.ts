import { RouterView } from '../../../crpd-image/runtime/daemon/router-view';
import { Synchronizer } from '../../../crpd-image/runtime/daemon/synchronizer';
import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { HandoverState } from '../../../crpd-image/runtime/handover/handover-file';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';
import { Figures } from '../../../crpd-image/runtime/metrics/figures';
import { podFigures } from '../../../crpd-image/runtime/metrics/pod-figures';
import { parsePrefix } from '../../../lib/addressing';
import { METRICS } from '../../../lib/settings';
import { FakeRouter } from '../../../test-support/fake-router';
import { NOTHING_KEPT } from '../../../test-support/nothing-kept';
import { podModel } from '../../../test-support/pod-model';
import { samplesOf } from './samples';

const [OWN, PEER, OTHER] = ['10.42.0.1', '10.42.0.2', '10.42.0.3'];
const MESH = 'group="MESHRR-MESH",kind="mesh"';
const CLIENTS = 'group="MESHRR-CLIENTS",kind="clients"';

const MODEL = podModel({
  clients: [{ name: 'MESHRR-CLIENTS', ranges: ['198.51.100.0/24', '100.64.0.0/16'].map(parsePrefix), asRanges: [] }],
});

function setUp() {
  const clock = { now: 0 };
  const now = () => clock.now;
  const log = createLog({ level: 'error', write: () => true });
  const conditions = new Conditions(log, now);
  const fake = new FakeRouter();
  const state = {
    answer: { kind: 'found', source: 'dns', endpoints: [OWN, PEER].map((address) => ({ address })) } as Answer,
    handover: undefined as HandoverState | undefined,
    ready: false,
    fault: undefined as string | undefined,
  };
  const discovery = { lookup: async () => state.answer, close: () => undefined };
  const view = new RouterView(fake, log, conditions, now);
  const own = new Set([OWN]);
  const shared = { model: MODEL, conditions, now, own };
  const synchronizer = new Synchronizer({ ...shared, discovery, router: view, log, kept: NOTHING_KEPT });
  const probed = {
    routerFault: async () => state.fault,
    readiness: () => ({ ready: state.ready, reason: '' }),
  };
  const pod = { router: 'frr', probed, handover: () => state.handover } as const;
  const figures = new Figures({ ...shared, ...pod, synchronizer, view });
  return {
    fake,
    state,
    clock,
    standIn: async () => samplesOf((await podFigures(pod, false)).text),
    figures: async () => samplesOf(await figures.text()),
    async turn(seconds = 1) {
      clock.now += seconds * 1000;
      await synchronizer.turn();
      await view.refresh(true);
      figures.observe();
    },
  };
}

test('has every metric of the list, and no other', async () => {
  const { turn, figures, fake, state } = setUp();
  fake.up.add(PEER);
  fake.silent.set(PEER, 7);
  fake.origins = { servers: [{ server: 'rtr.example.net:3323', isConnected: true }], prefixes: 0 };
  await turn();
  state.answer = { kind: 'failed', reason: 'SERVFAIL' };
  await turn();
  const names = Object.keys(await figures()).map((name) => name.replace(/(_bucket|_sum|_count)?(\{.*)?$/, ''));
  expect(new Set(names)).toEqual(new Set(Object.keys(METRICS)));
});

test('counts sessions by group and state, and has the state and the prefixes of each', async () => {
  const { turn, figures, fake } = setUp();
  await turn();
  expect(await figures()).toMatchObject({
    [`meshrr_sessions{${MESH},state="Active"}`]: 1,
    [`meshrr_sessions{${MESH},state="Established"}`]: 0,
    [`meshrr_session_up{${MESH},peer="${PEER}"}`]: 0,
  });
  fake.up.add(PEER);
  fake.silent.set(PEER, 7);
  const client = { address: '198.51.100.9', state: 'Established', dynamic: true, prefixesReceived: 3 } as const;
  fake.clients = [client, { ...client, address: '203.0.113.1' }];
  await turn(3);
  expect(await figures()).toMatchObject({
    [`meshrr_sessions{${MESH},state="Active"}`]: 0,
    [`meshrr_sessions{${MESH},state="Established"}`]: 1,
    [`meshrr_session_up{${MESH},peer="${PEER}"}`]: 1,
    [`meshrr_session_prefixes_received{${MESH},peer="${PEER}"}`]: 7,
    // The other address is in no range.
    [`meshrr_sessions{${CLIENTS},state="Established"}`]: 1,
    [`meshrr_session_up{${CLIENTS},peer="198.51.100.9"}`]: 1,
    [`meshrr_session_prefixes_received{${CLIENTS},peer="198.51.100.9"}`]: 3,
    'meshrr_discovery_to_established_seconds_bucket{le="2"}': 0,
    'meshrr_discovery_to_established_seconds_bucket{le="3"}': 1,
    meshrr_discovery_to_established_seconds_count: 1,
    meshrr_discovery_to_established_seconds_sum: 3,
  });
});

test('counts changes and refusals, and tells what is discovered, wanted and configured', async () => {
  const { turn, figures, fake, state } = setUp();
  fake.refuses.set(OTHER, 'no');
  state.answer = { kind: 'found', source: 'dns', endpoints: [OWN, PEER, OTHER].map((address) => ({ address })) };
  await turn();
  expect(await figures()).toMatchObject({
    [`meshrr_peers_discovered{${MESH}}`]: 2,
    [`meshrr_peers_wanted{${MESH}}`]: 2,
    [`meshrr_peers_configured{${MESH}}`]: 1,
    'meshrr_changes_total{group="MESHRR-MESH",action="add"}': 1,
    'meshrr_changes_total{group="MESHRR-MESH",action="remove"}': 0,
    'meshrr_changes_refused_total{group="MESHRR-MESH",action="add"}': 1,
    'meshrr_problems{kind="change-refused"}': 1,
  });
});

test('has the RTR servers and the number of signed prefixes, where the router validates origins', async () => {
  const { turn, figures, fake } = setUp();
  const [one, other] = ['rtr.example.net:3323', '[2001:db8::53]:323'];
  const servers = [
    { server: one, isConnected: false },
    { server: other, isConnected: true },
  ];
  fake.origins = { servers, prefixes: 412_345 };
  await turn();
  expect(await figures()).toMatchObject({
    [`meshrr_rtr_server_up{server="${one}"}`]: 0,
    [`meshrr_rtr_server_up{server="${other}"}`]: 1,
    meshrr_rtr_prefixes: 412_345,
  });
});

test('tells how old the last answer of discovery is, and a fault while it lasts', async () => {
  const { turn, figures, state, clock } = setUp();
  await turn();
  const good = state.answer;
  state.answer = { kind: 'failed', reason: 'SERVFAIL' };
  await turn(60);
  clock.now += 30_000;
  const old = await figures();
  expect(old).toMatchObject({
    [`meshrr_discovery_age_seconds{${MESH}}`]: 90,
    'meshrr_problems{kind="discovery-failed"}': 1,
  });
  const last = old[`meshrr_discovery_last_success_timestamp_seconds{${MESH}}`];
  expect(Math.abs(Date.now() / 1000 - 90 - last)).toBeLessThan(5);
  state.answer = good;
  await turn();
  expect(await figures()).toMatchObject({
    [`meshrr_discovery_age_seconds{${MESH}}`]: 0,
    'meshrr_problems{kind="discovery-failed"}': 0,
  });
});

test('tells how far a hand-over is, and counts drains once', async () => {
  const { turn, figures, state } = setUp();
  const expectState = async (current: string | undefined, drains: number) => {
    await turn();
    const page = await figures();
    for (const one of ['handover-waiting', 'draining', 'drained'])
      expect(page[`meshrr_handover_state{state="${one}"}`]).toBe(Number(one === current));
    expect(page.meshrr_drains_total).toBe(drains);
  };
  await expectState(undefined, 0);
  for (const [next, drains] of [
    ['handover-waiting', 0],
    ['draining', 1],
    ['drained', 1],
    [undefined, 1],
    ['drained', 2],
  ] as const) {
    state.handover = next;
    await expectState(next, drains);
  }
});

test('a pod is ready as its probe says; the stand-in has what it knows, and nothing old', async () => {
  const { turn, figures, state, standIn } = setUp();
  state.ready = true;
  await turn();
  expect(await figures()).toMatchObject({ meshrr_runtime_up: 1, meshrr_ready: 1, meshrr_router_reachable: 1 });
  const known = {
    'meshrr_build_info{version="unbundled",router="frr"}': 1,
    meshrr_runtime_up: 0,
    'meshrr_handover_state{state="handover-waiting"}': 0,
    'meshrr_handover_state{state="draining"}': 0,
    'meshrr_handover_state{state="drained"}': 0,
  };
  expect(await standIn()).toEqual({ ...known, meshrr_ready: 1, meshrr_router_reachable: 1 });
  state.fault = 'gone';
  expect(await standIn()).toEqual({ ...known, meshrr_ready: 0, meshrr_router_reachable: 0 });
  expect(await figures()).toMatchObject({ meshrr_ready: 0, meshrr_router_reachable: 0 });
});

test('a page for 500 routers and 5000 clients stays small', async () => {
  const { turn, figures, fake, state } = setUp();
  const peers = Array.from({ length: 500 }, (_, i) => `10.43.${i >> 8}.${i & 255}`);
  state.answer = { kind: 'found', source: 'dns', endpoints: [OWN, ...peers].map((address) => ({ address })) };
  for (const address of peers) fake.up.add(address).has(address) && fake.silent.set(address, 1);
  fake.clients = Array.from({ length: 5000 }, (_, i) => {
    return { address: `100.64.${i >> 8}.${i & 255}`, state: 'Established', dynamic: true, prefixesReceived: 1 };
  });
  await turn();
  const page = await figures();
  expect(Object.keys(page).length).toBeLessThan(3 * 1000 + 100);
  expect(page.meshrr_sessions_left_out).toBe(4500);
  expect(page[`meshrr_sessions{${CLIENTS},state="Established"}`]).toBe(5000);
});
