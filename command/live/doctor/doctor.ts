import { oneLine } from '../../../lib/input';
import { comparedSessions, LiveApp } from '../live-app';
import { COLUMNS, natural, wrapped } from '../text';
import { examined, Finding, Result, unknown } from './rule';
import { RULES } from './rules';

/** One line of the doctor. */
export type Diagnosis = Result & {
  readonly check: string;
  /** '' where the app names no cluster. */
  readonly cluster: string;
};

/** Looks at all clusters of an app. Rules about which the app has nothing are left out. */
export async function diagnose(app: LiveApp): Promise<readonly Diagnosis[]> {
  const { missing } = await comparedSessions(app);
  return RULES.flatMap((rule) =>
    app.snapshots.flatMap((snapshot, i) => {
      const found = rule.look(examined(app, snapshot, i === 0 ? missing : undefined));
      const lacking = rule.needs?.flatMap((one) => snapshot.unread.get(one) ?? []) ?? [];
      const result = found && lacking.length > 0 ? unknown(lacking.join('; ')) : found;
      return result ? [{ check: rule.name, cluster: snapshot.cluster, ...ordered(result) }] : [];
    }),
  );
}

const ordered = (result: Result): Result =>
  result.state === 'wrong'
    ? { ...result, findings: [...result.findings].sort((one, other) => natural(one.subject, other.subject)) }
    : result;

/** 0: all is well. 1: something is wrong. 3: nothing is, but something could not be read. */
export function exitStatusOf(diagnoses: readonly Diagnosis[]): number {
  const has = (state: Result['state']) => diagnoses.some((one) => one.state === state);
  return has('wrong') ? 1 : has('unknown') ? 3 : 0;
}

const STATES = { ok: 'ok', wrong: 'WRONG', unknown: 'unknown' } as const;

/** For people. */
export function diagnosisText(diagnoses: readonly Diagnosis[]): string {
  const nameOf = ({ check, cluster }: Diagnosis) => (cluster === '' ? check : `${cluster}: ${check}`);
  const width = Math.max(...diagnoses.map((one) => nameOf(one).length));
  const lines = diagnoses.flatMap((one) => {
    const before = `${STATES[one.state].padEnd(7)}  ${nameOf(one).padEnd(width)}  `;
    const after = linesOf(one, COLUMNS - before.length);
    return after.map((line, i) => `${i === 0 ? before : ' '.repeat(before.length)}${line}`);
  });
  const count = (wanted: Result['state']) => diagnoses.filter(({ state }) => state === wanted).length;
  const [wrong, unread] = [count('wrong'), count('unknown')];
  const sum = wrong === 0 ? 'nothing is wrong' : `${wrong} of ${diagnoses.length} checks found a fault`;
  const also = unread === 0 ? '' : `; ${unread} of ${diagnoses.length} could not look`;
  return `${[...lines, '', `${sum}${also}`].join('\n')}\n`;
}

function linesOf(result: Result, columns: number): readonly string[] {
  if (result.state !== 'wrong') return wrapped(oneLine(result.state === 'ok' ? result.fine : result.why), columns);
  return result.findings.flatMap(({ subject, problem, remedy }: Finding) => [
    ...wrapped(oneLine(`${subject}: ${problem}`), columns),
    ...wrapped(oneLine(remedy), columns - ARROW.length).map((line, i) => `${i === 0 ? ARROW : '   '}${line}`),
  ]);
}

/** Before what to do. */
const ARROW = '-> ';
