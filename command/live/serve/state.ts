import { BgpTopology, Session } from '../../../lib/model';
import { podTitle } from '../../../lib/report';
import { comparedSessions, LiveApp, sessionsUnread } from '../live-app';
import { isWell, StatusRow, statusRows, statusText } from '../status';

/** What the picture shows of a pod of the model: all is well, something is wrong with it or its sessions, or it is not there. */
export type PodState = 'well' | 'fault' | 'absent';

/** A session of the model, by the titles that its ends have in the picture. */
export interface SessionLine {
  readonly ends: readonly [from: string, to: string];
  /** Whether it is Established. */
  readonly up: boolean;
}

/** What the page asks for again and again. */
export interface GlassState {
  /** The pods in the picture, by their titles. */
  readonly pods: Readonly<Record<string, PodState>>;
  /** None where the caller may not read them. */
  readonly sessions: readonly SessionLine[];
  /** The table of `status`. */
  readonly text: string;
}

export async function stateOf(app: LiveApp): Promise<GlassState> {
  const [rows, { pods: live, sessions: up }] = [await statusRows(app), await comparedSessions(app)];
  const { speakers } = app.expected;
  const titles = new Map(speakers.map((speaker) => [speaker.id, podTitle(speaker)]));
  const lineOf =
    (isUp: boolean) =>
    ({ from, to }: Session): SessionLine => ({
      ends: [titles.get(from) ?? from, titles.get(to) ?? to],
      up: isUp,
    });
  return {
    pods: Object.fromEntries(
      speakers.map((speaker) => [podTitle(speaker), stateIn(rows, speaker.group.cluster, live.get(speaker.id)?.name)]),
    ),
    sessions:
      sessionsUnread(app) === undefined
        ? [...up.map(lineOf(true)), ...downIn(app.expected, up).map(lineOf(false))]
        : [],
    text: statusText(rows),
  };
}

function stateIn(rows: readonly StatusRow[], cluster: string, pod: string | undefined): PodState {
  if (pod === undefined) return 'absent';
  return isWell(rows.filter((row) => row.pod === pod && row.cluster === cluster)) ? 'well' : 'fault';
}

/** The sessions of the model that are not up. Where a router chooses its neighbors, the first that it has no session with. */
function downIn({ sessions, choices }: BgpTopology, up: readonly Session[]): readonly Session[] {
  const keyOf = ({ kind, from, to, address }: Session) => JSON.stringify([kind, from, to, address]);
  const keys = new Set(up.map(keyOf));
  const isDown = (session: Session) => !keys.has(keyOf(session));
  const chosen = choices.flatMap(({ candidates, most, ...choice }) => {
    const all = candidates.map((to): Session => ({ ...choice, to }));
    const down = all.filter(isDown);
    return down.slice(0, Math.max(0, Math.min(most, all.length) - (all.length - down.length)));
  });
  return [...sessions.filter(isDown), ...chosen];
}
