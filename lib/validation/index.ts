export { asChecked, checkAtSynth, ProofError, type Verdict, verdictOn } from './at-synth';
export { proofOf } from './proof';
