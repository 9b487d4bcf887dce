export type { Known } from './simulator/network';
export type { DraftFinding } from './findings/draft-finding';
export { prove, withFindings } from './prove';
export { ROLLOUT_SECONDS, stepsOf } from './rollouts';
export * from './result';
export {
  type Acceptance,
  checkProofProps,
  type CrpdLicenseProps,
  type ProofProps,
  type ProofSettings,
  type Severity,
} from './props';
export { type Verdict, verdictOf } from './verdict';
export { type HeldPath, type Holding, type Route, routesOf, simulate, type Simulation } from './simulator/simulation';
