import { counted, listed } from '../../../lib/model';
import { routersIn } from '../../manifests';
import { namespaceIn } from '../live-app';
import { neededSecrets } from '../snapshot';
import { natural } from '../text';
import { Examined, Finding, podsOf, resultOf, Rule, unknown } from './rule';

export const secrets: Rule = {
  name: 'Secrets',
  look({ app, snapshot }) {
    const needed = neededSecrets(app, snapshot.cluster, snapshot.namespace);
    if (needed.length === 0) return undefined;
    const refused = [...snapshot.secrets.values()].flatMap((one) => ('refused' in one ? one.refused : []));
    if (refused.length > 0) return unknown(refused[0]);
    const findings = needed.flatMap(({ name, namespace, key, purpose }): Finding[] => {
      const read = snapshot.secrets.get(`${namespace}/${name}`);
      const keys = read && 'value' in read ? read.value : undefined;
      const subject = `${namespace}/${name}`;
      const remedy = `create it before the pods start: ${purpose}${key === undefined ? '' : `, key ${key}`}`;
      if (!keys) return [{ subject, problem: 'is missing', remedy }];
      if (key === undefined || keys.includes(key)) return [];
      const found = keys.filter((one) => one !== '');
      return [{ subject, problem: `has ${found.length > 0 ? listed(found) : 'no key'}, want the key ${key}`, remedy }];
    });
    return resultOf(findings, `${counted(needed.length, 'Secret')} with the keys that are read`);
  },
};

/** The Services that list the pods of the app, and those with its addresses. */
export const services: Rule = {
  name: 'Services',
  needs: ['services', 'endpointslices'],
  look(of) {
    const { app, snapshot, groups } = of;
    const names = new Map<string, { readonly name: string; readonly namespace: string }>();
    const add = (name: string, namespace: string) => names.set(`${namespace}/${name}`, { name, namespace });
    for (const group of groups) {
      for (const name of [group.service, ...group.listedBy]) add(name, namespaceIn(snapshot, group));
    }
    for (const { kind, metadata, spec } of app.objects) {
      const workload = spec?.selector?.['app.kubernetes.io/instance'];
      const own = groups.find((group) => group.workload === workload);
      if (kind === 'Service' && own) add(String(metadata?.name), metadata?.namespace ?? namespaceIn(snapshot, own));
    }
    const findings = [...names.values()].flatMap(({ name, namespace }): Finding[] => {
      const isIt = ({ metadata }: { readonly metadata: { readonly name: string; readonly namespace?: string } }) =>
        metadata.name === name && metadata.namespace === namespace;
      if (!snapshot.services.some(isIt)) {
        return [{ subject: name, problem: 'is not in the cluster', remedy: `kubectl apply -f ${app.folder}` }];
      }
      if (behind(of, name, namespace).length > 0) return [];
      const problem = 'has no endpoint that is ready';
      return [
        {
          subject: name,
          problem,
          remedy: `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`,
        },
      ];
    });
    return resultOf(findings, `${counted(names.size, 'Service')} with endpoints`);
  },
};

/** The addresses behind a Service that are ready. */
function behind({ snapshot }: Examined, name: string, namespace: string): readonly string[] {
  const own = snapshot.slices.filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  const ready = own.flatMap(({ endpoints }) =>
    (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false),
  );
  return [...new Set(ready.flatMap(({ addresses }) => addresses))];
}

const PULL = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable'];

export const imagePull: Rule = {
  name: 'image pull',
  look({ routers }) {
    const findings = routers.flatMap(({ pod }) =>
      (pod.status.containerStatuses ?? []).flatMap(({ name, state }): Finding[] => {
        const { reason = '', message = '' } = state?.waiting ?? {};
        if (!PULL.includes(reason)) return [];
        const image = pod.spec.containers.find((one) => one.name === name)?.image;
        return [
          {
            subject: pod.metadata.name,
            problem: `${reason} of ${image}${message === '' ? '' : `: ${message}`}`,
            remedy: 'push the image, or correct its name or the pull Secret in the app',
          },
        ];
      }),
    );
    return resultOf(findings, `${counted(routers.length, 'pod')} have their images`);
  },
};

