import { Construct } from 'constructs';
import { MetalLBBackend } from '../model';
import { MetalLBPeer } from './metallb-peer';

/** The MetalLB of a cluster, as its pools of addresses need to know it. */
export abstract class MetalLB extends Construct {
  /** The namespace that MetalLB runs in. */
  abstract readonly namespace: string;
  abstract readonly backend: MetalLBBackend;
  /** The neighbors, in the order they were given. */
  abstract readonly peers: readonly MetalLBPeer[];
  /** Names that stand for communities. */
  abstract readonly communityNames: ReadonlySet<string>;
  /** Whether BFD echo runs toward a peer that an advertisement to these peers reaches (none named: all). */
  abstract hasEchoToward(peers: readonly string[]): boolean;
}
