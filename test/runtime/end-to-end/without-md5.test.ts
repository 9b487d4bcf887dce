import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import {
  accepted,
  Cluster,
  expectSession,
  members,
  neighbor,
  PATIENCE_MS,
  start,
  throughout,
  untilMeshed,
} from './cluster';

/** What a network does that cannot carry TCP MD5: no segment with that option arrives. */
const NO_MD5 =
  'table inet md5 {\n chain in {\n type filter hook input priority 0\n tcp option md5sig exists drop\n }\n}';

describeWith(['root', 'ip', 'bgpd', 'nft'], 'a network that cannot carry TCP MD5', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(() => cluster?.close());

  function pod(address: string, environment: Readonly<Record<string, string>>): FrrPod {
    const started = cluster.pod(address, environment);
    started.host.run('nft', NO_MD5);
    return started;
  }

  test(
    'has no mesh by default; with md5: false it has a core that finds its clients, and regions whose clients are outside',
    async () => {
      const core = ['10.42.0.1', '10.42.0.2'].map((address) =>
        pod(address, {
          MESH_SERVICE_NAME: 'core',
          MESHRR_MESH_MD5: 'false',
          MESHRR_CLIENTRANGE: '',
          MESHRR_CLIENT_SERVICE: 'core-clients',
        }),
      );
      const region = ['10.42.1.1', '10.42.1.2'].map((address) =>
        pod(address, {
          MESH_SERVICE_NAME: 'region',
          MESHRR_MESH_MD5: 'false',
          MESHRR_CLIENTRANGE: '198.51.100.0/24',
          UPSTREAM_SERVICE_NAME: 'core',
        }),
      );
      const signed = ['10.42.2.1', '10.42.2.2'].map((address) => pod(address, { MESH_SERVICE_NAME: 'signed' }));
      await cluster.list('signed', ...signed);
      await cluster.list('region', ...region);
      await cluster.list('core-clients', ...region);
      // The second router of the core dials before the first one knows of it.
      await cluster.list('core', core[1]);
      start(...core, ...region, ...signed);
      await throughout(3_000, () => expect(accepted(core[0]).concat(accepted(core[1])).filter(isOf(core))).toEqual([]));
      await cluster.list('core', ...core);

      await untilMeshed(core);
      await untilMeshed(region);
      for (const below of region) {
        for (const above of core) {
          await eventually(() => expectSession(below, above, ['MESHRR-UPSTREAM', 'MESHRR-CLIENTS']), PATIENCE_MS);
        }
      }
      for (const [i, one] of core.entries()) expect(members(one, 'MESHRR-MESH')).toEqual([core[1 - i].address]);
      expect(core.flatMap((one) => accepted(one)).filter(isOf(core))).toEqual([]);
      expect(region.flatMap((one) => accepted(one))).toEqual([]);
      // The control: what carries TCP MD5 is configured, and has not come up in all that time.
      expect(members(signed[0], 'MESHRR-MESH')).toEqual([signed[1].address]);
      expect(neighbor(signed[0], signed[1])?.bgpState).not.toBe('Established');
      expect(cluster.pods.map(({ errors }) => errors).join('')).toBe('');
    },
    2 * PATIENCE_MS,
  );
});

/** Whether `ADDRESS GROUP` is a session with one of these. */
function isOf(pods: readonly FrrPod[]): (session: string) => boolean {
  return (session) => pods.some(({ address }) => session.startsWith(`${address} `));
}
