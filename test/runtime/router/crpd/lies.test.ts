import * as fc from 'fast-check';
import { parsePrefix } from '../../../../lib/addressing';
import { DiscoveredGroup } from '../../../../lib/configuration';
import { RouterView } from '../../../../crpd-image/runtime/daemon/router-view';
import { statusOf } from '../../../../crpd-image/runtime/daemon/status';
import { Synchronizer } from '../../../../crpd-image/runtime/daemon/synchronizer';
import { Conditions } from '../../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../../crpd-image/runtime/logging/log';
import { CrpdDriver } from '../../../../crpd-image/runtime/router/crpd/driver';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { fuzzMilliseconds, fuzzRuns } from '../../../../test-support/fuzz';
import { inTime } from '../../../../test-support/in-time';
import { Answer, connectTo, greeting, replyTo, ScriptedServer } from './scripted-server';
import { NOTHING_KEPT } from '../../../../test-support/nothing-kept';
import { podModel } from '../../../../test-support/pod-model';

const OWN = '10.42.0.1';
const PEERS = ['10.42.0.2', '10.42.0.3', '10.42.0.4'];
const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const MESH: DiscoveredGroup = { kind: 'mesh', name: 'MESHRR-MESH', service };
const MODEL = podModel({ router: 'crpd', podNetworks: [parsePrefix('10.42.0.0/16')], discovered: [MESH] });

const neighbors = (group: string, addresses: readonly string[]) =>
  `<group><name>${group}</name>${addresses.map((a) => `<neighbor><name>${a}</name></neighbor>`).join('')}</group>`;
const configuration = (groups: string, owner = 'MESHRR') =>
  `<configuration><groups><name>${owner}</name><protocols><bgp>${groups}</bgp></protocols></groups></configuration>`;
const peer = (address: string, state = 'Established', more = '') =>
  `<bgp-peer><peer-address>${address}</peer-address><peer-state>${state}</peer-state>${more}</bgp-peer>`;
const summary = (...peers: string[]) => `<bgp-information>${peers.join('')}</bgp-information>`;
const error = '<rpc-error><error-severity>error</error-severity><error-message>no</error-message></rpc-error>';

const HONEST = {
  'get-configuration': configuration(neighbors('MESHRR-MESH', PEERS)),
  'get-bgp-summary-information': summary(...PEERS.map((address) => peer(address))),
};

/** What a server says to each operation that is named; `<ok/>` to all others. */
type Says = Readonly<Record<string, string | (() => Answer)>>;

const answerOf = (says: Says) => (request: string) => {
  const said = says[/<rpc [^>]*><([\w-]+)/.exec(request)?.[1] ?? ''] ?? '<ok/>';
  return typeof said === 'string' ? replyTo(request, said) : said();
};

/** A daemon's synchronizer over the driver of cRPD; DNS names all routers of the mesh, at each of its turns. */
function podAt(server: () => ScriptedServer, rpcMilliseconds = 5_000) {
  const connect = connectTo(server);
  const clock = { now: 0 };
  const now = () => clock.now;
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  const conditions = new Conditions(log, now);
  const driver = new CrpdDriver({ connect, groups: [MESH], session: { rpcMilliseconds, helloMilliseconds: 100 } });
  const router = new RouterView(driver, log, conditions, now);
  const endpoints = [OWN, ...PEERS].map((address) => ({ address }));
  const discovery = {
    lookup: async () => ({ kind: 'found' as const, source: 'dns' as const, endpoints }),
    close: () => {},
  };
  const own = new Set([OWN]);
  const synchronizer = new Synchronizer({
    model: MODEL,
    discovery,
    router,
    log,
    conditions,
    kept: NOTHING_KEPT,
    now,
    own,
  });
  const readiness = { ready: true, reason: '' };
  return {
    driver,
    events: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    status: () =>
      statusOf({ model: MODEL, synchronizer, router, startedAt: new Date(0), readiness, problems: conditions.current }),
    /** Statements that were loaded into the router. */
    loaded: () => connect.servers.flatMap(({ requests }) => requests.filter((r) => r.includes('<load-configuration'))),
    async turns(count: number) {
      for (let i = 0; i < count; i++, clock.now += 1000) {
        await synchronizer.turn();
        conditions.logPending();
      }
    },
  };
}

const greetingWith = (says: Says) => () => greeting(answerOf(says));
const summaries = (told: string) => podAt(greetingWith({ ...HONEST, 'get-bgp-summary-information': told }));

