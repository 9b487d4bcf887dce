export type { Known } from './network';
export { prove } from './prove';
export * from './result';
export {
  type Acceptance,
  checkProofProps,
  type CrpdLicenseProps,
  type ProofProps,
  type ProofSettings,
  type Severity,
} from './settings';
export { type HeldPath, type Holding, type Route, routesOf, simulate, type Simulation } from './simulation';
