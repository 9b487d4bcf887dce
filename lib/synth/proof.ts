import { Construct } from 'constructs';
import { checkProofProps, ProofProps } from '../proof';
import { readProps, registryOf } from '../registry';
import { checkAtSynth } from '../validation';

/**
 * Says what the proof of an app does with what it finds, and what license its routers have. Every app is proven, also
 * without it. It makes no objects.
 *
 * @throws InvalidPropError; that it is the only one of its app is checked when that is written
 */
export class Proof extends Construct {
  constructor(scope: Construct, id: string, props: ProofProps = {}) {
    super(scope, id);
    const settings = readProps(this, props, checkProofProps);
    registryOf(this).add('proofs', { path: this.node.path, props, settings });
    checkAtSynth(this);
  }
}
