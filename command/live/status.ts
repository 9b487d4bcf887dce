import { oneLine } from '../../lib/input';
import { duration } from '../../crpd-image/runtime/commands/status-table';
import { counted } from '../../lib/model';
import { comparedSessions, LiveApp, sessionsUnread } from './live-app';
import { isReady } from './objects';
import { LiveRouter } from './snapshot';
import { cut, COLUMNS, natural, table } from './text';

/** A pod, a session of it, or a session of the model that it lacks. */
export interface StatusRow {
  /** `NOT READY`, `MISSING`, a state of BGP, or `ready`; `UNREAD` where the caller may not read sessions. */
  readonly state: string;
  readonly cluster: string;
  readonly pod: string;
  readonly node: string;
  /** The other end of a session: a pod, a router outside, or its address. Empty for a pod itself. */
  readonly peer: string;
  readonly upSeconds?: number;
  readonly prefixes?: number;
  /** What is wrong with a pod. */
  readonly note?: string;
}

/** All pods and sessions of an app, the worst first. */
export async function statusRows(app: LiveApp): Promise<readonly StatusRow[]> {
  const nowhere = { cluster: '', pod: '', node: '', peer: '' };
  const unread = sessionsUnread(app);
  const { missing } = await comparedSessions(app);
  const ofAll =
    unread === undefined
      ? missing.map((text) => ({ ...nowhere, state: 'MISSING', peer: text }))
      : [{ ...nowhere, state: 'UNREAD', note: unread }];
  const rows: readonly StatusRow[] = [...ofAll, ...app.routers.flatMap((router) => rowsOf(app, router))];
  return [...rows].sort(
    (one, other) => rankOf(one) - rankOf(other) || natural(one.pod, other.pod) || natural(one.peer, other.peer),
  );
}

function rowsOf({ nameOf }: LiveApp, { pod, group, status, sessions, silence }: LiveRouter): readonly StatusRow[] {
  const common = { cluster: group.cluster, pod: pod.metadata.name, node: pod.spec.nodeName ?? '' };
  const note = silence ?? status?.problems[0] ?? (isReady(pod) ? undefined : status?.readiness.reason);
  return [
    { ...common, state: podState(pod, status?.router.draining), peer: '', note },
    ...sessions.map(({ address, state, establishedSeconds, prefixesReceived }) => ({
      ...{ ...common, state, peer: nameOf(address) },
      ...{ upSeconds: establishedSeconds, prefixes: prefixesReceived },
    })),
  ];
}

function podState(pod: LiveRouter['pod'], draining: boolean | undefined): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'ENDING';
  if (draining) return 'DRAINED';
  return isReady(pod) ? 'ready' : 'NOT READY';
}

/** Pods with a fault, sessions that are missing or down, pods with a problem, and then what is well. */
function rankOf({ state, note }: StatusRow): number {
  if (state === 'NOT READY') return 0;
  if (state === 'MISSING' || state === 'UNREAD') return 1;
  if (state === 'ENDING' || state === 'DRAINED') return 2;
  if (state === 'ready') return note === undefined ? 5 : 4;
  return state === 'Established' ? 6 : 3;
}

const HEADINGS = ['STATE', 'POD', 'NODE', 'PEER', 'UP', 'PREFIXES'];

/** The table, and a line with the sums before it. */
export function statusText(rows: readonly StatusRow[]): string {
  const unread = rows.filter(({ state }) => state === 'UNREAD');
  const shown = rows.filter((row) => !unread.includes(row));
  const cells = shown.map(({ state, cluster, pod, node, peer, upSeconds, prefixes, note }) => [
    state,
    ...[cluster === '' ? pod : `${cluster}/${pod}`, node, note ?? peer],
    upSeconds === undefined ? '' : duration(upSeconds),
    String(prefixes ?? ''),
  ]);
  const pods = shown.filter(({ state, peer }) => peer === '' && state !== 'MISSING');
  const sessions = shown.filter(({ peer, state }) => peer !== '' && state !== 'MISSING');
  const up = sessions.filter(({ state }) => state === 'Established');
  const missing = rows.filter(({ state }) => state === 'MISSING');
  const sums = [
    `${pods.filter(({ state }) => state === 'ready').length} of ${counted(pods.length, 'pod')} ready`,
    ...(unread.length > 0
      ? []
      : [
          `${up.length} of ${counted(sessions.length, 'session end')} Established`,
          `${missing.length} missing of the model`,
        ]),
  ];
  return `${[sums.join(', '), ...unread.map(({ note }) => `sessions are not read: ${note}`), '', ...table([HEADINGS, ...cells.map((row) => row.map(oneLine))])].join('\n')}\n`;
}

/** Whether nothing is wrong. */
export const isWell = (rows: readonly StatusRow[]): boolean => rows.every((row) => rankOf(row) >= 5);

/** 0: all is well. 1: something is wrong. 3: nothing is, but sessions could not be read. */
export function exitStatusOf(rows: readonly StatusRow[]): number {
  if (isWell(rows)) return 0;
  return isWell(rows.filter(({ state }) => state !== 'UNREAD')) ? 3 : 1;
}

/** The first lines of a text, for a screen of this height. */
export function screenOf(text: string, rows: number): string {
  const lines = text.trimEnd().split('\n');
  if (lines.length < rows) return lines.join('\n');
  const shown = lines.slice(0, rows - 2);
  return [...shown, cut(`… and ${lines.length - shown.length} more lines`, COLUMNS)].join('\n');
}
