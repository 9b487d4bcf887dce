import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { EndpointSliceDiscovery } from '../../../crpd-image/runtime/discovery/endpoint-slices';
import { Notice } from '../../../crpd-image/runtime/discovery/notice';
import { podApi } from '../../../crpd-image/runtime/discovery/pod-api';
import { eventually } from '../../../test-support/eventually';
import { inTime } from '../../../test-support/in-time';
import { endpoint, KubernetesApi, slice } from '../../../test-support/kubernetes-api';
import { describeWith } from '../../../test-support/needs';

const FOUND_ONE = { kind: 'found', source: 'endpointslice', endpoints: [{ address: '10.42.0.1' }] };
const CORE = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };

describeWith(['openssl'], 'EndpointSlices', () => {
  let api: KubernetesApi;
  let discovery: EndpointSliceDiscovery;
  let notices: Notice[];
  let changes: number;
  let ahead: number;

  beforeEach(async () => {
    api = await KubernetesApi.start();
    create();
  });

  afterEach(async () => {
    discovery.close();
    await api.close();
  });

  function create(family: 4 | 6 = 4): void {
    discovery?.close();
    [notices, changes, ahead] = [[], 0, 0];
    discovery = new EndpointSliceDiscovery({
      api: podApi({ env: api.env, folder: api.folder }),
      family,
      onChange: () => changes++,
      onNotice: (notice) => notices.push(notice),
      now: () => performance.now() + ahead,
    });
  }

  const lookup = () => discovery.lookup(CORE);

  async function addresses(): Promise<readonly string[]> {
    const answer = await lookup();
    if (answer.kind !== 'found') throw new Error(`${answer.kind}: ${answer.reason}`);
    return answer.endpoints.map(({ address }) => address);
  }

  const watched = () => eventually(() => expect(api.watching).toBe(1));

  /** Waits until a lookup answers this. */
  const becomes = (answer: object) => eventually(async () => expect(await lookup()).toMatchObject(answer));
  const names = (...expected: string[]) => eventually(async () => expect(await addresses()).toEqual(expected));

  test('of a slice far larger than the API allows are an answer', async () => {
    const many = Array.from({ length: 130_000 }, (_, i) => {
      return { addresses: [`10.${64 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`] };
    });
    api.put({ ...slice('core-1'), endpoints: many });
    await eventually(async () => expect((await addresses()).length).toBe(many.length));
  });

  describe('the first lookup', () => {
    test('waits for the list', async () => {
      api.put(slice('core-1', endpoint('10.42.0.2'), endpoint('10.42.0.1')));
      expect(await lookup()).toEqual({
        kind: 'found',
        endpoints: [{ address: '10.42.0.1' }, { address: '10.42.0.2' }],
        source: 'endpointslice',
      });
    });

    test('does not wait for long', async () => {
      api.silent = true;
      expect(await inTime(1_500, lookup())).toEqual({ kind: 'failed', reason: 'not listed yet' });
      await inTime(100, lookup());
    });

    test('does not wait for an API that refuses', async () => {
      api.status = 403;
      // Where it waited its second, it would not know more than that nothing is listed yet.
      expect(await lookup()).toEqual({ kind: 'failed', reason: 'HTTP 403: as was asked for' });
    });

    test('of a Service without endpoints is empty', async () => {
      expect(await lookup()).toEqual({ kind: 'empty', reason: 'no endpoints' });
      api.put({ ...slice('core-1'), endpoints: null });
      await watched();
      expect(await lookup()).toEqual({ kind: 'empty', reason: 'no endpoints' });
    });
  });

  describe('changes', () => {
    test('are reported at once, each once, with one list and one watch', async () => {
      await lookup();
      await watched();
      expect(changes).toBe(1);
      api.put(slice('core-1', endpoint('10.42.0.1')));
      await eventually(() => expect(changes).toBe(2));
      expect(await addresses()).toEqual(['10.42.0.1']);
      api.put(slice('core-2', endpoint('10.42.0.2')));
      await names('10.42.0.1', '10.42.0.2');
      api.put(slice('core-1', endpoint('10.42.0.3')));
      await names('10.42.0.2', '10.42.0.3');
      api.remove('core-2');
      await names('10.42.0.3');
      expect(changes).toBe(5);
      expect(api.requests).toEqual(['list', 'watch from 10']);
    });

    test('that do not affect the answer are not reported', async () => {
      api.put(slice('core-1', endpoint('10.42.0.1')));
      await lookup();
      await watched();
      api.put(slice('core-1', endpoint('10.42.0.1', { hints: { forZones: [{ name: 'zone-1' }] } })));
      api.put(slice('core-2', endpoint('10.42.0.2')));
      await names('10.42.0.1', '10.42.0.2');
      expect(changes).toBe(2);
    });

    test('that come in pieces are read as one', async () => {
      await lookup();
      await watched();
      const object = { ...slice('core-1', endpoint('10.42.0.1')), metadata: { name: 'core-1', resourceVersion: '99' } };
      const text = JSON.stringify({ type: 'ADDED', object });
      for (const piece of [text.slice(0, 30), text.slice(30, 31), text.slice(31), '\n\n']) {
        api.sendRaw(piece);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await names('10.42.0.1');
    });
  });

  describe('an endpoint', () => {
    const conditions = (ready?: boolean, serving?: boolean, terminating?: boolean) => ({ ready, serving, terminating });
    test.each([
      ['that is ready', conditions(true, true, false), true],
      ['of which nothing is known', conditions(), true],
      ['that is not ready', conditions(false, false, false), false],
      ['that is not ready, but published', conditions(true, false, false), true],
      ['that terminates and is published', conditions(true, false, true), true],
      ['that terminates and still serves', conditions(false, true, true), true],
      ['that terminates and serves no more', conditions(false, false, true), false],
      ['that serves without being ready or terminating', conditions(false, true, false), false],
    ])('%s', async (_, state, counts) => {
      api.put(slice('core-1', endpoint('10.42.0.1'), endpoint('10.42.0.2', { conditions: state })));
      expect(await addresses()).toEqual(counts ? ['10.42.0.1', '10.42.0.2'] : ['10.42.0.1']);
    });

    test('that terminates departs, and any other does not', async () => {
      const terminating = { conditions: conditions(true, true, true) };
      api.put(slice('core-1', endpoint('10.42.0.1'), endpoint('10.42.0.2', terminating)));
      expect(await lookup()).toMatchObject({
        endpoints: [{ address: '10.42.0.1' }, { address: '10.42.0.2', departing: true }],
      });
      expect(await lookup()).not.toMatchObject({ endpoints: [{ departing: true }, {}] });
    });

    test.each([
      ['before', ['core-1', 'core-2']],
      ['after', ['core-2', 'core-1']],
    ])('whose address a new pod has got does not depart: its slice comes %s the other one', async (_, names) => {
      api.put(slice(names[0], endpoint('10.42.0.1')));
      api.put(slice(names[1], endpoint('10.42.0.1', { conditions: conditions(true, false, true) })));
      await discovery.lookup(CORE);
      await eventually(async () => expect(await lookup()).toEqual(FOUND_ONE));
    });

    test('fails together with its zone, or else with its node', async () => {
      const place = { zone: 'zone-1', nodeName: 'node-1' };
      const others = [endpoint('10.42.0.2', { nodeName: 'node-2' }), endpoint('10.42.0.3', { zone: '' })];
      api.put(slice('core-1', endpoint('10.42.0.1', place), ...others));
      expect(await lookup()).toMatchObject({
        endpoints: [
          { address: '10.42.0.1', redundancyGroup: 'zone-1' },
          { address: '10.42.0.2', redundancyGroup: 'node-2' },
          { address: '10.42.0.3' },
        ],
      });
    });

    test('in two slices, as while it moves from one to the other, counts once', async () => {
      const there = endpoint('10.42.0.1', { nodeName: 'node-1' });
      api.put(slice('core-1', endpoint('10.42.0.1', { conditions: { ready: false } })));
      api.put(slice('core-2', there));
      expect(await lookup()).toMatchObject({ endpoints: [{ address: '10.42.0.1', redundancyGroup: 'node-1' }] });
    });

    test('with an address that no host can have is left out and logged once', async () => {
      api.put(slice('core-1', endpoint('127.0.0.1'), endpoint('10.42.0.1'), endpoint('10.42.0.300')));
      expect(await addresses()).toEqual(['10.42.0.1']);
      api.put(slice('core-2', endpoint('127.0.0.1')));
      await lookup();
      expect(notices.map(({ fields }) => fields.address)).toEqual(['127.0.0.1', '10.42.0.300']);
    });
  });

  describe('of two address families', () => {
    const slice6 = { ...slice('core-6', endpoint('2001:db8:0::1')), addressType: 'IPv6' };
    const named = { ...slice('core-n', endpoint('router.example.net')), addressType: 'FQDN' };

    test('the preferred one is used', async () => {
      for (const each of [slice6, named, slice('core-4', endpoint('10.42.0.1'))]) api.put(each);
      expect(await addresses()).toEqual(['10.42.0.1']);
      create(6);
      expect(await addresses()).toEqual(['2001:db8::1']);
    });

    test('the other one is used if the preferred one stays empty', async () => {
      api.put(slice6);
      expect(await lookup()).toEqual({ kind: 'empty', reason: 'no endpoints' });
      ahead += 2_500;
      expect(await addresses()).toEqual(['2001:db8::1']);
    });

    test('the preferred one is kept once it had addresses', async () => {
      api.put(slice6);
      api.put(slice('core-4', endpoint('10.42.0.1')));
      await lookup();
      await watched();
      api.remove('core-4');
      await becomes({ kind: 'empty' });
      ahead += 4_000;
      expect(await lookup()).toMatchObject({ kind: 'empty' });
    });
  });

  describe('a watch', () => {
    beforeEach(async () => {
      api.put(slice('core-1', endpoint('10.42.0.1')));
      await lookup();
      await watched();
      api.requests.length = 0;
    });

    test('that ends at its time goes on from the last version, that of a bookmark, too', async () => {
      api.bookmark();
      api.bookmark();
      // Events come in order, so that the bookmarks have come by then.
      api.put(slice('core-1', endpoint('10.42.0.2')));
      api.bookmark();
      await names('10.42.0.2');
      api.endWatches();
      await eventually(() => expect(api.requests).toEqual(['watch from 15']));
      api.put(slice('core-1', endpoint('10.42.0.3')));
      await names('10.42.0.3');
    });

    test.each(['status', 'event'] as const)('that is too old (410 as %s) is followed by a list', async (gone) => {
      api.gone = gone;
      api.endWatches();
      await eventually(() => expect(api.requests.length).toBeGreaterThanOrEqual(1));
      api.put(slice('core-1', endpoint('10.42.0.2')));
      api.gone = undefined;
      await names('10.42.0.2');
      await watched();
      expect(api.requests.slice(0, 2)).toEqual(['watch from 11', 'list']);
    });

    test('that is cut is followed by a list', async () => {
      api.putInSecret(slice('core-1', endpoint('10.42.0.2')));
      api.cut();
      await names('10.42.0.2');
      await watched();
      expect(api.requests).toEqual(['list', 'watch from 12']);
    });

    test.each([
      ['what is no JSON', '{"type":\n'],
      ['an event of no known type', '{"type":"CHANGED","object":{}}\n'],
      ['an object that is no slice', '{"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"9"}}}\n'],
      ['an event without end', 'x'.repeat(5_000_000)],
      ['nothing but brackets', `${'['.repeat(100_000)}\n`],
    ])('that sends %s is followed by a list', async (_, text) => {
      api.putInSecret(slice('core-1', endpoint('10.42.0.2')));
      api.sendRaw(text);
      await names('10.42.0.2');
      expect(api.requests[0]).toBe('list');
    });

    test('that breaks has no effect for five seconds; then lookups fail until it is open again', async () => {
      api.status = 503;
      api.cut();
      await eventually(() => expect(api.requests).toContain('list'));
      expect(await addresses()).toEqual(['10.42.0.1']);
      expect(changes).toBe(1);
      ahead += 5_100;
      await becomes({ kind: 'failed', reason: 'HTTP 503: as was asked for' });
      api.status = 200;
      await names('10.42.0.1');
    });

    test('does not hammer an API that refuses', async () => {
      api.status = 403;
      const cut = performance.now();
      api.cut();
      await eventually(() => expect(api.requests.length).toBeGreaterThanOrEqual(5), undefined, 5);
      // 100, 200, 400, 800 ms, and each at least half of that. A busy machine makes it no shorter.
      expect(performance.now() - cut).toBeGreaterThan(740);
    });
  });

  describe('the token', () => {
    test('is read again after a rotation', async () => {
      api.put(slice('core-1', endpoint('10.42.0.1')));
      await lookup();
      await watched();
      api.rotateToken({ told: false });
      api.putInSecret(slice('core-1', endpoint('10.42.0.2')));
      api.cut();
      await eventually(() => expect(api.requests.filter((request) => request === 'list')).toHaveLength(2));
      ahead += 5_100;
      await becomes({ kind: 'failed', reason: 'HTTP 401: Unauthorized' });
      api.writeToken();
      await names('10.42.0.2');
    });

    test('is never shown', async () => {
      api.rotateToken({ told: false });
      expect(JSON.stringify(await lookup())).not.toContain('token-1');
    });
  });

  describe('an API that is not as it should be', () => {
    const failing = async (reason: string | RegExp) => {
      const answer: Answer = await lookup();
      expect(answer).toEqual({ kind: 'failed', reason: expect.stringMatching(reason) });
    };

    test('that is not announced to the pod', async () => {
      discovery = new EndpointSliceDiscovery({ api: podApi({ env: {} }), family: 4 });
      await failing(/^KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set$/);
    });

    test('without a token', async () => {
      const nowhere = podApi({ env: api.env, folder: '/nowhere' });
      discovery = new EndpointSliceDiscovery({ api: nowhere, family: 4 });
      await failing(/^\/nowhere\/token cannot be read \(ENOENT\)$/);
    });

    test('that another authority speaks for', async () => {
      const other = await KubernetesApi.start();
      discovery = new EndpointSliceDiscovery({ api: podApi({ env: api.env, folder: other.folder }), family: 4 });
      await failing(/self-signed certificate/);
      expect(api.requests).toEqual([]);
      await other.close();
    });

    test('that forbids the request', async () => {
      api.status = 403;
      await failing(/^HTTP 403: as was asked for$/);
    });

    test('that sends a list that is not JSON', async () => {
      api.listBody = '[1, 2';
      await failing(/invalid JSON/);
    });

    test.each([
      ['[]', /an object/],
      ['{"items":[]}', /an object/],
      ['{"metadata":{"resourceVersion":"1"},"items":{}}', /a list/],
      [
        '{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"},"addressType":"IPv4","endpoints":[{}]}]}',
        /list/,
      ],
    ])('that sends the list %s', async (body, reason) => {
      api.listBody = body;
      await failing(reason);
    });

    test('reached over IPv6 does as well', async () => {
      const api6 = await KubernetesApi.start('::1');
      api6.put(slice('core-1', endpoint('10.42.0.6')));
      discovery.close();
      discovery = new EndpointSliceDiscovery({ api: podApi({ env: api6.env, folder: api6.folder }), family: 4 });
      expect(await addresses()).toEqual(['10.42.0.6']);
      discovery.close();
      await api6.close();
    });
  });

  test('Services of several clusters are left to DNS: the slices of one lack the others', async () => {
    const answer = await discovery.lookup({ ...CORE, rootDomain: 'svc.clusterset.local' });
    expect(answer).toEqual({ kind: 'failed', reason: 'svc.clusterset.local is looked up in DNS only' });
    expect(api.requests).toEqual([]);
  });

  test('after close nothing is asked any more', async () => {
    await lookup();
    await watched();
    discovery.close();
    await eventually(() => expect(api.watching).toBe(0));
    const before = api.requests.length;
    // A busy machine can only hide a request that comes late.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(api.requests).toHaveLength(before);
  });
});
