import { Answer, Discovery } from '../../../crpd-image/runtime/discovery/discovery';
import { DnsDiscovery } from '../../../crpd-image/runtime/discovery/dns-lookup';
import { EndpointSliceDiscovery } from '../../../crpd-image/runtime/discovery/endpoint-slices';
import { podApi } from '../../../crpd-image/runtime/discovery/pod-api';
import { withFallback } from '../../../crpd-image/runtime/discovery/with-fallback';
import { DnsServer } from '../../../test-support/dns-server';
import { eventually } from '../../../test-support/eventually';
import { endpoint, KubernetesApi, slice } from '../../../test-support/kubernetes-api';
import { describeWith } from '../../../test-support/needs';
import { EMPTY, FAILED, found } from './group';

const CORE = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const EDGE = { ...CORE, name: 'edge' };

/** What was told: the Service, and why DNS is asked for it. */
let told: (readonly [service: string, reason: string | undefined])[];
const onFallback = (service: string, reason: string | undefined) => void told.push([service, reason]);
beforeEach(() => (told = []));

/** A discovery that answers what it is told, and counts. */
class Scripted implements Discovery {
  asked = 0;
  closed = false;
  constructor(public answer: Answer) {}
  async lookup(): Promise<Answer> {
    this.asked++;
    return this.answer;
  }
  close(): void {
    this.closed = true;
  }
}

test('the fallback is used only if the primary fails, which is reported at each lookup', async () => {
  const [first, second] = [new Scripted(found('10.42.0.1')), new Scripted(found('10.42.0.2'))];
  const both = withFallback(first, second, onFallback);
  expect(await both.lookup(CORE)).toBe(first.answer);
  first.answer = EMPTY;
  expect(await both.lookup(CORE)).toBe(EMPTY);
  expect(second.asked).toBe(0);
  expect(told).toEqual(Array(2).fill(['core.default', undefined]));

  first.answer = FAILED;
  for (let i = 0; i < 3; i++) expect(await both.lookup(CORE)).toBe(second.answer);
  await both.lookup(EDGE);
  expect(told.slice(2)).toEqual([...Array(3).fill(['core.default', 'timeout']), ['edge.default', 'timeout']]);

  first.answer = found('10.42.0.3');
  expect(await both.lookup(CORE)).toBe(first.answer);
  expect(told.slice(6)).toEqual([['core.default', undefined]]);
  both.close();
  expect([first.closed, second.closed]).toEqual([true, true]);
});

describeWith(['openssl'], 'EndpointSlices with DNS behind them', () => {
  test('an API that breaks and returns', async () => {
    const [api, dns] = [await KubernetesApi.start(), await DnsServer.start()];
    let ahead = 0;
    const now = () => performance.now() + ahead;
    const slices = new EndpointSliceDiscovery({ api: podApi({ env: api.env, folder: api.folder }), family: 4, now });
    const discovery = withFallback(slices, new DnsDiscovery({ family: 4, servers: [dns.address] }), onFallback);
    try {
      dns.set('core.default.svc.cluster.local', ['10.42.0.1', '10.42.0.2']);
      api.put(slice('core-1', endpoint('10.42.0.1', { zone: 'zone-1' })));
      expect(await discovery.lookup(CORE)).toMatchObject({ kind: 'found', source: 'endpointslice' });
      expect(dns.questions).toEqual([]);

      await eventually(() => expect(api.watching).toBe(1));
      api.status = 500;
      api.cut();
      await eventually(() => expect(api.requests.filter((request) => request === 'list')).toHaveLength(2));
      ahead = 5_100;
      expect(await discovery.lookup(CORE)).toMatchObject({ kind: 'found', source: 'dns' });

      api.status = 200;
      await eventually(async () => expect(await discovery.lookup(CORE)).toMatchObject({ source: 'endpointslice' }));
      const falls = told.map(([, reason]) => reason !== undefined);
      expect(falls.filter((is, i) => is !== falls[i - 1])).toEqual([false, true, false]);
    } finally {
      discovery.close();
      await api.close();
      await dns.close();
    }
  });
});
