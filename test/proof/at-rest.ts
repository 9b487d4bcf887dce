import { Finding } from '../../lib/proof/result';

/**
 * Findings without those about rollouts, which all apps with two sides have, about parts without clients, and about route
 * servers without filters.
 */
export const atRest = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ kind }) => !['lossOnRollout', 'nothingToProve', 'unfiltered'].includes(kind));
