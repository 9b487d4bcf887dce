import { Check, integer, list, optional, withDefault, ValidationError, shapeOf, text } from '../input';
import { Finding, FindingKind } from './result';

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
   * @default - `lossOnFailure`, `idleGroup`, `memoryRequest`, `openClients` and `unproven` are warnings; all others are errors
   */
  readonly findings?: Readonly<Partial<Record<FindingKind, Severity>>>;
  /**
   * The license of the pods of cRPD.
   * @default - the standard one
   */
  readonly license?: CrpdLicenseProps;
}

/** {@link ProofProps}, read. */
export interface ProofSettings {
  readonly findings: Readonly<Partial<Record<FindingKind, Severity>>>;
  readonly license: { readonly peers: number; readonly ribEntries: number };
}

const USUAL: Readonly<Record<FindingKind, 'error' | 'warning'>> = {
  loss: 'error',
  pathHiding: 'error',
  leak: 'error',
  oscillation: 'error',
  limit: 'error',
  lossOnFailure: 'warning',
  idleGroup: 'warning',
  memoryRequest: 'warning',
  openClients: 'warning',
  unproven: 'warning',
};

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
  loss: optional(checkSeverity),
  pathHiding: optional(checkSeverity),
  leak: optional(checkSeverity),
  oscillation: optional(checkSeverity),
  limit: optional(checkSeverity),
  lossOnFailure: optional(checkSeverity),
  idleGroup: optional(checkSeverity),
  memoryRequest: optional(checkSeverity),
  openClients: optional(checkSeverity),
  unproven: optional(checkSeverity),
});

const MOST_PEERS = 1_000_000;
const MOST_ENTRIES = 1_000_000_000;

/** Reads the props of a proof. @throws ValidationError */
export const checkProofProps = shapeOf<ProofProps>()({
  findings: (value): ProofSettings['findings'] => checkFindings(value === undefined ? {} : value),
  license: (value): ProofSettings['license'] =>
    shapeOf<CrpdLicenseProps>()({
      peers: withDefault(integer(1, MOST_PEERS), 16),
      ribEntries: withDefault(integer(1, MOST_ENTRIES), 4_000_000),
    })(value === undefined ? {} : value),
});

/** What a proof has without any props. */
export const USUAL_PROOF: ProofSettings = checkProofProps({});

/** A finding before anybody has said how much it matters. */
export interface Found extends Omit<Finding, 'severity' | 'reason' | 'message'> {
  /** Makes the message; where findings are alike, that of the first will do. */
  readonly tell: () => string;
  /** The same for findings that are told in one sentence where there are many. @default - it is told by itself */
  readonly alike?: string;
}

/** A finding, and how much it matters. */
export type Judged = Found & Pick<Finding, 'severity' | 'reason'>;

/** Says how much a finding matters. */
export function judged(found: Found, { findings }: ProofSettings, names: ReadonlyMap<string, string>): Judged {
  const usual = USUAL[found.kind];
  const chosen = findings[found.kind] ?? usual;
  if (typeof chosen === 'string') return { ...found, severity: chosen };
  const { accept, parts } = chosen;
  const covered = (path: string) => parts?.includes(path) || parts?.includes(names.get(path) as string);
  const accepted = parts === undefined || (found.parts.length > 0 && found.parts.every(covered));
  return accepted ? { ...found, severity: 'accepted', reason: accept } : { ...found, severity: usual };
}
