import { ClusterNode, Speaker } from '../../../lib/model';
import { podTitle } from '../../../lib/report';
import { LiveApp } from '../live-app';
import { LiveRouter } from '../snapshot';
import { isWell, StatusRow, statusRows, statusText } from '../status';
import { natural } from '../text';

/** What the picture shows of a pod of the model: all is well, something is wrong with it or its sessions, or it is not there. */
export type PodState = 'well' | 'fault' | 'absent';

/** What the page asks for again and again. */
export interface GlassState {
  /** The pods in the picture, by their titles. */
  readonly pods: Readonly<Record<string, PodState>>;
  /** The table of `status`. */
  readonly text: string;
}

export async function stateOf(app: LiveApp): Promise<GlassState> {
  const rows = await statusRows(app);
  const live = new Map(pairs(app));
  const pods = app.expected.speakers.map((speaker) => [podTitle(speaker), stateIn(rows, live.get(speaker))] as const);
  return { pods: Object.fromEntries(pods), text: statusText(rows) };
}

function stateIn(rows: readonly StatusRow[], router: LiveRouter | undefined): PodState {
  if (!router) return 'absent';
  const { cluster } = router.group;
  return isWell(rows.filter((row) => row.pod === router.name.name && row.cluster === cluster)) ? 'well' : 'fault';
}

/** The pods of the model and those of their workloads that run on their nodes, in the order of their names. */
function pairs({ expected, routers }: LiveApp): readonly (readonly [Speaker, LiveRouter])[] {
  const left = [...routers]
    .filter(({ pod }) => pod.metadata.deletionTimestamp === undefined)
    .sort((one, other) => natural(one.name.name, other.name.name));
  return expected.speakers.flatMap((speaker) => {
    const at = left.findIndex((router) => router.group.id === speaker.group.id && isOn(router, speaker.node));
    return at < 0 ? [] : [[speaker, left.splice(at, 1)[0]] as const];
  });
}

const isOn = ({ pod }: LiveRouter, { name }: ClusterNode): boolean => pod.spec.nodeName === name;
