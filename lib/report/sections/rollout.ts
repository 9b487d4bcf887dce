import { BgpTopology, grouped, RouterGroup } from '../../model';
import { stepsOf } from '../../proof';
import { commands, Section } from '../elements';
import { Content, html } from '../markup';
import { kubectl, word } from './shell';

/** Up to so many workloads are waited for by name, more of them by their labels. */
const NAMED = 12;

/** The commands of a rollout, and of the drain of a node. */
export function rollout({ groups }: BgpTopology): Section {
  const clusters = [...grouped(groups, ({ cluster }) => cluster)];
  return {
    id: 'rollout',
    heading: 'The order of a rollout',
    content: [
      html`<p>Commands for the folder that the manifests are in.</p> `,
      ...clusters.map(([cluster, own]) => inCluster(cluster, own, clusters.length > 1)),
    ],
  };
}

function inCluster(cluster: string, groups: readonly RouterGroup[], several: boolean): Content {
  const apply = `${kubectl(cluster)} apply -f ${several ? 'FILES' : '.'}`;
  const where = cluster === '' ? '' : ` in the cluster ${cluster}`;
  const files = several ? html`<p>FILES are those of the charts of this cluster.</p> ` : '';
  const first = html`<h3>The first rollout${where}</h3>
    ${files}
    <p>
      All at once: pods find each other as they come up, in whatever order. Then see that every workload is ready, a
      core before its regions, and what one of its pods has for neighbors.
    </p>
    ${commands([apply, ...waitFor(groups), ...status(groups)])}`;
  const drain = html`<h3>A drain of a node${where}</h3>
    <p>The pods have volumes of type <code>emptyDir</code>. The pods of DaemonSets stay on the node.</p>
    ${commands([`${kubectl(cluster)} drain NODE --ignore-daemonsets --delete-emptydir-data`])}`;
  return [first, html`<h3>Later rollouts${where}</h3>`, later(groups, apply), drain];
}

function later(groups: readonly RouterGroup[], apply: string): Content {
  const [first, ...steps] = stepsOf(groups);
  if (!first) {
    return [
      html`<p>
        A new image or template replaces the pods of a region or pair one after the other: each waits until the clients
        of the one before are back.
      </p>`,
      commands([apply, ...waitFor(groups)]),
    ];
  }
  return html`<p>
      A new image or template replaces the pods of ${steps.length > 1 ? 'all' : 'both'} sides at once, unless one side
      is applied after the other. First ${first.name.replace('all', 'everything')}:
    </p>
    ${commands([`${apply} -l '${first.applied}'`, ...waitFor(first.groups, first.labels), ...status(first.groups)])}
    ${steps.map(
      ({ name, applied, labels, groups: own }) =>
        html`<p>Once the sessions are up again, ${applied ? name : 'the rest'}:</p>
          ${commands([applied ? `${apply} -l '${applied}'` : apply, ...waitFor(own, labels)])}`,
    )}`;
}

/** Waits for workloads, those without a side first. */
function waitFor(groups: readonly RouterGroup[], labels?: string): readonly string[] {
  if (groups.length > NAMED) {
    const [{ cluster }] = groups;
    return [...grouped(groups, ({ namespace }) => JSON.stringify([namespace]))].map(([, [{ namespace }]]) => {
      const selector = ['app.kubernetes.io/name=meshrr', ...(labels === undefined ? [] : [labels])].join(',');
      const command = kubectl(cluster, namespace);
      return `${command} get deployments,statefulsets,daemonsets -l '${selector}' -o name | xargs -n 1 ${command} rollout status`;
    });
  }
  const core = groups.filter(({ side }) => side === undefined);
  return [...core, ...groups.filter(({ side }) => side !== undefined)].map(
    (group) => `${kubectl(group.cluster, group.namespace)} rollout status ${nameOf(group)}`,
  );
}

/** What one pod sees of its sessions. */
function status(groups: readonly RouterGroup[]): readonly string[] {
  const group = groups.find(({ side }) => side !== undefined) ?? groups[0];
  if (!group) return [];
  return [`${kubectl(group.cluster, group.namespace)} exec ${nameOf(group)} -- meshrr status`];
}

const nameOf = ({ workload, workloadKind }: RouterGroup) => `${workloadKind.toLowerCase()}/${word(workload)}`;