/** Whether pods run the images of the manifests, and one name is one image. */
export const imageVersions: Rule = {
  name: 'image versions',
  look(of) {
    const written = new Map<string, Set<string>>();
    for (const { object, container } of routersIn(of.app.objects)) {
      const key = `${object.kind}/${object.metadata?.name}`;
      written.set(key, (written.get(key) ?? new Set()).add(container.image ?? ''));
    }
    const digests = new Map<string, Set<string>>();
    const findings = of.groups.flatMap((group) =>
      podsOf(of, group).flatMap(({ pod, name: { container } }): Finding[] => {
        const image = pod.spec.containers.find((one) => one.name === container)?.image ?? '';
        const digest = pod.status.containerStatuses?.find((one) => one.name === container)?.imageID;
        if (digest) digests.set(image, (digests.get(image) ?? new Set()).add(digest));
        const wanted = written.get(`${group.workloadKind}/${group.workload}`);
        if (!wanted || wanted.has(image)) return [];
        const problem = `runs ${image}, and the manifests have ${listed([...wanted])}`;
        const remedy = `kubectl apply -f ${of.app.folder}, and follow it: npx cdk8s-meshrr rollout`;
        return [{ subject: pod.metadata.name, problem, remedy }];
      }),
    );
    const moved = [...digests].flatMap(([image, own]): Finding[] =>
      own.size < 2
        ? []
        : [
            {
              subject: image,
              problem: `is ${own.size} different images on the nodes`,
              remedy: 'give each build a tag of its own, or name the image by its digest',
            },
          ],
    );
    return resultOf([...findings, ...moved], listed([...digests.keys()].sort(natural)) || 'no pod runs yet');
  },
};

/** How old the answers of discovery may be, in seconds: pods ask twice a second. */
const OLD_SECONDS = 30;

/** Whether pods know the same neighbors as the EndpointSlices, by whatever means they look. */
export const discovery: Rule = {
  name: 'discovery',
  needs: ['exec', 'endpointslices'],
  look(of) {
    const answering = of.routers.filter(({ status }) => status !== undefined);
    const findings = answering.flatMap(({ pod, status }) =>
      (status?.groups ?? []).flatMap((group): Finding[] => {
        const subject = `${pod.metadata.name} ${group.name}`;
        // The names of other clusters, and addresses, are in no EndpointSlice of this one.
        const [, name, namespace] = group.service.match(/^([\w-]+)\.([\w-]+)\.svc\.(?!clusterset)/) ?? [];
        if (name === undefined) return [];
        const { lastAnswer = 'nothing yet' } = group;
        const found = lastAnswer.match(/^found (\d+) by (\w+)/);
        if (!found) {
          return [{ subject, problem: `${group.service}: ${lastAnswer}`, remedy: remedyOf(namespace, name) }];
        }
        const { answerAgeSeconds: age = 0 } = group;
        if (age > OLD_SECONDS) {
          const problem = `the last answer about ${group.service} is ${Math.round(age)} s old`;
          return [{ subject, problem, remedy: 'look at CoreDNS, or at the API server and the Role of the pods' }];
        }
        const listedNow = listedBy(of, name, namespace);
        if (listedNow.length === Number(found[1])) return [];
        const cause = found[2] === 'dns' ? 'a cache answers' : 'its watch lags';
        const problem = `knows ${found[1]} by ${found[2]}, the EndpointSlices list ${listedNow.length}: ${cause}`;
        return [{ subject, problem, remedy: `repeat this in a minute, then: ${remedyOf(namespace, name)}` }];
      }),
    );
    const ages = answering.flatMap(({ status }) => (status?.groups ?? []).map((one) => one.answerAgeSeconds ?? 0));
    const age = `at most ${Math.max(0, ...ages).toFixed(1)} s old`;
    const silent = of.routers.length - answering.length;
    const sources = [...new Set(answering.flatMap(({ status }) => (status?.groups ?? []).flatMap(sourceOf)))].sort();
    const also = silent > 0 ? `; ${counted(silent, 'pod')} did not answer` : '';
    return resultOf(
      findings,
      `pods know what the EndpointSlices list, by ${listed(sources) || 'nothing'}, ${age}${also}`,
    );
  },
};

const sourceOf = ({ lastAnswer }: { readonly lastAnswer?: string }) => lastAnswer?.match(/ by (\w+)$/)?.[1] ?? [];
const remedyOf = (namespace: string, name: string) =>
  `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`;

/** The addresses that a Service lists, ready or not: those of a mesh do. */
function listedBy({ snapshot }: Examined, name: string, namespace: string): readonly string[] {
  const own = snapshot.slices.filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  return [...new Set(own.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses)))];
}
