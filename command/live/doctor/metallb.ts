import { overlaps, parsePoolSpan } from '../../../lib/addressing';
import { MetalLBBackend, counted, listed, RouterGroup } from '../../../lib/model';
import { namespaceIn } from '../live-app';
import { isReady, LivePod, LiveService } from '../objects';
import { LiveMetalLB } from '../snapshot';
import { natural } from '../text';
import { Examined, Finding, podsOf, resultOf, Rule, unknown } from './rule';

/** The API version of MetalLB that each kind of the constructs has. */
const VERSIONS = ['v1beta1', 'v1beta2'];
/** The first release with BGPPeer in v1beta2 was 0.13. */
const OLDEST = [0, 13];

/** A rule about the MetalLB that an app uses. */
const about = (name: string, look: (of: Examined, live: LiveMetalLB) => ReturnType<Rule['look']>): Rule => ({
  name,
  look: (of) => (of.snapshot.metallb && of.metallb.length > 0 ? look(of, of.snapshot.metallb) : undefined),
});

export const metallbObjects = about('MetalLB CRDs', (_, { versions }) => {
  const lacking = VERSIONS.filter((one) => !versions.includes(one));
  const problem =
    versions.length === 0 ? 'are not in the cluster' : `${listed(lacking)} is not served, only ${listed(versions)}`;
  const remedy = 'install MetalLB 0.13 or later: kubectl apply of its manifest, or its Helm chart';
  return resultOf(
    lacking.length > 0 ? [{ subject: 'CRDs of metallb.io', problem, remedy }] : [],
    `metallb.io has ${listed(VERSIONS)}`,
  );
});

const isOfMetalLB = ({ spec }: LivePod) =>
  spec.containers.some(({ image }) => /\/(controller|speaker)(:|@|$)/.test(image));
const componentOf = ({ metadata: { labels } }: LivePod) =>
  labels?.component ?? labels?.['app.kubernetes.io/component'] ?? '';

/** The tag of the image of the controller or the speaker; undefined where a digest names it. */
function versionOf({ spec }: LivePod): string | undefined {
  const images = spec.containers.map(({ image }) => image.match(/\/(?:controller|speaker):v?(\d+\.\d+[^@]*)/)?.[1]);
  return images.find((one) => one !== undefined);
}

const ofMetalLB = (pods: readonly LivePod[]) => pods.filter((pod) => isOfMetalLB(pod) && componentOf(pod) !== '');

export const metallbVersion = about('MetalLB version', (_, { pods }) => {
  if (!('value' in pods)) return unknown(pods.refused);
  const own = ofMetalLB(pods.value);
  const versions = [...new Set(own.flatMap((pod) => versionOf(pod) ?? []))].sort(natural);
  if (own.length > 0 && versions.length === 0) return unknown('the images of MetalLB have no tag with a version');
  const old = versions.filter((one) => isOlder(one));
  const subject = 'MetalLB';
  const findings = [
    ...(own.length === 0 ? [{ subject, problem: 'has no pods', remedy: 'install MetalLB 0.13 or later' }] : []),
    ...(old.length > 0 ? [{ subject, problem: `is ${listed(old)}`, remedy: 'install 0.13 or later' }] : []),
    ...(versions.length > 1
      ? [
          {
            subject,
            problem: `controller and speakers have versions ${listed(versions)}`,
            remedy: 'finish the upgrade: all pods of MetalLB must have one version',
          },
        ]
      : []),
  ];
  return resultOf(findings, `${listed(versions)} on ${counted(own.length, 'pod')}`);
});

