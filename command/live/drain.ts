import { listed } from '../../lib/model';
import { RUNTIME, SETTINGS } from '../../lib/settings';
import { UserError } from '../manifests';
import { Kubectl, KubectlError } from './kubectl';
import { isReady, LivePod } from './objects';
import { natural } from './text';

const OURS = 'app.kubernetes.io/name=meshrr';
/** A drain waits until neighbors have what they need, in milliseconds. */
const DRAIN_MS = 120_000;

/** What became of one pod. */
export interface Drained {
  readonly pod: string;
  readonly namespace: string;
  readonly node: string;
  /** Why it failed. */
  readonly fault?: string;
}

/**
 * Drains the router of a pod, or those on a node; or ends that.
 *
 * @param name of a pod or of a node
 * @throws UserError for an unknown name, and where a drain would leave a region or pair without a pod that serves
 */
export async function drain(
  kubectl: Kubectl,
  name: string,
  { verb, force = false }: { readonly verb: 'drain' | 'undrain'; readonly force?: boolean },
): Promise<readonly Drained[]> {
  const all = await routerPods(kubectl);
  const chosen = targets(all, name);
  if (verb === 'drain' && !force) {
    const bare = leftWithout(all, chosen);
    if (bare.length > 0) {
      throw new UserError(
        `${name}: no other pod of ${listed(bare)} is ready: clients would lose their routes; --force drains it`,
      );
    }
  }
  return Promise.all(
    chosen.map(async ({ metadata, spec }) => {
      const { name: pod, namespace = 'default' } = metadata;
      const container = containerOf({ metadata, spec });
      const done = { pod, namespace, node: spec.nodeName ?? '' };
      try {
        await kubectl.exec({ name: pod, namespace, container }, [RUNTIME.executable, verb], DRAIN_MS);
        return done;
      } catch (error) {
        if (!(error instanceof KubectlError)) throw error;
        return { ...done, fault: error.message };
      }
    }),
  );
}

const containerOf = ({ spec }: Pick<LivePod, 'metadata' | 'spec'>): string =>
  (
    spec.containers.find(({ env }) => env?.some((one) => one.name === SETTINGS.autonomousSystem.variable)) ??
    spec.containers[0]
  ).name;

/** All pods with a router that the caller may see: without the right for all namespaces, those of the current one. */
async function routerPods(kubectl: Kubectl): Promise<readonly LivePod[]> {
  try {
    return await kubectl.list<LivePod>('pods', '-A', '-l', OURS);
  } catch (error) {
    if (!(error instanceof KubectlError) || !error.isForbidden) throw error;
    return kubectl.list<LivePod>('pods', '-l', OURS);
  }
}

/** The pods of a name. @throws UserError */
export function targets(all: readonly LivePod[], name: string): readonly LivePod[] {
  const live = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const chosen = live.filter(({ metadata, spec }) => metadata.name === name || spec.nodeName === name);
  if (chosen.length > 0) return chosen;
  const names = live.map(({ metadata }) => metadata.name).sort(natural);
  throw new UserError(
    `got ${name}, want a node with routers, or a pod: ${names.length > 0 ? listed(names, 8, 'or') : 'there are none'}`,
  );
}

/** The regions and pairs that would have no pod that is ready. */
export function leftWithout(all: readonly LivePod[], chosen: readonly LivePod[]): readonly string[] {
  const partOf = ({ metadata: { namespace, labels } }: LivePod) => `${namespace}/${labels?.['meshrr/part']}`;
  const serving = new Set(
    all
      .filter((pod) => !chosen.includes(pod) && isReady(pod) && pod.metadata.deletionTimestamp === undefined)
      .map(partOf),
  );
  return [...new Set(chosen.map(partOf))].filter((part) => !serving.has(part)).map((part) => part.split('/')[1]);
}

export const drainText = (all: readonly Drained[], verb: 'drain' | 'undrain'): string =>
  [...all]
    .sort((one, other) => natural(one.pod, other.pod))
    .map(({ pod, node, fault }) => `${pod} on ${node}: ${fault ?? (verb === 'drain' ? 'drained' : 'serves again')}\n`)
    .join('');
