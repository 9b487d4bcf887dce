import { counted, grouped, listed } from '../../lib/model';
import { Kubectl } from './kubectl';
import { LiveApp, namespaceIn } from './live-app';
import { isReady, LiveWorkload } from './objects';
import { ClusterSnapshot } from './snapshot';
import { natural, table } from './text';

/** How far a workload is. */
export interface WorkloadRollout {
  readonly workload: string;
  readonly kind: string;
  readonly side: string;
  /** The fields of the pod template that the manifests would change; empty where they are applied. */
  readonly toApply: readonly string[];
  readonly pods: number;
  /** Pods of the current template. */
  readonly updated: number;
  readonly ready: number;
}

/** A region or pair: its pods end one after the other, if it has an interlock. */
export interface PartRollout {
  readonly part: string;
  readonly cluster: string;
  readonly interlock: boolean;
  /** The pod that ends now, or whose successor is not ready yet. */
  readonly holder?: string;
  readonly workloads: readonly WorkloadRollout[];
}

/** What a change will replace, and how far it is. */
export async function rolloutOf(app: LiveApp, kubectls: ReadonlyMap<string, Kubectl>): Promise<readonly PartRollout[]> {
  const each = app.snapshots.map(async (snapshot) => {
    const applied = await afterApply(app, snapshot, kubectls.get(snapshot.cluster) as Kubectl);
    return partsOf(app, snapshot, applied);
  });
  return (await Promise.all(each)).flat().sort((one, other) => natural(one.part, other.part));
}

const keyOf = ({ kind, metadata }: { readonly kind?: string; readonly metadata?: { readonly name?: string } }) =>
  `${kind}/${metadata?.name}`;

/** The workloads as they would be after an apply. The API server fills in its defaults; nothing changes. */
async function afterApply(
  { objects }: LiveApp,
  snapshot: ClusterSnapshot,
  kubectl: Kubectl,
): Promise<readonly LiveWorkload[]> {
  const there = new Set(snapshot.workloads.map(keyOf));
  const own = objects.filter((object) => there.has(keyOf(object)) && object.spec?.template);
  if (own.length === 0) return [];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: own });
  const shown = JSON.parse(await kubectl.run(['apply', '--dry-run=server', '-o', 'json', '-f', '-'], { input }));
  return (shown.items ?? [shown]) as readonly LiveWorkload[];
}

/** @param applied the workloads as they would be after an apply */
export function partsOf(
  { topology }: LiveApp,
  snapshot: ClusterSnapshot,
  applied: readonly LiveWorkload[],
): readonly PartRollout[] {
  const groups = topology.groups.filter(({ cluster }) => cluster === snapshot.cluster);
  return [...grouped(groups, ({ part }) => part.path).values()].map((own): PartRollout => {
    const [{ part, interlock }] = own;
    const workloads = own.map((group): WorkloadRollout => {
      const isIt = ({ kind, metadata }: LiveWorkload) =>
        kind === group.workloadKind &&
        metadata.name === group.workload &&
        metadata.namespace === namespaceIn(snapshot, group);
      const live = snapshot.workloads.find(isIt);
      const next = applied.find(isIt);
      const { status = {}, spec, metadata } = live ?? {};
      const isCurrent = status.observedGeneration === metadata?.generation;
      const routers = snapshot.routers.filter((one) => one.group === group);
      return {
        ...{ workload: group.workload, kind: group.workloadKind, side: group.side ?? '' },
        toApply: !live ? ['it is new'] : next ? differences(live.spec.template, next.spec.template) : [],
        pods: status.desiredNumberScheduled ?? spec?.replicas ?? 0,
        updated: isCurrent ? (status.updatedNumberScheduled ?? status.updatedReplicas ?? 0) : 0,
        ready: routers.filter(({ pod }) => pod.metadata.deletionTimestamp === undefined && isReady(pod)).length,
      };
    });
    return { part: part.name, cluster: snapshot.cluster, interlock, holder: holderOf(snapshot, own), workloads };
  });
}

/** The pod that has the Lease of a part. It is named by its UID, after its pod is gone, too. */
function holderOf(snapshot: ClusterSnapshot, groups: LiveApp['topology']['groups']): string | undefined {
  const routers = snapshot.routers.filter(({ group }) => groups.includes(group));
  const labels = new Set(routers.map(({ pod }) => pod.metadata.labels?.['meshrr/part']));
  const lease = snapshot.leases.find(({ metadata }) => labels.has(metadata.labels?.['meshrr/part'] ?? ''));
  const identity = lease?.spec?.holderIdentity;
  if (!identity) return undefined;
  const uid = identity.slice(identity.lastIndexOf('/') + 1);
  return (
    routers.find(({ pod }) => pod.metadata.uid === uid)?.pod.metadata.name ??
    `the successor on ${identity.split('/')[0]}`
  );
}

/** The paths of fields that differ; of lists whose items have names, by these: `spec.containers.frr.image`. */
export function differences(one: unknown, other: unknown, path = ''): readonly string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  const [before, after] = [fieldsOf(one), fieldsOf(other)];
  if (!before || !after) return [path];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) =>
    differences(before.get(name), after.get(name), path === '' ? name : `${path}.${name}`),
  );
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((item, i) => [String((item as { readonly name?: string } | null)?.name ?? i), item]));
}

/** Whether nothing is to be applied, and all pods are new and ready. */
export const isDone = (parts: readonly PartRollout[]): boolean =>
  parts.every(({ workloads }) =>
    workloads.every(({ toApply, pods, updated, ready }) => toApply.length === 0 && updated >= pods && ready >= pods),
  );

const HEADINGS = ['PART', 'WORKLOAD', 'TO APPLY', 'REPLACED', 'READY', 'ENDS NOW'];

export function rolloutText(parts: readonly PartRollout[]): string {
  const rows = parts.flatMap(({ part, cluster, holder, workloads }) =>
    workloads.map(({ workload, toApply, pods, updated, ready }, i) => [
      cluster === '' ? part : `${cluster}/${part}`,
      workload,
      toApply.length === 0 ? '-' : listed(toApply, 2),
      `${updated} of ${pods}`,
      `${ready} of ${pods}`,
      i === 0 ? (holder ?? '-') : '',
    ]),
  );
  const all = parts.flatMap(({ workloads }) => workloads);
  const pending = all.filter(({ toApply }) => toApply.length > 0);
  const pods = pending.reduce((sum, one) => sum + one.pods, 0);
  const free = parts.filter(({ interlock }) => !interlock).map(({ part }) => part);
  return `${[
    pending.length === 0
      ? 'the manifests are applied'
      : `an apply will replace ${counted(pods, 'pod')} of ${counted(pending.length, 'workload')}`,
    isDone(parts)
      ? 'all pods are replaced and ready'
      : 'parts go side by side; in each, one pod ends at a time: whichever takes the Lease first',
    ...(free.length > 0 && !isDone(parts) ? [`without an interlock, sides may go at once: ${listed(free)}`] : []),
    '',
    ...table([HEADINGS, ...rows]),
  ].join('\n')}\n`;
}