function isOlder(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

export const metallbNamespace = about('MetalLB namespace', ({ metallb }, { pods }) => {
  if (!('value' in pods)) return unknown(pods.refused);
  const found = [...new Set(ofMetalLB(pods.value).map(({ metadata }) => metadata.namespace ?? ''))].sort(natural);
  const findings = metallb.flatMap(({ namespace, path }): Finding[] => {
    if (found.includes(namespace)) return [];
    const problem =
      found.length === 0
        ? `no pod of MetalLB runs, also not in ${namespace}`
        : `writes to ${namespace}, but MetalLB runs in ${listed(found)} and reads its objects there`;
    const remedy = found.length === 0 ? 'install MetalLB' : `set namespace: '${found[0]}' in ${path}`;
    return [{ subject: path, problem, remedy }];
  });
  return resultOf(findings, listed(found));
});

export const metallbBackend = about('MetalLB back end', ({ metallb }, { pods }) => {
  if (!('value' in pods)) return unknown(pods.refused);
  const found = backendOf(pods.value);
  if (found === undefined) return unknown('no speaker runs');
  const findings = metallb.flatMap(({ backend, path }): Finding[] =>
    backend === found
      ? []
      : [
          {
            subject: path,
            problem: `the app was checked for ${backend}, and MetalLB speaks BGP by ${found}`,
            remedy: `set backend: '${found}' in ${path}, or install MetalLB with ${backend}`,
          },
        ],
  );
  return resultOf(findings, found);
});

/** frr-k8s runs in pods of its own; the older FRR back end has a container beside each speaker. */
function backendOf(pods: readonly LivePod[]): MetalLBBackend | undefined {
  const speakers = pods.filter((pod) => componentOf(pod) === 'speaker');
  if (speakers.length === 0) return undefined;
  if (
    pods.some(({ metadata: { labels = {} } }) => [labels.app, labels['app.kubernetes.io/name']].includes('frr-k8s'))
  ) {
    return 'frr-k8s';
  }
  const containers = speakers.flatMap(({ spec }) => spec.containers);
  const type = containers.flatMap(({ env = [] }) => env).find(({ name }) => name === 'METALLB_BGP_TYPE')?.value;
  if (type === 'frr' || type === 'frr-k8s' || type === 'native') return type;
  return containers.some(({ name }) => name === 'frr') ? 'frr' : 'native';
}

export const pools = about('pools', (_, { pools: read }) => {
  if (!('value' in read)) return unknown(read.refused);
  const spans = read.value.flatMap(({ metadata, spec }) =>
    spec.addresses.map((text) => ({ pool: `${metadata.namespace}/${metadata.name}`, span: parsePoolSpan(text) })),
  );
  const findings = spans.flatMap(({ pool, span }, i) =>
    spans.slice(0, i).flatMap((other): Finding[] =>
      other.pool === pool || !overlaps(other.span, span)
        ? []
        : [
            {
              subject: pool,
              problem: `has ${span.text}, and ${other.pool} has ${other.span.text}`,
              remedy: 'remove the addresses from one of them: MetalLB may give them away twice',
            },
          ],
    ),
  );
  return resultOf(findings, `${counted(read.value.length, 'pool')} without a common address`);
});

/** Who announces the addresses that clients peer with. */
export const announced: Rule = {
  name: 'addresses',
  needs: ['services'],
  look(of) {
    const groups = of.groups.filter(({ reachedBy }) => ['metallb', 'layer2', 'load-balancer'].includes(reachedBy));
    const addresses = groups.flatMap((group) => group.addresses.map(({ text }) => ({ group, address: text })));
    if (addresses.length === 0) return undefined;
    const findings = addresses.flatMap(({ group, address }) => announcementOf(of, group, address) ?? []);
    const by = addresses.map(({ group, address }) => `${address} from ${listed(announcersOf(of, group, address))}`);
    return resultOf(findings, `announced: ${by.join('; ')}`);
  },
};

const servicesWith = ({ snapshot }: Examined, address: string): readonly LiveService[] =>
  snapshot.services.filter(({ status }) => status?.loadBalancer?.ingress?.some(({ ip }) => ip === address));

/** The nodes that announce the address of a group, as MetalLB says; without that, those with a pod that is ready. */
function announcersOf(of: Examined, group: RouterGroup, address: string): readonly string[] {
  const reported = of.snapshot.metallb?.announcements;
  if (!reported || !('value' in reported)) return nodesOf(podsOf(of, group));
  const services = servicesWith(of, address).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const nodes = reported.value.flatMap(({ status }) =>
    services.includes(`${status?.serviceNamespace}/${status?.serviceName}`) ? (status?.node ?? []) : [],
  );
  return [...new Set(nodes)].sort(natural);
}

const nodesOf = (routers: ReturnType<typeof podsOf>): readonly string[] =>
  [...new Set(routers.filter(({ pod }) => isReady(pod)).flatMap(({ pod }) => pod.spec.nodeName ?? []))].sort(natural);

function announcementOf(of: Examined, group: RouterGroup, address: string): Finding | undefined {
  const subject = `${address} of ${group.id}`;
  const namespace = namespaceIn(of.snapshot, group);
  const holders = servicesWith(of, address);
  if (holders.length === 0) {
    const ofService = of.snapshot.events.filter(
      ({ reason, involvedObject: { name } }) => reason === 'AllocationFailed' && name === group.workload,
    );
    const why = ofService.at(-1)?.message;
    const problem = `no Service has it${why === undefined ? '' : `: ${why}`}`;
    return { subject, problem, remedy: `kubectl describe service -n ${namespace} ${group.workload}` };
  }
  const isPlaced = ({ group: id, address: at, isReached }: { group: string; address: string; isReached: boolean }) =>
    id === group.id && at === address && isReached;
  const reached = of.app.expected.addressesAtNodes.filter(isPlaced).map(({ node }) => node.split('/').at(-1));
  const wanted = nodesOf(podsOf(of, group)).filter((node) => reached.includes(node));
  const actual = announcersOf(of, group, address);
  const silent = wanted.filter((node) => !actual.includes(node));
  // On layer 2, one node at a time answers.
  const isEnough = group.reachedBy === 'metallb' ? silent.length === 0 && actual.length > 0 : actual.length > 0;
  if (isEnough) return undefined;
  if (wanted.length === 0 && actual.length === 0) {
    const remedy = `kubectl get pods -n ${namespace} -l app.kubernetes.io/instance=${group.workload}`;
    return { subject, problem: 'no node announces it: no pod of the side is ready', remedy };
  }
  const problem = `not announced from ${listed(silent)}, where a pod is ready${actual.length > 0 ? `, only from ${listed(actual)}` : ''}`;
  return {
    subject,
    problem,
    remedy: `look at the speaker there: kubectl logs -n ${of.metallb[0]?.namespace ?? 'metallb-system'} -l component=speaker`,
  };
}