describe('a summary of sessions that is not true', () => {
  test.each<[string, string]>([
    ['names nobody', summary()],
    ['is an ok', '<ok/>'],
    ['is a blank', ''],
    ['is a text', '<output>BGP is not running</output>'],
    ['names strangers', summary(peer('192.0.2.1'), peer('192.0.2.2', 'Active'))],
    ['says that all are down', summary(...PEERS.map((address) => peer(address, 'Idle')))],
    ['has an error beside it', HONEST['get-bgp-summary-information'] + error],
  ])('it %s: no neighbor is removed, nor added again', async (_, told) => {
    const pod = summaries(told);
    await pod.turns(400);
    expect(pod.loaded()).toEqual([]);
    expect(pod.status().groups[0].peers.map(({ address }) => address)).toEqual(PEERS);
    expect(pod.events().length).toBeLessThan(10);
    await pod.driver.close();
  });

  test('a repeated address is one session, Established if one of the two is', async () => {
    const pod = summaries(summary(peer(PEERS[0]), peer(PEERS[0], 'Idle'), peer(PEERS[1], 'Idle'), peer(PEERS[1])));
    expect((await pod.driver.sessions()).map(({ address, state }) => [address, state])).toEqual([
      [PEERS[0], 'Established'],
      [PEERS[1], 'Established'],
    ]);
    await pod.driver.close();
  });

  test.each(['-1', '-9'.repeat(50), '9'.repeat(400), '1e999', 'NaN', '99999.9999999999', '9'.repeat(99) + 'w'])(
    'a counter, a time and an AS of %.30s are left out, and the status can be written',
    async (number) => {
      const rib = `<bgp-rib><received-prefix-count>${number}</received-prefix-count></bgp-rib>`;
      const time = `<elapsed-time junos:seconds="${number}">${number}</elapsed-time>`;
      const told = summary(peer(PEERS[0], 'Established', `<peer-as>${number}</peer-as>${time}${rib}`));
      const pod = summaries(told);
      await pod.turns(1);
      expect(await pod.driver.sessions()).toEqual([
        { address: PEERS[0], state: 'Established', dynamic: false, prefixesReceived: 0 },
      ]);
      expect(JSON.stringify(pod.status())).not.toContain(':null');
      await pod.driver.close();
    },
  );
});

describe('a configuration that is not true', () => {
  test.each<[string, string]>([
    ['names other groups', configuration(neighbors('THEIRS', PEERS))],
    ['is of another owner', configuration(neighbors('MESHRR-MESH', PEERS), 'THEIRS')],
    ['is an ok', '<ok/>'],
    ['is a blank', ''],
  ])('it %s: the neighbors are added, nothing is removed, and the log stays short', async (_, told) => {
    const compare =
      '<configuration-information><configuration-output>+ x</configuration-output></configuration-information>';
    // Each change is said to be committed, and never is.
    const says = { 'get-configuration': told + compare, 'get-bgp-summary-information': summary() };
    const pod = podAt(greetingWith(says));
    await pod.turns(300);
    expect(pod.loaded().join()).not.toContain('delete ');
    expect(pod.loaded().length).toBeGreaterThan(0);
    // The configuration is read again each half a minute.
    expect(pod.events().length).toBeLessThan(30);
    await pod.driver.close();
  });

  test('it lacks neighbors that are Established: these count as clients and stay', async () => {
    const pod = podAt(greetingWith({ ...HONEST, 'get-configuration': configuration('') }));
    await pod.turns(300);
    expect(pod.loaded()).toEqual([]);
    expect(pod.events().map(({ event }) => event)).toEqual([
      ...PEERS.map(() => 'address-in-two-groups'),
      'synchronized',
    ]);
    await pod.driver.close();
  });

  test('it has an error beside it: the driver reports the router and changes nothing', async () => {
    const pod = podAt(greetingWith({ ...HONEST, 'get-configuration': HONEST['get-configuration'] + error }));
    await pod.turns(100);
    expect(pod.loaded()).toEqual([]);
    expect(pod.events()).toMatchObject([
      { event: 'router-unreachable', reason: 'cRPD does not show its configuration: no' },
    ]);
    await pod.driver.close();
  });
});

describe('a server that greets as it should not', () => {
  test.each([
    '<hello/>',
    '<hello><capabilities/></hello>',
    '<hello><capabilities><capability>urn:ietf:params:netconf:base:1.1</capability></capabilities></hello>',
  ])('%s: it is not driven', async (hello) => {
    const pod = podAt(() => new ScriptedServer(() => `${hello}]]>]]>`));
    await expect(pod.driver.ping()).rejects.toThrow('it is not Junos');
    await expect(pod.driver.ping()).rejects.toThrow(RouterUnavailable);
    await pod.driver.close();
  });
});

