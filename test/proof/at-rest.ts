import { Finding } from '../../lib/proof/result';

/** Findings without those about rollouts, which all apps with two sides have, and about parts without clients. */
export const atRest = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ kind }) => kind !== 'lossOnRollout' && kind !== 'nothingToProve');
