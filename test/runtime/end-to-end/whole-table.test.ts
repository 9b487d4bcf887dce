import * as fs from 'fs';
import { Bgpd } from '../../../test-support/bgpd';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { Cluster, start, untilMeshed } from './cluster';

const ROUTES = 10_000;
/** A path on which the table takes about five seconds. */
const SLOW = ['rate', '64kbit', 'burst', '4kb', 'latency', '60s'];
const CLIENT = '10.42.9.1';

/** An operator's configuration, which `init` appends. */
function configured(pod: FrrPod, ...lines: readonly string[]): FrrPod {
  fs.writeFileSync(pod.outside('/etc/frr/operator.conf'), ['router bgp 64496', ...lines, ''].join('\n'));
  return pod;
}

const received = (text: string) => Number(/"(?:pfxRcd|acceptedPrefixCounter)":\s*(\d+)/.exec(text)?.[1] ?? 0);

describeWith(['root', 'ip', 'bgpd'], 'a pod is ready once it has the whole tables of its mesh', () => {
  let cluster: Cluster;
  let full: FrrPod;
  beforeAll(async () => {
    cluster = await Cluster.start();
    full = configured(
      cluster.pod('10.42.0.1', { MESH_SERVICE_NAME: 'core' }),
      ' no bgp network import-check',
      ' address-family ipv4 unicast',
      ...Array.from({ length: ROUTES }, (_, i) => `  network 192.${i >> 8}.${i & 255}.0/24`),
    );
  });
  afterAll(() => cluster?.close());

  test('a table that arrives slowly: it waits, and the first client gets all of it', async () => {
    const pod = cluster.pod('10.42.0.2', { MESH_SERVICE_NAME: 'core' });
    await cluster.list('core', full, pod);
    start(full);
    const summary = () => JSON.parse(full.vtysh('show bgp ipv4 unicast summary json'));
    await eventually(() => expect(summary().ribCount).toBeGreaterThanOrEqual(ROUTES));
    // Without segments of 64 kB, which the path would carry in one piece.
    full.host.run('ip', 'link', 'set', 'eth0', 'gso_max_size', '2000', 'gso_max_segs', '1');
    full.host.run('tc', 'qdisc', 'add', 'dev', 'eth0', 'root', 'tbf', ...SLOW);
    start(pod);
    await untilMeshed([full, pod]);
    expect(pod.probe('/readyz')).toEqual({
      status: 503,
      text: expect.stringMatching(
        /^not ready: 1 of 1 sessions are Established, without the whole table of 10\.42\.0\.1: waits/,
      ),
    });
    await eventually(() => expect(pod.probe('/readyz').status).toBe(200));
    expect(received(pod.vtysh('show bgp neighbors 10.42.0.1 json'))).toBe(ROUTES);

    const client = await Bgpd.start(
      cluster.host(CLIENT),
      `router bgp 64496\n bgp router-id ${CLIENT}\n neighbor ${pod.address} remote-as 64496\n neighbor ${pod.address} timers connect 1\n`,
    );
    try {
      const shown = () => client.show(`show bgp neighbors ${pod.address} json`);
      await eventually(() => expect(client.neighbor(pod.address).bgpState).toBe('Established'));
      await eventually(() => expect(received(shown())).toBe(ROUTES));
    } finally {
      client.close();
    }
    full.host.run('tc', 'qdisc', 'del', 'dev', 'eth0', 'root');
  });
});
