export { checkAtSynth, ProofError, verdictOn } from './at-synth';
export { proofOf } from './proof';
