import { ProofSettings } from '../props';
import { Finding, FindingKind } from '../result';

/** A finding without its severity. */
export interface DraftFinding extends Omit<Finding, 'severity' | 'reason' | 'message'> {
  /** Makes the message. Of findings that are merged, only that of the first is made. */
  readonly toMessage: () => string;
  /** Findings with the same key are merged into one where there are many. @default - never merged */
  readonly mergeKey?: string;
}

/** A finding with its severity. */
export type RatedFinding = DraftFinding & Pick<Finding, 'severity' | 'reason'>;

const DEFAULT_SEVERITIES: Readonly<Record<FindingKind, 'error' | 'warning'>> = {
  unannounced: 'error',
  loss: 'error',
  pathHiding: 'error',
  leak: 'error',
  oscillation: 'error',
  limit: 'error',
  lossOnFailure: 'warning',
  lossOnRollout: 'warning',
  idleGroup: 'warning',
  memoryRequest: 'warning',
  openClients: 'warning',
  unfiltered: 'warning',
  nothingToProve: 'warning',
  unmatched: 'warning',
  patched: 'warning',
  unproven: 'warning',
};

/** What a finding does without props. An address that assumed nodes do not announce is a warning. */
const severityOf = ({ kind, assumed }: DraftFinding) =>
  kind === 'unannounced' && assumed ? 'warning' : DEFAULT_SEVERITIES[kind];

/** Adds the severity: that of the props, unless they accept only findings about other regions and pairs. */
export function rated(
  draft: DraftFinding,
  { findings }: ProofSettings,
  names: ReadonlyMap<string, string>,
): RatedFinding {
  const byDefault = severityOf(draft);
  const chosen = findings[draft.kind] ?? byDefault;
  if (typeof chosen === 'string') return { ...draft, severity: chosen };
  const { accept, parts } = chosen;
  const covered = (path: string) => parts?.includes(path) || parts?.includes(names.get(path) as string);
  const accepted = parts === undefined || (draft.parts.length > 0 && draft.parts.every(covered));
  return accepted ? { ...draft, severity: 'accepted', reason: accept } : { ...draft, severity: byDefault };
}
