import { Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { AnycastRouteServerPair, Crpd, Frr, MetalLBBgpPeering, RouteReflectorRegion } from '../../lib';
import { pair, peering, region } from '../../test-support/examples';
import { Manifest, synthChart } from '../../test-support/synth';
import { addRegion, describeRefusals } from '../bad-input/cases';

/** The manifests that typed values make are those of plain texts. */
function expectSame(typed: (chart: Chart) => unknown, plain: (chart: Chart) => unknown) {
  const of = (define: (chart: Chart) => unknown): readonly Manifest[] => synthChart((chart) => void define(chart)).all;
  expect(of(typed)).toEqual(of(plain));
}

const image = 'registry.example.com/meshrr/router:1.0.0';
const core = (props: object) => (chart: Chart) => new RouteReflectorRegion(chart, 'core', { ...region, ...props });
const secret = (chart: Chart, name: string) => kplus.Secret.fromSecretName(chart, `secret-${name}`, name);

test('Cpu and Size are quantities of resources', () => {
  const typed = { cpu: kplus.Cpu.millis(500), cpuLimit: kplus.Cpu.units(2), memory: Size.gibibytes(1) };
  expectSame(
    core({ router: new Frr({ image, resources: { ...typed, memoryLimit: Size.gibibytes(4) } }) }),
    core({ router: new Frr({ image, resources: { cpu: '500m', cpuLimit: '2', memory: '1Gi', memoryLimit: '4Gi' } }) }),
  );
});

test('a CPU limit is in the manifest, beside a memory limit or alone', () => {
  const limits = (resources: object) => {
    const manifests = synthChart(core({ router: new Crpd({ image, resources }) }) as (chart: Chart) => void);
    return manifests.get('Deployment', 'meshrr-core').spec.template.spec.containers[0].resources.limits;
  };
  expect(limits({ cpuLimit: '2' })).toEqual({ cpu: '2' });
  expect(limits({ cpuLimit: '2000m', memoryLimit: '4Gi' })).toEqual({ cpu: '2', memory: '4Gi' });
  expect(limits({})).toBeUndefined();
});

test('Secrets are constructs or names', () => {
  expectSame(
    (chart) =>
      core({
        router: new Crpd({
          image,
          imagePullSecrets: [secret(chart, 'registry')],
          rootPassword: { secret: secret(chart, 'root'), key: 'hash' },
          license: { secret: secret(chart, 'junos'), key: 'license' },
        }),
      })(chart),
    core({
      router: new Crpd({
        image,
        imagePullSecrets: ['registry'],
        rootPassword: { secretName: 'root', key: 'hash' },
        license: { secretName: 'junos', key: 'license' },
      }),
    }),
  );
});

test('the password of a peer of MetalLB and BFD intervals', () => {
  const peer = { peerAsn: 64498, peerAddress: '192.0.2.254', bfdProfile: 'fast' };
  const metallb = (passwordSecret: string | kplus.ISecret, receiveInterval: Duration | number) => (chart: Chart) =>
    new MetalLBBgpPeering(chart, 'metallb', {
      ...peering,
      bfdProfiles: { fast: { receiveInterval } },
      peers: { routers: { ...peer, passwordSecret } },
    });
  expectSame((chart) => metallb(secret(chart, 'md5'), Duration.millis(100))(chart), metallb('md5', 100));
});

test('a ConfigMap with a template, times of the runtime, and the size of a volume', () => {
  expectSame(
    (chart) => {
      const configMap = kplus.ConfigMap.fromConfigMapName(chart, 'cm', 'mine');
      const runtime = { pollInterval: Duration.seconds(2), sessionTimeout: Duration.minutes(2) };
      core({ template: { configMap }, runtime })(chart);
    },
    core({ template: { configMap: 'mine' }, runtime: { pollInterval: 2000, sessionTimeout: 120 } }),
  );
  const persistent = (size: string | Size) => (chart: Chart) =>
    new AnycastRouteServerPair(chart, 'rs', pair(chart, { persistence: { size } }));
  expectSame(persistent(Size.gibibytes(2)), persistent('2Gi'));
});

const limited = (resources: object) => (chart: Chart) => addRegion({ router: new Frr({ image, resources }) })(chart);

describeRefusals('typed values', [
  [
    'a CPU limit below what is reserved',
    limited({ cpu: '2', cpuLimit: kplus.Cpu.millis(500) }),
    'test/east: router.resources.cpuLimit: got "500m", want at least 2, the CPU that is reserved',
  ],
  [
    'a size that is none',
    limited({ memory: { amount: 5 } }),
    'router.resources.memory: got 5, want a Kubernetes quantity',
  ],
  [
    'a password in place of a Secret',
    (chart) =>
      addRegion({ router: new Crpd({ image, rootPassword: { secret: 'hunter2', key: 'x y' } as never }) })(chart),
    'router.rootPassword: got (hidden), want { secretName, key } or { secret, key } of a Secret',
  ],
]);
