import { Check, flag, integer, list, optional, withDefault, ValidationError, shapeOf, text } from '../input';
import { FindingKind } from './result';

/** A finding that somebody has looked at. It is neither printed nor does it fail the synth. */
export interface Acceptance {
  /** Why, for those who read the report: `'side b of mirkwood comes in spring'`. */
  readonly accept: string;
  /**
   * The names or paths of the regions and pairs whose findings are accepted. Those that concern any other are what they
   * are by default.
   * @default - all
   */
  readonly parts?: readonly string[];
}

/** What a finding does: fail the synth, be printed as a warning, or neither. */
export type Severity = 'error' | 'warning' | Acceptance;

/** What a license of cRPD allows a pod. */
export interface CrpdLicenseProps {
  /**
   * BGP peers, those of the mesh included.
   * @default 16, that of the standard license
   */
  readonly peers?: number;
  /**
   * Entries of the RIB.
   * @default 4_000_000, that of the standard license
   */
  readonly ribEntries?: number;
}

/** What a proof takes. */
export interface ProofProps {
  /**
   * What each kind of finding does.
   * @default - `loss`, `pathHiding`, `leak`, `oscillation`, `limit`, and `unannounced` unless nodes are assumed, are errors; all
   *   others are warnings
   * @example { openClients: 'error', lossOnFailure: { accept: 'a lab with one side' } }
   */
  readonly findings?: Readonly<Partial<Record<FindingKind, Severity>>>;
  /**
   * The license of the pods of cRPD.
   * @default - the standard one
   * @example { ribEntries: 20_000_000 }
   */
  readonly license?: CrpdLicenseProps;
  /**
   * Whether to look at all pairs of single failures, too. What they cost is a table in the report, and never a finding.
   * @default false
   */
  readonly pairsOfFailures?: boolean;
}

/** {@link ProofProps}, read. */
export interface ProofSettings {
  readonly findings: Readonly<Partial<Record<FindingKind, Severity>>>;
  readonly license: { readonly peers: number; readonly ribEntries: number };
  readonly pairsOfFailures: boolean;
}

const checkSeverity: Check<Severity> = (value) => {
  if (value === 'error' || value === 'warning') return value;
  const wanted = '"error", "warning" or { accept: "a reason" }';
  if (typeof value !== 'object' || value === null) throw ValidationError.of(value, wanted);
  const { accept, parts } = shapeOf<Acceptance>()({
    accept: text(/^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$/, 'a reason, on one line'),
    parts: withDefault(list(text(/./, 'the name or path of a region or pair'), 1), []),
  })(value);
  return parts.length > 0 ? { accept, parts } : { accept };
};

const checkFindings = shapeOf<Record<FindingKind, Severity>>()({
  unannounced: optional(checkSeverity),
  loss: optional(checkSeverity),
  pathHiding: optional(checkSeverity),
  leak: optional(checkSeverity),
  oscillation: optional(checkSeverity),
  limit: optional(checkSeverity),
  lossOnFailure: optional(checkSeverity),
  lossOnRollout: optional(checkSeverity),
  idleGroup: optional(checkSeverity),
  memoryRequest: optional(checkSeverity),
  openClients: optional(checkSeverity),
  unfiltered: optional(checkSeverity),
  nothingToProve: optional(checkSeverity),
  unmatched: optional(checkSeverity),
  patched: optional(checkSeverity),
  unproven: optional(checkSeverity),
});

const MOST_PEERS = 1_000_000;
const MOST_ENTRIES = 1_000_000_000;

/** Reads the props of a proof. @throws ValidationError */
export const checkProofProps = shapeOf<ProofProps>()({
  findings: (value): ProofSettings['findings'] => checkFindings(value === undefined ? {} : value),
  pairsOfFailures: withDefault(flag, false),
  license: (value): ProofSettings['license'] =>
    shapeOf<CrpdLicenseProps>()({
      peers: withDefault(integer(1, MOST_PEERS), 16),
      ribEntries: withDefault(integer(1, MOST_ENTRIES), 4_000_000),
    })(value === undefined ? {} : value),
});

/** A proof without props. */
export const DEFAULT_PROOF: ProofSettings = checkProofProps({});
