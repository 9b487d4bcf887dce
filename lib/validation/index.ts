export { checkAtSynth, ProofError, type Verdict, verdictOn } from './at-synth';
export { asProven, proofOf } from './proof';
