import { Finding } from '../../lib/proof/result';

/** Findings without those about rollouts, which all apps with two sides have. */
export const atRest = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ kind }) => kind !== 'lossOnRollout');