/** Sends this for as long as someone listens. */
function endless(server: ScriptedServer, chunk: Buffer): Answer {
  const more = () => {
    if (server.closed > 0) return;
    server.send([chunk]);
    setImmediate(more);
  };
  more();
  return 'silence';
}

describe('a reply without an end', () => {
  test.each<[string, string, RegExp, number]>([
    ['of elements', '<a/>'.repeat(16_384), /a message of more than 16777216 bytes/, 60_000],
    ['of remarks', '<notification/>]]>]]>'.repeat(100), /no reply within 1 s/, 1_000],
    ['of comments', '<!-- a -->]]>]]>'.repeat(100), /no reply within 1 s/, 1_000],
    ['of nothing', ']]>]]>'.repeat(1_000), /no reply within 1 s/, 1_000],
    ['of replies to others', '<rpc-reply message-id="0"/>]]>]]>', /a reply to another request/, 60_000],
  ])('%s ends with the deadline or the longest message, and is read no further', async (_, text, why, milliseconds) => {
    let server: ScriptedServer | undefined;
    const chunk = Buffer.from(text);
    const pod = podAt(() => (server = greeting(() => endless(server as ScriptedServer, chunk))), milliseconds);
    await expect(inTime(60_000, pod.driver.sessions())).rejects.toThrow(why);
    expect(server?.closed).toBeGreaterThan(0);
    await pod.driver.close();
  });
});

const runs = fuzzRuns(150);

test(
  'whatever it says to whatever is asked, each call gives what it should or RouterUnavailable, in one short line',
  async () => {
    const pieces = [
      ...['<ok/>', '', error, '<commit-success/>', '<output>x</output>', HONEST['get-configuration']],
      ...[HONEST['get-bgp-summary-information'], configuration(neighbors('MESHRR-MESH', ['x', '10.42.0.9', '::']))],
      '<rpc-error><error-tag>lock-denied</error-tag><error-message>configuration database locked</error-message></rpc-error>',
      '<load-configuration-results><load-error-count>-1</load-error-count></load-configuration-results>',
      '<configuration-information><configuration-output>+</configuration-output></configuration-information>',
      `<error><message>${'\u202ex\n'.repeat(1_000)}</message><token>${'t'.repeat(5_000)}</token></error>`,
      ...['</rpc-reply>', ']]>]]>', '<!--', '<hello/>', '<__proto__ __proto__="1"/>', '&#xd800;'],
    ];
    const lie = fc.array(fc.constantFrom(...pieces), { maxLength: 3 }).map((parts) => parts.join(''));
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(lie, { minLength: 1, maxLength: 5 }), fc.boolean(), async (lies, dies) => {
        let turn = 0;
        const connect = connectTo(() =>
          greeting((request) => {
            const next = lies[turn++ % lies.length];
            return dies && turn % 7 === 0 ? 'death' : replyTo(request, next);
          }),
        );
        const driver = new CrpdDriver({
          connect,
          groups: [MESH],
          licenses: ['/x'],
          session: { rpcMilliseconds: 20 },
          commitMilliseconds: 20,
          retryTimes: { firstMilliseconds: 1, maxMilliseconds: 2, deadlineMilliseconds: 20 },
        });
        const changes = PEERS.map((address) => ({ action: 'add' as const, group: 'MESHRR-MESH', address }));
        const calls = [
          () => driver.neighbors(),
          () => driver.sessions(),
          () => driver.apply(changes),
          () => driver.apply([{ ...changes[0], action: 'remove' }]),
          () => driver.gracefulShutdown(true),
          () => driver.draining(),
          () => driver.ping(),
          () => driver.prepare(),
        ];
        for (const call of calls) {
          const told = await inTime<unknown>(20_000, call()).then(
            (value) => (outcomes.add('answer'), JSON.stringify(value) ?? ''),
            (reason: unknown) => {
              if (!(reason instanceof RouterUnavailable)) throw reason;
              outcomes.add('unavailable');
              if (reason.message.length > 300) throw new Error(`long: ${reason.message}`);
              return reason.message;
            },
          );
          if (/[\p{Cc}\u202e]/u.test(told)) throw new Error(`shown: ${told}`);
          if (told.length > 5_000) throw new Error(`${told.length} characters`);
        }
        await driver.close();
      }),
      { numRuns: runs },
    );
    expect(outcomes).toEqual(new Set(['answer', 'unavailable']));
  },
  fuzzMilliseconds(20 * runs),
);
